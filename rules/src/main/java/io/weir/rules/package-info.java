/** Rules that users write, and the Kafka Streams application that raises their findings. */
package io.weir.rules;
