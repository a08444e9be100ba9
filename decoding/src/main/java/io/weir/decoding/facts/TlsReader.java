package io.weir.decoding.facts;

import static io.weir.decoding.facts.Octets.u16;
import static io.weir.decoding.facts.Octets.u24;
import static io.weir.decoding.facts.Octets.u8;

import io.weir.schemas.ApplicationProtocol;
import io.weir.schemas.packets.FactText;
import io.weir.schemas.packets.PayloadFact;
import java.nio.ByteBuffer;

/**
 * ClientHello and ServerHello of TLS 1.0 to 1.3 (RFC 8446 section 4.1, RFC 5246 section 7.4.1) in the first record of a segment. A hello
 * that goes on in a later record or segment gives what the first part shows. Not thread-safe.
 *
 * <pre>
 * record:    0 type   1 version, 2   3 length, 2   5 handshake
 * handshake: 0 type   1 length, 3    4 version, 2  6 random, 32   38 session id with its length, 1
 *            then of a client: cipher suites with their length, 2; compression methods with their length, 1
 *            of a server: cipher suite, 2; compression method, 1
 *            then extensions with their length, 2: each a type, 2, and a value with its length, 2
 * </pre>
 */
final class TlsReader {
    private static final int RECORD_LENGTH = 3;
    private static final int RECORD_HEADER_LENGTH = 5;
    /** 2^14 and what encryption of old versions may add. */
    private static final int MAX_RECORD_LENGTH = 16384 + 2048;

    private static final int HANDSHAKE_HEADER_LENGTH = 4;
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_HELLO = 2;
    private static final int VERSION = 4;
    private static final int SESSION_ID = 38;
    private static final int MAX_SESSION_ID_LENGTH = 32;

    private static final int EXTENSION_HEADER_LENGTH = 4;
    private static final int SERVER_NAME = 0;
    private static final int SIGNATURE_ALGORITHMS = 13;
    private static final int ALPN = 16;
    private static final int SUPPORTED_VERSIONS = 43;

    /** Length of the list 0, kind of name 2, length of the name 3. */
    private static final int SERVER_NAME_HEADER_LENGTH = 5;

    private final Ja4 ja4 = new Ja4();

    /** {@code [position, end)} is the captured part of a segment's payload. */
    boolean record(ByteBuffer buffer, int position, int end, PayloadFact out) {
        int handshake = position + RECORD_HEADER_LENGTH;
        if (end - handshake < HANDSHAKE_HEADER_LENGTH) {
            return false;
        }
        int length = u16(buffer, position + RECORD_LENGTH);
        if (length < HANDSHAKE_HEADER_LENGTH || length > MAX_RECORD_LENGTH) {
            return false;
        }
        out.protocol = ApplicationProtocol.tls.ordinal();
        return hello(buffer, handshake, Math.min(end, handshake + length), 't', out);
    }

    /**
     * Reads a hello.
     *
     * @param position start of the handshake message
     * @param end of what is there of it
     * @param transport first letter of a fingerprint
     */
    boolean hello(ByteBuffer buffer, int position, int end, char transport, PayloadFact out) {
        if (end - position < SESSION_ID + 1) {
            return false;
        }
        int type = u8(buffer, position);
        int version = u16(buffer, position + VERSION);
        int sessionId = u8(buffer, position + SESSION_ID);
        if ((type != CLIENT_HELLO && type != SERVER_HELLO) || version >>> 8 != 3 || sessionId > MAX_SESSION_ID_LENGTH) {
            return false;
        }
        int helloEnd = position + HANDSHAKE_HEADER_LENGTH + u24(buffer, position + 1);
        boolean whole = helloEnd <= end;
        int there = Math.min(helloEnd, end);
        out.hasTls = true;
        out.tlsServer = type == SERVER_HELLO;
        out.tlsVersion = version;
        ja4.begin();
        int at = position + SESSION_ID + 1 + sessionId;
        at = out.tlsServer ? at + 3 : behindOffers(buffer, at, there);
        if (at < 0 || there - at < 2) {
            // Before TLS 1.2 a hello may end without extensions.
            return !whole || at == there;
        }
        int extensionsEnd = at + 2 + u16(buffer, at);
        if (whole && extensionsEnd > there) {
            return false;
        }
        if (!extensions(buffer, at + 2, Math.min(extensionsEnd, there), extensionsEnd <= there, out)) {
            return false;
        }
        if (whole && !out.tlsServer) {
            ja4.write(transport, out.tlsVersion, out.tlsFingerprint);
        }
        return true;
    }

