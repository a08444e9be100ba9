/** Topics to object stores: configuration and start of a sink. */
package io.weir.exporters;
