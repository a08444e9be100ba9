package io.weir.exporters.ipfix;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The templates of flows and how records of them are written, side by side, as the order must be the same. By family and protocol:
 *
 * <pre>
 * addresses | version, protocol | ports, flags or ICMP | common | way | totals | counts | reverse counts | application
 * </pre>
 *
 * The way of packets, as devices say it, is in records of points that devices report of; their templates have the same numbers, in domains of
 * their own.
 *
 * Totals stand before counts of the window: collectors that have one place for both keep what comes last.
 */
final class FlowFormat {

    static final int IPV4 = 256;
    static final int IPV4_ICMP = 257;
    static final int IPV6 = 258;
    static final int IPV6_ICMP = 259;
    /** Frames without IP. */
    static final int FRAME = 260;

    /** Octets of an application's name that are exported at most. */
    static final int MAX_APPLICATION_OCTETS = 64;

    /** IE 239: the destination is the initiator. */
    private static final int REVERSE_INITIATOR = 2;

    private static final int IP_VERSION_6 = 6;
    private static final int MAC_HIGH_SHIFT = 32;

    private final boolean biflow;
    private final boolean totals;
    private final boolean applications;
    private final Templates captured;
    private final Templates reported;

    /** Of one kind of observation point. */
    private static final class Templates {
        final List<ExportTemplate> all;

        /** By template; without an application's name. */
        final int[] recordOctets;

        Templates(List<ExportTemplate> all) {
            this.all = List.copyOf(all);
            this.recordOctets =
                    all.stream().mapToInt(ExportTemplate::recordOctets).toArray();
        }
    }

    /**
     * @param biflow whether a record holds both directions (RFC 5103)
     * @param totals whether records hold the counts since the flow began too
     * @param applications whether records name the application
     */
    FlowFormat(boolean biflow, boolean totals, boolean applications) {
        this.biflow = biflow;
        this.totals = totals;
        this.applications = applications;
        this.captured = new Templates(templatesOf(false));
        this.reported = new Templates(templatesOf(true));
    }

    private List<ExportTemplate> templatesOf(boolean isReported) {
        List<ExportTemplate> all = new ArrayList<>();
        for (int id = IPV4; id <= FRAME; id++) {
            all.add(template(id, isReported));
        }
        return all;
    }

    boolean isBiflow() {
        return biflow;
    }

    /** @param isReported whether a device reports of the observation point */
    List<ExportTemplate> templates(boolean isReported) {
        return of(isReported).all;
    }

    private Templates of(boolean isReported) {
        return isReported ? reported : captured;
    }

    private ExportTemplate template(int id, boolean isReported) {
        ExportTemplate.Fields fields = new ExportTemplate.Fields();
        boolean isIp = id != FRAME;
        switch (id) {
            case IPV4, IPV4_ICMP -> fields.with(Element.SOURCE_IPV4_ADDRESS, Element.DESTINATION_IPV4_ADDRESS);
            case IPV6, IPV6_ICMP -> fields.with(Element.SOURCE_IPV6_ADDRESS, Element.DESTINATION_IPV6_ADDRESS);
            default -> fields.with(Element.SOURCE_MAC_ADDRESS, Element.DESTINATION_MAC_ADDRESS, Element.ETHERNET_TYPE);
        }
        if (isIp) {
            fields.with(Element.IP_VERSION, Element.PROTOCOL_IDENTIFIER);
        }
        switch (id) {
            case IPV4, IPV6 ->
                fields.with(
                        Element.SOURCE_TRANSPORT_PORT, Element.DESTINATION_TRANSPORT_PORT, Element.TCP_CONTROL_BITS);
            case IPV4_ICMP -> fields.with(Element.ICMP_TYPE_CODE_IPV4);
            case IPV6_ICMP -> fields.with(Element.ICMP_TYPE_CODE_IPV6);
            default -> {}
        }
        fields.with(
                Element.FLOW_END_REASON,
                Element.BIFLOW_DIRECTION,
                Element.VLAN_ID,
                Element.INGRESS_INTERFACE,
                Element.FLOW_ID,
                Element.FLOW_START_MILLISECONDS,
                Element.FLOW_END_MILLISECONDS);
        if (isReported) {
            way(id, fields);
        }
        if (totals) {
            fields.with(totals(isIp));
        }
        fields.with(counts(isIp));
        if (biflow) {
            if (totals) {
                fields.reverse(totals(isIp));
            }
            fields.reverse(counts(isIp));
            if (id == IPV4 || id == IPV6) {
                fields.reverse(Element.TCP_CONTROL_BITS);
            }
        }
        if (applications) {
            fields.with(Element.APPLICATION_NAME);
        }
        return fields.template(id, 0);
    }

