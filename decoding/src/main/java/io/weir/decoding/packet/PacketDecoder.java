package io.weir.decoding.packet;

import io.weir.schemas.DecodingProblem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Set;

/**
 * Reads the headers of a captured frame in place. Link types are those of pcap (<a
 * href="https://www.tcpdump.org/linktypes.html">LINKTYPE_ values</a>); header fields are in network byte order where the layer does
 * not say otherwise.
 *
 * <p>No octets can hurt: nothing outside the captured octets is read, nothing is thrown on account of them, and the work is
 * bounded by {@link PacketHeaders#MAX_LAYERS} and {@link #MAX_EXTENSION_HEADERS}. What was read before a problem is kept.
 *
 * <p>Each layer is a class of its own that reads its header and hands the rest to the next one. A further link type is a case
 * in {@link #decode}; a tunnel is one in {@link TransportLayer} or {@link EtherTypeLayer}. Options but the jumbo one and
 * checksums are ignored on purpose; of payloads it is only noted which ones may show a fact ({@link ApplicationLayer}).
 *
 * <p>Stateless and safe for use by many threads, each with {@link PacketHeaders} of its own.
 */
public final class PacketDecoder {
    /** IPv6 extension headers walked in one packet. */
    public static final int MAX_EXTENSION_HEADERS = 8;

    /** Packets within each other behind the outermost that are walked unless said otherwise. */
    public static final int DEFAULT_TUNNEL_DEPTH = 8;

    private static final int LINKTYPE_NULL = 0;
    private static final int LINKTYPE_ETHERNET = 1;
    private static final int LINKTYPE_PPP = 9;
    /** Raw IP as BSD numbers it. */
    private static final int DLT_RAW = 12;
    /** Raw IP as OpenBSD numbers it. */
    private static final int DLT_RAW_OPENBSD = 14;

    private static final int LINKTYPE_PPP_HDLC = 50;
    private static final int LINKTYPE_PPP_ETHER = 51;
    private static final int LINKTYPE_RAW = 101;
    private static final int LINKTYPE_C_HDLC = 104;
    /** Its frames may also lie behind a header of the capture that says more about them, see {@link PpiLayer}. */
    static final int LINKTYPE_IEEE802_11 = 105;

    private static final int LINKTYPE_FRELAY = 107;
    private static final int LINKTYPE_LOOP = 108;
    private static final int LINKTYPE_LINUX_SLL = 113;
    private static final int LINKTYPE_IEEE802_11_PRISM = 119;
    private static final int LINKTYPE_IEEE802_11_RADIOTAP = 127;
    private static final int LINKTYPE_IEEE802_11_AVS = 163;
    private static final int LINKTYPE_PPI = 192;
    private static final int LINKTYPE_MPLS = 219;
    private static final int LINKTYPE_IPV4 = 228;
    private static final int LINKTYPE_IPV6 = 229;
    private static final int LINKTYPE_NFLOG = 239;
    private static final int LINKTYPE_IPOIB = 242;
    private static final int LINKTYPE_PKTAP = 258;
    private static final int LINKTYPE_LINUX_SLL2 = 276;

    private final int tunnelDepth;
    private final int factKinds;

    /** A decoder that walks {@value #DEFAULT_TUNNEL_DEPTH} packets within each other. */
    public PacketDecoder() {
        this(DEFAULT_TUNNEL_DEPTH);
    }

    /** A decoder that notes payloads of every kind; parameter as below. */
    public PacketDecoder(int tunnelDepth) {
        this(tunnelDepth, FactKind.ALL);
    }

    /**
     * @param tunnelDepth packets within each other, behind the outermost, that are walked; 0 leaves tunnels closed
     * @param facts what payloads are looked at for
     */
    public PacketDecoder(int tunnelDepth, Set<FactKind> facts) {
        this.tunnelDepth = tunnelDepth;
        factKinds = FactKind.mask(facts);
    }

    /** Whether frames of this link type are more than counted. */
    public static boolean knows(int linkType) {
        return switch (linkType) {
            case LINKTYPE_NULL,
                    LINKTYPE_ETHERNET,
                    LINKTYPE_PPP,
                    DLT_RAW,
                    DLT_RAW_OPENBSD,
                    LINKTYPE_PPP_HDLC,
                    LINKTYPE_PPP_ETHER,
                    LINKTYPE_RAW,
                    LINKTYPE_C_HDLC,
                    LINKTYPE_IEEE802_11,
                    LINKTYPE_FRELAY,
                    LINKTYPE_LOOP,
                    LINKTYPE_LINUX_SLL,
                    LINKTYPE_IEEE802_11_PRISM,
                    LINKTYPE_IEEE802_11_RADIOTAP,
                    LINKTYPE_IEEE802_11_AVS,
                    LINKTYPE_PPI,
                    LINKTYPE_MPLS,
                    LINKTYPE_IPV4,
                    LINKTYPE_IPV6,
                    LINKTYPE_NFLOG,
                    LINKTYPE_IPOIB,
                    LINKTYPE_PKTAP,
                    LINKTYPE_LINUX_SLL2 -> true;
            default -> false;
        };
    }

