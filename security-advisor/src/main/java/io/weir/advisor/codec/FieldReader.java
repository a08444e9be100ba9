package io.weir.advisor.codec;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link FieldWriter} wrote. Every method throws {@link BufferUnderflowException} when the bytes end too early. */
public final class FieldReader {

    private final ByteBuffer buffer;

    public FieldReader(byte[] bytes, int offset) {
        this.buffer = ByteBuffer.wrap(bytes, offset, bytes.length - offset);
    }

    public int octet() {
        return buffer.get();
    }

    public long number() {
        return buffer.getLong();
    }

    public Integer integer() {
        return buffer.get() == 0 ? null : (Integer) buffer.getInt();
    }

    public String text() {
        byte[] octets = octets();
        return octets == null ? null : new String(octets, StandardCharsets.UTF_8);
    }

    public byte[] octets() {
        int length = buffer.getInt();
        if (length < 0) {
            return null;
        }
        if (length > buffer.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] octets = new byte[length];
        buffer.get(octets);
        return octets;
    }
}
