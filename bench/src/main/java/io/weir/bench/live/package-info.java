/** What is measured on live interfaces. */
package io.weir.bench.live;