    /**
     * Fills {@code out} with the headers of the frame at {@code [offset, offset + capturedOctets)}.
     *
     * @param buffer in big endian order; left as it is
     * @param layer2Octets length of the frame on the wire; lengths are checked against it, never against the capture
     * @param linkType pcap link type without the FCS bits
     * @throws IllegalArgumentException if the buffer is not in big endian order
     * @throws IndexOutOfBoundsException if the frame does not lie within the buffer's limit
     */
    public void decode(
            ByteBuffer buffer, int offset, int capturedOctets, int layer2Octets, int linkType, PacketHeaders out) {
        if (buffer.order() != ByteOrder.BIG_ENDIAN) {
            throw new IllegalArgumentException("The buffer of a frame must be in big endian order");
        }
        Objects.checkFromIndexSize(offset, capturedOctets, buffer.limit());
        out.clear(tunnelDepth, factKinds);
        int end = offset + capturedOctets;
        // A capture longer than its frame is a damaged one: believe the octets that are there.
        int uncaptured = Math.max(capturedOctets, layer2Octets) - capturedOctets;
        decodeLink(buffer, offset, end, uncaptured, linkType, out);
    }

    /** Whether more than the headers of a datagram between these ports may be read: it may carry another packet or show a fact. */
    public static boolean looksIntoUdp(int sourcePort, int destinationPort) {
        return UdpTunnelLayer.mayBe(sourcePort, destinationPort) || ApplicationLayer.mayBe(sourcePort, destinationPort);
    }

    /** Whether every segment from or to this port may show a fact, however it begins. */
    public static boolean looksIntoTcp(int port) {
        return ApplicationLayer.isTcp(port);
    }

    /** A frame of this link type, at the start or inside another; parameters as in {@link LinkLayer}. */
    static void decodeLink(ByteBuffer buffer, int position, int end, int uncaptured, int linkType, PacketHeaders out) {
        switch (linkType) {
            case LINKTYPE_ETHERNET -> LinkLayer.ethernet(buffer, position, end, uncaptured, out);
            case LINKTYPE_LINUX_SLL -> LinkLayer.sll(buffer, position, end, uncaptured, out);
            case LINKTYPE_LINUX_SLL2 -> LinkLayer.sll2(buffer, position, end, uncaptured, out);
            case LINKTYPE_NULL -> LinkLayer.nullLink(buffer, position, end, uncaptured, out);
            case LINKTYPE_LOOP -> LinkLayer.loop(buffer, position, end, uncaptured, out);
            case LINKTYPE_RAW, DLT_RAW, DLT_RAW_OPENBSD -> LinkLayer.rawIp(buffer, position, end, uncaptured, out);
            case LINKTYPE_IPV4 -> EtherTypeLayer.decode(buffer, position, end, uncaptured, EtherTypeLayer.IPV4, out);
            case LINKTYPE_IPV6 -> EtherTypeLayer.decode(buffer, position, end, uncaptured, EtherTypeLayer.IPV6, out);
            case LINKTYPE_MPLS -> EtherTypeLayer.decode(buffer, position, end, uncaptured, MplsLayer.UNICAST, out);
            case LINKTYPE_PPP -> PppLayer.framed(buffer, position, end, uncaptured, out);
            case LINKTYPE_PPP_HDLC -> ChdlcLayer.pppOrChdlc(buffer, position, end, uncaptured, out);
            case LINKTYPE_C_HDLC -> ChdlcLayer.decode(buffer, position, end, uncaptured, out);
            case LINKTYPE_FRELAY -> FrameRelayLayer.decode(buffer, position, end, uncaptured, out);
            case LINKTYPE_IEEE802_11 -> WlanLayer.decode(buffer, position, end, uncaptured, out);
            case LINKTYPE_IEEE802_11_RADIOTAP -> WlanCaptureLayer.radiotap(buffer, position, end, uncaptured, out);
            case LINKTYPE_IEEE802_11_PRISM -> WlanCaptureLayer.prism(buffer, position, end, uncaptured, out);
            case LINKTYPE_IEEE802_11_AVS -> WlanCaptureLayer.avs(buffer, position, end, uncaptured, out);
            case LINKTYPE_PPI -> PpiLayer.decode(buffer, position, end, uncaptured, out);
            case LINKTYPE_NFLOG -> NflogLayer.decode(buffer, position, end, uncaptured, out);
            case LINKTYPE_IPOIB -> IpoibLayer.decode(buffer, position, end, uncaptured, out);
            case LINKTYPE_PKTAP -> PktapLayer.decode(buffer, position, end, uncaptured, out);
            case LINKTYPE_PPP_ETHER ->
                EtherTypeLayer.decode(buffer, position, end, uncaptured, EtherTypeLayer.PPPOE_SESSION, out);
            default -> out.addProblem(DecodingProblem.unknown_link_type);
        }
    }

    /** The problem of a header that the captured octets do not hold in full. */
    static DecodingProblem cut(int uncaptured) {
        return uncaptured > 0 ? DecodingProblem.truncated : DecodingProblem.packet_too_short;
    }
}
