/** The metering process: packets in, flow records per window out. */
package io.weir.topology.meter;
