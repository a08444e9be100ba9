package io.weir.embedded.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Bytes of the schemas topic: compact JSON. The order of a key's fields matters, since compaction compares bytes and
 * another registry may write the same key:
 *
 * <pre>
 * {"keytype":"SCHEMA","subject":S,"version":N,"magic":1}     {"subject","version","id","schema","deleted"}
 * {"keytype":"CONFIG","subject":S|null,"magic":0}            {"compatibilityLevel"}
 * {"keytype":"MODE","subject":S|null,"magic":0}              {"mode"}
 * {"keytype":"DELETE_SUBJECT","subject":S,"magic":0}         {"subject","version"}
 * {"keytype":"NOOP","magic":0}                               null
 * </pre>
 */
final class StoreCodec {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> SCHEMA_FIELDS =
            Set.of("subject", "version", "id", "schemaType", "references", "schema", "deleted");

    private StoreCodec() {}

    static byte[] encodeKey(StoreKey key) {
        ObjectNode node = JSON.createObjectNode();
        if (key instanceof StoreKey.Schema schema) {
            node.put("keytype", "SCHEMA").put("subject", schema.subject()).put("version", schema.version());
            node.put("magic", 1);
        } else if (key instanceof StoreKey.Config config) {
            node.put("keytype", "CONFIG").put("subject", config.subject()).put("magic", 0);
        } else if (key instanceof StoreKey.SubjectMode mode) {
            node.put("keytype", "MODE").put("subject", mode.subject()).put("magic", 0);
        } else if (key instanceof StoreKey.DeleteSubject delete) {
            node.put("keytype", "DELETE_SUBJECT")
                    .put("subject", delete.subject())
                    .put("magic", 0);
        } else {
            node.put("keytype", "NOOP").put("magic", 0);
        }
        return bytes(node);
    }

    /**
     * Reads a key that any registry wrote.
     *
     * @return empty for a kind of key that we do not know
     * @throws IOException when it is no key at all
     */
    static Optional<StoreKey> decodeKey(byte[] bytes) throws IOException {
        JsonNode node = object(bytes);
        String subject = node.path("subject").isTextual() ? node.path("subject").textValue() : null;
        return switch (node.path("keytype").asText()) {
            case "SCHEMA" -> Optional.of(new StoreKey.Schema(required(subject), number(node, "version")));
            case "CONFIG" -> Optional.of(new StoreKey.Config(subject));
            case "MODE" -> Optional.of(new StoreKey.SubjectMode(subject));
            case "DELETE_SUBJECT" -> Optional.of(new StoreKey.DeleteSubject(required(subject)));
            case "NOOP" -> Optional.of(new StoreKey.Noop());
            default -> Optional.empty();
        };
    }

    static byte[] encodeSchema(SchemaVersion version) {
        ObjectNode node = JSON.createObjectNode();
        node.put("subject", version.subject()).put("version", version.version()).put("id", version.id());
        putContent(node, version.content());
        node.put("deleted", version.deleted());
        version.foreign().forEach(node::set);
        return bytes(node);
    }

    /** The fields of a schema as topic and REST answers both carry them. */
    static void putContent(ObjectNode node, SchemaIdentity content) {
        if (!content.isAvro()) {
            node.put("schemaType", content.schemaType());
        }
        if (!content.references().isEmpty()) {
            ArrayNode references = node.putArray("references");
            for (SchemaReference reference : content.references()) {
                references
                        .addObject()
                        .put("name", reference.name())
                        .put("subject", reference.subject())
                        .put("version", reference.version());
            }
        }
        node.put("schema", content.schema());
    }

    static SchemaVersion decodeSchema(byte[] bytes) throws IOException {
        JsonNode node = object(bytes);
        List<SchemaReference> references = references(node.path("references"));
        JsonNode type = node.path("schemaType");
        SchemaIdentity content = new SchemaIdentity(
                type.isTextual() ? type.textValue() : SchemaIdentity.AVRO, text(node, "schema"), references);
        Map<String, JsonNode> foreign = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!SCHEMA_FIELDS.contains(field.getKey())) {
                foreign.put(field.getKey(), field.getValue());
            }
        }
        return new SchemaVersion(
                text(node, "subject"),
                number(node, "version"),
                number(node, "id"),
                content,
                node.path("deleted").asBoolean(false),
                foreign);
    }

    /** References as topic and REST requests both carry them; an absent or null list is empty. */
    static List<SchemaReference> references(JsonNode list) throws IOException {
        List<SchemaReference> references = new ArrayList<>();
        for (JsonNode reference : list) {
            references.add(new SchemaReference(
                    text(reference, "name"), text(reference, "subject"), number(reference, "version")));
        }
        return references;
    }

    static byte[] encodeLevel(CompatibilityLevel level) {
        return bytes(JSON.createObjectNode().put("compatibilityLevel", level.name()));
    }

    static Optional<CompatibilityLevel> decodeLevel(byte[] bytes) throws IOException {
        return CompatibilityLevel.of(object(bytes).path("compatibilityLevel").asText());
    }

    static byte[] encodeMode(Mode mode) {
        return bytes(JSON.createObjectNode().put("mode", mode.name()));
    }

    static Optional<Mode> decodeMode(byte[] bytes) throws IOException {
        return Mode.of(object(bytes).path("mode").asText());
    }

    /** @param version the last version that goes */
    static byte[] encodeDeleteSubject(String subject, int version) {
        return bytes(JSON.createObjectNode().put("subject", subject).put("version", version));
    }

    static int decodeDeleteSubject(byte[] bytes) throws IOException {
        return number(object(bytes), "version");
    }

    private static JsonNode object(byte[] bytes) throws IOException {
        JsonNode node = JSON.readTree(bytes);
        if (node == null || !node.isObject()) {
            throw new IOException("not a JSON object");
        }
        return node;
    }

    private static String text(JsonNode node, String field) throws IOException {
        JsonNode value = node.path(field);
        if (!value.isTextual()) {
            throw new IOException("field '" + field + "' is missing or no text");
        }
        return value.textValue();
    }

    private static int number(JsonNode node, String field) throws IOException {
        JsonNode value = node.path(field);
        if (!value.canConvertToInt() || !value.isIntegralNumber()) {
            throw new IOException("field '" + field + "' is missing or no whole number");
        }
        return value.intValue();
    }

    private static String required(String subject) throws IOException {
        if (subject == null) {
            throw new IOException("field 'subject' is missing or no text");
        }
        return subject;
    }

    private static byte[] bytes(ObjectNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of strings and numbers always has bytes", e);
        }
    }
}
