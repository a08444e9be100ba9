package io.weir.app.config;

import io.weir.advisor.subnet.ClusterSet;
import io.weir.collectors.capture.InterfacePattern;
import io.weir.collectors.datagram.DatagramConfig;
import io.weir.exporters.alert.AlertsConfig;
import io.weir.exporters.alert.SyslogConfig;
import io.weir.exporters.finding.FindingFormat;
import io.weir.exporters.ipfix.IpfixConfig;
import io.weir.exporters.transport.Connections;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Every setting of Weir, declared once: key, type, built-in value, what is allowed, what it is for. */
public final class Catalogue {

    /** How packet batches are compressed on their way into Kafka; names as Kafka's. */
    public enum Compression {
        NONE,
        LZ4,
        ZSTD,
        SNAPPY,
        GZIP
    }

    /** How live interfaces are captured from. */
    public enum Capture {
        AUTO,
        AFPACKET,
        EBPF,
        PCAP
    }

    /** What a collector takes from payloads; one of them, {@code NONE}, is nothing. */
    public enum ApplicationFact {
        NONE,
        DNS,
        TLS,
        HTTP,
        DHCP,
        ARP,
        QUIC
    }

    /** What a crash does to counts; names as Kafka's. */
    public enum Guarantee {
        EXACTLY_ONCE,
        AT_LEAST_ONCE
    }

    /** What a sink compresses its objects with. */
    public enum ObjectCompression {
        NONE,
        GZIP
    }

    /** Severities of findings, least first. */
    public enum LeastSeverity {
        INFORMATIONAL,
        LOW,
        MEDIUM,
        HIGH,
        CRITICAL
    }

    /** Topics that a sink can export. */
    public enum ExportedTopic {
        FLOWS,
        EDGES,
        FINDINGS,
        LOSSES
    }

    /** Settings under these prefixes go to Kafka's and the registry's clients as they are. */
    static final List<String> PASSED_THROUGH = List.of("kafka.", "schema.registry.");

    private static final List<Setting<?>> ALL = new ArrayList<>();

    private static final Duration MS = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration YEAR = Duration.ofDays(365);
    private static final long KB = 1L << 10;
    private static final long MB = 1L << 20;
    private static final long GB = 1L << 30;
    private static final int MAX_PORT = 65_535;

    private static final SettingType<Duration> GRACE = SettingType.duration(Duration.ZERO, DAY);
    private static final SettingType<Duration> IDLE = SettingType.duration(SECOND, DAY);
    private static final SettingType<Duration> ACTIVE = SettingType.duration(SECOND, DAY.multipliedBy(7));

    public static final Setting<List<String>> KAFKA_BOOTSTRAP_SERVERS = optional(
            "kafka.bootstrap.servers",
            SettingType.list(SettingType.hostPort()),
            "Kafka cluster to join; without it `weir up`, `demo` and `analyze` start a broker of their own.");
    public static final Setting<List<URI>> SCHEMA_REGISTRY_URL = optional(
            "schema.registry.url",
            SettingType.list(SettingType.uri(List.of("http", "https"))),
            "Schema Registry of that cluster; a list names instances of one registry.");
    public static final Setting<String> AVRO_SERIALIZER_CLASS = optional(
            "avro.serializer.class",
            SettingType.anyText(),
            "Class that writes Avro values instead of Weir's own, for example Confluent's KafkaAvroSerializer;"
                    + " its jars go into the directory that WEIR_PLUGINS names.");
    public static final Setting<String> AVRO_DESERIALIZER_CLASS = optional(
            "avro.deserializer.class", SettingType.anyText(), "Class that reads Avro values instead of Weir's own.");

    public static final Setting<String> TOPICS_PREFIX = setting(
            "topics.prefix",
            SettingType.text("at most 100 letters, digits, '.', '_' and '-'", Pattern.compile("[a-zA-Z0-9._-]{0,100}")),
            "weir.",
            "Put before the name of every topic, consumer group and Streams application.");
    public static final Setting<Integer> TOPICS_PARTITIONS = setting(
            "topics.partitions",
            SettingType.integer(1, 1024),
            "4",
            "Partitions of topics that Weir creates; the bound of how many instances of a part can share the work. `analyze` and"
                    + " `demo` with a broker of their own take 2, or as many as they have threads, when it is not set.");

    public static final Setting<Path> DATA_DIR = computed(
            "data-dir",
            SettingType.path(),
            environment -> environment.dataDirectory().toString(),
            "`$XDG_DATA_HOME/weir`, else `~/.local/share/weir`",
            "Directory of the embedded broker and of what running parts say about themselves.");
    public static final Setting<Integer> EMBEDDED_KAFKA_PORT = setting(
            "embedded.kafka.port",
            SettingType.integer(0, MAX_PORT),
            "9092",
            "Port of the embedded broker on the loopback address; 0 takes a free one.");
    public static final Setting<Integer> EMBEDDED_REGISTRY_PORT = setting(
            "embedded.registry.port",
            SettingType.integer(0, MAX_PORT),
            "8081",
            "Port of the embedded Schema Registry on the loopback address; 0 takes a free one.");

