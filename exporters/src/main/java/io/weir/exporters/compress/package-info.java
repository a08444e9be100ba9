/** Second stage: the text of an object becomes the bytes that are stored. */
package io.weir.exporters.compress;
