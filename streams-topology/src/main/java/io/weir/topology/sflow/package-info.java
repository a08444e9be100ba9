/**
 * Reads sFlow version 5 datagrams in place, without allocation and without ever throwing on input: samples into reused carriers, every
 * published structure by one table. A library: no Kafka and no Avro in it.
 */
package io.weir.topology.sflow;
