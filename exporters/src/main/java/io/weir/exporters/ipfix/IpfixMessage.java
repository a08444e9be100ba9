package io.weir.exporters.ipfix;

import java.nio.ByteBuffer;

/**
 * Places in an IPFIX message (RFC 7011 section 3.1 and 3.3.2).
 *
 * <pre>
 *  0              2              4              8              12             16
 *  version (10)   length         export time    sequence       domain         sets
 *                                                number
 * </pre>
 *
 * A set is its number (16 bits), its length with these four octets (16 bits), and records. Until a message is sent, its sequence number field
 * says how many data records it holds: what it becomes, and the export time, is the session's to fill in.
 */
final class IpfixMessage {

    static final int VERSION = 10;
    static final int HEAD_OCTETS = 16;
    static final int LENGTH = 2;
    static final int EXPORT_TIME = 4;
    static final int SEQUENCE = 8;
    static final int DOMAIN = 12;

    static final int SET_HEAD_OCTETS = 4;
    static final int TEMPLATE_SET = 2;
    static final int OPTIONS_TEMPLATE_SET = 3;

    private IpfixMessage() {}

    /** Begins a message at the buffer's start. */
    static void begin(ByteBuffer out, int domain) {
        out.clear();
        out.putShort((short) VERSION).putShort((short) 0).putInt(0).putInt(0).putInt(domain);
    }

    /** Begins a set, and returns its place. */
    static int beginSet(ByteBuffer out, int id) {
        int at = out.position();
        out.putShort((short) id).putShort((short) 0);
        return at;
    }

    static void endSet(ByteBuffer out, int at) {
        out.putShort(at + Short.BYTES, (short) (out.position() - at));
    }

    /** Ends a message and makes it ready to be read. */
    static void end(ByteBuffer out, int dataRecords) {
        out.putShort(LENGTH, (short) out.position());
        out.putInt(SEQUENCE, dataRecords);
        out.flip();
    }
}