    public static final Setting<List<Cidr>> CLUSTER_PREFIXES = setting(
            "cluster.prefixes",
            SettingType.list(SettingType.cidr()),
            "",
            "Address ranges of the cluster: a flow that began outside of them and ended inside is an ingress.");
    public static final Setting<List<ClusterSet>> CLUSTER_SETS = setting(
            "cluster.sets",
            SettingType.list(SettingType.clusterSet()),
            "",
            "Address ranges with what they are, a name and the time in which that holds:"
                    + " `pod:10.1.0.0/16,service/web:10.96.0.0/12,partner/acme:203.0.113.0/24@2026-01-01..2026-07-01`. Kinds are cluster, pod,"
                    + " service, vip, node, vpc, group, and outside of the cluster partner and external. Times are days in UTC or"
                    + " `2026-01-31T18:00:00Z`, event time.");
    public static final Setting<Path> CLUSTER_SETS_FILE = optional(
            "cluster.sets-file", SettingType.path(), "File with more of them, one a line; `#` begins a comment.");

    public static final Setting<List<InterfacePattern>> COLLECTOR_INTERFACES = setting(
            "collector.interfaces",
            SettingType.list(SettingType.interfacePattern()),
            "",
            "Network interfaces to capture on: `eth0`; by pattern, those that come up later too: `veth*`; without some: `!veth9`;"
                    + " of another network namespace by its name, a pattern of names or its file: `blue:eth0`, `*:eth0`,"
                    + " `/proc/4711/ns/net:eth0`.");
    public static final Setting<List<String>> COLLECTOR_FILES = setting(
            "collector.files",
            SettingType.list(SettingType.anyText()),
            "",
            "Capture files (pcap, pcapng, snoop) to read; `-` is the standard input.");
    public static final Setting<List<URI>> COLLECTOR_LISTEN = setting(
            "collector.listen",
            SettingType.list(SettingType.uri(List.of("udp", "tcp", "unix"))),
            "",
            "Ports that take sFlow, NetFlow and IPFIX, for example `udp://0.0.0.0:6343` or `udp://[::]:2055`, and sockets that take captures, `tcp://127.0.0.1:57012` or"
                    + " `unix:///run/weir.sock`; neither UDP nor TCP knows authentication.");
    public static final Setting<List<Cidr>> COLLECTOR_DATAGRAMS_ALLOW = setting(
            "collector.datagrams.allow",
            SettingType.list(SettingType.cidr()),
            "",
            "Addresses that datagrams are taken from at `udp://` ports; others are counted and told in the losses topic. Empty takes all.");
    public static final Setting<Integer> COLLECTOR_DATAGRAMS_THREADS = setting(
            "collector.datagrams.threads",
            SettingType.integer(1, DatagramConfig.MAX_THREADS),
            "1",
            "Sockets and threads of each `udp://` port; the kernel spreads exporters over them.");
    public static final Setting<Long> COLLECTOR_DATAGRAMS_BUFFER = setting(
            "collector.datagrams.buffer",
            SettingType.size(MB, GB),
            "32MB",
            "Receive buffer that is asked of the kernel for each of these sockets. Without CAP_NET_ADMIN it grants no more than `net.core.rmem_max`, which is then"
                    + " said when it starts.");
    public static final Setting<Double> COLLECTOR_SPEED = setting(
            "collector.speed",
            SettingType.speed(0.001, 100_000),
            "max",
            "How fast capture files are read: `1x` as they were recorded, `10x` ten times as fast, `max` as fast as they can be.");
    public static final Setting<Boolean> COLLECTOR_RESUME = setting(
            "collector.resume",
            SettingType.bool(),
            "false",
            "Whether the collector goes on with a capture file where an earlier run on this host has got to, and sends nothing twice.");
    public static final Setting<Capture> COLLECTOR_CAPTURE = setting(
            "collector.capture",
            SettingType.choice(Capture.class),
            "auto",
            "How live interfaces are captured from: `afpacket` reads the kernel's ring in place (Linux), `ebpf` lets the"
                    + " kernel count plain TCP and UDP by flow (Linux), `pcap` goes through libpcap; `auto` is `afpacket` where the system has it.");
    public static final Setting<Integer> COLLECTOR_THREADS = setting(
            "collector.threads",
            SettingType.integer(1, 64),
            "1",
            "Threads that share the packets of each live interface, each those of some conversations; with `afpacket` only.");
    public static final Setting<String> COLLECTOR_FILTER = optional(
            "collector.filter",
            SettingType.anyText(),
            "Capture filter in libpcap's language, for live interfaces, for example `not port 22`.");
    public static final Setting<Integer> COLLECTOR_SNAP_LENGTH = setting(
            "collector.snap-length",
            SettingType.integer(64, 262_144),
            "262144",
            "Octets of each frame that a live capture hands over; lengths are counted in full whatever it is.");
    public static final Setting<Boolean> COLLECTOR_PROMISCUOUS = setting(
            "collector.promiscuous",
            SettingType.bool(),
            "true",
            "Whether live interfaces also take frames that are not addressed to them.");
    public static final Setting<Long> COLLECTOR_RING_SIZE = setting(
            "collector.ring.size",
            SettingType.size(MB, GB),
            "64MB",
            "Memory in the kernel for the packets of one live interface that were not read yet; when full, packets are lost,"
                    + " counted in the losses topic. Interfaces that a pattern chose take 8MB when it is not set.");
    public static final Setting<Integer> COLLECTOR_SAMPLING = setting(
            "collector.sampling",
            SettingType.integer(1, 1_000_000),
            "1",
            "N: one packet in N is taken, chosen at random; flows say the rate and estimate the whole. 1 takes every packet.");
    public static final Setting<Boolean> COLLECTOR_OWN_TRAFFIC = setting(
            "collector.own-traffic",
            SettingType.bool(),
            "false",
            "Whether live interfaces also take packets of the collector's own TCP connections, which carry to Kafka what it collects.");
    public static final Setting<String> COLLECTOR_HOST = computed(
            "collector.host",
            SettingType.text("at most 255 characters", Pattern.compile(".{1,255}")),
            Environment::hostName,
            "the host's name",
            "Name of this machine in observation points.");
    public static final Setting<Integer> COLLECTOR_BATCH_PACKETS = setting(
            "collector.batch.packets",
            SettingType.integer(1, 16_384),
            "8192",
            "Packets in a batch, that is in one Kafka record: the more, the more of them share a flow key. `analyze` and `demo`"
                    + " with a broker of their own take 16384 when it is not set.");
    public static final Setting<Duration> COLLECTOR_BATCH_DELAY = setting(
            "collector.batch.delay",
            SettingType.duration(MS, MINUTE),
            "100ms",
            "Longest time that a packet of a live interface waits for its batch to fill.");
    public static final Setting<Long> COLLECTOR_BUFFER_SIZE = setting(
            "collector.buffer.size",
            SettingType.size(MB, 16 * GB),
            "64MB",
            "Memory for batches that Kafka has not taken yet; when full, files wait and live interfaces lose packets,"
                    + " counted in the losses topic.");
    public static final Setting<Compression> COLLECTOR_COMPRESSION = setting(
            "collector.compression", SettingType.choice(Compression.class), "lz4", "Compression of packet batches.");
    public static final Setting<Integer> COLLECTOR_TUNNEL_DEPTH = setting(
            "collector.tunnel-depth",
            SettingType.integer(0, 16),
            "8",
            "How many packets within each other are looked into, behind the outermost: each becomes a flow of its own; 0"
                    + " leaves tunnels closed.");
    public static final Setting<List<ApplicationFact>> COLLECTOR_APPLICATION_FACTS = setting(
            "collector.application-facts",
            SettingType.list(SettingType.choice(ApplicationFact.class)),
            "dns,tls,http,dhcp,arp,quic",
            "What the first octets of payloads are looked at for, so that flows name their application; `none` leaves payloads"
                    + " alone. No payload is kept.");
    public static final Setting<Boolean> COLLECTOR_TCP_HEALTH = setting(
            "collector.tcp-health",
            SettingType.bool(),
            "true",
            "Whether segments of TCP are held against those before them of their connection: retransmissions, segments out of order,"
                    + " duplicate acknowledgements, windows of zero, round trips. Not with `collector.sampling` and not where the kernel"
                    + " counts (`ebpf`).");
    public static final Setting<Integer> COLLECTOR_TRAJECTORY_SAMPLING = setting(
            "collector.trajectory-sampling",
            SettingType.integer(0, 1 << 20),
            "64",
            "N, a power of two: of one packet in N, and of every SYN, a digest is noted, of the same packets at every observation"
                    + " point, so that conversations tell path and delay. Must be the same at all collectors. 0 for none.");
    public static final Setting<Integer> COLLECTOR_RAW_PACKETS = setting(
            "collector.raw-packets",
            SettingType.integer(0, 1000),
            "0",
            "How many first packets of each flow are copied, payload among them, for `weir pcap`; 0 copies nothing. A flow is new after"
                    + " the meter's idle timeout without packets, and with a new TCP connection.");
    public static final Setting<Integer> COLLECTOR_RAW_PACKETS_OCTETS = setting(
            "collector.raw-packets.octets",
            SettingType.integer(64, 65_535),
            "2048",
            "Octets of each of these packets that are copied at most, of what `collector.snap-length` leaves.");
    public static final Setting<Duration> COLLECTOR_HEARTBEAT = setting(
            "collector.heartbeat",
            SettingType.duration(Duration.ofMillis(100), MINUTE),
            "1s",
            "Time between signs of life of an interface, which let the meter close its windows: sent when everything up to a multiple of it has been.");
    public static final Setting<Duration> COLLECTOR_REPORT_INTERVAL = setting(
            "collector.report-interval",
            SettingType.duration(SECOND, MINUTE),
            "5s",
            "Time between two reports on each capture, for `weir captures`.");

