package io.weir.decoding.facts;

import io.weir.schemas.packets.FactText;
import java.nio.ByteBuffer;

/** Texts in payloads. */
final class Octets {

    private Octets() {}

    static int u8(ByteBuffer buffer, int position) {
        return buffer.get(position) & 0xff;
    }

    static int u16(ByteBuffer buffer, int position) {
        return buffer.getShort(position) & 0xffff;
    }

    /** 24 bits. */
    static int u24(ByteBuffer buffer, int position) {
        return buffer.getInt(position) >>> 8;
    }

    /** Visible ASCII without the space. */
    static boolean isVisible(int octet) {
        return octet > ' ' && octet < 0x7f;
    }

    /** Takes octets as they are. */
    static void copy(ByteBuffer buffer, int position, int count, FactText out) {
        out.begin();
        for (int at = position; at < position + count; at++) {
            out.append(buffer.get(at));
        }
    }

    /** Takes a text of visible ASCII; one that is empty, too long or holds anything else is left absent. */
    static void take(ByteBuffer buffer, int position, int end, FactText out) {
        out.begin();
        for (int at = position; at < end; at++) {
            int octet = u8(buffer, at);
            if (!isVisible(octet) || !out.append(octet)) {
                out.clear();
                return;
            }
        }
        if (out.length() == 0) {
            out.clear();
        }
    }
}
