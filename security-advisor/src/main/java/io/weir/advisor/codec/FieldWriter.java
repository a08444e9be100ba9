package io.weir.advisor.codec;

import io.weir.state.RowOutput;
import java.nio.charset.StandardCharsets;

/** Writes fields one after the other, in few octets: numbers as long as they need (zigzag, seven bits an octet), text and octets behind their length. */
public class FieldWriter {

    private static final String HEX_DIGITS = "0123456789abcdef";

    private final RowOutput out;

    /** @param out takes the octets */
    public FieldWriter(RowOutput out) {
        this.out = out;
    }

    public final void octet(int value) {
        out.room(1).put((byte) value);
    }

    public final void flag(boolean value) {
        octet(value ? 1 : 0);
    }

    public final void number(long value) {
        out.putVarlong(value);
    }

    /** All 64 bits matter. */
    public final void bits(long value) {
        out.room(Long.BYTES).putLong(value);
    }

    /** An integer that may be null. */
    public final void integer(Integer value) {
        flag(value != null);
        if (value != null) {
            number(value);
        }
    }

    /** Text that may be null. */
    public final void text(String value) {
        octets(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }

    /** Octets that may be null. */
    public final void octets(byte[] value) {
        number(value == null ? -1 : value.length);
        if (value != null) {
            out.put(value);
        }
    }

    /** Text that may be null, mostly pairs of hex digits: these take half of the room. */
    public final void id(String value) {
        byte[] packed = value == null ? null : packed(value);
        flag(packed != null);
        if (packed == null) {
            text(value);
        } else {
            octets(packed);
        }
    }

    /** Null when it is no pairs of lower-case hex digits. */
    private static byte[] packed(String value) {
        if (value.length() % 2 != 0) {
            return null;
        }
        byte[] packed = new byte[value.length() / 2];
        for (int i = 0; i < value.length(); i++) {
            int digit = HEX_DIGITS.indexOf(value.charAt(i));
            if (digit < 0) {
                return null;
            }
            packed[i / 2] = (byte) (packed[i / 2] << 4 | digit);
        }
        return packed;
    }
}
