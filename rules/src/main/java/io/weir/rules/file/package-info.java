/** Rules as people write them, and their mistakes. */
package io.weir.rules.file;
