package io.weir.embedded.registry;

import java.util.List;

/**
 * What makes two registrations the same schema and gives them the same id.
 *
 * @param schemaType AVRO, or another type in a topic that another registry wrote
 * @param schema the schema's text in one fixed spelling
 * @param references types taken from elsewhere
 */
record SchemaIdentity(String schemaType, String schema, List<SchemaReference> references) {
    static final String AVRO = "AVRO";

    SchemaIdentity {
        references = List.copyOf(references);
    }

    boolean isAvro() {
        return schemaType.equals(AVRO);
    }
}
