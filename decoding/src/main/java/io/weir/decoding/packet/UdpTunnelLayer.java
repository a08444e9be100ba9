package io.weir.decoding.packet;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.nio.ByteBuffer;

/**
 * Tunnels that are known by a UDP port: VXLAN (RFC 7348) and its generic protocol extension (draft-ietf-nvo3-vxlan-gpe), Geneve (RFC
 * 8926), GTP-U (3GPP TS 29.281), Teredo (RFC 4380), AYIYA (draft-massar-v6ops-ayiya), L2TP (RFC 2661, 3931), CAPWAP data (RFC 5415),
 * MPLS over UDP (RFC 7510), GUE (draft-ietf-intarea-gue), WireGuard.
 *
 * <p>Any program may use such a port: what the header must be is checked, and a datagram that does not pass is plain UDP, which is
 * no problem. Tunnels that answer to the port they are sent from are looked for on both ports, the others on the destination's.
 */
final class UdpTunnelLayer {
    private static final int AYIYA = 5072;
    private static final int CAPWAP_DATA = 5247;
    private static final int GENEVE = 6081;
    private static final int GTP_U = 2152;
    private static final int GUE = 6080;
    private static final int L2TP = 1701;
    private static final int MPLS = 6635;
    /** What Contrail used before RFC 7510. */
    private static final int MPLS_CONTRAIL = 51234;

    private static final int TEREDO = 3544;
    private static final int VXLAN = 4789;
    private static final int VXLAN_GPE = 4790;
    /** Port of the Linux kernel's default, hence of flannel. */
    private static final int VXLAN_LINUX = 8472;

    private static final int WIREGUARD = 51820;

    /** Flags 0, group policy 2, network identifier 4 (24 bits). */
    private static final int VXLAN_LENGTH = 8;

    private static final int VXLAN_NETWORK = 4;
    private static final int VXLAN_HAS_NETWORK = 0x08;
    private static final int GPE_VERSION = 0x30;
    private static final int GPE_HAS_NEXT_PROTOCOL = 0x04;
    private static final int GPE_NEXT_PROTOCOL = 3;
    private static final int GPE_IPV4 = 1;
    private static final int GPE_IPV6 = 2;
    private static final int GPE_ETHERNET = 3;
    private static final int GPE_NSH = 4;
    private static final int GPE_MPLS = 5;

    /** Version and length of options 0, flags 1, protocol type 2, network identifier 4 (24 bits). */
    private static final int GENEVE_LENGTH = 8;

    private static final int GENEVE_OPTIONS_MASK = 0x3f;
    private static final int GENEVE_OPTIONS_UNIT = 4;
    private static final int GENEVE_CONTROL = 0x80;

    /** Version and flags 0, message type 1, length behind the first eight octets 2, tunnel endpoint identifier 4. */
    private static final int GTP_LENGTH = 8;

    /** Sequence number 0, N-PDU number 2, type of the first extension 3: there when any of their flags is set. */
    private static final int GTP_OPTIONAL_LENGTH = 4;

    private static final int GTP_VERSION_1 = 0x30;
    private static final int GTP_VERSION_MASK = 0xf0;
    private static final int GTP_HAS_EXTENSION = 0x04;
    private static final int GTP_HAS_OPTIONAL = 0x07;
    private static final int GTP_EXTENSION_UNIT = 4;
    private static final int GTP_MAX_EXTENSIONS = 8;
    private static final int GTP_PACKET = 255;
    private static final int NO_END_OF_EXTENSIONS = -1;

    /** First octet of every indication before the packet. */
    private static final int TEREDO_INDICATION_START = 0x00;

    private static final int TEREDO_AUTHENTICATION = 0x0001;
    /** Indicator 0, lengths of client id and authentication value 2; then both, a nonce of 8 and a confirmation of 1. */
    private static final int TEREDO_AUTHENTICATION_LENGTH = 4 + 8 + 1;

    private static final int TEREDO_ORIGIN = 0x0000;
    private static final int TEREDO_ORIGIN_LENGTH = 8;

    /** Lengths of identity and signature, methods, operation 2, next header 3, time 4; then identity and signature. */
    private static final int AYIYA_LENGTH = 8;

    private static final int AYIYA_FORWARD = 1;
    private static final int AYIYA_SIGNATURE_UNIT = 4;

    /** Flags and version 0. */
    private static final int L2TP_START_LENGTH = 2;

