package io.weir.decoding.packet;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.util.ArrayList;
import java.util.List;

/**
 * The headers of one frame as {@link PacketDecoder} found them: a plain carrier, one per thread, filled anew by every call.
 * It must not leave the loop that decodes; whoever keeps something copies it.
 *
 * <p>Absent is -1, except where said. {@link #ipVersion} is 4 or 6 exactly when addresses, protocol and octets are present;
 * a frame whose IP header cannot be used has {@link #ipVersion} 0 and is known by its MAC addresses and EtherType.
 */
public final class PacketHeaders {
    /** Layers that fit into {@link #layers}. No more link layers are walked; an IP or transport layer above is not listed. */
    public static final int MAX_LAYERS = Long.BYTES;

    private static final int ENCLOSES = 1;
    private static final int QUOTES = 2;

    /** VLAN ids that are kept, see {@link #vlanIds}. */
    public static final int MAX_VLAN_IDS = 4;

    /** Layers from the outside in: indexes of {@link Layer}, one octet each, the outermost in the least significant one; 0 ends the list. */
    public long layers;
    /** 48 bits; -1 where the link layer has none. */
    public long sourceMac;
    /** 48 bits; -1 where the link layer has none. */
    public long destinationMac;
    /**
     * The last EtherType read: that of the payload, behind the VLAN tags. For a link layer that has none it is the EtherType of the IP
     * version that it announces. -1 for LLC frames and where the frame ended before.
     */
    public int etherType;
    /** Tags walked, below {@link #MAX_LAYERS}. */
    public int vlanCount;
    /** The ids of the first {@value #MAX_VLAN_IDS} tags, 12 bits each, the outermost in the least significant bits; 0 is a priority tag. */
    public long vlanIds;
    /** 0 without usable IP header, 4 or 6. */
    public int ipVersion;
    /** IANA number of the last header of the chain (IE 4). */
    public int protocol;
    /** Most significant half of an IPv6 address; 0 for IPv4. */
    public long sourceAddressHigh;
    /** Least significant half of an IPv6 address; an IPv4 address in the low 32 bits, unsigned. */
    public long sourceAddressLow;

    public long destinationAddressHigh;
    public long destinationAddressLow;
    /** 0 to 65535; -1 for protocols without ports, for later fragments and where the capture ends before. */
    public int sourcePort;

    public int destinationPort;
    /** ICMP or ICMPv6 type. */
    public int icmpType;

    public int icmpCode;
    /** The low 12 bits of octets 12 and 13 of the TCP header (IE 6: flags with CWR, ECE, AE and the reserved bits). */
    public int tcpControlBits;
    /**
     * Octets of the TCP segment behind its header, whether captured or not; -1 where that or one of the three below is not known: no
     * segment, cut too short, a fragment.
     */
    public int tcpPayloadOctets;
    /** Sequence number, 32 bits; says nothing without {@link #tcpPayloadOctets}, as the next two. */
    public int tcpSequence;
    /** Acknowledgement number, 32 bits, whether or not the ACK bit is set. */
    public int tcpAcknowledgement;
    /** As the header has it, unscaled. */
    public int tcpWindow;
    /**
     * Length of the IP packet in octets (IE 1) as its header says, however long the frame: IPv4 total length, or 40 + IPv6 payload
     * length, or 40 + jumbo payload length (RFC 2675). Where the header says 0 because segmentation is left to the interface, the
     * frame's length tells.
     */
    public int octets;
    /** Type of service of IPv4 or traffic class of IPv6 (IE 5), 8 bits; says nothing without {@link #ipVersion}. */
    public int ipClassOfService;
    /** IPv4 time to live (IE 192) or IPv6 hop limit, 0 to 255; -1 without IP. */
    public int timeToLive;
    /**
     * What tells this packet from others of its flow and is alike wherever it passes: of TCP the numbers say that, hence 0; of UDP
     * the start of its payload and its length, of others the start of what is behind IP, with the identification of IPv4. 0 where too little was captured.
     */
    public long content;
    /** The packet is a part of a larger one. An IPv6 atomic fragment (RFC 6946) is whole, hence none. */
    public boolean fragment;
    /** A fragment other than the first: it has no transport header. */
    public boolean laterFragment;
    /** What the fragments of one packet have in common, beside addresses and protocol: 16 bits of IPv4, 32 of IPv6; 0 if not a fragment. */
    public int fragmentIdentification;
    /** Interface index on the capturing host (SLL2, NFLOG); 0 where the link layer does not say. */
    public int interfaceIndex;
    /** The first problem met. */
    public DecodingProblem problem = DecodingProblem.none;

    /** Index in the buffer where a payload begins that may show a fact; says nothing without {@link #payloadKind()}. */
    public int payloadPosition;
    /** Index in the buffer behind what is captured of that payload; says nothing without {@link #payloadKind()}. */
    public int payloadEnd;