    public static final Setting<Integer> DECODER_THREADS =
            setting("decoder.threads", SettingType.integer(1, 256), "1", "Threads of the decoder in this process.");
    public static final Setting<Duration> DECODER_COMMIT_INTERVAL = setting(
            "decoder.commit-interval",
            SettingType.duration(Duration.ofMillis(10), MINUTE),
            "500ms",
            "Time between the decoder's transactions: the delay until the meter sees packets that datagrams tell of.");

    public static final Setting<Duration> DECODER_FLOW_RECORD_DELAY = setting(
            "decoder.flow-record-delay",
            SettingType.duration(Duration.ZERO, DAY),
            "90s",
            "How long after a packet the NetFlow or IPFIX record that tells of it may come: active and inactive timeout of the exporters together, and some"
                    + " seconds. Windows of such flows are given that much later; a record later still makes further, late flow records.");

    public static final Setting<Duration> METER_WINDOW =
            setting("meter.window", SettingType.duration(SECOND, DAY), "10s", "Length of a window, event time.");
    public static final Setting<Duration> METER_GRACE = setting(
            "meter.grace",
            GRACE,
            "2s",
            "How late a packet may be, event time, and still be part of its window's first record; of packets from files, sockets and libpcap, and of"
                    + " all that have no grace of their own.");
    public static final Setting<Duration> METER_GRACE_AFPACKET = setting(
            "meter.grace.afpacket",
            GRACE,
            "0ms",
            "Grace of packets that were read from the kernel's ring: none, as their collector says when it has sent everything up to some time.");
    public static final Setting<Duration> METER_GRACE_EBPF = setting(
            "meter.grace.ebpf",
            GRACE,
            "0ms",
            "Grace of packets that the kernel counted by flow: none, for the same reason.");
    public static final Setting<Duration> METER_GRACE_PCAP = optional(
            "meter.grace.pcap", GRACE, "Grace of packets from files, sockets and libpcap; without it, `meter.grace`.");
    public static final Setting<Duration> METER_IDLE_TIMEOUT =
            setting("meter.idle-timeout", IDLE, "60s", "A flow without packets for this long, event time, has ended.");
    public static final Setting<Duration> METER_IDLE_TIMEOUT_TCP =
            optional("meter.idle-timeout.tcp", IDLE, "Idle timeout of TCP flows; without it, `meter.idle-timeout`.");
    public static final Setting<Duration> METER_IDLE_TIMEOUT_UDP =
            optional("meter.idle-timeout.udp", IDLE, "Idle timeout of UDP flows; without it, `meter.idle-timeout`.");
    public static final Setting<Duration> METER_IDLE_TIMEOUT_ICMP = optional(
            "meter.idle-timeout.icmp",
            IDLE,
            "Idle timeout of ICMP and ICMPv6 flows; without it, `meter.idle-timeout`.");
    public static final Setting<Duration> METER_ACTIVE_TIMEOUT = setting(
            "meter.active-timeout", ACTIVE, "30m", "A flow that lasts longer is ended and goes on as a new one.");
    public static final Setting<Duration> METER_ACTIVE_TIMEOUT_TCP = optional(
            "meter.active-timeout.tcp", ACTIVE, "Active timeout of TCP flows; without it, `meter.active-timeout`.");
    public static final Setting<Duration> METER_ACTIVE_TIMEOUT_UDP = optional(
            "meter.active-timeout.udp", ACTIVE, "Active timeout of UDP flows; without it, `meter.active-timeout`.");
    public static final Setting<Duration> METER_ACTIVE_TIMEOUT_ICMP = optional(
            "meter.active-timeout.icmp",
            ACTIVE,
            "Active timeout of ICMP and ICMPv6 flows; without it, `meter.active-timeout`.");
    public static final Setting<Duration> METER_TCP_LINGER = setting(
            "meter.tcp-linger",
            SettingType.duration(Duration.ZERO, MINUTE.multipliedBy(10)),
            "2s",
            "Time that a TCP flow stays open for stragglers after FIN or RST.");
    public static final Setting<Duration> METER_CONVERSATION_WAIT = setting(
            "meter.conversation-wait",
            SettingType.duration(Duration.ZERO, Duration.ofHours(1)),
            "30s",
            "How long after a window's end, in the time of the packets, a conversation and its edges wait for observation points that"
                    + " have seen it, too, and are behind.");
    public static final Setting<Boolean> METER_EARLY_RECORDS = setting(
            "meter.early-records",
            SettingType.bool(),
            "true",
            "Whether each TCP connection is told in a flow record of its own, which counts nothing, as soon as its handshake is complete: findings"
                    + " then need not wait for the window's end. `weir analyze` tells none.");
    public static final Setting<Integer> METER_MAX_FLOWS = setting(
            "meter.max-flows",
            SettingType.integer(1000, 100_000_000),
            "1000000",
            "Flows that a meter task keeps at once; beyond it the longest idle one is ended early"
                    + " (`lack_of_resources`), nothing is lost.");
    public static final Setting<List<Duration>> METER_EDGE_ROLL_UPS = setting(
            "meter.edge-rollups",
            SettingType.list(SettingType.duration(SECOND, DAY)),
            "1m,1h",
            "Lengths of the longer windows that edges are given in, too, each on a topic of its own (`edges-1m.v1`). Each must be a multiple"
                    + " of `meter.window` and of the shorter ones; where it is not set, of 1m and 1h those that are. Not with `analyze`.");
    public static final Setting<Integer> METER_MAX_EDGES = setting(
            "meter.max-edges",
            SettingType.integer(100, 10_000_000),
            "50000",
            "Edges that a meter task keeps of one observation point in one window; beyond it the lighter half is folded into one edge with"
                    + " service `other`, nothing is lost.");
    public static final Setting<Integer> METER_THREADS =
            setting("meter.threads", SettingType.integer(1, 256), "1", "Threads of the meter in this process.");
    public static final Setting<Duration> METER_COMMIT_INTERVAL = setting(
            "meter.commit-interval",
            SettingType.duration(Duration.ofMillis(10), MINUTE.multipliedBy(10)),
            "1s",
            "Time between the meter's transactions: the delay until readers see flows and what a crash repeats. `analyze` takes 4s"
                    + " when it is not set.");
    public static final Setting<Guarantee> METER_PROCESSING_GUARANTEE = setting(
            "meter.processing-guarantee",
            SettingType.choice(Guarantee.class),
            "exactly_once",
            "`at_least_once` spares Kafka's transactions: after a crash of a meter or a broker, packets since the last commit are counted"
                    + " again and `weir audit` says so.");
    public static final Setting<Integer> METER_STANDBY_REPLICAS = setting(
            "meter.standby-replicas",
            SettingType.integer(0, 10),
            "0",
            "How many other meter instances keep a copy of each task's flows, so that one of them goes on at once when its instance dies.");

