package io.weir.exporters.ipfix;

/** Information elements that are exported, of IANA's registry, with the octets that they have here. */
enum Element {
    OCTET_DELTA_COUNT(1, 8),
    PACKET_DELTA_COUNT(2, 8),
    PROTOCOL_IDENTIFIER(4, 1),
    TCP_CONTROL_BITS(6, 2),
    SOURCE_TRANSPORT_PORT(7, 2),
    SOURCE_IPV4_ADDRESS(8, 4),
    INGRESS_INTERFACE(10, 4),
    DESTINATION_TRANSPORT_PORT(11, 2),
    DESTINATION_IPV4_ADDRESS(12, 4),
    SOURCE_IPV6_ADDRESS(27, 16),
    DESTINATION_IPV6_ADDRESS(28, 16),
    ICMP_TYPE_CODE_IPV4(32, 2),
    EXPORTED_OCTET_TOTAL_COUNT(40, 8),
    EXPORTED_MESSAGE_TOTAL_COUNT(41, 8),
    EXPORTED_FLOW_RECORD_TOTAL_COUNT(42, 8),
    SOURCE_MAC_ADDRESS(56, 6),
    VLAN_ID(58, 2),
    IP_VERSION(60, 1),
    DESTINATION_MAC_ADDRESS(80, 6),
    /** Of fixed length, filled up with zeros: what nfcapd reads. */
    INTERFACE_NAME(82, 32),
    OCTET_TOTAL_COUNT(85, 8),
    PACKET_TOTAL_COUNT(86, 8),
    APPLICATION_NAME(96, Element.VARIABLE_OCTETS),
    FLOW_END_REASON(136, 1),
    ICMP_TYPE_CODE_IPV6(139, 2),
    EXPORTING_PROCESS_ID(144, 4),
    FLOW_ID(148, 8),
    OBSERVATION_DOMAIN_ID(149, 4),
    FLOW_START_MILLISECONDS(152, 8),
    FLOW_END_MILLISECONDS(153, 8),
    NOT_SENT_FLOW_TOTAL_COUNT(166, 8),
    BIFLOW_DIRECTION(239, 1),
    ETHERNET_TYPE(256, 2),
    OBSERVATION_DOMAIN_NAME(300, Element.VARIABLE_OCTETS),
    SAMPLING_PACKET_INTERVAL(305, 4),
    SAMPLING_PACKET_SPACE(306, 4),
    LAYER2_OCTET_DELTA_COUNT(352, 8),
    LAYER2_OCTET_TOTAL_COUNT(353, 8);

    /** Length in a template of what says its length in each record (RFC 7011 section 7). */
    static final int VARIABLE_OCTETS = 0xffff;

    final int id;
    final int octets;

    Element(int id, int octets) {
        this.id = id;
        this.octets = octets;
    }
}
