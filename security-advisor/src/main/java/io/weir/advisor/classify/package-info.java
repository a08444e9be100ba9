/** Class of a flow (ingress, egress, internal, external) with the prefixes that decided. */
package io.weir.advisor.classify;
