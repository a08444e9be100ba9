/** Client of a Confluent-compatible Schema Registry: the calls that reading and writing Weir's topics needs. */
package io.weir.schemas.registry;
