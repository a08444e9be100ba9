package io.weir.topology.datagram;

import io.weir.decoding.facts.FactReader;
import io.weir.decoding.packet.FactKind;
import io.weir.decoding.packet.FlowKeys;
import io.weir.decoding.packet.PacketDecoder;
import io.weir.decoding.packet.PacketHeaders;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.ForwardingNumber;
import io.weir.schemas.packets.PayloadFact;
import io.weir.schemas.packets.ReportedForwarding;
import io.weir.topology.sflow.SampledIp;
import io.weir.topology.sflow.SampledPacket;
import io.weir.topology.sflow.SflowAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;

/**
 * Makes summaries of what samples say of packets: of the header, by the decoder that reads captured packets, or where there is none of what
 * the agent has read in it. Each sample is one packet, whatever is known of it.
 */
final class SampledPackets {

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int SCTP = 132;
    private static final int ETHER_TYPE_IPV4 = 0x0800;
    private static final int ETHER_TYPE_IPV6 = 0x86dd;
    private static final int MAX_VLAN_ID = 4_094;

    /** The length in record 2 counts them (sFlow version 5 section 5, sampled_ethernet). */
    private static final int FCS_OCTETS = 4;

    private static final int MAX_PORT = 0xffff;
    private static final int MAX_TCP_CONTROL_BITS = 0xfff;

    /** Of packets within others: the way is that of the outermost. */
    private static final ReportedForwarding NOTHING_SAID = new ReportedForwarding();

    private final PacketOutbox outbox;
    private final PacketDecoder decoder;
    private final FactReader factReader = new FactReader();
    private final PacketHeaders headers = new PacketHeaders();
    private final PayloadFact fact = new PayloadFact();
    private final CanonicalKey[] keys;

    /**
     * @param tunnelDepth packets within each other, behind the outermost, that get a summary of their own
     * @param facts what payloads are looked at for
     */
    SampledPackets(PacketOutbox outbox, int tunnelDepth, Set<FactKind> facts) {
        this.outbox = outbox;
        decoder = new PacketDecoder(tunnelDepth, facts);
        keys = new CanonicalKey[tunnelDepth + 1];
        Arrays.setAll(keys, depth -> new CanonicalKey());
    }

    /**
     * Counts one sampled packet.
     *
     * @param point where it was sampled
     * @param buffer that the sample is in, big endian
     * @param vlan VLAN that the agent says it was in where it was sampled, or -1
     * @param timeNanos epoch nanoseconds
     * @param forwarding what the device says of its way; the class of service is added from the header
     * @return octets of its frame; 0 where they are not known
     */
    int add(
            PointRow point,
            SampledPacket packet,
            ByteBuffer buffer,
            int vlan,
            long timeNanos,
            ReportedForwarding forwarding) {
        int layer2Octets = read(packet, buffer, vlan);
        add(point, buffer, layer2Octets, timeNanos, forwarding);
        return layer2Octets;
    }

    /**
     * Reads the {@link #headers} of one packet without counting it.
     *
     * @param vlan VLAN that the agent says it was in, or -1
     * @return octets of its frame; 0 where they are not known
     */
    int read(SampledPacket packet, ByteBuffer buffer, int vlan) {
        int layer2Octets = (int) Math.min(layer2Octets(packet), Integer.MAX_VALUE);
        if (packet.has(SampledPacket.HEADER)) {
            decoder.decode(
                    buffer,
                    packet.header.position,
                    packet.header.octets,
                    layer2Octets,
                    packet.linkType(buffer),
                    headers);
        } else {
            describe(packet);
        }
        tag(vlan);
        return layer2Octets;
    }

    /** Of the packet that was read last. */
    PacketHeaders headers() {
        return headers;
    }

    /**
     * Counts one packet of which the start is there.
     *
     * @param position of its first octet in the buffer
     * @param octets that are there
     * @param layer2Octets of the whole frame
     * @param linkType LINKTYPE_ value of what it begins with
     * @param forwarding what the device says of its way; the class of service is added from the header
     */
    void add(
            PointRow point,
            ByteBuffer buffer,
            int position,
            int octets,
            int layer2Octets,
            int linkType,
            int vlan,
            long timeNanos,
            ReportedForwarding forwarding) {
        decoder.decode(buffer, position, octets, layer2Octets, linkType, headers);
        tag(vlan);
        add(point, buffer, layer2Octets, timeNanos, forwarding);
    }

    private void tag(int vlan) {
        if (headers.vlanCount == 0 && vlan > 0 && vlan <= MAX_VLAN_ID) {
            headers.vlanCount = 1;
            headers.vlanIds = vlan;
        }
    }

