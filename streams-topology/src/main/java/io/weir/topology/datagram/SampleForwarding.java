package io.weir.topology.datagram;

import io.weir.schemas.packets.ForwardingAddress;
import io.weir.schemas.packets.ForwardingNumber;
import io.weir.schemas.packets.ReportedForwarding;
import io.weir.topology.sflow.FlowSample;
import io.weir.topology.sflow.InterfaceKind;
import io.weir.topology.sflow.SampledGateway;
import io.weir.topology.sflow.SampledPacket;
import io.weir.topology.sflow.SflowAddress;
import io.weir.topology.sflow.WordList;
import java.nio.ByteBuffer;

/** What a sample of sFlow says of the way of its packet. */
final class SampleForwarding {

    /** Of a label stack entry: label 20 bits, traffic class 3, bottom of stack 1, time to live 8. */
    private static final int LABEL_SHIFT = 12;

    // IANA's registry of forwardingStatus (IE 89): what became of a packet, and why.
    private static final int FORWARDED = 64;
    private static final int DROPPED = 128;
    private static final int DROPPED_ACL_DENY = 129;
    private static final int DROPPED_UNROUTABLE = 131;
    private static final int DROPPED_FRAGMENTATION = 133;
    private static final int DROPPED_BAD_TTL = 137;
    private static final int DROPPED_POLICER = 138;
    private static final int DROPPED_WRED = 139;
    private static final int CONSUMED = 192;

    // Reasons of sFlow for a packet that was discarded [sflow_version_5.txt, section 5: interface].
    private static final int NET_UNREACHABLE = 0;
    private static final int HOST_UNREACHABLE = 1;
    private static final int FRAGMENTATION_NEEDED = 4;
    private static final int PROHIBITED = 13;
    private static final int TTL_EXCEEDED = 257;
    private static final int ACL = 258;
    private static final int RED = 260;
    private static final int TRAFFIC_SHAPING = 261;
    private static final int PACKET_TOO_BIG = 262;

    private SampleForwarding() {}

    /** @param buffer that the sample is in */
    static void read(FlowSample sample, ByteBuffer buffer, ReportedForwarding into) {
        into.clear();
        SampledPacket packet = sample.packet;
        if (sample.inputKind() == InterfaceKind.INDEX) {
            into.set(ForwardingNumber.INGRESS_INTERFACE, sample.inputValue);
        }
        readOutput(sample, into);
        if (packet.has(SampledPacket.SWITCH)
                && !sample.isSampledOnOutput()
                && packet.destinationVlan != packet.sourceVlan) {
            into.setUnlessZero(ForwardingNumber.POST_VLAN_ID, packet.destinationVlan);
        }
        if (packet.has(SampledPacket.ROUTER)) {
            set(ForwardingAddress.IP_NEXT_HOP, packet.nextHop, into);
            into.setUnlessZero(ForwardingNumber.SOURCE_PREFIX_LENGTH, packet.sourceMaskLength);
            into.setUnlessZero(ForwardingNumber.DESTINATION_PREFIX_LENGTH, packet.destinationMaskLength);
        }
        if (packet.has(SampledPacket.GATEWAY)) {
            readGateway(packet.gateway, into);
        }
        if (packet.has(SampledPacket.MPLS)) {
            readMpls(sample, buffer, into);
        }
        if (packet.has(SampledPacket.NAT)) {
            set(ForwardingAddress.POST_NAT_SOURCE, packet.natSource, into);
            set(ForwardingAddress.POST_NAT_DESTINATION, packet.natDestination, into);
        }
        if (packet.has(SampledPacket.NAT_PORT)) {
            into.setUnlessZero(ForwardingNumber.POST_NAPT_SOURCE_PORT, packet.natSourcePort);
            into.setUnlessZero(ForwardingNumber.POST_NAPT_DESTINATION_PORT, packet.natDestinationPort);
        }
    }

    private static void readOutput(FlowSample sample, ReportedForwarding into) {
        switch (sample.outputKind()) {
            case INDEX -> into.set(ForwardingNumber.EGRESS_INTERFACE, sample.outputValue);
            case LOCAL -> into.set(ForwardingNumber.FORWARDING_STATUS, CONSUMED);
            case DISCARDED -> into.set(ForwardingNumber.FORWARDING_STATUS, statusOf((int) sample.outputValue));
            case MULTIPLE -> {
                into.set(ForwardingNumber.FORWARDING_STATUS, FORWARDED);
                into.set(ForwardingNumber.EGRESS_INTERFACES, sample.outputValue);
            }
            case UNKNOWN, OTHER -> {
                // Nothing is said.
            }
        }
    }

    private static int statusOf(int reason) {
        return switch (reason) {
            case NET_UNREACHABLE, HOST_UNREACHABLE -> DROPPED_UNROUTABLE;
            case PROHIBITED, ACL -> DROPPED_ACL_DENY;
            case FRAGMENTATION_NEEDED, PACKET_TOO_BIG -> DROPPED_FRAGMENTATION;
            case TTL_EXCEEDED -> DROPPED_BAD_TTL;
            case RED -> DROPPED_WRED;
            case TRAFFIC_SHAPING -> DROPPED_POLICER;
            default -> DROPPED;
        };
    }

    /** Who is in the gateway's own network has 0 as source, and no path as destination. */
    private static void readGateway(SampledGateway gateway, ReportedForwarding into) {
        set(ForwardingAddress.BGP_NEXT_HOP, gateway.nextHop, into);
        into.setUnlessZero(
                ForwardingNumber.BGP_SOURCE_AS_NUMBER, gateway.sourceAs == 0 ? gateway.as : gateway.sourceAs);
        into.setUnlessZero(
                ForwardingNumber.BGP_DESTINATION_AS_NUMBER,
                gateway.pathSegments == 0 ? gateway.as : gateway.destinationAs);
        into.setUnlessZero(ForwardingNumber.BGP_PREV_ADJACENT_AS_NUMBER, gateway.sourcePeerAs);
        into.setUnlessZero(ForwardingNumber.BGP_NEXT_ADJACENT_AS_NUMBER, gateway.destinationPeerAs);
    }

    /** As the packet was where it was sampled. */
    private static void readMpls(FlowSample sample, ByteBuffer buffer, ReportedForwarding into) {
        SampledPacket packet = sample.packet;
        if (into.ipVersion(ForwardingAddress.IP_NEXT_HOP) == 0) {
            set(ForwardingAddress.IP_NEXT_HOP, packet.mplsNextHop, into);
        }
        WordList stack = sample.isSampledOnOutput() ? packet.outLabels : packet.inLabels;
        for (int i = 0; i < Math.min(stack.count, ReportedForwarding.MAX_LABELS); i++) {
            into.addLabel((int) (stack.get(buffer, i) >>> LABEL_SHIFT));
        }
    }

    private static void set(ForwardingAddress address, SflowAddress from, ReportedForwarding into) {
        into.set(address, from.ipVersion, from.high, from.low);
    }
}