    private static void way(int id, ExportTemplate.Fields fields) {
        fields.with(Element.EGRESS_INTERFACE, Element.FORWARDING_STATUS, Element.POST_VLAN_ID);
        if (id == FRAME) {
            return;
        }
        fields.with(
                Element.MPLS_TOP_LABEL_STACK_SECTION,
                Element.MPLS_LABEL_STACK_SECTION_2,
                Element.MPLS_LABEL_STACK_SECTION_3,
                Element.INGRESS_VRF_ID,
                Element.EGRESS_VRF_ID,
                Element.IP_CLASS_OF_SERVICE,
                Element.BGP_SOURCE_AS_NUMBER,
                Element.BGP_DESTINATION_AS_NUMBER,
                Element.BGP_NEXT_ADJACENT_AS_NUMBER,
                Element.BGP_PREV_ADJACENT_AS_NUMBER);
        if (id == IPV4 || id == IPV4_ICMP) {
            fields.with(
                    Element.SOURCE_IPV4_PREFIX_LENGTH,
                    Element.DESTINATION_IPV4_PREFIX_LENGTH,
                    Element.IP_NEXT_HOP_IPV4_ADDRESS,
                    Element.BGP_NEXT_HOP_IPV4_ADDRESS,
                    Element.POST_NAT_SOURCE_IPV4_ADDRESS,
                    Element.POST_NAT_DESTINATION_IPV4_ADDRESS);
        } else {
            fields.with(
                    Element.SOURCE_IPV6_PREFIX_LENGTH,
                    Element.DESTINATION_IPV6_PREFIX_LENGTH,
                    Element.IP_NEXT_HOP_IPV6_ADDRESS,
                    Element.BGP_NEXT_HOP_IPV6_ADDRESS,
                    Element.POST_NAT_SOURCE_IPV6_ADDRESS,
                    Element.POST_NAT_DESTINATION_IPV6_ADDRESS);
        }
        fields.with(Element.POST_NAPT_SOURCE_TRANSPORT_PORT, Element.POST_NAPT_DESTINATION_TRANSPORT_PORT);
    }

    private static Element[] totals(boolean isIp) {
        return isIp
                ? new Element[] {Element.PACKET_TOTAL_COUNT, Element.LAYER2_OCTET_TOTAL_COUNT, Element.OCTET_TOTAL_COUNT
                }
                : new Element[] {Element.PACKET_TOTAL_COUNT, Element.LAYER2_OCTET_TOTAL_COUNT};
    }

    private static Element[] counts(boolean isIp) {
        return isIp
                ? new Element[] {Element.PACKET_DELTA_COUNT, Element.LAYER2_OCTET_DELTA_COUNT, Element.OCTET_DELTA_COUNT
                }
                : new Element[] {Element.PACKET_DELTA_COUNT, Element.LAYER2_OCTET_DELTA_COUNT};
    }

    /** Number of the template that a flow's records are of. */
    static int templateOf(ExportedFlow flow) {
        if (flow.ipVersion == 0) {
            return FRAME;
        }
        boolean isIcmp = FlowReader.isIcmp(flow);
        if (flow.ipVersion == IP_VERSION_6) {
            return isIcmp ? IPV6_ICMP : IPV6;
        }
        return isIcmp ? IPV4_ICMP : IPV4;
    }

    /** Octets of a record of this flow. */
    int recordOctets(int template, ExportedFlow flow, boolean isReported) {
        return of(isReported).recordOctets[template - IPV4] + (applications ? applicationOctets(flow) : 0);
    }

    /** A name that is cut is cut between two letters. */
    private static int applicationOctets(ExportedFlow flow) {
        return Utf8.fitting(flow.value, flow.applicationAt, flow.applicationOctets, MAX_APPLICATION_OCTETS);
    }

