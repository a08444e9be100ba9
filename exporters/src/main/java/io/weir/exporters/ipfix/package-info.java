/** Flows to an IPFIX collector (RFC 7011): an exporting process over UDP, TCP or TLS. */
package io.weir.exporters.ipfix;
