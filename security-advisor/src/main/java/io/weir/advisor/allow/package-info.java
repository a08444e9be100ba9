/** Who may come in from outside: entries with owner, reason and end. */
package io.weir.advisor.allow;
