package io.weir.schemas.packets;

/** ICMP message types and their counterparts as Community ID v1 pairs them. */
public final class IcmpTypes {

    /** No counterpart: the message is one-way. */
    public static final int ONE_WAY = -1;

    private static final byte[] V4 = new byte[256];
    private static final short[] V6 = new short[256];

    static {
        java.util.Arrays.fill(V4, (byte) ONE_WAY);
        java.util.Arrays.fill(V6, (short) ONE_WAY);
        pair4(8, 0);
        pair4(13, 14);
        pair4(15, 16);
        pair4(10, 9);
        pair4(17, 18);
        pair6(128, 129);
        pair6(133, 134);
        pair6(135, 136);
        pair6(130, 131);
        pair6(139, 140);
        pair6(144, 145);
    }

    private IcmpTypes() {}

    /** The type that answers, or is answered by, a type; {@link #ONE_WAY} when there is none. */
    public static int counterpart(int protocolIdentifier, int type) {
        return protocolIdentifier == CanonicalKey.ICMPV6 ? V6[type & 0xff] : V4[type & 0xff];
    }

    /** True when a type of a pair is the asking one. */
    public static boolean isRequest(int protocolIdentifier, int type) {
        return protocolIdentifier == CanonicalKey.ICMPV6
                ? type == 128 || type == 133 || type == 135 || type == 130 || type == 139 || type == 144
                : type == 8 || type == 13 || type == 15 || type == 10 || type == 17;
    }

    private static void pair4(int request, int reply) {
        V4[request] = (byte) reply;
        V4[reply] = (byte) request;
    }

    private static void pair6(int request, int reply) {
        V6[request] = (short) reply;
        V6[reply] = (short) request;
    }
}