    public static final Setting<Duration> ADVISOR_EPISODE_IDLE = setting(
            "advisor.episode-idle",
            SettingType.duration(SECOND, DAY),
            "5m",
            "An ingress without packets for this long, event time, is closed; what follows is a new finding.");
    public static final Setting<List<String>> ADVISOR_DETECTIONS_OFF = setting(
            "advisor.detections-off",
            SettingType.list(SettingType.anyText()),
            "",
            "Detections that do not look, by their ids, for example `first_contact,cleartext_service`, or `all`. `docs/detections.md` lists them.");
    public static final Setting<List<String>> ADVISOR_THRESHOLDS = setting(
            "advisor.thresholds",
            SettingType.list(SettingType.anyText()),
            "",
            "What detections ask for, where that is not their default, for example `scan_vertical.ports=30,beacon.score=0.8`. `docs/detections.md` lists"
                    + " them (docs/detections.md#thresholds).");
    public static final Setting<Integer> ADVISOR_MAX_HOSTS = setting(
            "advisor.max-hosts",
            SettingType.integer(1, 100_000_000),
            "100000",
            "Hosts that the detections of one task remember. Beyond, the quietest of those of which little is known is forgotten, and counted.");
    public static final Setting<Integer> ADVISOR_MAX_CONTACTS = setting(
            "advisor.max-contacts",
            SettingType.integer(1, 100_000_000),
            "500000",
            "Contacts and services of these hosts, all together.");
    public static final Setting<Duration> ADVISOR_RISK_HALF_LIFE = setting(
            "advisor.risk-half-life",
            SettingType.duration(SECOND, YEAR),
            "24h",
            "Event time in which the risk of an address or a network halves when nothing new is found (docs/risks.md). Equal in all instances.");
    public static final Setting<Integer> ADVISOR_MAX_RISKS = setting(
            "advisor.max-risks",
            SettingType.integer(1, 100_000_000),
            "100000",
            "Addresses and networks whose risk one task keeps. Beyond, the least risky is forgotten, and counted.");
    public static final Setting<Integer> ADVISOR_EPISODE_SOURCE_PREFIX_IPV4 = setting(
            "advisor.episode-source-prefix.ipv4",
            SettingType.integer(0, 32),
            "24",
            "Initiators that agree in so many bits have part in one finding, which names up to 16 of them in `peers`; 32 for a finding"
                    + " of each address. Equal in all instances.");
    public static final Setting<Integer> ADVISOR_EPISODE_SOURCE_PREFIX_IPV6 = setting(
            "advisor.episode-source-prefix.ipv6",
            SettingType.integer(0, 128),
            "48",
            "The same of IPv6; 128 for a finding of each address.");
    public static final Setting<Path> ADVISOR_ALLOW_LIST = optional(
            "advisor.allow-list",
            SettingType.path(),
            "File of what is permitted, of ingress and of detections, with owner, reason and end (docs/security-advisor.md#allow-list); findings of"
                    + " it are informational. Equal in all instances.");
    public static final Setting<Integer> ADVISOR_THREADS =
            setting("advisor.threads", SettingType.integer(1, 256), "1", "Threads of the advisor in this process.");

