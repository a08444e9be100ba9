package io.weir.embedded.registry;

import org.apache.avro.Schema;

/** An Avro schema that was parsed with the types it refers to, and what it is registered as. */
record ParsedSchema(Schema avro, SchemaIdentity content) {}
