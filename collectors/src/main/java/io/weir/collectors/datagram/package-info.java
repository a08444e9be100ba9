/** UDP datagrams of sFlow, NetFlow and IPFIX to Kafka, as they are. */
package io.weir.collectors.datagram;
