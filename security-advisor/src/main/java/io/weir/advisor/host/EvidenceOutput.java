package io.weir.advisor.host;

import io.weir.advisor.codec.FieldWriter;
import io.weir.state.RowOutput;

/** Writes evidence: fields, and hosts. */
public final class EvidenceOutput extends FieldWriter {

    public EvidenceOutput(RowOutput out) {
        super(out);
    }

    public void host(HostKey key) {
        octet((key.v6() ? 1 : 0) | (key.realm() == 0 ? 0 : 2));
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
