package io.weir.app.pipeline;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.advisor.AdvisorConfig;
import io.weir.advisor.DetectionConfig;
import io.weir.advisor.allow.AllowList;
import io.weir.advisor.allow.AllowListFile;
import io.weir.advisor.detection.Thresholds;
import io.weir.advisor.risk.RiskSettings;
import io.weir.advisor.rule.ingress.SourcePrefixes;
import io.weir.advisor.subnet.ClusterSet;
import io.weir.app.audit.AuditConfig;
import io.weir.app.config.Catalogue;
import io.weir.app.config.Cidr;
import io.weir.app.config.Settings;
import io.weir.app.failure.Failure;
import io.weir.app.operations.Operations;
import io.weir.app.read.RecordFilter;
import io.weir.collectors.datagram.AddressRange;
import io.weir.collectors.datagram.DatagramConfig;
import io.weir.collectors.publish.BatchSender;
import io.weir.collectors.publish.CaptureReporter;
import io.weir.collectors.publish.CollectorConfig;
import io.weir.collectors.publish.RawPacketConfig;
import io.weir.decoding.packet.FactKind;
import io.weir.exporters.SinkConfig;
import io.weir.exporters.alert.AlertmanagerConfig;
import io.weir.exporters.alert.AlertsApp;
import io.weir.exporters.alert.AlertsConfig;
import io.weir.exporters.alert.SlackConfig;
import io.weir.exporters.alert.SyslogConfig;
import io.weir.exporters.alert.WebhookConfig;
import io.weir.exporters.compress.Compression;
import io.weir.exporters.ipfix.IpfixApp;
import io.weir.exporters.ipfix.IpfixConfig;
import io.weir.exporters.object.CutLimits;
import io.weir.exporters.store.s3.S3Config;
import io.weir.exporters.transport.TlsConfig;
import io.weir.rules.RulesApp;
import io.weir.rules.RulesConfig;
import io.weir.rules.file.RuleFile;
import io.weir.rules.file.RuleProblem;
import io.weir.schemas.Finding;
import io.weir.schemas.Severity;
import io.weir.schemas.packets.CaptureNames;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import io.weir.topology.DecoderConfig;
import io.weir.topology.EdgeConfig;
import io.weir.topology.FlowTimeouts;
import io.weir.topology.Grace;
import io.weir.topology.MeterConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes each part's own configuration of the settings. */
public final class ModuleConfigs {

    /** A point that says nothing for this long has lost its collector: a hundred heartbeats at the default rate. */
    private static final Duration SILENCE = Duration.ofMinutes(2);

    /**
     * Most flows of a capture live shorter than this, as it is read faster than it was taken: they never reach the changelog. Once nothing comes in, the parts
     * commit at once.
     */
    private static final Duration ANALYZE_COMMIT_INTERVAL = Duration.ofSeconds(4);

    /** Of 1, 2 and 4 partitions, two took the least CPU with one thread for each part. */
    private static final int MIN_PARTITIONS_OF_ONE_SHOT = 2;

    private static final Logger LOG = LoggerFactory.getLogger(ModuleConfigs.class);

    private ModuleConfigs() {}

    static Topics topics(Settings settings) {
        return new Topics(settings.get(Catalogue.TOPICS_PREFIX));
    }

    /** The topics that a run needs: that of raw packets only where it is written, those of edges in longer windows where there are such. */
    static List<TopicSpec<?>> topicsOf(
            Topics topics, CollectorConfig collector, boolean resumes, boolean datagrams, List<Duration> edgeRollUps) {
        List<TopicSpec<?>> ofDatagrams =
                List.of(topics.sflow(), topics.netflow(), topics.counters(), topics.drops(), topics.exporters());
        return topics.all(edgeRollUps).stream()
                .filter(topic -> datagrams || !ofDatagrams.contains(topic))
                .filter(topic -> collector.rawPackets().isOn() || !topic.equals(topics.rawPackets()))
                .filter(topic -> resumes || !topic.equals(topics.capturePositions()))
                .toList();
    }