    private void add(
            PointRow point, ByteBuffer buffer, int layer2Octets, long timeNanos, ReportedForwarding forwarding) {
        if (headers.ipVersion != 0) {
            forwarding.set(ForwardingNumber.IP_CLASS_OF_SERVICE, headers.ipClassOfService);
        }
        CanonicalKey key = keys[0];
        boolean sentByA = FlowKeys.fill(headers, headers.enclosed() != null, key);
        outbox.add(
                point,
                key,
                sentByA,
                timeNanos,
                1,
                layer2Octets,
                headers.octets,
                headers.tcpControlBits,
                fact(buffer, headers, timeNanos),
                forwarding);
        addEnclosed(point, buffer, timeNanos);
    }

    /** Of the frame; where only its IP packet is known, of that. */
    static long layer2Octets(SampledPacket packet) {
        if (packet.has(SampledPacket.HEADER)) {
            return packet.layer2Octets();
        }
        if (packet.has(SampledPacket.ETHERNET)) {
            return Math.max(packet.ethernet.length - FCS_OCTETS, 0);
        }
        if (packet.has(SampledPacket.IPV4)) {
            return packet.ipv4.length;
        }
        return packet.has(SampledPacket.IPV6) ? packet.ipv6.length : 0;
    }

    /** As a collector does: a summary for each packet within, in the partition of its own conversation (ADR 15). */
    private void addEnclosed(PointRow point, ByteBuffer buffer, long timeNanos) {
        int depth = 0;
        for (PacketHeaders inner = headers.enclosed(); inner != null; inner = inner.enclosed()) {
            CanonicalKey parent = keys[depth++];
            CanonicalKey key = keys[depth];
            key.setEnclosed(parent, inner.tunnel.ordinal(), inner.tunnelIdentifier, inner.tunnelIsNetwork);
            boolean sentByA = FlowKeys.fill(inner, inner.enclosed() != null, key);
            outbox.add(
                    point,
                    key,
                    sentByA,
                    timeNanos,
                    1,
                    inner.enclosedOctets,
                    inner.octets,
                    inner.tcpControlBits,
                    fact(buffer, inner, timeNanos),
                    NOTHING_SAID);
        }
    }

    private PayloadFact fact(ByteBuffer buffer, PacketHeaders packet, long timeNanos) {
        return packet.payloadKind() != null && factReader.read(buffer, packet, timeNanos, fact) ? fact : null;
    }

    /** Headers as far as records 2, 3 and 4 have them; without any of them a frame of which nothing is known. */
    private void describe(SampledPacket packet) {
        headers.clear();
        if (packet.has(SampledPacket.ETHERNET)) {
            headers.sourceMac = packet.ethernet.sourceMac;
            headers.destinationMac = packet.ethernet.destinationMac;
            headers.etherType = (int) packet.ethernet.type & 0xffff;
        }
        if (packet.has(SampledPacket.IPV4)) {
            describe(packet.ipv4, ETHER_TYPE_IPV4, 4);
        } else if (packet.has(SampledPacket.IPV6)) {
            describe(packet.ipv6, ETHER_TYPE_IPV6, 6);
        }
    }

    private void describe(SampledIp ip, int etherType, int ipVersion) {
        headers.etherType = etherType;
        headers.ipVersion = ipVersion;
        headers.protocol = (int) ip.protocol & 0xff;
        SflowAddress source = ip.source;
        headers.sourceAddressHigh = source.high;
        headers.sourceAddressLow = source.low;
        headers.destinationAddressHigh = ip.destination.high;
        headers.destinationAddressLow = ip.destination.low;
        headers.octets = (int) Math.min(ip.length, Integer.MAX_VALUE);
        headers.ipClassOfService = (int) ip.typeOfService & 0xff;
        switch (headers.protocol) {
            case TCP, UDP, SCTP -> {
                headers.sourcePort = (int) ip.sourcePort & MAX_PORT;
                headers.destinationPort = (int) ip.destinationPort & MAX_PORT;
            }
            case CanonicalKey.ICMP, CanonicalKey.ICMPV6 -> {
                // Type and code stand in the place of ports.
                headers.icmpType = (int) ip.sourcePort & 0xff;
                headers.icmpCode = (int) ip.destinationPort & 0xff;
            }
            default -> {
                // No ports.
            }
        }
        if (headers.protocol == TCP) {
            headers.tcpControlBits = (int) ip.tcpFlags & MAX_TCP_CONTROL_BITS;
        }
    }
}
