package io.weir.schemas.packets;

/** TCP flags in the column {@code tcpControlBits} of packet batches. */
public final class TcpControlBits {

    /** The flags of one segment: the low 12 bits of octets 12 and 13 of its header (IE 6). */
    public static final int MASK = 0xfff;

    /** The flags are those of several segments: which of them had which is not known. */
    public static final int UNION = 0x1000;

    private TcpControlBits() {}

    /** @param flags of a column; -1 for none is no union */
    public static boolean isUnion(int flags) {
        return flags >= UNION;
    }
}