    static CollectorConfig collector(Settings settings) {
        return checked(() -> new CollectorConfig(
                settings.get(Catalogue.COLLECTOR_HOST),
                settings.get(Catalogue.COLLECTOR_BATCH_PACKETS),
                settings.get(Catalogue.COLLECTOR_BATCH_DELAY),
                settings.get(Catalogue.COLLECTOR_HEARTBEAT),
                settings.get(Catalogue.COLLECTOR_BUFFER_SIZE),
                settings.get(Catalogue.COLLECTOR_COMPRESSION).name().toLowerCase(Locale.ROOT),
                settings.get(Catalogue.COLLECTOR_TUNNEL_DEPTH),
                facts(settings.get(Catalogue.COLLECTOR_APPLICATION_FACTS)),
                settings.get(Catalogue.COLLECTOR_TCP_HEALTH),
                settings.get(Catalogue.COLLECTOR_TRAJECTORY_SAMPLING),
                settings.get(Catalogue.COLLECTOR_SAMPLING),
                settings.get(Catalogue.COLLECTOR_OWN_TRAFFIC),
                new RawPacketConfig(
                        settings.get(Catalogue.COLLECTOR_RAW_PACKETS),
                        settings.get(Catalogue.COLLECTOR_RAW_PACKETS_OCTETS),
                        settings.get(Catalogue.METER_IDLE_TIMEOUT),
                        idleTimeouts(settings))));
    }

    /** Addresses in {@code collector.listen} that take datagrams. */
    static List<URI> datagramPorts(Settings settings) {
        return settings.get(Catalogue.COLLECTOR_LISTEN).stream()
                .filter(address -> address.getScheme().equals(DatagramInputs.SCHEME))
                .toList();
    }

    /** Addresses in {@code collector.listen} that take captures. */
    static List<URI> streamSockets(Settings settings) {
        return settings.get(Catalogue.COLLECTOR_LISTEN).stream()
                .filter(address -> !address.getScheme().equals(DatagramInputs.SCHEME))
                .toList();
    }

    static DatagramConfig datagrams(Settings settings) {
        return checked(() -> new DatagramConfig(
                settings.get(Catalogue.COLLECTOR_HOST),
                settings.get(Catalogue.COLLECTOR_DATAGRAMS_THREADS),
                Math.toIntExact(settings.get(Catalogue.COLLECTOR_DATAGRAMS_BUFFER)),
                settings.get(Catalogue.COLLECTOR_HEARTBEAT),
                settings.get(Catalogue.COLLECTOR_DATAGRAMS_ALLOW).stream()
                        .map(range -> AddressRange.of(range.networkOctets(), range.prefixLength()))
                        .toList()));
    }

    static CaptureReporter captureReporter(Settings settings, BatchSender sender, Map<String, ?> clientProperties) {
        return new CaptureReporter(
                sender,
                topics(settings),
                clientProperties,
                settings.get(Catalogue.COLLECTOR_REPORT_INTERVAL),
                InstantSource.system(),
                () -> UUID.randomUUID().toString());
    }

    private static Set<FactKind> facts(List<Catalogue.ApplicationFact> named) {
        boolean none = named.contains(Catalogue.ApplicationFact.NONE);
        if (none && named.size() > 1) {
            throw new IllegalArgumentException(
                    Catalogue.COLLECTOR_APPLICATION_FACTS.key() + " is none and others at once");
        }
        Set<FactKind> facts = EnumSet.noneOf(FactKind.class);
        if (!none) {
            named.forEach(fact -> facts.add(FactKind.valueOf(fact.name())));
        }
        return facts;
    }

