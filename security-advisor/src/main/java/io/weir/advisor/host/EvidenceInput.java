package io.weir.advisor.host;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.ByteUtils;

/** Reads what {@link EvidenceOutput} wrote. Octets that end too early throw {@link BufferUnderflowException}. */
public final class EvidenceInput {

    private final ByteBuffer in;

    public EvidenceInput(byte[] octets, int offset) {
        in = ByteBuffer.wrap(octets, offset, octets.length - offset);
    }

    public boolean isAtEnd() {
        return !in.hasRemaining();
    }

    public long number() {
        return ByteUtils.readVarlong(in);
    }

    public int integer() {
        return Math.toIntExact(number());
    }

    public long bits() {
        return in.getLong();
    }

    public boolean flag() {
        return in.get() != 0;
    }

    public String text() {
        byte[] octets = octets();
        return octets == null ? null : new String(octets, StandardCharsets.UTF_8);
    }

    public byte[] octets() {
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

    public HostKey host() {
        int kind = in.get();
        boolean v6 = (kind & 1) != 0;
        int prefixLength = integer();
        return new HostKey(bits(), v6 ? bits() : 0, v6, prefixLength, (kind & 2) == 0 ? 0 : bits());
    }

    public HostKey hostOrNull() {
        return flag() ? host() : null;
    }
}
