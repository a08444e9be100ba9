/** Expressions in CEL over records. */
package io.weir.rules.cel;
