package io.weir.schemas.topic;

import io.weir.schemas.Capture;
import io.weir.schemas.CapturePosition;
import io.weir.schemas.Conversation;
import io.weir.schemas.Datagram;
import io.weir.schemas.DeviceCounters;
import io.weir.schemas.DroppedPackets;
import io.weir.schemas.Edge;
import io.weir.schemas.ExporterStatus;
import io.weir.schemas.Finding;
import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import io.weir.schemas.PacketBatch;
import io.weir.schemas.RawPacketBatch;
import io.weir.schemas.Risk;
import io.weir.schemas.RuleDefinition;
import io.weir.schemas.Subnet;
import io.weir.schemas.serde.Avro;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * All topics under one prefix.
 *
 * @param prefix put before every name, for example {@code weir.}
 */
public record Topics(String prefix) {

    /** Prefix unless configured otherwise. */
    public static final String DEFAULT_PREFIX = "weir.";

    /** Windows that edges are rolled up to unless configured otherwise, shortest first. */
    public static final List<Duration> DEFAULT_EDGE_ROLL_UPS = List.of(Duration.ofMinutes(1), Duration.ofHours(1));

    /** Octets of the largest record that any of our topics takes; a full packet batch stays well below. */
    public static final int MAX_RECORD_OCTETS = 4 * 1024 * 1024;

    /** Octets of the largest record of a topic of rejected records: the record as it was, and headers that say why. */
    public static final int MAX_REJECTED_OCTETS = MAX_RECORD_OCTETS + 64 * 1024;

    private static final String HOUR_MS = "3600000";
    private static final String WEEK_MS = "604800000";
    private static final String MONTH_MS = "2592000000";
    private static final String YEAR_MS = "31536000000";
    private static final String RAW_RETENTION_OCTETS = Integer.toString(256 * 1024 * 1024);
    private static final String RAW_SEGMENT_OCTETS = Integer.toString(32 * 1024 * 1024);
    private static final String REJECTED_RETENTION_OCTETS = Integer.toString(256 * 1024 * 1024);
    private static final String TABLE_SEGMENT_OCTETS = Integer.toString(4 * 1024 * 1024);

    static {
        // Whoever deals with topics builds their records.
        Avro.trust();
    }

    public Topics {
        if (!prefix.matches("[a-zA-Z0-9._-]{0,100}")) {
            throw new IllegalArgumentException("topic prefix '" + prefix
                    + "' has characters that Kafka does not allow: use letters, digits, '.', '_' and '-'");
        }
    }

    /** Topics under the default prefix. */
    public static Topics ofDefaultPrefix() {
        return new Topics(DEFAULT_PREFIX);
    }

    /** Packet summaries. */
    public TopicSpec<PacketBatch> packets() {
        return new TopicSpec<>(
                prefix + "packets.v1",
                PacketBatch.class,
                "no key; the partition is the symmetric flow hash modulo the partitions, so that all packets of a conversation, from all observation points, meet in one",
                "packet summaries, many in a record",
                true,
                deletedAfter(HOUR_MS),
                "the largest stream and only a step on the way: an hour is enough to restart or to replay a rule",
                true);
    }

    /** Datagrams of sFlow as they were received. */
    public TopicSpec<Datagram> sflow() {
        return datagrams(
                "sflow.v1",
                "address of the agent and number of its sub-agent, separated by '|'; default partitioner, so that what one of them sends stays in order",
                "datagrams of sFlow as they were received");
    }

    /** Datagrams of NetFlow and IPFIX as they were received. */
    public TopicSpec<Datagram> netflow() {
        return datagrams(
                "netflow.v1",
                "address of the exporter and number of its observation domain (NetFlow 9: source id, 5: engine), separated by '|'; default partitioner, so that"
                        + " what one of them sends stays in order",
                "datagrams of NetFlow and IPFIX as they were received");
    }

    private TopicSpec<Datagram> datagrams(String name, String key, String purpose) {
        return new TopicSpec<>(
                prefix + name,
                Datagram.class,
                key,
                purpose,
                true,
                deletedAfter(HOUR_MS),
                "large, and only a step on the way: an hour is enough to restart, or to decode again with a version that knows more",
                true);
    }

    /** Copies of packets; there only where they are switched on. */
    public TopicSpec<RawPacketBatch> rawPackets() {
        Map<String, String> configs = new HashMap<>(deletedAfter(HOUR_MS));
        configs.put("retention.bytes", RAW_RETENTION_OCTETS);
        configs.put("segment.bytes", RAW_SEGMENT_OCTETS);
        return new TopicSpec<>(
                prefix + "raw-packets.v1",
                RawPacketBatch.class,
                "no key; the partition is that of the innermost conversation in the packets topic",
                "copies of the first packets of each flow, payload among them; only where `collector.raw-packets` is above 0",
                true,
                Map.copyOf(configs),
                "payload is sensitive and large: an hour, and never more than 256 MB a partition (and a segment of 32 MB), whichever is less",
                false);
    }

