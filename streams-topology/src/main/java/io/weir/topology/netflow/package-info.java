/** NetFlow v5, v9 and IPFIX datagrams to records, in place: templates, sets that wait for them, sampling, sequence numbers. No Kafka. */
package io.weir.topology.netflow;