    /** Of an enclosed packet: the layer that encloses it. {@link Layer#unknown} for a frame. */
    public Layer tunnel = Layer.unknown;
    /**
     * Of an enclosed packet: the number in the header of its tunnel (VNI, GRE key, TEID, session), -1 where there is none.
     */
    public long tunnelIdentifier = -1;
    /** Of an enclosed packet: {@link #tunnelIdentifier} names a network, alike for both directions, not a session of one. */
    public boolean tunnelIsNetwork;
    /** Of an enclosed packet: its length on the wire in octets, from its first header to the end of what encloses it. */
    public int enclosedOctets = -1;

    private int layerCount;

    /** Ordinal of {@link #payloadKind()} plus one, 0 for none: a number, as storing a reference for each packet costs. */
    private int payload;

    /** Kinds of facts that are wanted, {@link FactKind#mask}. */
    private int factKinds;

    /** How many more packets may be within each other from here on. */
    private int depthLeft;

    /** What this one lacks is in the other fragments of what encloses it, or was cut off on the way. */
    private boolean restElsewhere;

    /** Headers of the enclosed packet; made once and kept, whether there is one or not. */
    private PacketHeaders next;

    /** Headers of the packet that an ICMP error quotes; made when the first one is met. */
    private PacketHeaders quote;

    /** Sum of {@link #ENCLOSES} and {@link #QUOTES}: one number, so that most packets have one thing to look at. */
    private int held;

    /** These are headers of a packet that an ICMP error quotes. */
    private boolean isQuote;

    /** Everything absent. */
    public PacketHeaders() {
        clear();
    }

    /** Headers of the packet that this one encloses, or null. */
    public PacketHeaders enclosed() {
        return (held & ENCLOSES) != 0 ? next : null;
    }

    /**
     * Headers of the packet that this one, an ICMP error, is about, or null. They are what the quote shows, of which eight octets behind IP are
     * sure, on the link that the error came by; they name a flow ({@link TransportLayer#namesFlow}) whose sender the error was sent to.
     */
    public PacketHeaders quoted() {
        return (held & QUOTES) != 0 ? quote : null;
    }

    /** Whether there are {@link #enclosed} headers or {@link #quoted} ones. */
    public boolean holdsPacket() {
        return held != 0;
    }

    /** Names of packed layers, outermost first. */
    public static List<String> layerNames(long layers) {
        List<String> names = new ArrayList<>(MAX_LAYERS);
        for (long rest = layers; rest != 0; rest >>>= Byte.SIZE) {
            names.add(Layer.values()[(int) rest & 0xff].name());
        }
        return names;
    }

    /** Makes everything absent. */
    public void clear() {
        layers = 0;
        layerCount = 0;
        sourceMac = -1;
        destinationMac = -1;
        etherType = -1;
        vlanCount = 0;
        vlanIds = 0;
        ipVersion = 0;
        protocol = -1;
        sourceAddressHigh = 0;
        sourceAddressLow = 0;
        destinationAddressHigh = 0;
        destinationAddressLow = 0;
        sourcePort = -1;
        destinationPort = -1;
        icmpType = -1;
        icmpCode = -1;
        tcpControlBits = -1;
        tcpPayloadOctets = -1;
        octets = -1;
        timeToLive = -1;
        content = 0;
        fragment = false;
        laterFragment = false;
        fragmentIdentification = 0;
        interfaceIndex = 0;
        problem = DecodingProblem.none;
        payload = 0;
        held = 0;
        restElsewhere = false;
    }

    /** Makes everything absent, for a frame that may hold up to {@code depth} packets within each other behind its own headers. */
    void clear(int depth, int factKinds) {
        clear();
        depthLeft = depth;
        this.factKinds = factKinds;
    }

    /** What the payload may tell, null for nothing: whether it does is seen by reading it. */
    public FactKind payloadKind() {
        return FactKind.ofNumber(payload);
    }

    /** Whether any fact is wanted. */
    boolean wantsFacts() {
        return factKinds != 0;
    }

    /** The payload at {@code [position, end)} may show a fact of this kind. */
    void notePayload(FactKind kind, int position, int end) {
        if ((factKinds & kind.mask()) != 0) {
            payload = kind.ordinal() + 1;
            payloadPosition = position;
            payloadEnd = end;
        }
    }

    /**
     * Headers to be filled for a packet that this one encloses.
     *
     * @param identifier number in the tunnel's header, or -1
     * @param octets length of the enclosed packet on the wire
     * @return null when there are too many within each other, which is noted as problem unless tunnels are to be left closed
     */
    PacketHeaders enclose(Layer tunnelLayer, long identifier, boolean network, int octets) {
        if (depthLeft == 0) {
            if (tunnel != Layer.unknown) {
                addProblem(DecodingProblem.too_many_layers);
            }
            return null;
        }
        if (next == null) {
            next = new PacketHeaders();
        }
        next.clear(depthLeft - 1, factKinds);
        next.tunnel = tunnelLayer;
        next.tunnelIdentifier = identifier;
        next.tunnelIsNetwork = network;
        next.enclosedOctets = octets;
        next.restElsewhere = restMayBeElsewhere();
        held |= ENCLOSES;
        return next;
    }

