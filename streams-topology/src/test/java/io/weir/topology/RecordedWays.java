package io.weir.topology;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.schemas.ForwardingFacts;
import io.weir.testing.Captures;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;

/** What other readers have kept of the way of a capture's packets, as texts in which what is 0 is left out, as they have 0 for what is not said. */
final class RecordedWays {

    private static final int MAX_LABELS = 10;

    private RecordedWays() {}

    static String key(String exporter, int protocol, String source, String destination) {
        return exporter + " " + protocol + " " + source + ">" + destination;
    }

    /** By key and direction: of each flow record. The one reader leaves out prefix lengths of version 5, the other has it alone. */
    static Map<String, Set<String>> of(String capture) throws IOException {
        return capture.startsWith("nf5") ? ofVersion5(capture) : ofOthers(capture);
    }

    private static Map<String, Set<String>> ofVersion5(String capture) throws IOException {
        Map<String, Set<String>> ways = new TreeMap<>();
        try (InputStream in = Captures.truth(capture)) {
            for (JsonNode datagram : new ObjectMapper().readTree(in).at("/netflow/list")) {
                for (JsonNode flow : datagram.path("parts")) {
                    int protocol = flow.path("protocol").asInt();
                    boolean hasPorts = protocol == 6 || protocol == 17;
                    ways.computeIfAbsent(
                                    key(
                                            datagram.path("src").asText(),
                                            protocol,
                                            flow.path("srcaddr").asText()
                                                    + (hasPorts
                                                            ? ":"
                                                                    + flow.path("srcport")
                                                                            .asText()
                                                            : ""),
                                            flow.path("dstaddr").asText()
                                                    + (hasPorts
                                                            ? ":"
                                                                    + flow.path("dstport")
                                                                            .asText()
                                                            : "")),
                                    ignored -> new TreeSet<>())
                            .add(text(
                                    number(flow, "inputint"),
                                    number(flow, "outputint"),
                                    number(flow, "srcas"),
                                    number(flow, "dstas"),
                                    number(flow, "srcmask"),
                                    number(flow, "dstmask"),
                                    Integer.decode(flow.path("tos").asText()),
                                    null,
                                    null,
                                    null,
                                    null,
                                    flow.path("nexthop").asText(),
                                    null,
                                    null,
                                    null,
                                    List.of()));
                }
            }
        }
        return ways;
    }

    private static Map<String, Set<String>> ofOthers(String capture) throws IOException {
        boolean tellsStatus = capture.startsWith("nf9");
        Map<String, Set<String>> ways = new TreeMap<>();
        try (InputStream in = Captures.truth(capture)) {
            for (JsonNode flow : new ObjectMapper().readTree(in).at("/nfdump/records")) {
                // Of a record of both directions the other reader keeps the class of the reverse one.
                if (flow.path("in_packets").asLong() == 0 || flow.has("out_packets")) {
                    continue;
                }
                boolean ipv4 = !flow.path("src4_addr").asText("0.0.0.0").equals("0.0.0.0");
                String version = ipv4 ? "4_addr" : "6_addr";
                int protocol = flow.path("proto").asInt();
                boolean hasPorts = protocol == 6 || protocol == 17;
                ways.computeIfAbsent(
                                key(
                                        flow.path("exporter").asText(),
                                        protocol,
                                        flow.path("src" + version).asText()
                                                + (hasPorts
                                                        ? ":"
                                                                + flow.path("src_port")
                                                                        .asText()
                                                        : ""),
                                        flow.path("dst" + version).asText()
                                                + (hasPorts
                                                        ? ":"
                                                                + flow.path("dst_port")
                                                                        .asText()
                                                        : "")),
                                ignored -> new TreeSet<>())
                        .add(text(flow, tellsStatus));
            }
        }
        return ways;
    }

    private static String text(JsonNode flow, boolean tellsStatus) {
        List<String> labels = new ArrayList<>();
        for (int i = 1; i <= MAX_LABELS; i++) {
            String[] entry = flow.path("mpls_" + i).asText("0-0-0").split("-");
            if (entry[0].equals("0") && entry[1].equals("0") && entry[2].equals("0")) {
                break;
            }
            labels.add(entry[0]);
        }
        return text(
                number(flow, "input_snmp"),
                number(flow, "output_snmp"),
                number(flow, "src_as"),
                number(flow, "dst_as"),
                number(flow, "src_mask"),
                number(flow, "dst_mask"),
                number(flow, "src_tos"),
                tellsStatus ? number(flow, "fwd_status") : null,
                number(flow, "ingress_vrf"),
                number(flow, "egress_vrf"),
                number(flow, "dst_vlan").equals(number(flow, "src_vlan")) ? null : number(flow, "dst_vlan"),
                address(flow, "ip4_next_hop", "ip6_next_hop"),
                address(flow, "bgp4_next_hop", "bgp6_next_hop"),
                address(flow, "src4_xlt_ip", "src6_xlt_ip"),
                address(flow, "dst4_xlt_ip", "dst6_xlt_ip"),
                labels);
    }

    private static Long number(JsonNode flow, String name) {
        return flow.path(name).asLong();
    }

    private static String address(JsonNode flow, String ipv4, String ipv6) {
        String address = flow.path(ipv4).asText("0.0.0.0");
        return address.equals("0.0.0.0") ? flow.path(ipv6).asText("::") : address;
    }

