package io.weir.topology.netflow;

/**
 * What a {@link DataRecord} holds as a number: one constant an information element, by its IANA number (IPFIX registry; v9 shares the
 * numbers up to 127). Units are the element's. Elements that say the same share a constant, the first listed wins.
 *
 * <p>An IPv6 address takes two constants that follow each other.
 */
public enum RecordField {
    /** sourceIPv4Address 8, else sourceIPv4Prefix 44. */
    SOURCE_IPV4(Kind.NUMBER, 0, 8, 44),
    /** destinationIPv4Address 12, else destinationIPv4Prefix 45. */
    DESTINATION_IPV4(Kind.NUMBER, 0, 12, 45),
    /** sourceIPv6Address 27, else sourceIPv6Prefix 170: most significant half. */
    SOURCE_IPV6_HIGH(Kind.IPV6, 0, 27, 170),
    /** Least significant half of the same. */
    SOURCE_IPV6_LOW(Kind.LOW_HALF),
    /** destinationIPv6Address 28, else destinationIPv6Prefix 169: most significant half. */
    DESTINATION_IPV6_HIGH(Kind.IPV6, 0, 28, 169),
    /** Least significant half of the same. */
    DESTINATION_IPV6_LOW(Kind.LOW_HALF),
    /** ipVersion 60. What the record is taken for: {@link DataRecord#ipVersion}. */
    IP_VERSION(Kind.NUMBER, 0, 60),
    /** protocolIdentifier 4. */
    PROTOCOL(Kind.NUMBER, 0, 4),
    /** ipClassOfService 5. */
    TYPE_OF_SERVICE(Kind.NUMBER, 0, 5),
    /** postIpClassOfService 55. */
    POST_TYPE_OF_SERVICE(Kind.NUMBER, 0, 55),
    /** sourceTransportPort 7, else udpSourcePort 180, tcpSourcePort 182. */
    SOURCE_PORT(Kind.NUMBER, 0, 7, 180, 182),
    /** destinationTransportPort 11, else udpDestinationPort 181, tcpDestinationPort 183. May hold ICMP type and code. */
    DESTINATION_PORT(Kind.NUMBER, 0, 11, 181, 183),
    /** tcpControlBits 6, all flags of the flow, 8 or 16 bits. */
    TCP_CONTROL_BITS(Kind.NUMBER, 0, 6),
    /** octetDeltaCount 1: IP octets since the last report. */
    OCTETS(Kind.NUMBER, 0, 1),
    /** packetDeltaCount 2. */
    PACKETS(Kind.NUMBER, 0, 2),
    /** octetTotalCount 85: since the flow began. */
    TOTAL_OCTETS(Kind.NUMBER, 0, 85),
    /** packetTotalCount 86. */
    TOTAL_PACKETS(Kind.NUMBER, 0, 86),
    /** postOctetDeltaCount 23: behind a middlebox function. */
    POST_OCTETS(Kind.NUMBER, 0, 23),
    /** postPacketDeltaCount 24. */
    POST_PACKETS(Kind.NUMBER, 0, 24),
    /** postOctetTotalCount 171. */
    POST_TOTAL_OCTETS(Kind.NUMBER, 0, 171),
    /** postPacketTotalCount 172. */
    POST_TOTAL_PACKETS(Kind.NUMBER, 0, 172),
    /** layer2OctetDeltaCount 352. */
    LAYER2_OCTETS(Kind.NUMBER, 0, 352),
    /** layer2OctetTotalCount 353. */
    TOTAL_LAYER2_OCTETS(Kind.NUMBER, 0, 353),
    /** layer2FrameDeltaCount 430. */
    LAYER2_FRAMES(Kind.NUMBER, 0, 430),
    /** layer2FrameTotalCount 431. */
    TOTAL_LAYER2_FRAMES(Kind.NUMBER, 0, 431),
    /** deltaFlowCount 3: flows that an aggregated one stands for. */
    FLOWS(Kind.NUMBER, 0, 3),
    /** droppedOctetDeltaCount 132. */
    DROPPED_OCTETS(Kind.NUMBER, 0, 132),
    /** droppedPacketDeltaCount 133. */
    DROPPED_PACKETS(Kind.NUMBER, 0, 133),
    /** droppedOctetTotalCount 134. */
    TOTAL_DROPPED_OCTETS(Kind.NUMBER, 0, 134),
    /** droppedPacketTotalCount 135. */
    TOTAL_DROPPED_PACKETS(Kind.NUMBER, 0, 135),
    /** initiatorOctets 231: layer 4 payload, since the last report or, with an event, in all. */
    INITIATOR_OCTETS(Kind.NUMBER, 0, 231),
    /** responderOctets 232. */
    RESPONDER_OCTETS(Kind.NUMBER, 0, 232),
    /** initiatorPackets 298. */
    INITIATOR_PACKETS(Kind.NUMBER, 0, 298),
    /** responderPackets 299. */
    RESPONDER_PACKETS(Kind.NUMBER, 0, 299),
    /** Reverse octetDeltaCount (RFC 5103): of the packets from destination to source. */
    REVERSE_OCTETS(Kind.NUMBER, InformationElements.REVERSE_PEN, 1),
    /** Reverse packetDeltaCount. */
    REVERSE_PACKETS(Kind.NUMBER, InformationElements.REVERSE_PEN, 2),
    /** Reverse octetTotalCount. */
    REVERSE_TOTAL_OCTETS(Kind.NUMBER, InformationElements.REVERSE_PEN, 85),
    /** Reverse packetTotalCount. */
    REVERSE_TOTAL_PACKETS(Kind.NUMBER, InformationElements.REVERSE_PEN, 86),
    /** Reverse layer2OctetDeltaCount. */
    REVERSE_LAYER2_OCTETS(Kind.NUMBER, InformationElements.REVERSE_PEN, 352),
    /** Reverse tcpControlBits. */
    REVERSE_TCP_CONTROL_BITS(Kind.NUMBER, InformationElements.REVERSE_PEN, 6),
    /** Reverse ipClassOfService. */
    REVERSE_TYPE_OF_SERVICE(Kind.NUMBER, InformationElements.REVERSE_PEN, 5),
    /** Reverse flowEndReason. */
    REVERSE_FLOW_END_REASON(Kind.NUMBER, InformationElements.REVERSE_PEN, 136),
    /** flowStartSysUpTime 22: milliseconds since the exporter started, modulo 2^32. */
    FIRST_UPTIME(Kind.NUMBER, 0, 22),
    /** flowEndSysUpTime 21. */
    LAST_UPTIME(Kind.NUMBER, 0, 21),
    /** flowStartSeconds 150. */
    FIRST_SECONDS(Kind.NUMBER, 0, 150),
    /** flowEndSeconds 151. */
    LAST_SECONDS(Kind.NUMBER, 0, 151),
    /** flowStartMilliseconds 152. */
    FIRST_MILLISECONDS(Kind.NUMBER, 0, 152),
    /** flowEndMilliseconds 153. */
    LAST_MILLISECONDS(Kind.NUMBER, 0, 153),
    /** flowStartMicroseconds 154, an NTP time stamp. */
    FIRST_MICROSECONDS(Kind.NUMBER, 0, 154),
    /** flowEndMicroseconds 155, an NTP time stamp. */
    LAST_MICROSECONDS(Kind.NUMBER, 0, 155),
    /** flowStartNanoseconds 156, an NTP time stamp. */
    FIRST_NANOSECONDS(Kind.NUMBER, 0, 156),
    /** flowEndNanoseconds 157, an NTP time stamp. */
    LAST_NANOSECONDS(Kind.NUMBER, 0, 157),
    /** flowStartDeltaMicroseconds 158: before the export time. */
    FIRST_DELTA(Kind.NUMBER, 0, 158),
    /** flowEndDeltaMicroseconds 159. */
    LAST_DELTA(Kind.NUMBER, 0, 159),
    /** systemInitTimeMilliseconds 160: when the exporter started. */
    SYSTEM_INIT(Kind.NUMBER, 0, 160),
    /** flowDurationMilliseconds 161. */
    DURATION_MILLISECONDS(Kind.NUMBER, 0, 161),
    /** flowDurationMicroseconds 162. */
    DURATION_MICROSECONDS(Kind.NUMBER, 0, 162),
    /** observationTimeSeconds 322. */
    OBSERVED_SECONDS(Kind.NUMBER, 0, 322),
    /** observationTimeMilliseconds 323. */
    OBSERVED_MILLISECONDS(Kind.NUMBER, 0, 323),
    /** observationTimeMicroseconds 324, an NTP time stamp. */
    OBSERVED_MICROSECONDS(Kind.NUMBER, 0, 324),
    /** observationTimeNanoseconds 325, an NTP time stamp. */
    OBSERVED_NANOSECONDS(Kind.NUMBER, 0, 325),
    /** Reverse flowStartSysUpTime. */
    REVERSE_FIRST_UPTIME(Kind.NUMBER, InformationElements.REVERSE_PEN, 22),
    /** Reverse flowEndSysUpTime. */
    REVERSE_LAST_UPTIME(Kind.NUMBER, InformationElements.REVERSE_PEN, 21),
    /** Reverse flowStartSeconds. */
    REVERSE_FIRST_SECONDS(Kind.NUMBER, InformationElements.REVERSE_PEN, 150),
    /** Reverse flowEndSeconds. */
    REVERSE_LAST_SECONDS(Kind.NUMBER, InformationElements.REVERSE_PEN, 151),
    /** Reverse flowStartMilliseconds. */
    REVERSE_FIRST_MILLISECONDS(Kind.NUMBER, InformationElements.REVERSE_PEN, 152),
    /** Reverse flowEndMilliseconds. */
    REVERSE_LAST_MILLISECONDS(Kind.NUMBER, InformationElements.REVERSE_PEN, 153),
    /** Reverse flowStartMicroseconds, an NTP time stamp. */
    REVERSE_FIRST_MICROSECONDS(Kind.NUMBER, InformationElements.REVERSE_PEN, 154),
    /** Reverse flowEndMicroseconds, an NTP time stamp. */
    REVERSE_LAST_MICROSECONDS(Kind.NUMBER, InformationElements.REVERSE_PEN, 155),
    /** Reverse flowStartNanoseconds, an NTP time stamp. */
    REVERSE_FIRST_NANOSECONDS(Kind.NUMBER, InformationElements.REVERSE_PEN, 156),
    /** Reverse flowEndNanoseconds, an NTP time stamp. */
    REVERSE_LAST_NANOSECONDS(Kind.NUMBER, InformationElements.REVERSE_PEN, 157),
    /** flowEndReason 136. */
    FLOW_END_REASON(Kind.NUMBER, 0, 136),
    /** flowDirection 61: 0 ingress, 1 egress. */
    DIRECTION(Kind.NUMBER, 0, 61),
    /** biflowDirection 239 (RFC 5103): 1 initiator, 2 reverse initiator, 3 perimeter. */
    BIFLOW_DIRECTION(Kind.NUMBER, 0, 239),
    /** ingressInterface 10, 16 or 32 bits; also the v9 scope Interface. */
    INGRESS_INTERFACE(Kind.NUMBER, 0, 10),
    /** egressInterface 14. */
    EGRESS_INTERFACE(Kind.NUMBER, 0, 14),
    /** ingressPhysicalInterface 252. */
    INGRESS_PHYSICAL_INTERFACE(Kind.NUMBER, 0, 252),
    /** egressPhysicalInterface 253. */
    EGRESS_PHYSICAL_INTERFACE(Kind.NUMBER, 0, 253),
    /** ipNextHopIPv4Address 15. */
    NEXT_HOP_IPV4(Kind.NUMBER, 0, 15),
    /** ipNextHopIPv6Address 62: most significant half. */
    NEXT_HOP_IPV6_HIGH(Kind.IPV6, 0, 62),
    /** Least significant half of the same. */
    NEXT_HOP_IPV6_LOW(Kind.LOW_HALF),
    /** bgpNextHopIPv4Address 18. */
    BGP_NEXT_HOP_IPV4(Kind.NUMBER, 0, 18),
    /** bgpNextHopIPv6Address 63: most significant half. */
    BGP_NEXT_HOP_IPV6_HIGH(Kind.IPV6, 0, 63),
    /** Least significant half of the same. */
    BGP_NEXT_HOP_IPV6_LOW(Kind.LOW_HALF),
    /** bgpSourceAsNumber 16, 16 or 32 bits. */
    SOURCE_AS(Kind.NUMBER, 0, 16),
    /** bgpDestinationAsNumber 17. */
    DESTINATION_AS(Kind.NUMBER, 0, 17),
    /** bgpNextAdjacentAsNumber 128. */
    NEXT_ADJACENT_AS(Kind.NUMBER, 0, 128),
    /** bgpPrevAdjacentAsNumber 129. */
    PREVIOUS_ADJACENT_AS(Kind.NUMBER, 0, 129),
    /** sourceIPv4PrefixLength 9. */
    SOURCE_IPV4_PREFIX_LENGTH(Kind.NUMBER, 0, 9),
    /** destinationIPv4PrefixLength 13. */
    DESTINATION_IPV4_PREFIX_LENGTH(Kind.NUMBER, 0, 13),
    /** sourceIPv6PrefixLength 29. */
    SOURCE_IPV6_PREFIX_LENGTH(Kind.NUMBER, 0, 29),
    /** destinationIPv6PrefixLength 30. */
    DESTINATION_IPV6_PREFIX_LENGTH(Kind.NUMBER, 0, 30),
    /** vlanId 58. */
    VLAN(Kind.NUMBER, 0, 58),
    /** postVlanId 59. */
    POST_VLAN(Kind.NUMBER, 0, 59),
    /** dot1qVlanId 243: the outer tag. */
    DOT1Q_VLAN(Kind.NUMBER, 0, 243),
    /** dot1qCustomerVlanId 245: the inner tag. */
    DOT1Q_CUSTOMER_VLAN(Kind.NUMBER, 0, 245),
    /** postDot1qVlanId 254. */
    POST_DOT1Q_VLAN(Kind.NUMBER, 0, 254),
    /** postDot1qCustomerVlanId 255. */
    POST_DOT1Q_CUSTOMER_VLAN(Kind.NUMBER, 0, 255),
    /** sourceMacAddress 56, 48 bits. */
    SOURCE_MAC(Kind.NUMBER, 0, 56),
    /** postDestinationMacAddress 57, 48 bits. */
    POST_DESTINATION_MAC(Kind.NUMBER, 0, 57),
    /** destinationMacAddress 80, 48 bits. */
    DESTINATION_MAC(Kind.NUMBER, 0, 80),
    /** postSourceMacAddress 81, 48 bits. */
    POST_SOURCE_MAC(Kind.NUMBER, 0, 81),
    /** ethernetType 256. */
    ETHER_TYPE(Kind.NUMBER, 0, 256),
    /** icmpTypeCodeIPv4 32: type in the high octet. Normalised: {@link DataRecord#icmpType}. */
    ICMP_TYPE_CODE_IPV4(Kind.NUMBER, 0, 32),
    /** icmpTypeCodeIPv6 139. */
    ICMP_TYPE_CODE_IPV6(Kind.NUMBER, 0, 139),
    /** icmpTypeIPv4 176. */
    ICMP_TYPE_IPV4(Kind.NUMBER, 0, 176),
    /** icmpCodeIPv4 177. */
    ICMP_CODE_IPV4(Kind.NUMBER, 0, 177),
    /** icmpTypeIPv6 178. */
    ICMP_TYPE_IPV6(Kind.NUMBER, 0, 178),
    /** icmpCodeIPv6 179. */
    ICMP_CODE_IPV6(Kind.NUMBER, 0, 179),
    /** flowLabelIPv6 31. */
    FLOW_LABEL(Kind.NUMBER, 0, 31),
    /** minimumTTL 52. */
    MINIMUM_TTL(Kind.NUMBER, 0, 52),
    /** maximumTTL 53. */
    MAXIMUM_TTL(Kind.NUMBER, 0, 53),
    /** fragmentOffset 88. */
    FRAGMENT_OFFSET(Kind.NUMBER, 0, 88),
    /** mplsTopLabelStackSection 70: label 20 bits, traffic class 3, bottom of stack 1. */
    MPLS_LABEL_1(Kind.NUMBER, 0, 70),
    /** mplsLabelStackSection2 71: label 20 bits, traffic class 3, bottom of stack 1. */
    MPLS_LABEL_2(Kind.NUMBER, 0, 71),
    /** mplsLabelStackSection3 72: label 20 bits, traffic class 3, bottom of stack 1. */
    MPLS_LABEL_3(Kind.NUMBER, 0, 72),
    /** mplsLabelStackSection4 73: label 20 bits, traffic class 3, bottom of stack 1. */
    MPLS_LABEL_4(Kind.NUMBER, 0, 73),
    /** mplsLabelStackSection5 74: label 20 bits, traffic class 3, bottom of stack 1. */
    MPLS_LABEL_5(Kind.NUMBER, 0, 74),
    /** mplsLabelStackSection6 75: label 20 bits, traffic class 3, bottom of stack 1. */
    MPLS_LABEL_6(Kind.NUMBER, 0, 75),
    /** mplsLabelStackSection7 76: label 20 bits, traffic class 3, bottom of stack 1. */
    MPLS_LABEL_7(Kind.NUMBER, 0, 76),
    /** mplsLabelStackSection8 77: label 20 bits, traffic class 3, bottom of stack 1. */
    MPLS_LABEL_8(Kind.NUMBER, 0, 77),
    /** mplsLabelStackSection9 78: label 20 bits, traffic class 3, bottom of stack 1. */
    MPLS_LABEL_9(Kind.NUMBER, 0, 78),
    /** mplsLabelStackSection10 79: label 20 bits, traffic class 3, bottom of stack 1. */
    MPLS_LABEL_10(Kind.NUMBER, 0, 79),
    /** layer2SegmentId 351: kind of overlay in the high octet (1 VXLAN, 2 NVGRE), network identifier in the low three. */
    LAYER2_SEGMENT(Kind.NUMBER, 0, 351),
    /** ingressVRFID 234. */
    INGRESS_VRF(Kind.NUMBER, 0, 234),
    /** egressVRFID 235. */
    EGRESS_VRF(Kind.NUMBER, 0, 235),
    /** postNATSourceIPv4Address 225, of older firewalls 40001. */
    POST_NAT_SOURCE_IPV4(Kind.NUMBER, 0, 225, 40001),
    /** postNATDestinationIPv4Address 226, of older firewalls 40002. */
    POST_NAT_DESTINATION_IPV4(Kind.NUMBER, 0, 226, 40002),
    /** postNATSourceIPv6Address 281: most significant half. */
    POST_NAT_SOURCE_IPV6_HIGH(Kind.IPV6, 0, 281),
    /** Least significant half of the same. */
    POST_NAT_SOURCE_IPV6_LOW(Kind.LOW_HALF),
    /** postNATDestinationIPv6Address 282: most significant half. */
    POST_NAT_DESTINATION_IPV6_HIGH(Kind.IPV6, 0, 282),
    /** Least significant half of the same. */
    POST_NAT_DESTINATION_IPV6_LOW(Kind.LOW_HALF),
    /** postNAPTSourceTransportPort 227, of older firewalls 40003. */
    POST_NAPT_SOURCE_PORT(Kind.NUMBER, 0, 227, 40003),
    /** postNAPTDestinationTransportPort 228, of older firewalls 40004. */
    POST_NAPT_DESTINATION_PORT(Kind.NUMBER, 0, 228, 40004),
    /** natEvent 230: what happened, not traffic. */
    NAT_EVENT(Kind.NUMBER, 0, 230),
    /** portRangeStart 361 of a block of ports. */
    PORT_RANGE_START(Kind.NUMBER, 0, 361),
    /** portRangeEnd 362. */
    PORT_RANGE_END(Kind.NUMBER, 0, 362),
    /** firewallEvent 233, of older firewalls 40005: what happened, not traffic. */
    FIREWALL_EVENT(Kind.NUMBER, 0, 233, 40005),
    /** NF_F_FW_EXT_EVENT 33002 of Cisco's firewalls: why. */
    FIREWALL_EXTENDED_EVENT(Kind.NUMBER, 0, 0, 33002),
    /** samplingInterval 34: one packet in this many. */
    SAMPLING_INTERVAL(Kind.NUMBER, 0, 34),
    /** samplingAlgorithm 35: 1 deterministic, 2 random. */
    SAMPLING_ALGORITHM(Kind.NUMBER, 0, 35),
    /** samplerId 48. */
    SAMPLER(Kind.NUMBER, 0, 48),
    /** samplerMode 49. */
    SAMPLER_MODE(Kind.NUMBER, 0, 49),
    /** samplerRandomInterval 50: one packet in this many. */
    SAMPLER_INTERVAL(Kind.NUMBER, 0, 50),
    /** selectorId 302. */
    SELECTOR(Kind.NUMBER, 0, 302),
    /** selectorAlgorithm 304. */
    SELECTOR_ALGORITHM(Kind.NUMBER, 0, 304),
    /** samplingPacketInterval 305: packets taken in a row. */
    SAMPLING_PACKET_INTERVAL(Kind.NUMBER, 0, 305),
    /** samplingPacketSpace 306: packets left out behind them. */
    SAMPLING_PACKET_SPACE(Kind.NUMBER, 0, 306),
    /** samplingSize 309: packets taken out of the population. */
    SAMPLING_SIZE(Kind.NUMBER, 0, 309),
    /** samplingPopulation 310. */
    SAMPLING_POPULATION(Kind.NUMBER, 0, 310),
    /** flowId 148. */
    FLOW_ID(Kind.NUMBER, 0, 148),
    /** forwardingStatus 89: status in the high two bits (2 dropped), reason in the rest. */
    FORWARDING_STATUS(Kind.NUMBER, 0, 89),
    /** dataLinkFrameSection 315: the start of a frame. */
    FRAME_SECTION(Kind.SECTION, 0, 315),
    /** ipHeaderPacketSection 313: the start of an IP packet. */
    IP_HEADER_SECTION(Kind.SECTION, 0, 313),
    /** dataLinkFrameSize 312: length of the frame that the section is of. */
    FRAME_OCTETS(Kind.NUMBER, 0, 312),
    /** dataLinkFrameType 408: what link layer the section begins with. */
    FRAME_TYPE(Kind.NUMBER, 0, 408),
    /** sectionOffset 409. */
    SECTION_OFFSET(Kind.NUMBER, 0, 409),
    /** sectionExportedOctets 410: octets of the section that are of the packet. */
    SECTION_EXPORTED_OCTETS(Kind.NUMBER, 0, 410),
    /** exporterIPv4Address 130: who exports, where a datagram came through another one. */
    EXPORTER_IPV4(Kind.NUMBER, 0, 130),
    /** exporterIPv6Address 131: most significant half. */
    EXPORTER_IPV6_HIGH(Kind.IPV6, 0, 131),
    /** Least significant half of the same. */
    EXPORTER_IPV6_LOW(Kind.LOW_HALF),
    /** engineType 38. */
    ENGINE_TYPE(Kind.NUMBER, 0, 38),
    /** engineId 39. */
    ENGINE(Kind.NUMBER, 0, 39),
    /** observationDomainId 149. */
    OBSERVATION_DOMAIN(Kind.NUMBER, 0, 149),
    /** observationPointId 138. */
    OBSERVATION_POINT(Kind.NUMBER, 0, 138),
    /** exportingProcessId 144. */
    EXPORTING_PROCESS(Kind.NUMBER, 0, 144),
    /** applicationId 95: classification engine in the first octet, selector in the rest. */
    APPLICATION(Kind.NUMBER, 0, 95);

