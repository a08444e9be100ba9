/** What an address is: CIDR text, longest-prefix match, and the prefixes that hold at a given event time. */
package io.weir.advisor.subnet;
