package io.weir.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Registry over HTTP. {@link HttpURLConnection} rather than {@code java.net.http}: a handful of calls in the life of a process
 * do not pay for a client with threads of its own.
 */
final class HttpSchemaRegistryClient implements SchemaRegistryClient {

    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final int TIMEOUT_MS = 10_000;

    /** Confluent's code; a plain 404 comes from something that is not a registry. */
    private static final int SCHEMA_NOT_FOUND = 40403;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> urls;
    private final String authorization;
    private final Map<String, Integer> ids = new ConcurrentHashMap<>();
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();

    /**
     * @param urls tried in order until one answers
     * @param userInfo {@code user:password}, or null
     */
    HttpSchemaRegistryClient(List<String> urls, String userInfo) {
        this.urls = urls;
        this.authorization = userInfo == null
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int register(String subject, Schema schema) {
        String text = schema.toString();
        return ids.computeIfAbsent(subject + '\n' + text, ignored -> {
            String path = "/subjects/" + URLEncoder.encode(subject, StandardCharsets.UTF_8) + "/versions";
            String body = JSON.createObjectNode().put("schema", text).toString();
            return call("POST", path, body, "id", "registering the schema of subject '" + subject + "'")
                    .asInt();
        });
    }

    @Override
    public Schema schemaById(int id) {
        return schemas.computeIfAbsent(id, ignored -> {
            try {
                String text = call("GET", "/schemas/ids/" + id, null, "schema", "reading schema " + id)
                        .asText();
                return new Schema.Parser().parse(text);
            } catch (SchemaRegistryException e) {
                if (e.errorCode() == SCHEMA_NOT_FOUND) {
                    // Not as the cause: whoever looks for a registry that is away would find one.
                    throw new SerializationException("the registry knows no schema " + id + ": " + e.getMessage());
                }
                throw e;
            } catch (SchemaParseException e) {
                throw new SerializationException("schema " + id + " is not an Avro schema: " + e.getMessage(), e);
            }
        });
    }

    @Override
    public void close() {
        // No connection is kept.
    }

    /** The value of {@code field} in the answer. */
    private JsonNode call(String method, String path, String body, String field, String what) {
        IOException last = null;
        for (String url : urls) {
            try {
                return callOne(url, method, path, body, field, what);
            } catch (IOException e) {
                last = e;
            }
        }
        throw new SchemaRegistryException(
                "Schema Registry " + String.join(", ", urls) + " cannot be reached while " + what + " ("
                        + last.getMessage() + "). Is it running, and does " + URL_CONFIG + " name it?",
                last);
    }

    private JsonNode callOne(String url, String method, String path, String body, String field, String what)
            throws IOException {
        String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(base + path).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setConnectTimeout(TIMEOUT_MS);
        connection.setReadTimeout(TIMEOUT_MS);
        connection.setRequestProperty("Accept", MEDIA_TYPE + ", application/json");
        if (authorization != null) {
            connection.setRequestProperty("Authorization", authorization);
        }
        if (body != null) {
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", MEDIA_TYPE);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body.getBytes(StandardCharsets.UTF_8));
            }
        }
        int status = connection.getResponseCode();
        boolean good = status / 100 == 2;
        byte[] answer;
        try (InputStream in = good ? connection.getInputStream() : connection.getErrorStream()) {
            answer = in == null ? new byte[0] : in.readAllBytes();
        }
        JsonNode json = parse(answer);
        if (good && json.has(field)) {
            return json.get(field);
        }
        if (good) {
            throw new SchemaRegistryException(
                    base + " answered without '" + field + "' while " + what + ": it is not a Schema Registry. Does "
                            + URL_CONFIG + " name the right address?",
                    status);
        }
        int code = json.path("error_code").asInt(status);
        String message = json.path("message").asText("HTTP " + status);
        throw new SchemaRegistryException(
                "Schema Registry " + base + " refused " + what + ": " + message + " (error " + code + ")", code);
    }

    private static JsonNode parse(byte[] answer) throws IOException {
        try {
            return JSON.readTree(answer);
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode();
        }
    }
}