    private static final int L2TP_CONTROL = 0x8000;
    private static final int L2TP_HAS_LENGTH = 0x4000;
    private static final int L2TP_HAS_SEQUENCE = 0x0800;
    private static final int L2TP_HAS_OFFSET = 0x0200;
    /** Control messages have both. */
    private static final int L2TP_IN_CONTROL = L2TP_HAS_LENGTH | L2TP_HAS_SEQUENCE;

    private static final int L2TP_RESERVED = 0x34f0;
    private static final int L2TP_VERSION = 0x000f;
    private static final int L2TP_IDS_LENGTH = 4;
    private static final int L2TP_SEQUENCE_LENGTH = 4;

    private static final int CAPWAP_START_LENGTH = 8;
    private static final int CAPWAP_LENGTH_SHIFT = 19;
    private static final int CAPWAP_LENGTH_MASK = 0x1f;
    private static final int CAPWAP_LENGTH_UNIT = 4;
    private static final int CAPWAP_BINDING_SHIFT = 9;
    private static final int CAPWAP_BINDING_MASK = 0x1f;
    private static final int CAPWAP_BINDING_80211 = 1;
    private static final int CAPWAP_NATIVE_FRAME = 0x100;
    private static final int CAPWAP_FRAGMENT = 0x080;
    private static final int CAPWAP_KEEP_ALIVE = 0x008;
    private static final int CAPWAP_FRAGMENT_OFFSET = 0xfff8;

    /** Variant 2 bits, control, length of what follows the first four octets 5 0, protocol 1, flags 2. */
    private static final int GUE_LENGTH = 4;

    private static final int GUE_CONTROL = 0x20;
    private static final int GUE_OPTIONS_MASK = 0x1f;
    private static final int GUE_OPTIONS_UNIT = 4;

    private static final int PROTOCOL_IPV4 = 4;
    private static final int PROTOCOL_IPV6 = 41;

    /** Type 0, then three octets of 0. */
    private static final int WIREGUARD_START_LENGTH = 4;

    private static final int WIREGUARD_DATA = 4;
    private static final int WIREGUARD_DATA_MIN_LENGTH = 32;
    private static final int WIREGUARD_DATA_UNIT = 16;

    /** Whole lengths of handshake initiation, handshake response and cookie reply. */
    private static final int[] WIREGUARD_LENGTHS = {0, 148, 92, 64};

    private UdpTunnelLayer() {}

    /** Whether one of these tunnels uses such a port. */
    static boolean mayBe(int sourcePort, int destinationPort) {
        return isTunnel(destinationPort) || isTunnel(sourcePort);
    }

    private static boolean isTunnel(int port) {
        // Most ports are below or between: looked at first, as every datagram comes here.
        if (port < L2TP || port > VXLAN_LINUX) {
            return port == WIREGUARD || port == MPLS_CONTRAIL;
        }
        return switch (port) {
            case L2TP, GTP_U, TEREDO, VXLAN, VXLAN_GPE, AYIYA, CAPWAP_DATA, GUE, GENEVE, MPLS, VXLAN_LINUX -> true;
            default -> false;
        };
    }

    /** {@code position} is behind the UDP header; the other parameters are as in {@link LinkLayer}. The ports are in {@code out}. */
    static void decode(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        switch (out.destinationPort) {
            case VXLAN, VXLAN_LINUX -> vxlan(buffer, position, end, uncaptured, out);
            case VXLAN_GPE -> vxlanGpe(buffer, position, end, uncaptured, out);
            case GENEVE -> geneve(buffer, position, end, uncaptured, out);
            case GUE -> gue(buffer, position, end, uncaptured, out);
            case GTP_U -> gtp(buffer, position, end, uncaptured, out);
            case MPLS, MPLS_CONTRAIL -> mpls(buffer, position, end, uncaptured, out);
            default -> eitherPort(buffer, position, end, uncaptured, out);
        }
    }

    private static void eitherPort(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (isPort(TEREDO, out)) {
            teredo(buffer, position, end, uncaptured, out);
        } else if (isPort(L2TP, out)) {
            l2tp(buffer, position, end, uncaptured, out);
        } else if (isPort(CAPWAP_DATA, out)) {
            capwap(buffer, position, end, uncaptured, out);
        } else if (isPort(AYIYA, out)) {
            ayiya(buffer, position, end, uncaptured, out);
        } else if (isPort(WIREGUARD, out)) {
            wireGuard(buffer, position, end, uncaptured, out);
        }
    }

    private static boolean isPort(int port, PacketHeaders out) {
        return out.destinationPort == port || out.sourcePort == port;
    }

