/** A Kafka broker inside the process: one KRaft node that is its own controller. */
package io.weir.embedded;
