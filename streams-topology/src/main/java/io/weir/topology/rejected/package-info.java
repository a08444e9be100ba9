/** What a processor cannot read. */
package io.weir.topology.rejected;
