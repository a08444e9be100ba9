package io.weir.embedded.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Calls of the REST contract: from path and method to an answer in JSON. */
final class RegistryRoutes {
    /** The prefix by which newer clients ask for the subjects of all contexts; we have the one. */
    private static final String ALL_CONTEXTS = ":*:";

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Subjects subjects;
    private final ObjectMapper json;

    RegistryRoutes(Subjects subjects, ObjectMapper json) {
        this.subjects = subjects;
        this.json = json;
    }

    /**
     * Answers a call.
     *
     * @throws RegistryException for every refusal
     */
    JsonNode answer(HttpCall call) throws IOException {
        List<String> path = call.path();
        if (path.isEmpty()) {
            only(call, "GET");
            return NODES.objectNode();
        }
        List<String> rest = path.subList(1, path.size());
        return switch (path.get(0)) {
            case "subjects" -> subjects(call, rest);
            case "schemas" -> schemas(call, rest);
            case "compatibility" -> compatibility(call, rest);
            case "config" -> config(call, rest);
            case "mode" -> mode(call, rest);
            default -> throw noSuchPath();
        };
    }

    private JsonNode subjects(HttpCall call, List<String> path) throws IOException {
        if (path.isEmpty()) {
            only(call, "GET");
            String prefix = call.parameter("subjectPrefix", "");
            return json.valueToTree(subjects.names(prefix.equals(ALL_CONTEXTS) ? "" : prefix, call.flag("deleted")));
        }
        String subject = path.get(0);
        if (path.size() == 1) {
            return subject(call, subject);
        }
        if (!path.get(1).equals("versions")) {
            throw noSuchPath();
        }
        if (path.size() == 2) {
            return versions(call, subject);
        }
        return version(call, subject, path.get(2), path.subList(3, path.size()));
    }

    private JsonNode subject(HttpCall call, String subject) throws IOException {
        return switch (call.method()) {
            case "POST" ->
                describe(subjects.lookUp(
                        subject, RequestBody.schema(call.body()), call.flag("normalize"), call.flag("deleted")));
            case "DELETE" -> json.valueToTree(subjects.delete(subject, call.flag("permanent")));
            default -> throw notAllowed(call);
        };
    }

    private JsonNode versions(HttpCall call, String subject) throws IOException {
        return switch (call.method()) {
            case "GET" ->
                json.valueToTree(subjects.versions(subject, call.flag("deleted")).stream()
                        .map(SchemaVersion::version)
                        .toList());
            case "POST" ->
                NODES.objectNode()
                        .put("id", subjects.register(subject, RequestBody.schema(call.body()), call.flag("normalize")));
            default -> throw notAllowed(call);
        };
    }

    private JsonNode version(HttpCall call, String subject, String version, List<String> path) throws IOException {
        int number = versionNumber(version);
        if (path.isEmpty() && call.method().equals("DELETE")) {
            return NODES.numberNode(subjects.deleteVersion(subject, number, call.flag("permanent")));
        }
        only(call, "GET");
        if (path.isEmpty()) {
            return describe(subjects.version(subject, number, call.flag("deleted")));
        }
        return switch (String.join("/", path)) {
            case "schema" ->
                json.readTree(subjects.version(subject, number, call.flag("deleted"))
                        .content()
                        .schema());
            case "referencedby" -> json.valueToTree(subjects.referencedBy(subject, number));
            default -> throw noSuchPath();
        };
    }

    private JsonNode schemas(HttpCall call, List<String> path) throws IOException {
        only(call, "GET");
        if (path.equals(List.of("types"))) {
            return NODES.arrayNode().add(SchemaIdentity.AVRO);
        }
        if (path.size() < 2 || path.size() > 3 || !path.get(0).equals("ids")) {
            throw noSuchPath();
        }
        int id = id(path.get(1));
        if (path.size() == 2) {
            ObjectNode answer = NODES.objectNode();
            StoreCodec.putContent(answer, subjects.content(id));
            if (call.flag("fetchMaxId")) {
                answer.put("maxId", subjects.maxId());
            }
            return answer;
        }
        return switch (path.get(2)) {
            case "schema" -> json.readTree(subjects.content(id).schema());
            case "subjects" ->
                json.valueToTree(subjects.versionsOf(id, call.flag("deleted")).stream()
                        .map(SchemaVersion::subject)
                        .distinct()
                        .sorted()
                        .toList());
            case "versions" -> subjectVersions(subjects.versionsOf(id, call.flag("deleted")));
            default -> throw noSuchPath();
        };
    }

