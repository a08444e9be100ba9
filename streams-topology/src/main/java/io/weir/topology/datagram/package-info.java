/** Datagrams to packet summaries, as if a collector had seen the packets that they tell of. */
package io.weir.topology.datagram;
