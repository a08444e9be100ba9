/** A table of live objects whose changes reach the changelog once per commit. */
package io.weir.state;
