package io.weir.decoding.facts;

import io.weir.schemas.ApplicationProtocol;
import io.weir.schemas.packets.PayloadFact;
import java.nio.ByteBuffer;

/**
 * Method and host of an HTTP/1 request (RFC 9112 section 3) that begins with its segment. The request line must be whole; the host is
 * looked for among the fields that the segment holds.
 */
final class HttpReader {

    /** Octets of a request that are looked at. */
    private static final int MAX_LENGTH = 4096;

    private static final int MAX_METHOD_LENGTH = 7;

    /** The version at the end of the request line but for its last digit. */
    private static final String VERSION = "HTTP/1.";

    private static final String HOST = "host:";

    private HttpReader() {}

    static boolean request(ByteBuffer buffer, int position, int captured, PayloadFact out) {
        int end = Math.min(captured, position + MAX_LENGTH);
        int lineEnd = lineEnd(buffer, position, end);
        int version = contentEnd(buffer, position, lineEnd) - VERSION.length() - 1;
        int method = position;
        while (method < lineEnd && method - position <= MAX_METHOD_LENGTH && Octets.isVisible(buffer.get(method))) {
            method++;
        }
        if (lineEnd == end || version <= method + 1 || buffer.get(method) != ' ' || buffer.get(version - 1) != ' ') {
            return false;
        }
        if (!is(buffer, version, lineEnd, VERSION, false)) {
            return false;
        }
        out.protocol = ApplicationProtocol.http.ordinal();
        out.hasHttp = true;
        Octets.take(buffer, position, method, out.httpMethod);
        int field = lineEnd + 1;
        while (field < end) {
            int fieldEnd = lineEnd(buffer, field, end);
            int content = contentEnd(buffer, field, fieldEnd);
            if (content == field) {
                break;
            }
            // A value that goes on in the next segment is none.
            if (fieldEnd < end && is(buffer, field, fieldEnd, HOST, true)) {
                takeHost(buffer, field + HOST.length(), content, out);
                break;
            }
            field = fieldEnd + 1;
        }
        return !out.httpMethod.isAbsent();
    }

    private static void takeHost(ByteBuffer buffer, int position, int end, PayloadFact out) {
        int from = position;
        int to = end;
        while (from < to && isBlank(buffer.get(from))) {
            from++;
        }
        while (to > from && isBlank(buffer.get(to - 1))) {
            to--;
        }
        Octets.take(buffer, from, to, out.httpHost);
    }

    private static boolean isBlank(int octet) {
        return octet == ' ' || octet == '\t';
    }

    /** Index of the next line feed, or the end. */
    private static int lineEnd(ByteBuffer buffer, int position, int end) {
        int at = position;
        while (at < end && buffer.get(at) != '\n') {
            at++;
        }
        return at;
    }

    /** End of a line without its carriage return. */
    private static int contentEnd(ByteBuffer buffer, int position, int lineEnd) {
        return lineEnd > position && buffer.get(lineEnd - 1) == '\r' ? lineEnd - 1 : lineEnd;
    }

    private static boolean is(ByteBuffer buffer, int position, int end, String ascii, boolean anyCase) {
        if (end - position < ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            int octet = buffer.get(position + i);
            if (anyCase && octet >= 'A' && octet <= 'Z') {
                octet |= 0x20;
            }
            if (octet != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
