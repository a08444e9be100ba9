/** From frames to packet batches on Kafka: flow keys, partitions, back-pressure, and a record of every loss. */
package io.weir.collectors.publish;