    /**
     * For a file that is read to its end. A broker in the same process that goes with the run: compression would only cost. Nobody
     * waits for a batch to fill: the largest share the most keys.
     */
    static CollectorConfig collectorOfOneShot(Settings settings) {
        CollectorConfig config = collector(settings);
        if (settings.joinsCluster()) {
            return config;
        }
        if (!settings.isGiven(Catalogue.COLLECTOR_COMPRESSION)) {
            config = config.withCompression("none");
        }
        return settings.isGiven(Catalogue.COLLECTOR_BATCH_PACKETS)
                ? config
                : config.withBatchPackets(CollectorConfig.MAX_BATCH_PACKETS);
    }

    /** Its topics go with it, so that nobody could read raw packets. */
    static CollectorConfig collectorOfAnalyze(Settings settings) {
        return collectorOfOneShot(settings).withRawPackets(RawPacketConfig.OFF);
    }

    /** Partitions of the topics of a run that takes its broker with it: more than its threads would only cost. */
    static int partitionsOfOneShot(Settings settings) {
        if (settings.joinsCluster() || settings.isGiven(Catalogue.TOPICS_PARTITIONS)) {
            return settings.get(Catalogue.TOPICS_PARTITIONS);
        }
        int threads = Math.max(settings.get(Catalogue.METER_THREADS), settings.get(Catalogue.ADVISOR_THREADS));
        return Math.max(MIN_PARTITIONS_OF_ONE_SHOT, threads);
    }

    static DecoderConfig decoder(Settings settings) {
        Duration idle = settings.get(Catalogue.METER_IDLE_TIMEOUT);
        for (Duration own : idleTimeouts(settings).values()) {
            idle = own.compareTo(idle) > 0 ? own : idle;
        }
        // As long as the meter may have anything of the point open.
        Duration open = idle.plus(settings.get(Catalogue.METER_WINDOW).multipliedBy(2))
                .plus(meter(settings).grace().of(CaptureNames.SFLOW))
                .plus(settings.get(Catalogue.METER_CONVERSATION_WAIT));
        return checked(() -> new DecoderConfig(
                settings.get(Catalogue.COLLECTOR_TUNNEL_DEPTH),
                facts(settings.get(Catalogue.COLLECTOR_APPLICATION_FACTS)),
                open,
                settings.get(Catalogue.METER_WINDOW),
                settings.get(Catalogue.DECODER_FLOW_RECORD_DELAY),
                settings.get(Catalogue.DECODER_THREADS),
                settings.get(Catalogue.DECODER_COMMIT_INTERVAL)));
    }

    static MeterConfig meter(Settings settings) {
        return meter(settings, settings.get(Catalogue.METER_COMMIT_INTERVAL), edgeRollUps(settings));
    }

    /** For results that are looked at when all is done: the edges of the short windows among them. */
    static MeterConfig meterOfAnalyze(Settings settings) {
        Duration commitInterval = settings.get(Catalogue.METER_COMMIT_INTERVAL);
        return meter(
                        settings,
                        settings.isGiven(Catalogue.METER_COMMIT_INTERVAL) ? commitInterval : ANALYZE_COMMIT_INTERVAL,
                        List.of())
                .withEarlyRecords(false);
    }

    /** Lengths of the longer windows of edges; those that nobody chose only where they fit to the window. */
    static List<Duration> edgeRollUps(Settings settings) {
        List<Duration> rollUps = settings.get(Catalogue.METER_EDGE_ROLL_UPS);
        return settings.isGiven(Catalogue.METER_EDGE_ROLL_UPS)
                ? rollUps
                : EdgeConfig.possible(settings.get(Catalogue.METER_WINDOW), rollUps);
    }

    private static MeterConfig meter(Settings settings, Duration commitInterval, List<Duration> edgeRollUps) {
        return checked(() -> new MeterConfig(
                settings.get(Catalogue.METER_WINDOW),
                grace(settings),
                new FlowTimeouts(
                        settings.get(Catalogue.METER_IDLE_TIMEOUT), settings.get(Catalogue.METER_ACTIVE_TIMEOUT)),
                timeouts(settings),
                settings.get(Catalogue.METER_TCP_LINGER),
                SILENCE,
                settings.get(Catalogue.METER_CONVERSATION_WAIT),
                settings.get(Catalogue.METER_EARLY_RECORDS),
                settings.get(Catalogue.METER_MAX_FLOWS),
                new EdgeConfig(edgeRollUps, settings.get(Catalogue.METER_MAX_EDGES)),
                settings.get(Catalogue.METER_THREADS),
                commitInterval,
                settings.get(Catalogue.METER_PROCESSING_GUARANTEE) == Catalogue.Guarantee.EXACTLY_ONCE,
                settings.get(Catalogue.METER_STANDBY_REPLICAS)));
    }