    /** How the octets of a field become the number. */
    enum Kind {
        /** Unsigned, up to eight octets; a field of other length is left to generic access. */
        NUMBER,
        /** Sixteen octets, the first eight of them here, the others in the next constant. */
        IPV6,
        /** Filled with the constant before. */
        LOW_HALF,
        /** Position in the buffer and length in octets, in one number. */
        SECTION
    }

    /** How many there are. */
    static final int COUNT = values().length;

    private static final RecordField[] ALL = values();

    /** Elements of number below this are found by index. */
    private static final int INDEXED = 512;

    private static final RecordField[] IANA = index(0);
    private static final RecordField[] REVERSE = index(InformationElements.REVERSE_PEN);

    private final Kind kind;
    private final int enterprise;
    private final int first;
    private final int second;
    private final int third;

    RecordField(Kind kind) {
        this(kind, 0, 0, 0, 0);
    }

    RecordField(Kind kind, int enterprise, int first) {
        this(kind, enterprise, first, 0, 0);
    }

    RecordField(Kind kind, int enterprise, int first, int second) {
        this(kind, enterprise, first, second, 0);
    }

    RecordField(Kind kind, int enterprise, int first, int second, int third) {
        this.kind = kind;
        this.enterprise = enterprise;
        this.first = first;
        this.second = second;
        this.third = third;
    }

    Kind kind() {
        return kind;
    }

    /** The constant that an element is found under; null for one that only generic access shows. */
    static RecordField of(int enterprise, int id) {
        if (id < INDEXED) {
            return enterprise == 0 ? IANA[id] : enterprise == InformationElements.REVERSE_PEN ? REVERSE[id] : null;
        }
        if (enterprise != 0) {
            return null;
        }
        for (RecordField field : ALL) {
            if (field.second == id) {
                return field;
            }
        }
        return null;
    }

    /** How much an element is preferred among those that share a constant: 0 most. */
    int rank(int id) {
        return id == first ? 0 : id == second ? 1 : 2;
    }

    private static RecordField[] index(int enterprise) {
        RecordField[] index = new RecordField[INDEXED];
        for (RecordField field : values()) {
            if (field.enterprise == enterprise && field.kind != Kind.LOW_HALF) {
                put(index, field.first, field);
                put(index, field.second, field);
                put(index, field.third, field);
            }
        }
        return index;
    }

    private static void put(RecordField[] index, int id, RecordField field) {
        if (id > 0 && id < INDEXED) {
            index[id] = field;
        }
    }
}