    public static final Setting<Path> RULES_FILE = optional(
            "rules.file",
            SettingType.path(),
            "File of rules of your own (docs/rules.md), for `weir run rules`, `weir up` and `weir analyze`. Equal in all instances.");
    public static final Setting<Boolean> RULES_FROM_TOPIC = setting(
            "rules.from-topic",
            SettingType.bool(),
            "false",
            "`weir up` applies the rules of their topic (`weir rules put`), as `weir run rules` does where no file is named.");
    public static final Setting<Integer> RULES_MAX_GROUPS = setting(
            "rules.max-groups",
            SettingType.integer(1, 10_000_000),
            "10000",
            "Most groups of a rule that a task counts; beyond, the one without a record for the longest time makes room.");
    public static final Setting<Integer> RULES_THREADS =
            setting("rules.threads", SettingType.integer(1, 256), "1", "Threads of the rules in this process.");

    public static final Setting<URI> SINK_URI = optional(
            "sink.uri",
            SettingType.uri(List.of("file", "s3")),
            "Where the exporter writes: `file:///var/lib/weir/export` or `s3://bucket/prefix`.");
    public static final Setting<List<ExportedTopic>> SINK_TOPICS = setting(
            "sink.topics",
            SettingType.list(SettingType.choice(ExportedTopic.class)),
            "findings,flows",
            "Topics that the exporter writes.");
    public static final Setting<FindingFormat> SINK_FINDINGS_FORMAT = setting(
            "sink.findings-format",
            SettingType.choice(FindingFormat.class),
            "json",
            "Form of the findings that the exporter writes: as in their schema, or OCSF, ECS or STIX. Change it with a new place to write to.");
    public static final Setting<ObjectCompression> SINK_COMPRESSION = setting(
            "sink.compression", SettingType.choice(ObjectCompression.class), "gzip", "Compression of the objects.");
    public static final Setting<Integer> SINK_OBJECT_RECORDS = setting(
            "sink.object.records",
            SettingType.integer(1, 10_000_000),
            "100000",
            "Records in an object at most; object names follow from it, so a change begins new names.");
    public static final Setting<Long> SINK_OBJECT_SIZE = setting(
            "sink.object.size",
            SettingType.size(64 * KB, GB),
            "32MB",
            "Octets of an object at most, before compression; also bounds the memory per partition.");
    public static final Setting<Duration> SINK_OBJECT_DELAY = setting(
            "sink.object.delay",
            SettingType.duration(SECOND, DAY),
            "1m",
            "Longest time that a record waits for its object to fill.");
    public static final Setting<URI> SINK_S3_ENDPOINT = optional(
            "sink.s3.endpoint",
            SettingType.uri(List.of("http", "https")),
            "Address of an S3-compatible store; without it, AWS.");
    public static final Setting<String> SINK_S3_REGION =
            setting("sink.s3.region", SettingType.anyText(), "us-east-1", "Region of the bucket.");
    public static final Setting<Boolean> SINK_S3_PATH_STYLE = setting(
            "sink.s3.path-style",
            SettingType.bool(),
            "true",
            "Whether the bucket is part of the path rather than of the host name; most stores beside AWS want it.");
    public static final Setting<String> SINK_S3_ACCESS_KEY = secret(
            "sink.s3.access-key",
            SettingType.anyText(),
            "Access key; without it the AWS SDK looks in its usual places (environment, profile, instance).");
    public static final Setting<String> SINK_S3_SECRET_KEY =
            secret("sink.s3.secret-key", SettingType.anyText(), "Secret key that belongs to the access key.");