    /** Writes the record of the packets that the initiator sent, or that the responder sent. */
    void write(ByteBuffer out, int template, ExportedFlow flow, boolean fromInitiator, ExportDomain domain) {
        ExportedFlow.Side source = fromInitiator ? flow.initiator : flow.responder;
        ExportedFlow.Side destination = fromInitiator ? flow.responder : flow.initiator;
        boolean isIp = template != FRAME;
        switch (template) {
            case IPV4, IPV4_ICMP -> out.putInt((int) source.addressLow).putInt((int) destination.addressLow);
            case IPV6, IPV6_ICMP ->
                out.putLong(source.addressHigh)
                        .putLong(source.addressLow)
                        .putLong(destination.addressHigh)
                        .putLong(destination.addressLow);
            default -> {
                putMac(out, source.macAddress);
                putMac(out, destination.macAddress);
                out.putShort((short) flow.etherType);
            }
        }
        if (isIp) {
            out.put((byte) flow.ipVersion).put((byte) flow.protocolIdentifier);
        }
        switch (template) {
            case IPV4, IPV6 ->
                out.putShort((short) source.port)
                        .putShort((short) destination.port)
                        .putShort((short) source.tcpControlBits);
            case IPV4_ICMP, IPV6_ICMP ->
                out.putShort((short) (fromInitiator ? flow.icmpTypeCode : flow.responderIcmpTypeCode));
            default -> {}
        }
        out.put((byte) flow.flowEndReason)
                .put((byte) (fromInitiator || flow.biflowDirection == 0 ? flow.biflowDirection : REVERSE_INITIATOR))
                .putShort((short) flow.vlanId)
                .putInt(domain.isReported ? (int) source.way.ingressInterface : domain.ingressInterface)
                .putLong(flow.flowId)
                .putLong(flow.startMs)
                .putLong(flow.endMs);
        if (domain.isReported) {
            putWay(out, template, source.way);
        }
        putCounts(out, source, isIp);
        if (biflow) {
            putCounts(out, destination, isIp);
            if (template == IPV4 || template == IPV6) {
                out.putShort((short) destination.tcpControlBits);
            }
        }
        if (applications) {
            int octets = applicationOctets(flow);
            out.put((byte) octets).put(flow.value, flow.applicationAt, octets);
        }
    }

    private static void putWay(ByteBuffer out, int template, ExportedFlow.Way way) {
        out.putInt((int) way.egressInterface).put((byte) way.forwardingStatus).putShort((short) way.postVlanId);
        if (template == FRAME) {
            return;
        }
        for (int section : way.mplsLabelStackSections) {
            out.put((byte) (section >>> Short.SIZE)).putShort((short) section);
        }
        out.putInt((int) way.ingressVrfId)
                .putInt((int) way.egressVrfId)
                .put((byte) way.ipClassOfService)
                .putInt((int) way.bgpSourceAsNumber)
                .putInt((int) way.bgpDestinationAsNumber)
                .putInt((int) way.bgpNextAdjacentAsNumber)
                .putInt((int) way.bgpPrevAdjacentAsNumber)
                .put((byte) way.sourcePrefixLength)
                .put((byte) way.destinationPrefixLength);
        boolean isIpv4 = template == IPV4 || template == IPV4_ICMP;
        putAddress(out, isIpv4, way.ipNextHop);
        putAddress(out, isIpv4, way.bgpNextHop);
        putAddress(out, isIpv4, way.postNatSource);
        putAddress(out, isIpv4, way.postNatDestination);
        out.putShort((short) way.postNaptSourcePort).putShort((short) way.postNaptDestinationPort);
    }

    private static void putAddress(ByteBuffer out, boolean isIpv4, ExportedFlow.Address address) {
        if (isIpv4) {
            out.putInt((int) address.low);
        } else {
            out.putLong(address.high).putLong(address.low);
        }
    }

    private void putCounts(ByteBuffer out, ExportedFlow.Side side, boolean isIp) {
        if (totals) {
            out.putLong(side.totalPackets).putLong(side.totalLayer2Octets);
            if (isIp) {
                out.putLong(side.totalOctets);
            }
        }
        out.putLong(side.packets).putLong(side.layer2Octets);
        if (isIp) {
            out.putLong(side.octets);
        }
    }

    private static void putMac(ByteBuffer out, long address) {
        out.putShort((short) (address >>> MAC_HIGH_SHIFT)).putInt((int) address);
    }
}