    /**
     * Headers to be filled for a packet that this one quotes, with neither tunnels nor payload; to be called before {@link #settleQuoted}.
     *
     * @return null within a quote: there are no errors about errors (RFC 1122 section 3.2.2)
     */
    PacketHeaders quote() {
        if (isQuote) {
            return null;
        }
        if (quote == null) {
            quote = new PacketHeaders();
            quote.isQuote = true;
        }
        quote.clear(0, 0);
        quote.etherType = etherType;
        quote.vlanCount = vlanCount;
        quote.vlanIds = vlanIds;
        quote.restElsewhere = true;
        return quote;
    }

    /** To be called when the quoted packet is decoded: it counts when it names a flow and was sent by whom the error was sent to. */
    void settleQuoted() {
        if (TransportLayer.namesFlow(quote)
                && quote.ipVersion == ipVersion
                && quote.sourceAddressLow == destinationAddressLow
                && quote.sourceAddressHigh == destinationAddressHigh) {
            held |= QUOTES;
        }
    }

    /** To be called when the enclosed packet is decoded: without address of any kind it is no flow, and what went wrong is ours. */
    void settleEnclosed() {
        if (next.ipVersion == 0 && next.sourceMac < 0 && next.destinationMac < 0) {
            held &= ~ENCLOSES;
            addProblem(
                    next.problem == DecodingProblem.bad_ip_version ? DecodingProblem.bad_tunnel_header : next.problem);
        }
    }

    /** Whether what this packet carries may be longer than what of it is here. */
    boolean restMayBeElsewhere() {
        return fragment || restElsewhere;
    }

    /** The tunnel's header says that this is not all of what it carries. */
    void noteRestElsewhere() {
        restElsewhere = true;
    }

    /** A length that the frame does not hold: a problem unless the rest is elsewhere. */
    void addLengthProblem() {
        if (!restElsewhere) {
            addProblem(DecodingProblem.bad_ip_total_length);
        }
    }

    /** The id of one tag, 0 being the outermost; {@code index} is below {@link #vlanCount} and {@value #MAX_VLAN_IDS}. */
    public int vlanId(int index) {
        return (int) (vlanIds >>> (12 * index)) & 0xfff;
    }

    void addLayer(Layer layer) {
        if (layerCount < MAX_LAYERS) {
            layers |= (long) layer.ordinal() << (Byte.SIZE * layerCount);
            layerCount++;
        }
    }

    /** Whether a further link layer may be entered; notes the problem if not. */
    boolean enterLinkLayer(Layer layer) {
        if (layerCount == MAX_LAYERS) {
            addProblem(DecodingProblem.too_many_layers);
            return false;
        }
        addLayer(layer);
        return true;
    }

    void addVlanTag(int id) {
        if (vlanCount < MAX_VLAN_IDS) {
            vlanIds |= (long) id << (12 * vlanCount);
        }
        vlanCount++;
    }

    void addProblem(DecodingProblem found) {
        if (problem == DecodingProblem.none) {
            problem = found;
        }
    }

    @Override
    public String toString() {
        return "layers=" + layerNames(layers)
                + " macs=" + Long.toHexString(sourceMac) + ">" + Long.toHexString(destinationMac)
                + " etherType=" + Integer.toHexString(etherType)
                + " vlans=" + vlanCount + ":" + Long.toHexString(vlanIds)
                + " ip=" + ipVersion
                + " protocol=" + protocol
                + " addresses=" + Long.toHexString(sourceAddressHigh) + ":" + Long.toHexString(sourceAddressLow)
                + ">" + Long.toHexString(destinationAddressHigh) + ":" + Long.toHexString(destinationAddressLow)
                + " ports=" + sourcePort + ">" + destinationPort
                + " icmp=" + icmpType + "/" + icmpCode
                + " tcpControlBits=" + tcpControlBits
                + (tcpPayloadOctets < 0
                        ? ""
                        : " tcp=" + Integer.toUnsignedString(tcpSequence) + "+" + tcpPayloadOctets + ","
                                + Integer.toUnsignedString(tcpAcknowledgement) + "," + tcpWindow)
                + " octets=" + octets
                + " fragment=" + fragment + "/" + laterFragment
                + " interface=" + interfaceIndex
                + " problem=" + problem
                + (payload == 0 ? "" : " payload=" + payloadKind())
                + (quoted() != null ? " quoted=(" + quote + ")" : "")
                + (enclosed() != null
                        ? " enclosed=(" + next.tunnel + " " + next.tunnelIdentifier + " octets " + next.enclosedOctets
                                + ": " + next + ")"
                        : "");
    }
}
