package io.weir.schemas.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.schemas.serde.Avro;
import io.weir.schemas.topic.TopicSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaCompatibility.SchemaPairCompatibility;
import org.apache.avro.SchemaFormatter;

/**
 * The committed versions of one topic's schema, {@code src/main/avro-history/<record>/<n>.avsc}, and the rules between them: what is
 * current equals the newest of them, and is compatible with each of them both ways (FULL_TRANSITIVE).
 */
final class SchemaHistory {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final Schema current;

    SchemaHistory(Path root, Schema current) {
        this.directory = root.resolve(current.getName());
        this.current = withoutJavaHints(current);
    }

    static SchemaHistory of(Path root, TopicSpec<?> spec) {
        return new SchemaHistory(root, Avro.schemaOf(spec.valueType()));
    }

    /** All versions, oldest first. */
    List<Schema> versions() throws IOException {
        List<Schema> versions = new ArrayList<>();
        while (Files.exists(file(versions.size() + 1))) {
            versions.add(new Schema.Parser().parse(file(versions.size() + 1).toFile()));
        }
        return versions;
    }

    /** What stands against the current schema; empty when nothing does. */
    List<String> problems() throws IOException {
        List<Schema> versions = versions();
        List<String> problems = incompatibilities(versions);
        if (problems.isEmpty()
                && (versions.isEmpty() || !text(current).equals(text(versions.get(versions.size() - 1))))) {
            problems.add("the current schema of " + current.getName() + " is not in " + directory
                    + ": run scripts/update-goldens.sh schemas and commit the new version");
        }
        return problems;
    }

    /** Adds the current schema as the next version; one that differs from the newest in its documentation alone takes its place. */
    void update() throws IOException {
        List<Schema> versions = versions();
        if (!incompatibilities(versions).isEmpty()) {
            return;
        }
        boolean sameShape =
                !versions.isEmpty() && versions.get(versions.size() - 1).equals(current);
        int number = sameShape ? versions.size() : versions.size() + 1;
        Files.createDirectories(directory);
        Files.writeString(file(number), text(current) + "\n");
    }

    private List<String> incompatibilities(List<Schema> versions) {
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < versions.size(); i++) {
            String version = "version " + (i + 1) + " of " + current.getName();
            check(problems, "a reader of now cannot read records of " + version, current, versions.get(i));
            check(problems, "a reader of " + version + " cannot read records of now", versions.get(i), current);
        }
        return problems;
    }

    private static void check(List<String> problems, String what, Schema reader, Schema writer) {
        SchemaPairCompatibility pair = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
        if (pair.getType() != SchemaCompatibilityType.COMPATIBLE) {
            problems.add(what + ": " + pair.getResult().getIncompatibilities());
        }
    }

    private Path file(int version) {
        return directory.resolve(version + ".avsc");
    }

    private static String text(Schema schema) {
        return SchemaFormatter.format("json/pretty", schema);
    }

    /** Without {@code avro.java.string}, which only the generated Java classes need. */
    private static Schema withoutJavaHints(Schema schema) {
        try {
            return new Schema.Parser()
                    .parse(plain(JSON.readTree(schema.toString())).toString());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static JsonNode plain(JsonNode node) {
        if (node.isObject() && node.has("avro.java.string")) {
            ((ObjectNode) node).remove("avro.java.string");
            if (node.size() == 1) {
                return node.get("type");
            }
        }
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(plain(field.getValue())));
        } else if (node.isArray()) {
            ArrayNode array = (ArrayNode) node;
            for (int i = 0; i < array.size(); i++) {
                array.set(i, plain(array.get(i)));
            }
        }
        return node;
    }
}
