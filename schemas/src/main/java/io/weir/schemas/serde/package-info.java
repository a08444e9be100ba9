/** Avro in Confluent's wire format: magic byte 0, four bytes of schema id, Avro binary. */
package io.weir.schemas.serde;
