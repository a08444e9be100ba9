/** Avro binary straight to JSON text, driven by the writer's schema. */
package io.weir.schemas.json;
