package io.weir.topology.netflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Holds datagrams, as decoded one after the other, against a dissector's reading: one line a difference. */
final class DissectorComparison {
    private static final Map<String, RecordField> NUMBERS = numbers();

    private final NetflowDecoder decoder = Decoding.decoder();
    private final List<String> differences = new ArrayList<>();

    private static Map<String, RecordField> numbers() {
        Map<String, RecordField> numbers = new LinkedHashMap<>();
        numbers.put("srcport", RecordField.SOURCE_PORT);
        numbers.put("dstport", RecordField.DESTINATION_PORT);
        numbers.put("protocol", RecordField.PROTOCOL);
        numbers.put("octets", RecordField.OCTETS);
        numbers.put("packets", RecordField.PACKETS);
        numbers.put("permanent_octets", RecordField.TOTAL_OCTETS);
        numbers.put("permanent_packets", RecordField.TOTAL_PACKETS);
        numbers.put("post_octets", RecordField.POST_OCTETS);
        numbers.put("post_packets", RecordField.POST_PACKETS);
        numbers.put("initiator_octets", RecordField.INITIATOR_OCTETS);
        numbers.put("responder_octets", RecordField.RESPONDER_OCTETS);
        numbers.put("tcpflags", RecordField.TCP_CONTROL_BITS);
        numbers.put("tos", RecordField.TYPE_OF_SERVICE);
        numbers.put("inputint", RecordField.INGRESS_INTERFACE);
        numbers.put("outputint", RecordField.EGRESS_INTERFACE);
        numbers.put("ingress_physical_interface", RecordField.INGRESS_PHYSICAL_INTERFACE);
        numbers.put("egress_physical_interface", RecordField.EGRESS_PHYSICAL_INTERFACE);
        numbers.put("srcas", RecordField.SOURCE_AS);
        numbers.put("dstas", RecordField.DESTINATION_AS);
        numbers.put("srcmask", RecordField.SOURCE_IPV4_PREFIX_LENGTH);
        numbers.put("dstmask", RecordField.DESTINATION_IPV4_PREFIX_LENGTH);
        numbers.put("srcmaskv6", RecordField.SOURCE_IPV6_PREFIX_LENGTH);
        numbers.put("dstmaskv6", RecordField.DESTINATION_IPV6_PREFIX_LENGTH);
        numbers.put("direction", RecordField.DIRECTION);
        numbers.put("flow_end_reason", RecordField.FLOW_END_REASON);
        numbers.put("ip_version", RecordField.IP_VERSION);
        numbers.put("ingress_vrfid", RecordField.INGRESS_VRF);
        numbers.put("egress_vrfid", RecordField.EGRESS_VRF);
        numbers.put("sampler_id", RecordField.SAMPLER);
        numbers.put("selector_id", RecordField.SELECTOR);
        numbers.put("flow_id", RecordField.FLOW_ID);
        numbers.put("nat_event", RecordField.NAT_EVENT);
        numbers.put("firewall_event", RecordField.FIREWALL_EVENT);
        numbers.put("vlanid", RecordField.VLAN);
        numbers.put("post_vlanid", RecordField.POST_VLAN);
        numbers.put("dot1q_vlan_id", RecordField.DOT1Q_VLAN);
        numbers.put("dot1q_customer_vlan_id", RecordField.DOT1Q_CUSTOMER_VLAN);
        numbers.put("post_naptsource_transport_port", RecordField.POST_NAPT_SOURCE_PORT);
        numbers.put("post_naptdestination_transport_port", RecordField.POST_NAPT_DESTINATION_PORT);
        numbers.put("icmp_ipv4_type", RecordField.ICMP_TYPE_IPV4);
        numbers.put("icmp_ipv4_code", RecordField.ICMP_CODE_IPV4);
        numbers.put("icmp_type_code_ipv4", RecordField.ICMP_TYPE_CODE_IPV4);
        numbers.put("sampling_interval", RecordField.SAMPLING_INTERVAL);
        numbers.put("sampling_packet_interval", RecordField.SAMPLING_PACKET_INTERVAL);
        numbers.put("sampling_packet_space", RecordField.SAMPLING_PACKET_SPACE);
        numbers.put("sampling_size", RecordField.SAMPLING_SIZE);
        numbers.put("sampling_population", RecordField.SAMPLING_POPULATION);
        numbers.put("ipv6flowlabel", RecordField.FLOW_LABEL);
        numbers.put("layer2_segment_id", RecordField.LAYER2_SEGMENT);
        return numbers;
    }

    void add(ExportCapture.Datagram datagram, JsonNode truth) {
        Recording recording = new Recording();
        Decoding.decode(
                decoder, recording, datagram.payload(), datagram.exporter(), CaptureTruthTest.exportNanos(datagram));
        String where = "frame " + datagram.frame() + ": ";
        compareHead(where, recording, truth);
        List<JsonNode> records = new ArrayList<>();
        collect(truth, records);
        List<Recording.Seen> seen =
                recording.records.stream().filter(record -> !record.late()).toList();
        if (records.size() != seen.size()) {
            differences.add(where + "records " + seen.size() + " truth " + records.size() + " " + recording.events);
            return;
        }
        for (int i = 0; i < records.size(); i++) {
            compareRecord(where + "record " + i + ": ", seen.get(i), records.get(i));
        }
        compareTemplates(where, datagram, truth, truth);
    }

