/** Flow records as observations, and how these travel in batches to the task that remembers their hosts. */
package io.weir.advisor.observe;
