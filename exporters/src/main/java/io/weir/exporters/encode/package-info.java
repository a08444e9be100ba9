/** First stage: one Kafka record becomes a piece of an object's text. */
package io.weir.exporters.encode;
