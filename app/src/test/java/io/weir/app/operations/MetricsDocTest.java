package io.weir.app.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.advisor.AdvisorApp;
import io.weir.advisor.AdvisorConfig;
import io.weir.app.CaptureFiles;
import io.weir.app.Golden;
import io.weir.app.audit.AuditMetricsSample;
import io.weir.collectors.capture.CaptureFileReader;
import io.weir.collectors.datagram.DatagramConfig;
import io.weir.collectors.datagram.DatagramListener;
import io.weir.collectors.datagram.DatagramMetrics;
import io.weir.collectors.publish.BatchSender;
import io.weir.collectors.publish.CaptureCollector;
import io.weir.collectors.publish.CollectorConfig;
import io.weir.collectors.publish.CollectorMetrics;
import io.weir.exporters.SinkApp;
import io.weir.exporters.SinkConfig;
import io.weir.exporters.alert.AlertmanagerConfig;
import io.weir.exporters.alert.AlertsApp;
import io.weir.exporters.alert.AlertsConfig;
import io.weir.exporters.alert.SlackConfig;
import io.weir.exporters.alert.SyslogConfig;
import io.weir.exporters.alert.WebhookConfig;
import io.weir.exporters.finding.FindingFormat;
import io.weir.exporters.ipfix.IpfixApp;
import io.weir.exporters.ipfix.IpfixConfig;
import io.weir.exporters.transport.TlsConfig;
import io.weir.rules.RulesApp;
import io.weir.rules.RulesConfig;
import io.weir.rules.file.RuleFile;
import io.weir.schemas.Severity;
import io.weir.schemas.topic.TopicCreator;
import io.weir.schemas.topic.Topics;
import io.weir.testing.KafkaExtension;
import io.weir.topology.DecoderApp;
import io.weir.topology.DecoderConfig;
import io.weir.topology.MeterApp;
import io.weir.topology.MeterConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The names that leave the program: in the documentation, in the dashboard and in the alerts. */
class MetricsDocTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private static final Pattern NAME = Pattern.compile("\\b(weir|kafka)_[a-z0-9_]+");

    @TempDir
    private static Path directory;

    private static Scrape scrape;

    /** Everything that registers metrics, none of it started. */
    @BeforeAll
    static void makeEveryComponent() throws IOException {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Topics topics = new Topics(KAFKA.uniqueName("metrics") + ".");
        TopicCreator.createMissing(KAFKA.admin(), topics.all(), 1);
        Map<String, Object> client = new HashMap<>(KAFKA.clientProps());
        client.put("schema.registry.url", KAFKA.schemaRegistryUrl());
        client.put("state.dir", directory.toString());
        CollectorConfig config = CollectorConfig.defaults("node-1");
        Path capture = CaptureFiles.empty(directory.resolve("a.pcap"));
        try (BatchSender sender = new BatchSender(config, topics, client);
                CaptureFileReader reader =
                        CaptureFileReader.open("a.pcap", Channels.newChannel(Files.newInputStream(capture)));
                DatagramListener listener = DatagramListener.open(
                        URI.create("udp://127.0.0.1:0"),
                        new DatagramConfig("node-1", 1, 1 << 20, Duration.ofSeconds(1), List.of()));
                DecoderApp decoder = new DecoderApp(
                        DecoderConfig.defaults(), topics, client, directory.toString(), registry, failure -> {});
                MeterApp meter = new MeterApp(
                        MeterConfig.defaults(), topics, client, directory.toString(), registry, failure -> {});
                AdvisorApp advisor = new AdvisorApp(AdvisorConfig.defaults(), topics, client, registry, failure -> {});
                RulesApp rules = new RulesApp(aRule(), topics, client, registry, failure -> {});
                SinkApp sink =
                        new SinkApp(SinkConfig.defaults(directory.toUri()), topics, client, registry, failure -> {});
                AlertsApp alerts =
                        new AlertsApp(everyReceiver(), finding -> true, topics, client, registry, failure -> {});
                IpfixApp ipfix = new IpfixApp(
                        IpfixConfig.defaults(URI.create("udp://127.0.0.1:4739")),
                        topics,
                        client,
                        registry,
                        failure -> {})) {
            CollectorMetrics metrics = new CollectorMetrics(registry, sender);
            metrics.begin(new CaptureCollector(
                    config,
                    List.of(reader),
                    CaptureCollector.Kind.FILE,
                    "a.pcap",
                    sender,
                    InstantSource.system(),
                    () -> "session"));
            DatagramMetrics.register(listener, registry);
            AuditMetricsSample.tell(registry);
            assertThat(decoder.state()).hasToString("CREATED");
            assertThat(meter.state()).hasToString("CREATED");
            assertThat(advisor.state()).hasToString("CREATED");
            assertThat(rules.state()).hasToString("CREATED");
            assertThat(sink.isAssigned()).isFalse();
            assertThat(ipfix.isAssigned()).isFalse();
            assertThat(alerts.isAssigned()).isFalse();
            scrape = new Scrape(registry.scrape());
        }
    }

    private static RulesConfig aRule() {
        String rule = "{id: a, title: A, over: flow, window: 1m, measure: count, threshold: 1}";
        return RulesConfig.of(RuleFile.parse("test", rule).rules(), 1, AdvisorConfig.defaults());
    }

    private static AlertsConfig everyReceiver() {
        URI nowhere = URI.create("http://127.0.0.1:1/");
        return new AlertsConfig(
                "alerts",
                Severity.medium,
                1,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                TlsConfig.defaults(),
                new WebhookConfig(nowhere, FindingFormat.json, null),
                new AlertmanagerConfig(nowhere, Duration.ofMinutes(1)),
                new SlackConfig(nowhere),
                new SyslogConfig(URI.create("udp://127.0.0.1:514"), 4, "node-1"));
    }

    @Test
    void shouldBeTheCommittedDocument() {
        Golden.assertFile("docs/metrics.md", MetricsDoc.markdown(scrape));
    }

    @Test
    void shouldSayWhatEachMetricIs() {
        assertThat(scrape.types().keySet())
                .allSatisfy(name -> assertThat(scrape.help(name)).as(name).isNotBlank());
    }

    @Test
    void shouldDrawOnlyWhatThereIs() throws IOException {
        Set<String> drawn = new TreeSet<>();
        for (JsonNode expression : dashboard().findValues("expr")) {
            drawn.addAll(namesIn(expression.asText()));
        }
        assertThat(drawn).hasSizeGreaterThan(20);
        assertThat(known()).containsAll(drawn);
    }

    @Test
    void shouldGiveEachPanelAPlaceOfItsOwn() throws IOException {
        JsonNode dashboard = dashboard();
        List<JsonNode> panels = dashboard.findValues("gridPos");
        Set<String> places = panels.stream().map(JsonNode::toString).collect(Collectors.toSet());
        assertThat(places).hasSameSizeAs(panels);
        assertThat(dashboard.get("panels").findValuesAsText("title")).doesNotHaveDuplicates();
        assertThat(dashboard.path("uid").asText()).isEqualTo("weir");
    }

    @Test
    void shouldAlertOnlyOnWhatThereIs() throws IOException {
        String page = Files.readString(root().resolve("docs/operations.md"));
        Set<String> named = namesIn(page);
        assertThat(named).hasSizeGreaterThan(10);
        assertThat(known()).containsAll(named);
    }

    private static Path root() {
        return Path.of(System.getProperty("weir.root"));
    }

    private static JsonNode dashboard() throws IOException {
        return new ObjectMapper()
                .readTree(root().resolve("deploy/grafana/dashboards/weir.json").toFile());
    }

    private static Set<String> namesIn(String text) {
        Set<String> names = new TreeSet<>();
        Matcher name = NAME.matcher(text);
        while (name.find()) {
            names.add(name.group());
        }
        return names;
    }

    private static Set<String> known() {
        Set<String> known = scrape.samples().stream().map(Scrape.Sample::name).collect(Collectors.toSet());
        known.addAll(KafkaMeters.KEPT.keySet());
        return known;
    }
}
