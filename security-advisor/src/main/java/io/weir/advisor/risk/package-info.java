/** How risky addresses and networks are, by the findings that name them. */
package io.weir.advisor.risk;
