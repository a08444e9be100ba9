/** What several modules' tests need: a Kafka cluster, sample captures, waiting for a condition. */
package io.weir.testing;
