/** A directory as an object store. */
package io.weir.exporters.store.file;
