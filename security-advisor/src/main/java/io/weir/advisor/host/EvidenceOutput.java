package io.weir.advisor.host;

import io.weir.state.RowOutput;
import java.nio.charset.StandardCharsets;

/** Writes evidence in few octets: numbers as long as they need (zigzag, seven bits an octet), text and octets behind their length. */
public final class EvidenceOutput {

    private final RowOutput out;

    public EvidenceOutput(RowOutput out) {
        this.out = out;
    }

    public void number(long value) {
        out.putVarlong(value);
    }

    /** All 64 bits matter. */
    public void bits(long value) {
        out.room(Long.BYTES).putLong(value);
    }

    public void flag(boolean value) {
        out.room(1).put((byte) (value ? 1 : 0));
    }

    /** Text that may be null. */
    public void text(String value) {
        octets(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }

    /** Octets that may be null. */
    public void octets(byte[] value) {
        number(value == null ? -1 : value.length);
        if (value != null) {
            out.put(value);
        }
    }

    public void host(HostKey key) {
        out.room(1).put((byte) ((key.v6() ? 1 : 0) | (key.realm() == 0 ? 0 : 2)));
        number(key.prefixLength());
        bits(key.high());
        if (key.v6()) {
            bits(key.low());
        }
        if (key.realm() != 0) {
            bits(key.realm());
        }
    }

    /** A host that may be null. */
    public void hostOrNull(HostKey key) {
        flag(key != null);
        if (key != null) {
            host(key);
        }
    }
}