    private void compareHead(String where, Recording recording, JsonNode truth) {
        int version = truth.path("version").asInt();
        String domain = version == NetflowDecoder.V9
                ? truth.path("source_id").asText()
                : version == NetflowDecoder.IPFIX
                        ? truth.path("od_id").asText()
                        : Integer.toString(truth.path("engine_type").asInt() << 8
                                | truth.path("engine_id").asInt());
        String seconds = truth.path(version == NetflowDecoder.IPFIX ? "exporttime" : "unix_secs")
                .asText();
        String head = recording.heads.isEmpty() ? "none" : recording.heads.get(0);
        require(where, head, "version=" + version + " domain=" + domain + " ");
        require(where, head, "sequence=" + truth.path("sequence").asText() + " ");
        require(where, head, "exportNanos=" + seconds);
        if (truth.has("sysuptime")) {
            long millis = Math.round(Double.parseDouble(truth.path("sysuptime").asText()) * 1_000);
            require(where, head, "uptimeMillis=" + millis + " ");
        }
    }

    private void require(String where, String head, String part) {
        if (!head.contains(part)) {
            differences.add(where + head + " truth " + part);
        }
    }

    private static void collect(JsonNode node, List<JsonNode> records) {
        for (JsonNode part : node.path("parts")) {
            String what = part.path("what").asText();
            if (what.startsWith("Flow ") || what.startsWith("pdu ")) {
                records.add(part);
            } else {
                collect(part, records);
            }
        }
    }

    private void compareRecord(String where, Recording.Seen seen, JsonNode truth) {
        for (Map.Entry<String, RecordField> number : NUMBERS.entrySet()) {
            JsonNode value = truth.path(number.getKey());
            if (!value.isMissingNode() && seen.values().containsKey(number.getValue())) {
                compare(where + number.getKey(), seen.get(number.getValue()), value);
            } else if (!value.isMissingNode() && !seen.options()) {
                differences.add(where + number.getKey() + " is absent, truth " + value);
            }
        }
        if (seen.ipVersion() != 0) {
            boolean ipv6 = seen.ipVersion() == 6;
            compareAddress(where + "source", seen.source(), truth.path(ipv6 ? "srcaddrv6" : "srcaddr"));
            compareAddress(where + "destination", seen.destination(), truth.path(ipv6 ? "dstaddrv6" : "dstaddr"));
        } else if (truth.has("srcaddr") && truth.has("dstaddr")) {
            differences.add(where + "addresses absent, truth " + truth.path("srcaddr"));
        }
    }

    private void compareAddress(String where, String seen, JsonNode truth) {
        JsonNode first = truth.isArray() ? truth.get(0) : truth;
        if (!first.isMissingNode() && !normalised(first.asText()).equals(seen)) {
            differences.add(where + " " + seen + " truth " + first);
        }
    }

    private static String normalised(String address) {
        try {
            return InetAddress.getByName(address).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }

    /** The dissector lists the values of an element that is there twice, or reversed, under one name. */
    private void compare(String where, long seen, JsonNode truth) {
        boolean found = !truth.isArray() && Long.decode(truth.asText()) == seen;
        for (JsonNode one : truth) {
            found |= Long.decode(one.asText()) == seen;
        }
        if (!found) {
            differences.add(where + " " + seen + " truth " + truth);
        }
    }

    private void compareTemplates(String where, ExportCapture.Datagram datagram, JsonNode message, JsonNode node) {
        for (JsonNode part : node.path("parts")) {
            if (part.has("template_id") && part.path("what").asText().contains("emplate")) {
                compareTemplate(where + "template ", datagram, message, part);
            } else {
                compareTemplates(where, datagram, message, part);
            }
        }
    }

    private void compareTemplate(String where, ExportCapture.Datagram datagram, JsonNode message, JsonNode truth) {
        int version = message.path("version").asInt();
        int domain = (int) message.path(version == NetflowDecoder.V9 ? "source_id" : "od_id")
                .asLong();
        int id = truth.path("template_id").asInt();
        Template template = decoder.templates().find(datagram.exporter(), version, domain, id, 0);
        List<String> expected = new ArrayList<>();
        for (Iterator<JsonNode> fields = truth.path("parts").elements(); fields.hasNext(); ) {
            JsonNode field = fields.next();
            String type = field.has("scope_field_type")
                    ? field.path("scope_field_type").asText()
                    : field.path(version == NetflowDecoder.V9 ? "template_field_type" : "template_ipfix_field_type")
                            .asText();
            // Of vendors' elements the dissector's report has the length only.
            expected.add((type.isEmpty() ? "vendor" : type) + ":"
                    + field.path("template_field_length").asText());
        }
        List<String> found = new ArrayList<>();
        for (int i = 0; template != null && i < template.fieldCount(); i++) {
            boolean vendor = expected.size() > i && expected.get(i).startsWith("vendor");
            found.add((vendor ? "vendor" : template.id(i)) + ":" + template.length(i));
        }
        if (!found.equals(expected)) {
            differences.add(where + id + " " + found + " truth " + expected);
        }
    }

    List<String> differences() {
        return differences;
    }
}