    /** Flows per window. */
    public TopicSpec<Flow> flows() {
        return new TopicSpec<>(
                prefix + "flows.v1",
                Flow.class,
                "Community ID (flow id for frames without IP); default partitioner",
                "one flow, at one observation point, in one window",
                true,
                deletedAfter(WEEK_MS),
                "the product: a week to query, to replay detections and to catch up after an outage",
                true);
    }

    /** Conversations that several observation points saw. */
    public TopicSpec<Conversation> conversations() {
        return new TopicSpec<>(
                prefix + "conversations.v1",
                Conversation.class,
                "Community ID; default partitioner",
                "one conversation that several observation points saw, in one window: its path, and which flow stands for it",
                true,
                deletedAfter(WEEK_MS),
                "kept as long as the flows it joins",
                false);
    }

    /** Who talked to whom. */
    public TopicSpec<Edge> edges() {
        return new TopicSpec<>(
                prefix + "edges.v1",
                Edge.class,
                "initiator entity, responder entity and service, separated by '|'; default partitioner",
                "who talked to whom over which service, in one window",
                true,
                deletedAfter(WEEK_MS),
                "kept as long as the flows it sums",
                true);
    }

    /**
     * Who talked to whom in longer windows: a topic of their own for each length, so that nobody who sums one counts a packet twice.
     *
     * @param window length of the windows
     */
    public TopicSpec<Edge> edges(Duration window) {
        String length = window.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
        boolean hours = window.compareTo(Duration.ofHours(1)) >= 0;
        return new TopicSpec<>(
                prefix + "edges-" + length + ".v1",
                Edge.class,
                edges().key(),
                "the same edges, rolled up to windows of " + length,
                true,
                deletedAfter(hours ? YEAR_MS : MONTH_MS),
                hours
                        ? "few for what they tell: a year, to compare seasons"
                        : "fewer than those of the short windows: a month",
                false);
    }

    /** What prefixes are. */
    public TopicSpec<Subnet> subnets() {
        return new TopicSpec<>(
                prefix + "subnets.v1",
                Subnet.class,
                "the CIDR as text; one partition, as every reader needs all of it",
                "what an address range is (cluster, service, node, VPC, partner …) and from when on",
                false,
                Map.of("cleanup.policy", "compact"),
                "a table: the latest word on each range is kept for ever",
                true);
    }

    /** Rules that users write. */
    public TopicSpec<RuleDefinition> rules() {
        return new TopicSpec<>(
                prefix + "rules.v1",
                RuleDefinition.class,
                "the rule's id; one partition, as every reader needs all of it",
                "rules of users, which hold while they stand there; read where no file of rules is named",
                false,
                Map.of("cleanup.policy", "compact", "segment.bytes", TABLE_SEGMENT_OCTETS),
                "a table: the latest word on each rule is kept for ever",
                false);
    }

    /** What the Security Advisor raised. */
    public TopicSpec<Finding> findings() {
        return new TopicSpec<>(
                prefix + "findings.v1",
                Finding.class,
                "finding id, so that opened, updated and closed of an episode stay in order; default partitioner",
                "findings of the Security Advisor",
                true,
                deletedAfter(MONTH_MS),
                "few and precious: a month",
                true);
    }

    /** How risky entities are. */
    public TopicSpec<Risk> risks() {
        return new TopicSpec<>(
                prefix + "risks.v1",
                Risk.class,
                "entity (the address, or the prefix as CIDR), host, interface and capture of the observation point behind, separated by '|', where these tell networks"
                        + " apart; one partition, as every reader needs all of it",
                "how risky addresses and networks are, by the findings that name them",
                false,
                Map.of("cleanup.policy", "compact", "segment.bytes", TABLE_SEGMENT_OCTETS),
                "the latest word on each entity, until the advisor has to forget it for others",
                false);
    }

    /**
     * What the rules find in a past range of the flows: a topic of its own for each replay, made by it and not among {@link #all()}.
     *
     * @param name full name
     */
    public TopicSpec<Finding> replayedFindings(String name) {
        return new TopicSpec<>(
                name,
                Finding.class,
                findings().key(),
                "findings of a replay",
                true,
                findings().configs(),
                "kept as long as the findings that it is held against",
                false);
    }

    /** What was lost. */
    public TopicSpec<Loss> losses() {
        return new TopicSpec<>(
                prefix + "losses.v1",
                Loss.class,
                "observation point as host|interface|capture; default partitioner",
                "what was lost or refused, where, why and how much",
                true,
                deletedAfter(MONTH_MS),
                "few and needed for every audit: a month, longer than what they explain",
                true);
    }