    public static final Setting<URI> IPFIX_TO = optional(
            "ipfix.to",
            SettingType.uri(IpfixConfig.SCHEMES),
            "IPFIX collector that flows are sent to, by `weir run ipfix` and, where it is set, by `weir up`: `udp://collector:4739`,"
                    + " `tcp://collector:4739` or `tls://collector:4740`.");
    public static final Setting<String> IPFIX_NAME = setting(
            "ipfix.name",
            SettingType.text("1 to 100 letters, digits, '.', '_' and '-'", Pattern.compile("[a-zA-Z0-9._-]{1,100}")),
            "ipfix",
            "Name of the export: processes of one name share the work, each name gets every flow.");
    public static final Setting<Boolean> IPFIX_BIFLOW = setting(
            "ipfix.biflow",
            SettingType.bool(),
            "false",
            "Whether a record holds both directions (RFC 5103), for collectors that read it; else each direction with packets is a record.");
    public static final Setting<Boolean> IPFIX_TOTALS = setting(
            "ipfix.totals",
            SettingType.bool(),
            "false",
            "Whether records also hold the counts since the flow began; some collectors take them for those of the record.");
    public static final Setting<Boolean> IPFIX_ENCLOSED = setting(
            "ipfix.enclosed",
            SettingType.bool(),
            "false",
            "Whether flows within tunnels are sent, too; their packets are in the flow of the tunnel already, so that sums count them twice.");
    public static final Setting<Boolean> IPFIX_APPLICATION_NAMES = setting(
            "ipfix.application-names",
            SettingType.bool(),
            "true",
            "Whether records name the application, in a field of variable length.");
    public static final Setting<Integer> IPFIX_MESSAGE_SIZE = setting(
            "ipfix.message-size",
            SettingType.integer(IpfixConfig.MIN_MESSAGE_OCTETS, IpfixConfig.MAX_MESSAGE_OCTETS),
            "1400",
            "Octets of a message at most; over UDP it must fit into what the path to the collector carries in one piece.");
    public static final Setting<Duration> IPFIX_TEMPLATE_INTERVAL = setting(
            "ipfix.template-interval",
            SettingType.duration(SECOND, DAY),
            "1m",
            "Time after which templates are sent again, over UDP, and statistics in any case.");
    public static final Setting<Integer> IPFIX_TEMPLATE_MESSAGES = setting(
            "ipfix.template-messages",
            SettingType.integer(1, Integer.MAX_VALUE),
            "4000",
            "Messages of an observation point after which its templates are sent again, over UDP.");
    public static final Setting<Integer> IPFIX_MESSAGE_RATE = setting(
            "ipfix.message-rate",
            SettingType.integer(0, IpfixConfig.MAX_MESSAGE_RATE),
            "10000",
            "Messages a second at most, over UDP, as a collector that is overrun loses them in silence; 0 is no limit.");
    public static final Setting<Path> IPFIX_TLS_CA_FILE = optional(
            "ipfix.tls.ca-file",
            SettingType.path(),
            "Certificates in PEM that the collector's must come from; without it, those that Java trusts.");
    public static final Setting<Path> IPFIX_TLS_CERTIFICATE_FILE = optional(
            "ipfix.tls.certificate-file",
            SettingType.path(),
            "Our certificate and those between it and its root, in PEM, for a collector that asks for one.");
    public static final Setting<Path> IPFIX_TLS_KEY_FILE = optional(
            "ipfix.tls.key-file",
            SettingType.path(),
            "Private key of that certificate, in PEM (PKCS #8, not encrypted).");