    /** Takes note of a client's cipher suites; returns the index behind its compression methods, or -1 if that is not there. */
    private int behindOffers(ByteBuffer buffer, int position, int end) {
        if (end - position < 2) {
            return -1;
        }
        int suitesEnd = position + 2 + (u16(buffer, position) & ~1);
        for (int at = position + 2; at < suitesEnd; at += 2) {
            if (end - at < 2) {
                return -1;
            }
            ja4.cipherSuite(u16(buffer, at));
        }
        return suitesEnd < end ? suitesEnd + 1 + u8(buffer, suitesEnd) : -1;
    }

    private boolean extensions(ByteBuffer buffer, int position, int end, boolean whole, PayloadFact out) {
        int at = position;
        while (end - at >= EXTENSION_HEADER_LENGTH) {
            int type = u16(buffer, at);
            int value = at + EXTENSION_HEADER_LENGTH;
            int valueEnd = value + u16(buffer, at + 2);
            if (valueEnd > end) {
                return !whole;
            }
            extension(buffer, type, value, valueEnd, out);
            at = valueEnd;
        }
        return !whole || at == end;
    }

    private void extension(ByteBuffer buffer, int type, int position, int end, PayloadFact out) {
        ja4.extension(type);
        switch (type) {
            case SERVER_NAME -> {
                if (end - position > SERVER_NAME_HEADER_LENGTH && u8(buffer, position + 2) == 0) {
                    int name = position + SERVER_NAME_HEADER_LENGTH;
                    int nameEnd = name + u16(buffer, position + 3);
                    if (nameEnd <= end) {
                        Octets.take(buffer, name, nameEnd, out.tlsServerName);
                    }
                }
            }
            case ALPN -> alpn(buffer, position + 2, end, out.tlsAlpn);
            case SUPPORTED_VERSIONS -> out.tlsVersion = version(buffer, position, end, out);
            case SIGNATURE_ALGORITHMS -> {
                for (int at = position + 2; end - at >= 2; at += 2) {
                    ja4.signatureAlgorithm(u16(buffer, at));
                }
            }
            default -> {}
        }
    }

    /** The one that the server chose, or the highest that the client offers and that is not made up (RFC 8701). */
    private static int version(ByteBuffer buffer, int position, int end, PayloadFact out) {
        if (out.tlsServer) {
            return end - position == 2 ? u16(buffer, position) : out.tlsVersion;
        }
        int highest = PayloadFact.ABSENT;
        for (int at = position + 1; end - at >= 2; at += 2) {
            int version = u16(buffer, at);
            if (!Ja4.isGrease(version)) {
                highest = Math.max(highest, version);
            }
        }
        return highest == PayloadFact.ABSENT ? out.tlsVersion : highest;
    }

    /** Names of visible ASCII without commas, as many as have room. */
    private void alpn(ByteBuffer buffer, int position, int end, FactText out) {
        out.begin();
        for (int at = position; at < end; ) {
            int name = at + 1;
            int nameEnd = name + u8(buffer, at);
            if (nameEnd > end || nameEnd == name) {
                break;
            }
            if (at == position) {
                ja4.firstAlpn(u8(buffer, name), u8(buffer, nameEnd - 1));
            }
            addName(buffer, name, nameEnd, out);
            at = nameEnd;
        }
        if (out.length() == 0) {
            out.clear();
        }
    }

    private static void addName(ByteBuffer buffer, int position, int end, FactText out) {
        int before = out.length();
        boolean fits = before == 0 || out.append(',');
        for (int at = position; at < end && fits; at++) {
            int octet = u8(buffer, at);
            fits = Octets.isVisible(octet) && octet != ',' && out.append(octet);
        }
        if (!fits) {
            out.cut(before);
        }
    }
}
