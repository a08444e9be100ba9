package io.weir.topology.netflow;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Takes a message apart into its sets of templates and those of data; v5 has only data. */
final class TemplateSets {
    private TemplateSets() {}

    /** The message without templates. */
    static byte[] without(byte[] message) {
        return filter(message, false);
    }

    /** The message with nothing but templates; empty for v5. */
    static byte[] only(byte[] message) {
        return filter(message, true);
    }

    private static byte[] filter(byte[] message, boolean templates) {
        ByteBuffer in = ByteBuffer.wrap(message);
        int version = in.getShort(0);
        if (version == NetflowDecoder.V5) {
            return templates ? new byte[0] : message;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = version == NetflowDecoder.IPFIX ? 16 : 20;
        out.write(message, 0, at);
        while (message.length - at >= 4) {
            int id = in.getShort(at) & 0xffff;
            int length = Math.min(in.getShort(at + 2) & 0xffff, message.length - at);
            if (length < 4) {
                break;
            }
            if (id < Template.MIN_ID == templates) {
                out.write(message, at, length);
            }
            at += length;
        }
        byte[] filtered = out.toByteArray();
        if (version == NetflowDecoder.IPFIX) {
            ByteBuffer.wrap(filtered).putShort(2, (short) filtered.length);
        }
        return filtered;
    }
}
