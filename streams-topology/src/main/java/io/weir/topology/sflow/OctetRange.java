package io.weir.topology.sflow;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Octets of a record, by their place in the buffer that was decoded, filled anew by every read: texts and headers. */
public final class OctetRange {
    /** Octets of a text that are turned into a string; no bound of a memo is above 255. */
    public static final int MAX_TEXT_OCTETS = 1024;

    /** Index in the buffer of the first octet; says nothing where there are none. */
    public int position;
    /** Octets without the padding behind them, 0 for an empty text. */
    public int octets;

    OctetRange() {}

    void set(int position, int octets) {
        this.position = position;
        this.octets = octets;
    }

    /**
     * The octets as UTF-8 with malformed ones replaced, the first {@value #MAX_TEXT_OCTETS} of them. Allocates: not for the hot path.
     *
     * @param buffer the one that was decoded
     */
    public String text(ByteBuffer buffer) {
        byte[] bytes = new byte[Math.min(octets, MAX_TEXT_OCTETS)];
        buffer.get(position, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
