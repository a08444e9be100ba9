package io.weir.schemas.packets;

/** Bits of {@link io.weir.schemas.TcpNote}'s marks. */
public final class TcpMarks {

    /** The segment was sent before. */
    public static final int RETRANSMITTED = 1;

    /** The segment was overtaken by others. */
    public static final int OUT_OF_ORDER = 2;

    /** The segment repeats an acknowledgement while data is on its way. */
    public static final int DUPLICATE_ACKNOWLEDGEMENT = 4;

    /** The segment announces a window of zero. */
    public static final int ZERO_WINDOW = 8;

    private TcpMarks() {}
}