    public static final Setting<String> ALERTS_NAME = setting(
            "alerts.name",
            SettingType.text("1 to 100 letters, digits, '.', '_' and '-'", Pattern.compile("[a-zA-Z0-9._-]{1,100}")),
            "alerts",
            "Name of the alerts: processes of one name share the work, each name tells every finding.");
    public static final Setting<String> ALERTS_FILTER = setting(
            "alerts.filter",
            SettingType.anyText(),
            "allowedBy == null",
            "Which findings are told: an expression in CEL over the fields of a finding, as for `weir findings --filter`; `true` for all.");
    public static final Setting<LeastSeverity> ALERTS_MIN_SEVERITY = setting(
            "alerts.min-severity",
            SettingType.choice(LeastSeverity.class),
            "medium",
            "Findings of lower severity are not told.");
    public static final Setting<Integer> ALERTS_ATTEMPTS = setting(
            "alerts.attempts",
            SettingType.integer(1, AlertsConfig.MAX_ATTEMPTS),
            "10",
            "Attempts to tell a receiver of a finding, before it goes to the topic of rejected records.");
    public static final Setting<Duration> ALERTS_BACKOFF = setting(
            "alerts.backoff",
            SettingType.duration(MS, AlertsConfig.MAX_BACKOFF),
            "1s",
            "Time until the second attempt; it doubles with each, up to a minute, and varies by a fifth. What a receiver asks for in"
                    + " `Retry-After` goes before, up to ten minutes.");
    public static final Setting<Duration> ALERTS_TIMEOUT = setting(
            "alerts.timeout",
            SettingType.duration(MS, AlertsConfig.MAX_TIMEOUT),
            "10s",
            "Longest time that an attempt takes.");
    public static final Setting<URI> ALERTS_WEBHOOK_URL = secret(
            "alerts.webhook.url",
            SettingType.uri(List.of("http", "https")),
            "Where findings are posted to, one a request, by `weir run alerts` and, where it is set, by `weir up`; credentials of the URL are sent.");
    public static final Setting<String> ALERTS_WEBHOOK_SECRET = secret(
            "alerts.webhook.secret",
            SettingType.anyText(),
            "Key that signs these requests (HMAC-SHA-256); without it they are not signed.");
    public static final Setting<FindingFormat> ALERTS_WEBHOOK_FORMAT = setting(
            "alerts.webhook.format",
            SettingType.choice(FindingFormat.class),
            "json",
            "Body of these requests: the finding as in its schema, or OCSF, ECS or STIX.");
    public static final Setting<URI> ALERTS_ALERTMANAGER_URL = optional(
            "alerts.alertmanager.url",
            SettingType.uri(List.of("http", "https")),
            "Prometheus Alertmanager that is told, for example `http://alertmanager:9093`.");
    public static final Setting<Duration> ALERTS_ALERTMANAGER_RESEND = setting(
            "alerts.alertmanager.resend",
            SettingType.duration(SECOND, DAY),
            "1m",
            "Time between two tellings of a finding that is open; well below the Alertmanager's `resolve_timeout` of mostly 5m.");
    public static final Setting<URI> ALERTS_SLACK_URL = secret(
            "alerts.slack.url",
            SettingType.uri(List.of("http", "https")),
            "Incoming webhook of Slack, or of a chat that takes the same.");
    public static final Setting<URI> ALERTS_SYSLOG_TO = optional(
            "alerts.syslog.to",
            SettingType.uri(Connections.SCHEMES),
            "Syslog receiver (RFC 5424): `udp://collector:514`, `tcp://collector:514` or `tls://collector:6514`.");
    public static final Setting<Integer> ALERTS_SYSLOG_FACILITY = setting(
            "alerts.syslog.facility",
            SettingType.integer(0, SyslogConfig.MAX_FACILITY),
            "4",
            "Facility of these messages by its number: 4 is auth, 16 to 23 are local0 to local7.");
    public static final Setting<Path> ALERTS_TLS_CA_FILE = optional(
            "alerts.tls.ca-file",
            SettingType.path(),
            "Certificates in PEM that those of `https` and `tls` receivers must come from; without it, those that Java trusts.");
    public static final Setting<Path> ALERTS_TLS_CERTIFICATE_FILE = optional(
            "alerts.tls.certificate-file",
            SettingType.path(),
            "Our certificate and those between it and its root, in PEM, for receivers that ask for one.");
    public static final Setting<Path> ALERTS_TLS_KEY_FILE = optional(
            "alerts.tls.key-file",
            SettingType.path(),
            "Private key of that certificate, in PEM (PKCS #8, not encrypted).");

