/** JMH benchmarks of the hot paths, each on the same generated traffic; scores are per packet. */
package io.weir.bench.micro;
