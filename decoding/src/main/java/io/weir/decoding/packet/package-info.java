/** Reads the headers of one captured frame in place: link layer, IP and transport, without allocation and without ever throwing on input. */
package io.weir.decoding.packet;
