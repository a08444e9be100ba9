package io.weir.embedded.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** One request, decoded within bounds: path segments, query parameters, body. */
final class HttpCall {
    static final int MAX_BODY_BYTES = 8 * 1024 * 1024;

    /** How much of a refused body is still read, so that the caller gets to see the answer. */
    private static final long MAX_DRAINED_BYTES = 4L * MAX_BODY_BYTES;

    private static final Set<String> BODY_TYPES = Set.of(
            "application/vnd.schemaregistry.v1+json",
            "application/vnd.schemaregistry+json",
            "application/json",
            "application/octet-stream");

    private final HttpExchange exchange;
    private final List<String> path;
    private final Map<String, String> query;

    HttpCall(HttpExchange exchange) {
        this.exchange = exchange;
        this.path = pathOf(exchange.getRequestURI().getRawPath());
        this.query = queryOf(exchange.getRequestURI().getRawQuery());
    }

    String method() {
        return exchange.getRequestMethod();
    }

    /** Decoded segments; none for the root. */
    List<String> path() {
        return path;
    }

    boolean flag(String name) {
        return Boolean.parseBoolean(query.get(name));
    }

    String parameter(String name, String otherwise) {
        return query.getOrDefault(name, otherwise);
    }

    /**
     * The body, whole.
     *
     * @throws RegistryException 413 when it is too large, 415 when it is no JSON by its own account
     */
    byte[] body() throws IOException {
        requireBodyType();
        InputStream in = exchange.getRequestBody();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        long total = 0;
        int read = in.read(buffer);
        while (read >= 0 && total <= MAX_DRAINED_BYTES) {
            total += read;
            if (total <= MAX_BODY_BYTES) {
                body.write(buffer, 0, read);
            }
            read = in.read(buffer);
        }
        if (total > MAX_BODY_BYTES) {
            throw RegistryException.ofStatus(413, "The request is larger than " + MAX_BODY_BYTES + " bytes.");
        }
        return body.toByteArray();
    }

    private void requireBodyType() {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type != null && !BODY_TYPES.contains(type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT))) {
            throw RegistryException.ofStatus(
                    415, "Content type '" + type + "' is not supported; send application/vnd.schemaregistry.v1+json.");
        }
    }

    private static List<String> pathOf(String rawPath) {
        List<String> segments = new ArrayList<>();
        String trimmed = rawPath.endsWith("/") ? rawPath.substring(0, rawPath.length() - 1) : rawPath;
        String[] raw = trimmed.split("/", -1);
        for (int i = 1; i < raw.length; i++) {
            segments.add(decode(raw[i], false));
        }
        return segments;
    }

    private static Map<String, String> queryOf(String rawQuery) {
        Map<String, String> parameters = new HashMap<>();
        if (rawQuery != null) {
            for (String pair : rawQuery.split("&")) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parameters.putIfAbsent(decode(name, true), decode(value, true));
            }
        }
        return parameters;
    }

    /** Percent decoding (RFC 3986 section 2.1); a plus sign is a space in queries only. */
    private static String decode(String raw, boolean plusIsSpace) {
        byte[] in = raw.getBytes(UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
        int i = 0;
        while (i < in.length) {
            if (in[i] == '%') {
                out.write(hex(in, i + 1, raw) << 4 | hex(in, i + 2, raw));
                i += 3;
            } else {
                out.write(plusIsSpace && in[i] == '+' ? ' ' : in[i]);
                i++;
            }
        }
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(out.toByteArray())).toString();
        } catch (CharacterCodingException e) {
            // Replacing what is wrong would make one subject out of several.
            throw RegistryException.ofStatus(400, "'" + raw + "' is not percent-encoded UTF-8.");
        }
    }

    private static int hex(byte[] in, int index, String raw) {
        int digit = index < in.length ? Character.digit(in[index], 16) : -1;
        if (digit < 0) {
            throw RegistryException.ofStatus(400, "'" + raw + "' is not percent-encoded correctly.");
        }
        return digit;
    }
}