    private static void vxlan(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!has(VXLAN_LENGTH, position, end, uncaptured, out) || (buffer.get(position) & VXLAN_HAS_NETWORK) == 0) {
            return;
        }
        out.addLayer(Layer.vxlan);
        int network = buffer.getInt(position + VXLAN_NETWORK) >>> 8;
        TunnelLayer.ethernet(buffer, position + VXLAN_LENGTH, end, uncaptured, Layer.vxlan, network, out);
    }

    private static void vxlanGpe(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!has(VXLAN_LENGTH, position, end, uncaptured, out)) {
            return;
        }
        int flags = buffer.get(position);
        if ((flags & VXLAN_HAS_NETWORK) == 0 || (flags & GPE_VERSION) != 0) {
            return;
        }
        out.addLayer(Layer.vxlan_gpe);
        int network = buffer.getInt(position + VXLAN_NETWORK) >>> 8;
        boolean ethernet = (flags & GPE_HAS_NEXT_PROTOCOL) == 0;
        int etherType =
                switch (ethernet ? GPE_ETHERNET : buffer.get(position + GPE_NEXT_PROTOCOL)) {
                    case GPE_IPV4 -> EtherTypeLayer.IPV4;
                    case GPE_IPV6 -> EtherTypeLayer.IPV6;
                    case GPE_ETHERNET -> TunnelLayer.TRANSPARENT_ETHERNET;
                    case GPE_NSH -> EtherTypeLayer.NSH;
                    case GPE_MPLS -> MplsLayer.UNICAST;
                    default -> -1;
                };
        if (etherType >= 0) {
            TunnelLayer.etherType(
                    buffer, position + VXLAN_LENGTH, end, uncaptured, etherType, Layer.vxlan_gpe, network, out);
        }
    }

    private static void geneve(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!has(GENEVE_LENGTH, position, end, uncaptured, out)) {
            return;
        }
        int start = buffer.getInt(position);
        if (start >>> 30 != 0) {
            return;
        }
        int at = position + GENEVE_LENGTH + (start >>> 24 & GENEVE_OPTIONS_MASK) * GENEVE_OPTIONS_UNIT;
        if (end + uncaptured - at < 0 && !out.restMayBeElsewhere()) {
            return;
        }
        out.addLayer(Layer.geneve);
        if (end - at < 0) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int protocol = start & 0xffff;
        boolean control = (start >>> 16 & GENEVE_CONTROL) != 0;
        if (control || protocol < EtherTypeLayer.MIN_ETHER_TYPE) {
            return;
        }
        int network = buffer.getInt(position + VXLAN_NETWORK) >>> 8;
        TunnelLayer.etherType(buffer, at, end, uncaptured, protocol, Layer.geneve, network, out);
    }

    /** There is no header to check: the stack must end, and what follows it must be what it is taken for. */
    private static void mpls(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        int at = MplsLayer.behindStack(buffer, position, end);
        if (at == MplsLayer.TOO_MANY_LABELS) {
            return;
        }
        if (at == MplsLayer.CUT || at == end) {
            // Clients get the other port too: a cut answer to one of them is no problem.
            if (uncaptured > 0 && out.destinationPort == MPLS) {
                out.addProblem(DecodingProblem.truncated);
            }
            return;
        }
        boolean known =
                switch (MplsLayer.payload(buffer, at, end)) {
                    case EtherTypeLayer.IPV4 -> TunnelLayer.mayBeIp(buffer, at, end, uncaptured, 4, out);
                    case EtherTypeLayer.IPV6 -> TunnelLayer.mayBeIp(buffer, at, end, uncaptured, 6, out);
                    case MplsLayer.PSEUDOWIRE -> true;
                    default -> false;
                };
        if (known) {
            TunnelLayer.etherType(buffer, position, end, uncaptured, MplsLayer.UNICAST, Layer.mpls, -1, out);
        }
    }

    private static void gtp(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!has(GTP_LENGTH, position, end, uncaptured, out)) {
            return;
        }
        int flags = buffer.get(position);
        int length = buffer.getShort(position + 2) & 0xffff;
        boolean fits = out.restMayBeElsewhere() || length <= end + uncaptured - position - GTP_LENGTH;
        if ((flags & GTP_VERSION_MASK) != GTP_VERSION_1 || !fits) {
            return;
        }
        out.addLayer(Layer.gtp_u);
        if ((buffer.get(position + 1) & 0xff) != GTP_PACKET) {
            return;
        }
        int at = position + GTP_LENGTH;
        if ((flags & GTP_HAS_OPTIONAL) != 0) {
            at += GTP_OPTIONAL_LENGTH;
            if ((flags & GTP_HAS_EXTENSION) != 0) {
                at = behindGtpExtensions(buffer, at, end, out);
                if (at == NO_END_OF_EXTENSIONS) {
                    return;
                }
            }
        }
        if (end - at <= 0) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int version = buffer.get(at) >> 4 & 0xf;
        if (version != 4 && version != 6) {
            // Nothing in the header says what a session carries: Ethernet, PPP or anything else.
            return;
        }
        long endpoint = buffer.getInt(position + 4) & 0xffffffffL;
        // The GTP length is not what bounds the packet: its own header does.
        TunnelLayer.ip(buffer, at, end, uncaptured, Layer.gtp_u, endpoint, out);
    }

    /**
     * Where the payload begins, or a position that is not before {@code end} where the captured octets end earlier. Each extension begins
     * with its length and ends with the type of the next, 0 being none.
     */
    private static int behindGtpExtensions(ByteBuffer buffer, int position, int end, PacketHeaders out) {
        int at = position;
        for (int count = 0; count <= GTP_MAX_EXTENSIONS; count++) {
            if (end - at < 1 || buffer.get(at - 1) == 0) {
                return at;
            }
            int length = (buffer.get(at) & 0xff) * GTP_EXTENSION_UNIT;
            if (length == 0) {
                break;
            }
            at += length;
        }
        out.addProblem(DecodingProblem.bad_tunnel_header);
        return NO_END_OF_EXTENSIONS;
    }

    private static void teredo(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        int at = position;
        if (end - at >= TEREDO_AUTHENTICATION_LENGTH && buffer.getShort(at) == TEREDO_AUTHENTICATION) {
            at += TEREDO_AUTHENTICATION_LENGTH + (buffer.get(at + 2) & 0xff) + (buffer.get(at + 3) & 0xff);
        }
        if (end - at >= TEREDO_ORIGIN_LENGTH && buffer.getShort(at) == TEREDO_ORIGIN) {
            at += TEREDO_ORIGIN_LENGTH;
        }
        if (TunnelLayer.mayBeIp(buffer, at, end, uncaptured, 6, out)) {
            out.addLayer(Layer.teredo);
            TunnelLayer.ip(buffer, at, end, uncaptured, Layer.teredo, -1, out);
        } else if (uncaptured > 0
                && (end - at <= 0
                        || (end - at < TEREDO_AUTHENTICATION_LENGTH && buffer.get(at) == TEREDO_INDICATION_START))) {
            out.addProblem(DecodingProblem.truncated);
        }
    }

    private static void ayiya(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!has(AYIYA_LENGTH, position, end, uncaptured, out)) {
            return;
        }
        int start = buffer.getInt(position);
        int identity = 1 << (start >>> 28);
        int signature = (start >>> 20 & 0xf) * AYIYA_SIGNATURE_UNIT;
        int next = start & 0xff;
        if ((start >>> 8 & 0xf) != AYIYA_FORWARD || (next != PROTOCOL_IPV4 && next != PROTOCOL_IPV6)) {
            return;
        }
        int at = position + AYIYA_LENGTH + identity + signature;
        int version = next == PROTOCOL_IPV4 ? 4 : 6;
        if (has(1, at, end, uncaptured, out) && TunnelLayer.mayBeIp(buffer, at, end, uncaptured, version, out)) {
            out.addLayer(Layer.ayiya);
            TunnelLayer.ip(buffer, at, end, uncaptured, Layer.ayiya, -1, out);
        }
    }

    /** Version 3 carries a cookie whose length only its ends know: recognised and left closed. */
    private static void l2tp(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!has(L2TP_START_LENGTH, position, end, uncaptured, out)) {
            return;
        }
        int flags = buffer.getShort(position) & 0xffff;
        int version = flags & L2TP_VERSION;
        if ((flags & L2TP_RESERVED) != 0 || (version != 2 && version != 3)) {
            return;
        }
        boolean control = (flags & L2TP_CONTROL) != 0;
        if (control && (flags & L2TP_IN_CONTROL) != L2TP_IN_CONTROL) {
            return;
        }
        if ((flags & L2TP_HAS_LENGTH) != 0 && end - position >= L2TP_START_LENGTH + 2) {
            int length = buffer.getShort(position + L2TP_START_LENGTH) & 0xffff;
            if (length > end - position + uncaptured && !out.restMayBeElsewhere()) {
                return;
            }
        }
        out.addLayer(Layer.l2tp);
        if (version == 3 || control) {
            return;
        }
        int ids = position + L2TP_START_LENGTH + ((flags & L2TP_HAS_LENGTH) != 0 ? 2 : 0);
        int at = ids + L2TP_IDS_LENGTH + ((flags & L2TP_HAS_SEQUENCE) != 0 ? L2TP_SEQUENCE_LENGTH : 0);
        if ((flags & L2TP_HAS_OFFSET) != 0) {
            if (end - at < 2) {
                out.addProblem(PacketDecoder.cut(uncaptured));
                return;
            }
            at += 2 + (buffer.getShort(at) & 0xffff);
        }
        if (end - at <= 0) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        int session = buffer.getShort(ids + 2) & 0xffff;
        TunnelLayer.ppp(buffer, at, end, uncaptured, Layer.l2tp, session, out);
    }

    /** Fragments behind the first and keep-alives carry no header of a frame; DTLS is left closed. */
    private static void capwap(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!has(CAPWAP_START_LENGTH, position, end, uncaptured, out)) {
            return;
        }
        int start = buffer.getInt(position);
        if (start >>> 24 != 0) {
            // A version or a type of preamble that is not known, or DTLS.
            return;
        }
        int length = (start >>> CAPWAP_LENGTH_SHIFT & CAPWAP_LENGTH_MASK) * CAPWAP_LENGTH_UNIT;
        if (length < CAPWAP_START_LENGTH) {
            return;
        }
        out.addLayer(Layer.capwap);
        boolean fragment = (start & CAPWAP_FRAGMENT) != 0;
        boolean laterFragment = fragment && (buffer.getShort(position + 6) & CAPWAP_FRAGMENT_OFFSET) != 0;
        if ((start & CAPWAP_KEEP_ALIVE) != 0 || laterFragment) {
            return;
        }
        if (fragment) {
            out.noteRestElsewhere();
        }
        int at = position + length;
        if (end - at <= 0) {
            out.addProblem(PacketDecoder.cut(uncaptured));
            return;
        }
        if ((start & CAPWAP_NATIVE_FRAME) == 0) {
            TunnelLayer.ethernet(buffer, at, end, uncaptured, Layer.capwap, -1, out);
        } else if ((start >>> CAPWAP_BINDING_SHIFT & CAPWAP_BINDING_MASK) == CAPWAP_BINDING_80211) {
            TunnelLayer.wlan(buffer, at, end, uncaptured, Layer.capwap, out);
        }
    }

    private static void gue(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (!has(GUE_LENGTH, position, end, uncaptured, out)) {
            return;
        }
        int start = buffer.get(position) & 0xff;
        int variant = start >>> 6;
        int version = 0;
        int at = position;
        if (variant == 1) {
            // No header at all: the bits of the variant are those of the IP version.
            version = start >>> 4;
        } else if (variant == 0 && (start & GUE_CONTROL) == 0) {
            int protocol = buffer.get(position + 1);
            version = protocol == PROTOCOL_IPV4 ? 4 : protocol == PROTOCOL_IPV6 ? 6 : 0;
            at += GUE_LENGTH + (start & GUE_OPTIONS_MASK) * GUE_OPTIONS_UNIT;
        }
        if ((version == 4 || version == 6)
                && has(1, at, end, uncaptured, out)
                && TunnelLayer.mayBeIp(buffer, at, end, uncaptured, version, out)) {
            out.addLayer(Layer.gue);
            TunnelLayer.ip(buffer, at, end, uncaptured, Layer.gue, -1, out);
        }
    }

    /** Recognised by type and length, and left closed. */
    private static void wireGuard(ByteBuffer buffer, int position, int end, int uncaptured, PacketHeaders out) {
        if (end - position < WIREGUARD_START_LENGTH) {
            return;
        }
        int type = Integer.reverseBytes(buffer.getInt(position));
        int length = end - position + uncaptured;
        boolean data =
                type == WIREGUARD_DATA && length >= WIREGUARD_DATA_MIN_LENGTH && length % WIREGUARD_DATA_UNIT == 0;
        boolean other = type > 0 && type < WIREGUARD_LENGTHS.length && length == WIREGUARD_LENGTHS[type];
        if (data || other) {
            out.addLayer(Layer.wireguard);
        }
    }

    /** Whether a header is captured in full; one that the capture cut is a problem, a datagram too short for it is another protocol. */
    private static boolean has(int octets, int position, int end, int uncaptured, PacketHeaders out) {
        if (end - position >= octets) {
            return true;
        }
        if (uncaptured > 0) {
            out.addProblem(DecodingProblem.truncated);
        }
        return false;
    }
}