    /** How late packets may be. */
    public static Grace grace(Settings settings) {
        Map<String, Duration> byCapture = new HashMap<>();
        Catalogue.METER_GRACE_BY_CAPTURE.forEach(
                (capture, own) -> settings.find(own).ifPresent(grace -> byCapture.put(capture, grace)));
        return new Grace(settings.get(Catalogue.METER_GRACE), byCapture);
    }

    private static Map<Integer, FlowTimeouts> timeouts(Settings settings) {
        Map<Integer, FlowTimeouts> byProtocol = new HashMap<>();
        for (Catalogue.ProtocolTimeouts own : Catalogue.METER_TIMEOUTS_BY_PROTOCOL) {
            FlowTimeouts timeouts = new FlowTimeouts(
                    settings.find(own.idle()).orElseGet(() -> settings.get(Catalogue.METER_IDLE_TIMEOUT)),
                    settings.find(own.active()).orElseGet(() -> settings.get(Catalogue.METER_ACTIVE_TIMEOUT)));
            own.protocols().forEach(protocol -> byProtocol.put(protocol, timeouts));
        }
        return byProtocol;
    }

    private static Map<Integer, Duration> idleTimeouts(Settings settings) {
        Map<Integer, Duration> byProtocol = new HashMap<>();
        timeouts(settings).forEach((protocol, timeouts) -> byProtocol.put(protocol, timeouts.idle()));
        return byProtocol;
    }

    static AdvisorConfig advisor(Settings settings) {
        return advisorWith(settings, checked(() -> allowList(settings)));
    }

    private static AdvisorConfig advisorWith(Settings settings, AllowList allowList) {
        AdvisorConfig defaults = AdvisorConfig.defaults();
        return checked(() -> new AdvisorConfig(
                settings.get(Catalogue.CLUSTER_PREFIXES).stream()
                        .map(Cidr::toString)
                        .toList(),
                clusterSets(settings),
                allowList,
                new SourcePrefixes(
                        settings.get(Catalogue.ADVISOR_EPISODE_SOURCE_PREFIX_IPV4),
                        settings.get(Catalogue.ADVISOR_EPISODE_SOURCE_PREFIX_IPV6)),
                defaults.episodeScope(),
                settings.get(Catalogue.ADVISOR_EPISODE_IDLE),
                defaults.lateness(),
                defaults.flushInterval(),
                defaults.maxOpenEpisodes(),
                defaults.maxSubnets(),
                new DetectionConfig(
                        Set.copyOf(settings.get(Catalogue.ADVISOR_DETECTIONS_OFF)),
                        thresholds(settings),
                        settings.get(Catalogue.ADVISOR_MAX_HOSTS),
                        settings.get(Catalogue.ADVISOR_MAX_CONTACTS)),
                new RiskSettings(
                        settings.get(Catalogue.ADVISOR_RISK_HALF_LIFE), settings.get(Catalogue.ADVISOR_MAX_RISKS))));
    }

    /**
     * What is wrong with the advisor's files and settings, beyond what is wrong with each setting by itself.
     *
     * @return entries of the allow-list that would be left out, one sentence each
     */
    public static List<String> problemsOfAdvisor(Settings settings) {
        advisorWith(settings, AllowList.NONE);
        return checked(() -> settings.find(Catalogue.ADVISOR_ALLOW_LIST)
                .map(file -> AllowListFile.read(file, AdvisorConfig.rules()).problems())
                .orElse(List.of()));
    }

