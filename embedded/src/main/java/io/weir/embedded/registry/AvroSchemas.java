package io.weir.embedded.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.Schema;

/** Parses Avro schemas, names and defaults validated, together with the registered types they refer to. */
final class AvroSchemas {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_REFERENCED = 256;
    private static final int MAX_REFERENCE_DEPTH = 32;

    private final SchemaState state;

    AvroSchemas(SchemaState state) {
        this.state = state;
    }

    /**
     * Parses a schema from a request.
     *
     * @param normalize sort what has no order of its own, so that more spellings are one schema
     * @throws RegistryException 42201 when it or a reference is not valid
     */
    ParsedSchema parse(String text, List<SchemaReference> references, boolean normalize) {
        List<SchemaReference> resolved =
                references.stream().map(this::resolveLatest).toList();
        return parse(text, resolved, normalize, false);
    }

    /** Parses what is registered: an older registry may have taken defaults that are refused today. */
    Schema parseRegistered(SchemaIdentity content) {
        return parse(content.schema(), content.references(), false, true).avro();
    }

    private ParsedSchema parse(String text, List<SchemaReference> references, boolean normalize, boolean registered) {
        try {
            Schema.Parser parser = new Schema.Parser();
            parser.setValidateDefaults(!registered);
            List<Schema> known = new ArrayList<>();
            addReferenced(references, parser, known, new HashSet<>(), 1);
            Schema schema = parser.parse(text);
            String canonical = spell(schema, known);
            return new ParsedSchema(
                    schema,
                    new SchemaIdentity(SchemaIdentity.AVRO, normalize ? sorted(canonical) : canonical, references));
        } catch (RegistryException e) {
            throw e;
        } catch (RuntimeException | JsonProcessingException e) {
            throw RegistryException.invalidSchema(String.valueOf(e.getMessage()));
        } catch (StackOverflowError e) {
            throw RegistryException.invalidSchema("it is nested too deeply");
        }
    }

    private void addReferenced(
            List<SchemaReference> references,
            Schema.Parser parser,
            List<Schema> known,
            Set<SchemaReference> seen,
            int depth) {
        if (depth > MAX_REFERENCE_DEPTH) {
            throw RegistryException.invalidSchema("references go deeper than " + MAX_REFERENCE_DEPTH);
        }
        for (SchemaReference reference : references) {
            if (!seen.add(new SchemaReference("", reference.subject(), reference.version()))) {
                continue;
            }
            if (seen.size() > MAX_REFERENCED) {
                throw RegistryException.invalidSchema("it refers to more than " + MAX_REFERENCED + " schemas");
            }
            SchemaIdentity content = state.version(reference.subject(), reference.version(), true)
                    .orElseThrow(() -> notFound(reference))
                    .content();
            if (!content.isAvro()) {
                throw RegistryException.invalidSchema("reference '" + reference.name() + "' is no Avro schema");
            }
            addReferenced(content.references(), parser, known, seen, depth + 1);
            known.add(parser.parse(content.schema()));
        }
    }

    private SchemaReference resolveLatest(SchemaReference reference) {
        if (reference.version() != -1) {
            return reference;
        }
        List<SchemaVersion> versions = state.versions(reference.subject(), false);
        if (versions.isEmpty()) {
            throw notFound(reference);
        }
        return new SchemaReference(
                reference.name(),
                reference.subject(),
                versions.get(versions.size() - 1).version());
    }

    private static RegistryException notFound(SchemaReference reference) {
        return RegistryException.invalidSchema("reference '" + reference.name() + "' points to version "
                + reference.version() + " of subject '" + reference.subject() + "', which is not there");
    }

    /** Avro's own spelling; referenced types stay names. */
    @SuppressWarnings("deprecation")
    private static String spell(Schema schema, List<Schema> known) {
        return known.isEmpty() ? schema.toString() : schema.toString(known, false);
    }

    private static String sorted(String canonical) throws JsonProcessingException {
        return JSON.writeValueAsString(sorted(JSON.readTree(canonical)));
    }

    private static JsonNode sorted(JsonNode node) {
        if (node instanceof ObjectNode object) {
            Map<String, JsonNode> fields = new TreeMap<>();
            object.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
            ObjectNode result = JSON.createObjectNode();
            result.setAll(fields);
            return result;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode result = JSON.createArrayNode();
            array.forEach(element -> result.add(sorted(element)));
            return result;
        }
        return node;
    }
}