    /** @param tellsStatus whether the other reader has it: it leaves the status of IPFIX out */
    static String text(ForwardingFacts facts, boolean tellsStatus) {
        if (facts == null) {
            return "";
        }
        return text(
                facts.getIngressInterface(),
                facts.getEgressInterface(),
                facts.getBgpSourceAsNumber(),
                facts.getBgpDestinationAsNumber(),
                facts.getSourcePrefixLength(),
                facts.getDestinationPrefixLength(),
                facts.getIpClassOfService(),
                tellsStatus ? facts.getForwardingStatus() : null,
                facts.getIngressVrfId(),
                facts.getEgressVrfId(),
                facts.getPostVlanId(),
                facts.getIpNextHop(),
                facts.getBgpNextHop(),
                facts.getPostNatSourceAddress(),
                facts.getPostNatDestinationAddress(),
                facts.getMplsLabels());
    }

    private static String text(
            Number ingress,
            Number egress,
            Number sourceAs,
            Number destinationAs,
            Number sourcePrefix,
            Number destinationPrefix,
            Number classOfService,
            Number status,
            Number ingressVrf,
            Number egressVrf,
            Number postVlan,
            String nextHop,
            String bgpNextHop,
            String natSource,
            String natDestination,
            List<?> labels) {
        StringJoiner text = new StringJoiner(" ");
        add(text, "ingress", ingress);
        add(text, "egress", egress);
        add(text, "sourceAs", sourceAs);
        add(text, "destinationAs", destinationAs);
        add(text, "sourcePrefix", sourcePrefix);
        add(text, "destinationPrefix", destinationPrefix);
        add(text, "class", classOfService);
        add(text, "status", status);
        add(text, "ingressVrf", ingressVrf);
        add(text, "egressVrf", egressVrf);
        add(text, "postVlan", postVlan);
        add(text, "nextHop", nextHop);
        add(text, "bgpNextHop", bgpNextHop);
        add(text, "natSource", natSource);
        add(text, "natDestination", natDestination);
        if (!labels.isEmpty()) {
            text.add("labels=" + labels);
        }
        return text.toString();
    }

    private static void add(StringJoiner text, String name, Number value) {
        if (value != null && value.longValue() != 0) {
            text.add(name + "=" + value);
        }
    }

    private static void add(StringJoiner text, String name, String address) {
        if (address != null && !address.equals("0.0.0.0") && !address.equals("::")) {
            text.add(name + "=" + address);
        }
    }

    /** Interfaces and routes by agent and addresses of the sampled packets; the format of a compact sample's output tells a number from what is none. */
    static Map<String, Set<String>> ofSamples(String capture) throws IOException {
        Map<String, Set<String>> ways = new TreeMap<>();
        try (InputStream in = Captures.truth(capture)) {
            for (JsonNode datagram : new ObjectMapper().readTree(in).at("/sflow/list")) {
                for (JsonNode sample : datagram.path("samples")) {
                    JsonNode packet = sample.path("parts").findPath("sampled");
                    if (sample.has("flow_sample.sampling_rate") && (packet.has("ip.src") || packet.has("ipv6.src"))) {
                        String version = packet.has("ip.src") ? "ip" : "ipv6";
                        ways.computeIfAbsent(
                                        datagram.at("/skeleton/agent").asText() + " "
                                                + packet.path(version + ".src").asText() + " "
                                                + packet.path(version + ".dst").asText(),
                                        ignored -> new TreeSet<>())
                                .add(routes(sample));
                    }
                }
            }
        }
        return ways;
    }

    private static String routes(JsonNode sample) {
        boolean expanded = sample.has("flow_sample.input_interface_value");
        String input = index(sample.path("flow_sample.input_interface" + (expanded ? "_value" : ""))
                .asText());
        String format = sample.path("flow_sample.output_interface" + (expanded ? ".format" : "_format"))
                .asText("0");
        String output = format.equals("0")
                ? index(sample.path("flow_sample.output_interface_value")
                        .asText(sample.path("flow_sample.output_interface").asText()))
                : "0";
        JsonNode parts = sample.path("parts");
        String nextHop = "";
        String prefixes = "0/0";
        String systems = "0/0";
        String bgpNextHop = "";
        for (JsonNode part : parts) {
            if (part.path("flow_record_format").asInt() == 1002) {
                nextHop = part.path("nexthop").asText();
                prefixes = part.path("nexthop.src_mask").asText() + "/"
                        + part.path("nexthop.dst_mask").asText();
            } else if (part.path("flow_record_format").asInt() == 1003) {
                bgpNextHop = part.path("nexthop").asText();
                systems = part.path("srcAS").asText() + "/" + part.path("dstAS").asText();
            }
        }
        return String.join(" ", input, output, nextHop, prefixes, systems, bgpNextHop);
    }

    /** The device itself is none. */
    private static String index(String interfaceIndex) {
        return interfaceIndex.equals("1073741823") ? "0" : interfaceIndex;
    }

    /** Of a path of several systems the other reader has the first. */
    static String routes(ForwardingFacts facts) {
        return String.join(
                " ",
                number(facts.getIngressInterface()),
                number(facts.getEgressInterface()),
                text(facts.getIpNextHop()),
                number(facts.getSourcePrefixLength()) + "/" + number(facts.getDestinationPrefixLength()),
                number(facts.getBgpSourceAsNumber()) + "/" + number(facts.getBgpNextAdjacentAsNumber()),
                text(facts.getBgpNextHop()));
    }

    private static String number(Number number) {
        return number == null ? "0" : number.toString();
    }

    private static String text(String text) {
        return text == null ? "" : text;
    }
}
