/** Tells receivers of others of findings: one sender with a consumer group of its own for each, so that none waits for another. */
package io.weir.exporters.alert;