    private JsonNode compatibility(HttpCall call, List<String> path) throws IOException {
        if (path.size() < 3
                || path.size() > 4
                || !path.get(0).equals("subjects")
                || !path.get(2).equals("versions")) {
            throw noSuchPath();
        }
        only(call, "POST");
        SchemaRequest request = RequestBody.schema(call.body());
        boolean normalize = call.flag("normalize");
        List<String> problems = path.size() == 3
                ? subjects.checkAll(path.get(1), request, normalize)
                : subjects.check(path.get(1), versionNumber(path.get(3)), request, normalize);
        ObjectNode answer = NODES.objectNode().put("is_compatible", problems.isEmpty());
        if (call.flag("verbose")) {
            answer.set("messages", json.valueToTree(problems));
        }
        return answer;
    }

    private JsonNode config(HttpCall call, List<String> path) throws IOException {
        String subject = subjectOrGlobal(path);
        switch (call.method()) {
            case "GET" -> {
                Optional<CompatibilityLevel> own = subjects.ownLevel(subject);
                if (own.isEmpty() && subject != null && !call.flag("defaultToGlobal")) {
                    throw RegistryException.noSubjectConfig(subject);
                }
                return NODES.objectNode()
                        .put("compatibilityLevel", subjects.level(subject).name());
            }
            case "PUT" -> {
                CompatibilityLevel level = RequestBody.level(call.body());
                subjects.setLevel(subject, level);
                return NODES.objectNode().put("compatibility", level.name());
            }
            case "DELETE" -> {
                return NODES.objectNode()
                        .put("compatibilityLevel", subjects.removeLevel(subject).name());
            }
            default -> throw notAllowed(call);
        }
    }

    private JsonNode mode(HttpCall call, List<String> path) throws IOException {
        String subject = subjectOrGlobal(path);
        Mode mode;
        switch (call.method()) {
            case "GET" -> {
                if (subject != null && subjects.ownMode(subject).isEmpty() && !call.flag("defaultToGlobal")) {
                    throw RegistryException.noSubjectMode(subject);
                }
                mode = subjects.mode(subject);
            }
            case "PUT" -> {
                mode = RequestBody.mode(call.body());
                subjects.setMode(subject, mode);
            }
            case "DELETE" -> mode = subjects.removeMode(subject);
            default -> throw notAllowed(call);
        }
        return NODES.objectNode().put("mode", mode.name());
    }

    private static ObjectNode describe(SchemaVersion version) {
        ObjectNode answer = NODES.objectNode()
                .put("subject", version.subject())
                .put("version", version.version())
                .put("id", version.id());
        StoreCodec.putContent(answer, version.content());
        return answer;
    }

    private static ArrayNode subjectVersions(List<SchemaVersion> versions) {
        ArrayNode answer = NODES.arrayNode();
        for (SchemaVersion version : versions) {
            answer.addObject().put("subject", version.subject()).put("version", version.version());
        }
        return answer;
    }

    private static String subjectOrGlobal(List<String> path) {
        if (path.size() > 1) {
            throw noSuchPath();
        }
        return path.isEmpty() ? null : path.get(0);
    }

    private static int versionNumber(String version) {
        if (version.equals("latest") || version.equals("-1")) {
            return -1;
        }
        try {
            int number = Integer.parseInt(version);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number out of range.
        }
        throw RegistryException.invalidVersion(version);
    }

    private static int id(String id) {
        try {
            return Integer.parseInt(id);
        } catch (NumberFormatException e) {
            throw RegistryException.schemaNotFound("Schema " + id);
        }
    }

    private static void only(HttpCall call, String method) {
        if (!call.method().equals(method)) {
            throw notAllowed(call);
        }
    }

    private static RegistryException noSuchPath() {
        return RegistryException.ofStatus(404, "HTTP 404 Not Found");
    }

    private static RegistryException notAllowed(HttpCall call) {
        return RegistryException.ofStatus(405, "HTTP 405 Method " + call.method() + " Not Allowed");
    }
}
