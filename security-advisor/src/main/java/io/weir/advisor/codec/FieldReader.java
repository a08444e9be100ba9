package io.weir.advisor.codec;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.kafka.common.utils.ByteUtils;

/**
 * Reads what {@link FieldWriter} wrote. Octets that end too early throw {@link BufferUnderflowException}, numbers that cannot be {@link IllegalArgumentException} or {@link
 * ArithmeticException}.
 */
public class FieldReader {

    private final ByteBuffer in;

    public FieldReader(byte[] octets, int offset) {
        in = ByteBuffer.wrap(octets, offset, octets.length - offset);
    }

    public final boolean isAtEnd() {
        return !in.hasRemaining();
    }

    public final int octet() {
        return in.get();
    }

    public final boolean flag() {
        return in.get() != 0;
    }

    public final long number() {
        return ByteUtils.readVarlong(in);
    }

    /** A number of 32 bits. */
    public final int integer() {
        return Math.toIntExact(number());
    }

    public final long bits() {
        return in.getLong();
    }

    public final Integer integerOrNull() {
        return flag() ? (Integer) integer() : null;
    }

    public final String text() {
        byte[] octets = octets();
        return octets == null ? null : new String(octets, StandardCharsets.UTF_8);
    }

    public final byte[] octets() {
        int length = integer();
        if (length < 0) {
            return null;
        }
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] octets = new byte[length];
        in.get(octets);
        return octets;
    }

    public final String id() {
        return flag() ? HexFormat.of().formatHex(octets()) : text();
    }
}
