/** Facts about applications that payloads show in their first octets; payload itself goes no further. */
package io.weir.decoding.facts;