    /** What devices say of their interfaces, processors and the like. */
    public TopicSpec<DeviceCounters> counters() {
        return new TopicSpec<>(
                prefix + "counters.v1",
                DeviceCounters.class,
                "address of the agent and the source, separated by '|'; default partitioner",
                "counters of interfaces, hosts and other parts of devices, as they report them",
                true,
                deletedAfter(WEEK_MS),
                "small beside flows, and looked at with them: as long as those",
                false);
    }

    /** What devices say they have dropped. */
    public TopicSpec<DroppedPackets> drops() {
        return new TopicSpec<>(
                prefix + "drops.v1",
                DroppedPackets.class,
                "Community ID (observation point as host|interface for packets without IP); default partitioner, so that one flow's drops stay together",
                "packets that devices say they have dropped, of which flow, where and why",
                true,
                deletedAfter(WEEK_MS),
                "looked at with the flows that they belong to: as long as those",
                false);
    }

    /** Who sends datagrams, and how they fare. */
    public TopicSpec<ExporterStatus> exporters() {
        return new TopicSpec<>(
                prefix + "exporters.v1",
                ExporterStatus.class,
                "exporter address, protocol with version, and sub-agent or observation domain, separated by '|', the port behind where ports are exporters of their own;"
                        + " one partition, as every reader needs all of it",
                "who sends sFlow, NetFlow and IPFIX: versions, rates, losses, templates, sampling, clocks",
                false,
                Map.of(
                        "cleanup.policy",
                        "compact",
                        "segment.bytes",
                        TABLE_SEGMENT_OCTETS,
                        "message.timestamp.type",
                        "LogAppendTime"),
                "the latest word on each exporter, those that have fallen silent among them, until the decoder has to forget it for others",
                false);
    }

    /** What captures there are. */
    public TopicSpec<Capture> captures() {
        return new TopicSpec<>(
                prefix + "captures.v1",
                Capture.class,
                "capture id; one partition, as every reader needs all of it",
                "what captures there are, and what each has received, dropped and lost so far",
                false,
                Map.of(
                        "cleanup.policy",
                        "compact,delete",
                        "retention.ms",
                        WEEK_MS,
                        "segment.bytes",
                        TABLE_SEGMENT_OCTETS,
                        "message.timestamp.type",
                        "LogAppendTime"),
                "the latest word on each capture, small enough to be read whole; captures of which nothing is heard for a week are forgotten",
                false);
    }

    /** How far capture files have been read; there only where collectors resume. */
    public TopicSpec<CapturePosition> capturePositions() {
        return new TopicSpec<>(
                prefix + "capture-positions.v1",
                CapturePosition.class,
                "host and absolute path of the file, separated by '|'; one partition, as few records are kept",
                "how far capture files have been read; only where `collector.resume` is on",
                false,
                Map.of("cleanup.policy", "compact", "segment.bytes", TABLE_SEGMENT_OCTETS),
                "the latest word on each file is kept for ever: without it the file would be counted again",
                false);
    }

    /** Every topic, in the order of the data path, edges rolled up by default. */
    public List<TopicSpec<?>> all() {
        return all(DEFAULT_EDGE_ROLL_UPS);
    }

    /** Every topic, in the order of the data path, edges rolled up to windows of these lengths. */
    public List<TopicSpec<?>> all(List<Duration> edgeRollUps) {
        List<TopicSpec<?>> all = new ArrayList<>(
                List.of(packets(), rawPackets(), sflow(), netflow(), flows(), conversations(), edges()));
        edgeRollUps.forEach(window -> all.add(edges(window)));
        all.addAll(List.of(
                counters(),
                drops(),
                exporters(),
                subnets(),
                rules(),
                findings(),
                risks(),
                losses(),
                captures(),
                capturePositions()));
        return List.copyOf(all);
    }

    /** Settings of every topic of rejected records: a week to look and to replay, and a flood of them does not fill the disk. */
    public static Map<String, String> rejectedConfigs() {
        Map<String, String> configs = new HashMap<>(deletedAfter(WEEK_MS));
        configs.put("max.message.bytes", Integer.toString(MAX_REJECTED_OCTETS));
        configs.put("retention.bytes", REJECTED_RETENTION_OCTETS);
        return Map.copyOf(configs);
    }

    /**
     * LogAppendTime: retention counts from when Kafka got the record. With event time as the record's time a capture of last year
     * would be deleted within minutes.
     */
    private static Map<String, String> deletedAfter(String retentionMs) {
        return Map.of(
                "cleanup.policy",
                "delete",
                "retention.ms",
                retentionMs,
                "message.timestamp.type",
                "LogAppendTime",
                "max.message.bytes",
                Integer.toString(MAX_RECORD_OCTETS));
    }
}