    public static final Setting<Boolean> AUDIT_CONTINUOUS = setting(
            "audit.continuous",
            SettingType.bool(),
            "false",
            "`weir up` audits while it runs, as `weir run auditor` does, and tells the result in its metrics.");
    public static final Setting<Duration> AUDIT_INTERVAL = setting(
            "audit.interval",
            SettingType.duration(Duration.ofMillis(100), DAY),
            "1m",
            "Time between two audits of `weir run auditor`.");
    public static final Setting<Duration> AUDIT_SETTLE = setting(
            "audit.settle",
            SettingType.duration(Duration.ofMillis(100), DAY),
            "5m",
            "How long after the last record that tells of a window its packets must be in flows, losses and edges. A meter ends what a collector"
                    + " that died has left open after two minutes: shorter than that, `meter.conversation-wait` and"
                    + " `meter.commit-interval` together, it finds differences that are none.");

    public static final Setting<InetSocketAddress> OPERATIONS_LISTEN = setting(
            "operations.listen",
            SettingType.listenAddress(),
            "127.0.0.1:9464",
            "Where `weir up` and `weir run` tell their metrics (`/metrics`) and health (`/health/live`, `/health/ready`); `none` tells"
                    + " nobody. The built-in port may be taken, as by a second process: then a warning says so.");

    /**
     * Settings of the timeouts of flows of some protocols.
     *
     * @param idle without a value it is {@link #METER_IDLE_TIMEOUT}
     * @param active without a value it is {@link #METER_ACTIVE_TIMEOUT}
     * @param protocols IANA numbers
     */
    public record ProtocolTimeouts(Setting<Duration> idle, Setting<Duration> active, List<Integer> protocols) {}

    public static final List<ProtocolTimeouts> METER_TIMEOUTS_BY_PROTOCOL = List.of(
            new ProtocolTimeouts(METER_IDLE_TIMEOUT_TCP, METER_ACTIVE_TIMEOUT_TCP, List.of(6)),
            new ProtocolTimeouts(METER_IDLE_TIMEOUT_UDP, METER_ACTIVE_TIMEOUT_UDP, List.of(17)),
            new ProtocolTimeouts(METER_IDLE_TIMEOUT_ICMP, METER_ACTIVE_TIMEOUT_ICMP, List.of(1, 58)));

    /** Graces by how packets are captured, as observation points say it; without a value it is {@link #METER_GRACE}. */
    public static final Map<String, Setting<Duration>> METER_GRACE_BY_CAPTURE =
            Map.of("afpacket", METER_GRACE_AFPACKET, "ebpf", METER_GRACE_EBPF, "pcap", METER_GRACE_PCAP);

    static final String COLLECTOR_PREFIX = "collector.";
    static final String CAPTURE_PREFIX = "capture.";

    /** Settings of live captures that {@code capture.NAME.} can have different from {@code collector.}. */
    static final List<Setting<?>> OF_A_CAPTURE = List.of(
            COLLECTOR_INTERFACES,
            COLLECTOR_CAPTURE,
            COLLECTOR_FILTER,
            COLLECTOR_SNAP_LENGTH,
            COLLECTOR_PROMISCUOUS,
            COLLECTOR_RING_SIZE,
            COLLECTOR_SAMPLING,
            COLLECTOR_THREADS,
            COLLECTOR_OWN_TRAFFIC,
            COLLECTOR_TUNNEL_DEPTH,
            COLLECTOR_APPLICATION_FACTS);

    private Catalogue() {}

    /** All settings, in the order of the documentation. */
    public static List<Setting<?>> all() {
        return List.copyOf(ALL);
    }

    private static <T> Setting<T> setting(String key, SettingType<T> type, String builtIn, String doc) {
        return declare(
                new Setting<>(key, type, ignored -> builtIn, builtIn.isEmpty() ? "" : "`" + builtIn + "`", doc, false));
    }

    private static <T> Setting<T> optional(String key, SettingType<T> type, String doc) {
        return declare(new Setting<>(key, type, ignored -> null, "", doc, false));
    }

    private static <T> Setting<T> secret(String key, SettingType<T> type, String doc) {
        return declare(new Setting<>(key, type, ignored -> null, "", doc, true));
    }

    private static <T> Setting<T> computed(
            String key, SettingType<T> type, Function<Environment, String> builtIn, String builtInDoc, String doc) {
        return declare(new Setting<>(key, type, builtIn, builtInDoc, doc, false));
    }

    private static <T> Setting<T> declare(Setting<T> setting) {
        ALL.add(setting);
        return setting;
    }
}
