/** What findings of all rules have in common. */
package io.weir.advisor.finding;
