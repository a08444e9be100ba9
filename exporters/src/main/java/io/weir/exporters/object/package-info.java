/** Objects: which offsets they cover, where they are cut, what they are called. */
package io.weir.exporters.object;
