package io.weir.embedded.registry;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** JSON of a request. What this registry cannot do is refused by name, never dropped. */
final class RequestBody {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> SCHEMA_FIELDS =
            Set.of("schema", "schemaType", "references", "id", "version", "subject", "deleted");

    private RequestBody() {}

    static SchemaRequest schema(byte[] body) {
        JsonNode node = object(body);
        refuseUnsupported(node, SCHEMA_FIELDS);
        if (node.path("id").asInt(0) > 0 || node.path("version").asInt(0) > 0) {
            throw RegistryException.notPermitted(
                    "A schema with an id or version of its own needs mode IMPORT, which this registry has not.");
        }
        JsonNode schema = node.path("schema");
        if (!schema.isTextual()) {
            throw RegistryException.invalidSchema("field 'schema' is missing or no text");
        }
        JsonNode type = node.path("schemaType");
        return new SchemaRequest(
                type.isTextual() ? type.textValue() : SchemaIdentity.AVRO,
                schema.textValue(),
                references(node.path("references")));
    }

    static CompatibilityLevel level(byte[] body) {
        JsonNode node = object(body);
        refuseUnsupported(node, Set.of("compatibility", "compatibilityLevel"));
        String name = node.path("compatibility").asText("");
        return CompatibilityLevel.of(name).orElseThrow(() -> RegistryException.invalidLevel(name));
    }

    static Mode mode(byte[] body) {
        JsonNode node = object(body);
        refuseUnsupported(node, Set.of("mode"));
        String name = node.path("mode").asText("");
        return Mode.of(name).orElseThrow(() -> RegistryException.invalidMode(name));
    }

    private static JsonNode object(byte[] body) {
        JsonNode node;
        try {
            node = JSON.readTree(body);
        } catch (JacksonException e) {
            throw RegistryException.ofStatus(400, "The request is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw RegistryException.ofStatus(400, "The request is no JSON: " + e.getMessage());
        }
        if (!node.isObject()) {
            throw RegistryException.ofStatus(422, "The request is no JSON object.");
        }
        return node;
    }

    private static List<SchemaReference> references(JsonNode list) {
        if (!list.isMissingNode() && !list.isNull() && !list.isArray()) {
            throw RegistryException.invalidSchema("field 'references' is no list");
        }
        try {
            return StoreCodec.references(list);
        } catch (IOException e) {
            throw RegistryException.invalidSchema("a reference is not complete: " + e.getMessage());
        }
    }

    private static void refuseUnsupported(JsonNode node, Set<String> supported) {
        Iterator<String> names = node.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            JsonNode value = node.get(name);
            boolean says = !value.isNull() && !(value.isContainerNode() && value.isEmpty());
            if (says && !supported.contains(name)) {
                throw RegistryException.ofStatus(422, "Field '" + name + "' is not supported by this registry.");
            }
        }
    }
}
