package io.weir.advisor.host;

import io.weir.advisor.codec.FieldReader;

/** Reads what {@link EvidenceOutput} wrote; throws as {@link FieldReader} does. */
public final class EvidenceInput extends FieldReader {

    public EvidenceInput(byte[] octets, int offset) {
        super(octets, offset);
    }

    public HostKey host() {
        int kind = octet();
        boolean v6 = (kind & 1) != 0;
        int prefixLength = integer();
        return new HostKey(bits(), v6 ? bits() : 0, v6, prefixLength, (kind & 2) == 0 ? 0 : bits());
    }

    public HostKey hostOrNull() {
        return flag() ? host() : null;
    }
}
