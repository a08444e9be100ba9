/** Law 1 by sums over the topics: every packet is in exactly one root flow or in a loss. */
package io.weir.app.audit;
