/** Live frames of Linux interfaces from a ring that the kernel fills and this process reads in place: packet(7), TPACKET_V3. */
package io.weir.collectors.capture.afpacket;
