/** Ways to a receiver that takes messages and says nothing: UDP, TCP, TLS. */
package io.weir.exporters.transport;
