/** A small Schema Registry for Avro that speaks Confluent's REST contract and keeps its schemas in Confluent's topic format. */
package io.weir.embedded.registry;
