package io.weir.embedded.registry;

import java.util.List;

/** A schema as a caller sends it, to register, look up or check. */
record SchemaRequest(String schemaType, String schema, List<SchemaReference> references) {}