    private static Thresholds thresholds(Settings settings) {
        try {
            return Thresholds.of(settings.get(Catalogue.ADVISOR_THRESHOLDS));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    e.getMessage()
                            .lines()
                            .map(line -> "advisor.thresholds: " + line)
                            .collect(Collectors.joining("\n")),
                    e);
        }
    }

    private static List<ClusterSet> clusterSets(Settings settings) {
        List<ClusterSet> sets = new ArrayList<>(settings.get(Catalogue.CLUSTER_SETS));
        settings.find(Catalogue.CLUSTER_SETS_FILE).map(ClusterSet::read).ifPresent(sets::addAll);
        return sets;
    }

    /** Refused entries are told and left out: they permit nothing. */
    private static AllowList allowList(Settings settings) {
        Path file = settings.find(Catalogue.ADVISOR_ALLOW_LIST).orElse(null);
        if (file == null) {
            return AllowList.NONE;
        }
        AllowListFile read = AllowListFile.read(file, AdvisorConfig.rules());
        read.problems().forEach(problem -> LOG.warn("allow-list: {}", problem));
        return new AllowList(
                read.entries(),
                expired -> LOG.warn(
                        "allow-list: what {} has permitted goes on, and is raised from the end of the entry on: give it a later"
                                + " 'expires' in {}, or take it out",
                        expired,
                        file));
    }

    /** Client properties of the advisor, with what Kafka Streams asks for. */
    static Map<String, Object> advisorClients(Settings settings, Cluster cluster, Path dataDir) {
        return streamsClients(settings.get(Catalogue.ADVISOR_THREADS), cluster.clientProperties(), dataDir);
    }

    /** As {@link #advisorClients(Settings, Cluster, Path)}, with fewer transactions: nobody waits for a finding before the end. */
    static Map<String, Object> advisorClientsOfAnalyze(Settings settings, Cluster cluster, Path dataDir) {
        Map<String, Object> properties =
                streamsClients(settings.get(Catalogue.ADVISOR_THREADS), cluster.oneShotProperties(), dataDir);
        properties.putIfAbsent("commit.interval.ms", ANALYZE_COMMIT_INTERVAL.toMillis());
        return properties;
    }

    private static Map<String, Object> streamsClients(int threads, Map<String, Object> clients, Path dataDir) {
        Map<String, Object> properties = new HashMap<>(clients);
        properties.putIfAbsent("state.dir", dataDir.resolve("streams").toString());
        properties.putIfAbsent("num.stream.threads", threads);
        return properties;
    }

    /** True when a file of rules is named. */
    static boolean hasRuleFile(Settings settings) {
        return settings.find(Catalogue.RULES_FILE).isPresent();
    }

    /** True when a pipeline has rules to apply: those of a file, or of their topic. */
    static boolean hasRules(Settings settings) {
        return hasRuleFile(settings) || settings.get(Catalogue.RULES_FROM_TOPIC);
    }

    /**
     * The rules of the file where one is named, else those of their topic.
     *
     * @throws Failure when there is no rule in the file, no such file, or both places are named
     */
    static RulesConfig rules(Settings settings) {
        if (!hasRuleFile(settings)) {
            return checked(() -> RulesConfig.ofTopic(settings.get(Catalogue.RULES_MAX_GROUPS), advisor(settings)));
        }
        if (settings.get(Catalogue.RULES_FROM_TOPIC)) {
            throw Failure.usage(
                    "rules.file names a file, and rules.from-topic asks for the rules of the topic",
                    "leave one of them out; `weir rules put FILE` writes those of a file to the topic");
        }
        return rulesOfFile(settings);
    }

    /**
     * The rules of the file that can be read; those that cannot are told and left out.
     *
     * @throws Failure when there is no rule, or no such file
     */
    static RulesConfig rulesOfFile(Settings settings) {
        Path file = settings.get(Catalogue.RULES_FILE);
        RuleFile read = checked(() -> RuleFile.read(file));
        read.problems().forEach(problem -> LOG.warn("rule left out: {}", problem));
        if (read.rules().isEmpty()) {
            throw Failure.usage(
                    "there is no rule in " + file + " that can be used", "`weir rules validate " + file + "` says why");
        }
        return checked(() -> RulesConfig.of(read.rules(), settings.get(Catalogue.RULES_MAX_GROUPS), advisor(settings)));
    }

    /** What is wrong with the file of rules, one sentence each; nothing when there is no file. */
    public static List<String> problemsOfRules(Settings settings) {
        return checked(() -> settings.find(Catalogue.RULES_FILE)
                .map(file -> RuleFile.read(file).problems().stream()
                        .map(RuleProblem::toString)
                        .toList())
                .orElse(List.of()));
    }

    /** @param config of {@link #rules} */
    static RulesApp rulesApp(
            RulesConfig config,
            Settings settings,
            Topics topics,
            Cluster cluster,
            Path dataDir,
            MeterRegistry registry,
            StopSignal stop) {
        return new RulesApp(
                config,
                topics,
                streamsClients(settings.get(Catalogue.RULES_THREADS), cluster.clientProperties(), dataDir),
                registry,
                stop::fail);
    }

    static SinkConfig sink(Settings settings) {
        URI uri = settings.find(Catalogue.SINK_URI)
                .orElseThrow(() -> Failure.usage(
                        "the exporter has no place to write to",
                        "set sink.uri, for example -s sink.uri=file:///var/lib/weir/export or s3://bucket/prefix"));
        return checked(() -> new SinkConfig(
                "objects",
                settings.get(Catalogue.SINK_TOPICS).stream()
                        .map(topic -> topic.name().toLowerCase(Locale.ROOT))
                        .toList(),
                uri,
                settings.get(Catalogue.SINK_FINDINGS_FORMAT),
                Compression.valueOf(settings.get(Catalogue.SINK_COMPRESSION).name()),
                new CutLimits(
                        settings.get(Catalogue.SINK_OBJECT_RECORDS),
                        settings.get(Catalogue.SINK_OBJECT_SIZE),
                        settings.get(Catalogue.SINK_OBJECT_DELAY)),
                SinkConfig.defaults(uri).memoryOctets(),
                new S3Config(
                        settings.find(Catalogue.SINK_S3_ENDPOINT).orElse(null),
                        settings.get(Catalogue.SINK_S3_REGION),
                        settings.get(Catalogue.SINK_S3_PATH_STYLE),
                        settings.find(Catalogue.SINK_S3_ACCESS_KEY).orElse(null),
                        settings.find(Catalogue.SINK_S3_SECRET_KEY).orElse(null))));
    }

    static IpfixConfig ipfix(Settings settings) {
        return checked(() -> new IpfixConfig(
                settings.get(Catalogue.IPFIX_NAME),
                settings.find(Catalogue.IPFIX_TO).orElse(null),
                settings.get(Catalogue.IPFIX_BIFLOW),
                settings.get(Catalogue.IPFIX_TOTALS),
                settings.get(Catalogue.IPFIX_ENCLOSED),
                settings.get(Catalogue.IPFIX_APPLICATION_NAMES),
                settings.get(Catalogue.IPFIX_MESSAGE_SIZE),
                settings.get(Catalogue.IPFIX_TEMPLATE_INTERVAL),
                settings.get(Catalogue.IPFIX_TEMPLATE_MESSAGES),
                settings.get(Catalogue.IPFIX_MESSAGE_RATE),
                new TlsConfig(
                        settings.find(Catalogue.IPFIX_TLS_CA_FILE).orElse(null),
                        settings.find(Catalogue.IPFIX_TLS_CERTIFICATE_FILE).orElse(null),
                        settings.find(Catalogue.IPFIX_TLS_KEY_FILE).orElse(null))));
    }

    /** The export of flows, not started; a file for TLS that cannot be used is the user's to put right. */
    static IpfixApp ipfixApp(Settings settings, Cluster cluster, Operations operations, StopSignal stop) {
        IpfixConfig config = ipfix(settings);
        return checked(() ->
                new IpfixApp(config, topics(settings), cluster.clientProperties(), operations.registry(), stop::fail));
    }

    /** Whether there is somebody to tell of findings. */
    public static boolean hasAlerts(Settings settings) {
        return settings.find(Catalogue.ALERTS_WEBHOOK_URL).isPresent()
                || settings.find(Catalogue.ALERTS_ALERTMANAGER_URL).isPresent()
                || settings.find(Catalogue.ALERTS_SLACK_URL).isPresent()
                || settings.find(Catalogue.ALERTS_SYSLOG_TO).isPresent();
    }

    static AlertsConfig alerts(Settings settings) {
        return checked(() -> new AlertsConfig(
                settings.get(Catalogue.ALERTS_NAME),
                Severity.valueOf(
                        settings.get(Catalogue.ALERTS_MIN_SEVERITY).name().toLowerCase(Locale.ROOT)),
                settings.get(Catalogue.ALERTS_ATTEMPTS),
                settings.get(Catalogue.ALERTS_BACKOFF),
                settings.get(Catalogue.ALERTS_TIMEOUT),
                new TlsConfig(
                        settings.find(Catalogue.ALERTS_TLS_CA_FILE).orElse(null),
                        settings.find(Catalogue.ALERTS_TLS_CERTIFICATE_FILE).orElse(null),
                        settings.find(Catalogue.ALERTS_TLS_KEY_FILE).orElse(null)),
                settings.find(Catalogue.ALERTS_WEBHOOK_URL)
                        .map(to -> new WebhookConfig(
                                to,
                                settings.get(Catalogue.ALERTS_WEBHOOK_FORMAT),
                                settings.find(Catalogue.ALERTS_WEBHOOK_SECRET).orElse(null)))
                        .orElse(null),
                settings.find(Catalogue.ALERTS_ALERTMANAGER_URL)
                        .map(to -> new AlertmanagerConfig(to, settings.get(Catalogue.ALERTS_ALERTMANAGER_RESEND)))
                        .orElse(null),
                settings.find(Catalogue.ALERTS_SLACK_URL).map(SlackConfig::new).orElse(null),
                settings.find(Catalogue.ALERTS_SYSLOG_TO)
                        .map(to -> new SyslogConfig(
                                to,
                                settings.get(Catalogue.ALERTS_SYSLOG_FACILITY),
                                settings.get(Catalogue.COLLECTOR_HOST)))
                        .orElse(null)));
    }

    /** The alerts, not started; a filter or a file for TLS that cannot be used is the user's to put right. */
    static AlertsApp alertsApp(Settings settings, Cluster cluster, Operations operations, StopSignal stop) {
        AlertsConfig config = alerts(settings);
        RecordFilter filter = alertsFilter(settings);
        return checked(() -> new AlertsApp(
                config,
                filter::matches,
                topics(settings),
                cluster.clientProperties(),
                operations.registry(),
                stop::fail));
    }

    /** Tells mistakes before anything has started. */
    static void checkAlerts(Settings settings) {
        AlertsConfig unused = alerts(settings);
        RecordFilter unusedFilter = alertsFilter(settings);
    }

    private static RecordFilter alertsFilter(Settings settings) {
        return RecordFilter.compile(
                Finding.getClassSchema(), settings.get(Catalogue.ALERTS_FILTER), Catalogue.ALERTS_FILTER.key());
    }

    private static <T> T checked(Supplier<T> config) {
        try {
            return config.get();
        } catch (IllegalArgumentException e) {
            throw Failure.usage(e.getMessage().replace(System.lineSeparator(), "; "), "see `weir config print`");
        }
    }

    static AuditConfig audit(Settings settings) {
        return new AuditConfig(
                settings.get(Catalogue.METER_WINDOW),
                settings.get(Catalogue.AUDIT_INTERVAL),
                settings.get(Catalogue.AUDIT_SETTLE));
    }
}
