package io.weir.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.advisor.subnet.ClusterSet;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsLoaderTest {

    private static final Environment BARE = new Environment(Map.of("HOSTNAME", "probe-1"), Path.of("/home/ada"));

    @TempDir
    private Path directory;

    @Test
    void shouldGiveBuiltInValues() {
        Settings settings = new SettingsLoader(BARE).load();

        assertThat(settings.get(Catalogue.TOPICS_PREFIX)).isEqualTo("weir.");
        assertThat(settings.get(Catalogue.TOPICS_PARTITIONS)).isEqualTo(4);
        assertThat(settings.get(Catalogue.DATA_DIR)).isEqualTo(Path.of("/home/ada/.local/share/weir"));
        assertThat(settings.get(Catalogue.COLLECTOR_HOST)).isEqualTo("probe-1");
        assertThat(settings.get(Catalogue.COLLECTOR_BUFFER_SIZE)).isEqualTo(64L * 1024 * 1024);
        assertThat(settings.get(Catalogue.COLLECTOR_COMPRESSION)).isEqualTo(Catalogue.Compression.LZ4);
        assertThat(settings.get(Catalogue.CLUSTER_PREFIXES)).isEmpty();
        assertThat(settings.get(Catalogue.METER_WINDOW)).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.get(Catalogue.SINK_TOPICS))
                .containsExactly(Catalogue.ExportedTopic.FINDINGS, Catalogue.ExportedTopic.FLOWS);
        assertThat(settings.find(Catalogue.SINK_URI)).isEmpty();
        assertThat(settings.joinsCluster()).isFalse();
        assertThat(settings.lines())
                .allSatisfy(line -> assertThat(line.origin()).hasToString("built-in"));
    }

    @Test
    void shouldTakeEveryKeyFromEveryPlace() {
        Map<String, String> texts = new HashMap<>(Map.ofEntries(
                Map.entry("kafka.bootstrap.servers", "a:9092,[fd00::1]:9093"),
                Map.entry("schema.registry.url", "https://user:pw@registry:8081"),
                Map.entry("avro.serializer.class", "a.B"),
                Map.entry("avro.deserializer.class", "a.C"),
                Map.entry("topics.prefix", "lab."),
                Map.entry("topics.partitions", "7"),
                Map.entry("data-dir", "~/weir"),
                Map.entry("embedded.kafka.port", "0"),
                Map.entry("embedded.registry.port", "18081"),
                Map.entry("cluster.prefixes", "10.1.2.3/8, FD42:0::/48"),
                Map.entry("cluster.sets", "pod:10.1.0.0/16, partner/acme:203.0.113.0/24@2026-01-01.."),
                Map.entry("cluster.sets-file", "/etc/weir/sets"),
                Map.entry("collector.interfaces", "eth0,eth1"),
                Map.entry("collector.files", "a.pcap,-"),
                Map.entry("collector.speed", "2.5x"),
                Map.entry("collector.resume", "true"),
                Map.entry("collector.listen", "udp://0.0.0.0:6343,tcp://127.0.0.1:57012,unix:///run/weir.sock"),
                Map.entry("collector.datagrams.allow", "10.0.0.0/8,fd42::/48"),
                Map.entry("collector.datagrams.threads", "2"),
                Map.entry("collector.datagrams.buffer", "64MB"),
                Map.entry("collector.capture", "pcap"),
                Map.entry("collector.threads", "4"),
                Map.entry("collector.filter", "not port 22"),
                Map.entry("collector.snap-length", "128"),
                Map.entry("collector.promiscuous", "false"),
                Map.entry("collector.ring.size", "16MB"),
                Map.entry("collector.sampling", "100"),
                Map.entry("collector.own-traffic", "true"),
                Map.entry("collector.host", "edge"),
                Map.entry("collector.batch.packets", "500"),
                Map.entry("collector.batch.delay", "50ms"),
                Map.entry("collector.buffer.size", "1GB"),
                Map.entry("collector.compression", "zstd"),
                Map.entry("collector.tunnel-depth", "3"),
                Map.entry("collector.application-facts", "none"),
                Map.entry("collector.tcp-health", "false"),
                Map.entry("collector.trajectory-sampling", "256"),
                Map.entry("collector.raw-packets", "10"),
                Map.entry("collector.raw-packets.octets", "128"),
                Map.entry("collector.heartbeat", "2s"),
                Map.entry("collector.report-interval", "10s"),
                Map.entry("meter.conversation-wait", "20s"),
                Map.entry("meter.window", "1m"),
                Map.entry("meter.grace", "0ms"),
                Map.entry("meter.idle-timeout", "2m"),
                Map.entry("meter.idle-timeout.tcp", "10m"),
                Map.entry("meter.early-records", "false"),
                Map.entry("meter.grace.afpacket", "1s"),
                Map.entry("meter.grace.ebpf", "5s"),
                Map.entry("meter.grace.pcap", "3s"),
                Map.entry("meter.idle-timeout.udp", "30s"),
                Map.entry("meter.idle-timeout.icmp", "10s"),
                Map.entry("meter.active-timeout", "1h"),
                Map.entry("meter.active-timeout.tcp", "2h"),
                Map.entry("meter.active-timeout.udp", "10m"),
                Map.entry("meter.active-timeout.icmp", "1m"),
                Map.entry("meter.tcp-linger", "5s"),
                Map.entry("meter.max-flows", "5000"),
                Map.entry("meter.edge-rollups", "1h, 5m"),
                Map.entry("meter.max-edges", "200"),
                Map.entry("meter.threads", "3"),
                Map.entry("meter.commit-interval", "100ms"),
                Map.entry("meter.processing-guarantee", "at_least_once"),
                Map.entry("meter.standby-replicas", "1"),
                Map.entry("advisor.episode-idle", "10m"),
                Map.entry("advisor.episode-source-prefix.ipv4", "32"),
                Map.entry("advisor.episode-source-prefix.ipv6", "64"),
                Map.entry("advisor.allow-list", "/etc/weir/allow"),
                Map.entry("decoder.threads", "2"),
                Map.entry("decoder.commit-interval", "2s"),
                Map.entry("decoder.flow-record-delay", "2m"),
                Map.entry("advisor.threads", "2"),
                Map.entry("advisor.detections-off", "scan_vertical"),
                Map.entry("advisor.thresholds", "scan_vertical.ports=30"),
                Map.entry("advisor.max-hosts", "1000"),
                Map.entry("advisor.risk-half-life", "1h"),
                Map.entry("advisor.max-risks", "1000"),
                Map.entry("advisor.max-contacts", "5000"),
                Map.entry("rules.file", "/etc/weir/rules.yaml"),
                Map.entry("rules.from-topic", "true"),
                Map.entry("rules.max-groups", "500"),
                Map.entry("rules.threads", "2"),
                Map.entry("sink.uri", "s3://bucket/prefix"),
                Map.entry("sink.topics", "losses,EDGES"),
                Map.entry("sink.findings-format", "ocsf"),
                Map.entry("sink.compression", "none"),
                Map.entry("sink.object.records", "10"),
                Map.entry("sink.object.size", "1MB"),
                Map.entry("sink.object.delay", "5s"),
                Map.entry("sink.s3.endpoint", "http://minio:9000"),
                Map.entry("sink.s3.region", "eu-1"),
                Map.entry("sink.s3.path-style", "false"),
                Map.entry("sink.s3.access-key", "ak"),
                Map.entry("sink.s3.secret-key", "sk"),
                Map.entry("ipfix.to", "tls://collector:4740"),
                Map.entry("ipfix.name", "second"),
                Map.entry("ipfix.biflow", "true"),
                Map.entry("ipfix.totals", "true"),
                Map.entry("ipfix.enclosed", "true"),
                Map.entry("ipfix.application-names", "false"),
                Map.entry("ipfix.message-size", "9000"),
                Map.entry("ipfix.template-interval", "5m"),
                Map.entry("ipfix.template-messages", "100"),
                Map.entry("ipfix.message-rate", "0"),
                Map.entry("ipfix.tls.ca-file", "/etc/ca.pem"),
                Map.entry("ipfix.tls.certificate-file", "/etc/weir.pem"),
                Map.entry("ipfix.tls.key-file", "/etc/weir.key"),
                Map.entry("alerts.name", "second"),
                Map.entry("alerts.filter", "true"),
                Map.entry("alerts.min-severity", "high"),
                Map.entry("alerts.attempts", "3"),
                Map.entry("alerts.backoff", "2s"),
                Map.entry("alerts.timeout", "5s"),
                Map.entry("alerts.webhook.url", "https://u:hush@hooks:8443/T0P?token=x"),
                Map.entry("alerts.webhook.secret", "hush"),
                Map.entry("alerts.webhook.format", "STIX"),
                Map.entry("alerts.alertmanager.url", "http://alertmanager:9093/am"),
                Map.entry("alerts.alertmanager.resend", "30s"),
                Map.entry("alerts.slack.url", "https://hooks.example/services/T0P"),
                Map.entry("alerts.syslog.to", "tls://syslog:6514"),
                Map.entry("alerts.syslog.facility", "16"),
                Map.entry("alerts.tls.ca-file", "/etc/ca.pem"),
                Map.entry("alerts.tls.certificate-file", "/etc/weir.pem"),
                Map.entry("alerts.tls.key-file", "/etc/weir.key"),
                Map.entry("audit.continuous", "true"),
                Map.entry("audit.interval", "30s"),
                Map.entry("audit.settle", "5m"),
                Map.entry("operations.listen", "0.0.0.0:0")));
        assertThat(texts.keySet())
                .as("a new setting belongs into this test")
                .containsExactlyInAnyOrderElementsOf(
                        Catalogue.all().stream().map(Setting::key).toList());

        Map<String, String> variables = new HashMap<>();
        SettingsLoader fromCommandLine = new SettingsLoader(BARE);
        StringBuilder file = new StringBuilder();
        texts.forEach((key, value) -> {
            variables.put("WEIR_" + key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"), value);
            fromCommandLine.assign(key, value, "-s");
            file.append(key).append(" = ").append(value).append('\n');
        });
        Settings environment = new SettingsLoader(new Environment(variables, Path.of("/home/ada"))).load();

        for (Settings settings : List.of(fromCommandLine.load(), environment, fromFile(file.toString()))) {
            assertThat(settings.lines())
                    .allSatisfy(line -> assertThat(line.origin()).as(line.key()).isNotEqualTo(Origin.BUILT_IN));
            assertThat(settings.get(Catalogue.KAFKA_BOOTSTRAP_SERVERS)).containsExactly("a:9092", "[fd00::1]:9093");
            assertThat(settings.get(Catalogue.CLUSTER_PREFIXES))
                    .extracting(Cidr::toString)
                    .containsExactly("10.0.0.0/8", "fd42::/48");
            assertThat(settings.get(Catalogue.CLUSTER_SETS))
                    .extracting(ClusterSet::toString)
                    .containsExactly("pod:10.1.0.0/16", "partner/acme:203.0.113.0/24@2026-01-01T00:00:00Z..");
            assertThat(settings.get(Catalogue.COLLECTOR_PROMISCUOUS)).isFalse();
            assertThat(settings.get(Catalogue.COLLECTOR_BUFFER_SIZE)).isEqualTo(1L << 30);
            assertThat(settings.get(Catalogue.COLLECTOR_APPLICATION_FACTS))
                    .containsExactly(Catalogue.ApplicationFact.NONE);
            assertThat(settings.get(Catalogue.METER_ACTIVE_TIMEOUT)).isEqualTo(Duration.ofHours(1));
            assertThat(settings.get(Catalogue.METER_IDLE_TIMEOUT_UDP)).isEqualTo(Duration.ofSeconds(30));
            assertThat(settings.get(Catalogue.METER_EDGE_ROLL_UPS))
                    .containsExactly(Duration.ofHours(1), Duration.ofMinutes(5));
            assertThat(settings.get(Catalogue.SINK_URI)).isEqualTo(URI.create("s3://bucket/prefix"));
            assertThat(settings.get(Catalogue.SINK_TOPICS))
                    .containsExactly(Catalogue.ExportedTopic.LOSSES, Catalogue.ExportedTopic.EDGES);
        }
        assertThat(environment.origin(Catalogue.METER_IDLE_TIMEOUT)).hasToString("environment WEIR_METER_IDLE_TIMEOUT");
    }

    @Test
    void shouldGiveEachCaptureWhatItHasDifferent() throws IOException {
        Settings settings = fromFile("""
                collector.interfaces = eth0
                collector.filter = not port 22
                capture.pods.interfaces = veth*,!veth9
                capture.pods.sampling = 10
                capture.web.interfaces = blue:eth0
                capture.web.filter = tcp port 80
                """);

        List<Settings> captures = settings.captures();

        assertThat(captures)
                .extracting(
                        capture -> capture.get(Catalogue.COLLECTOR_INTERFACES).toString())
                .containsExactly("[eth0]", "[veth*, !veth9]", "[blue:eth0]");
        assertThat(captures)
                .extracting(capture -> capture.get(Catalogue.COLLECTOR_FILTER))
                .containsExactly("not port 22", "not port 22", "tcp port 80");
        assertThat(captures)
                .extracting(capture -> capture.get(Catalogue.COLLECTOR_SAMPLING))
                .containsExactly(1, 10, 1);
        assertThat(settings.lines()).extracting(Settings.Line::key).contains("capture.web.filter");
    }

    @Test
    void shouldNameWhatIsWrongWithACapture() {
        ConfigException problems = catchThrowableOfType(ConfigException.class, () -> fromFile("""
                        capture.web.filter = port 80
                        capture.pods.interfaces = veth*
                        capture.pods.sampling = 0
                        capture.pods.host = x
                        """));

        assertThat(problems.getMessage())
                .contains("capture.web.interfaces")
                .contains("is missing: say where this capture is")
                .contains("capture.pods.sampling")
                .contains("capture.pods.host");
    }

    @Test
    void shouldRefuseTwoCapturesOfOneInterface() throws IOException {
        ConfigException problems = catchThrowableOfType(ConfigException.class, () -> fromFile("""
                        collector.interfaces = eth0,eth1
                        capture.web.interfaces = blue:eth0,eth1
                        """));

        assertThat(problems.getMessage())
                .contains("collector.interfaces = 'eth1'", "name an interface in one capture only")
                .doesNotContain("'eth0'");
        assertThat(fromFile("""
                        collector.interfaces = eth0,!eth0,blue:eth0
                        capture.web.interfaces = eth0
                        """).captures()).hasSize(2);
    }

    @Test
    void shouldReportEveryMistakeAtOnce() throws IOException {
        Path file = write("meter.window = 10\nmeter.windw = 10s\nmeter.grace = 1s\nmeter.grace = 2s\n");
        SettingsLoader loader = new SettingsLoader(new Environment(
                        Map.of("WEIR_TOPICS_PARTITION", "3", "WEIR_SINK_S3_SECRET_KEY", " "), Path.of("/home/ada")))
                .file(file)
                .assign("cluster.prefixes", "10.0.0.0/8,300.1.1.1/8", "--cluster")
                .assign("embedded.kafka.port", "http", "-s")
                .assign("nothing.like.it.at.all", "1", "-s");

        ConfigException mistakes = catchThrowableOfType(ConfigException.class, loader::load);

        assertThat(mistakes.problems())
                .extracting(ConfigProblem::toString)
                .containsExactlyInAnyOrder(
                        "meter.windw (" + file + ":2): unknown setting, did you mean meter.window?",
                        "meter.grace (" + file + ":4): is set twice, first in line 3: remove one",
                        "meter.window = '10' (" + file
                                + ":1): must be a duration from 1s to 1d, a number with ms, s, m, h or d",
                        "WEIR_TOPICS_PARTITION (environment WEIR_TOPICS_PARTITION): unknown setting, did you mean"
                                + " WEIR_TOPICS_PARTITIONS?",
                        "cluster.prefixes = '10.0.0.0/8,300.1.1.1/8' (command line --cluster): must be a list, each an address range"
                                + " such as 10.0.0.0/8, 192.168.7.0/24 or fd42::/48: '300.1.1.1/8' is not ('300.1.1.1' is not an IPv4"
                                + " address, as 300 is above 255)",
                        "embedded.kafka.port = 'http' (command line -s): must be a whole number from 0 to 65535",
                        "nothing.like.it.at.all (command line -s): unknown setting; `weir config print` lists all");
    }

    @Test
    void shouldRefuseSettingsThatDoNotFitTogether() {
        assertThatThrownBy(() -> new SettingsLoader(BARE)
                        .assign(Catalogue.METER_IDLE_TIMEOUT, "2h", "-s")
                        .assign(Catalogue.METER_IDLE_TIMEOUT_TCP, "1m", "-s")
                        .assign(Catalogue.METER_TCP_LINGER, "2m", "-s")
                        .assign(Catalogue.METER_ACTIVE_TIMEOUT_UDP, "1h", "-s")
                        .assign(Catalogue.KAFKA_BOOTSTRAP_SERVERS, "a:1", "--kafka")
                        .assign(Catalogue.SINK_S3_ACCESS_KEY, "k", "-s")
                        .assign(Catalogue.IPFIX_TLS_KEY_FILE, "k", "-s")
                        .load())
                .hasMessageContainingAll(
                        "meter.idle-timeout must not be longer than meter.active-timeout (30m)",
                        "meter.idle-timeout must not be longer than meter.active-timeout.udp (1h)",
                        "meter.tcp-linger must not be longer than meter.idle-timeout.tcp (1m)",
                        "schema.registry.url (command line --kafka): is needed with kafka.bootstrap.servers",
                        "sink.s3.access-key (command line -s): and sink.s3.secret-key go together",
                        "ipfix.tls.key-file (command line -s): and ipfix.tls.certificate-file go together");
    }

    @Test
    void shouldLetLaterPlacesWin() throws IOException {
        Path file = write("meter.window = 20s\nmeter.grace = 20s\nmeter.tcp-linger = 20s\n");
        Environment environment = new Environment(
                Map.of("WEIR_METER_GRACE", "30s", "WEIR_METER_TCP_LINGER", "30s", "WEIR_CONFIG", file.toString()),
                Path.of("/home/ada"));

        Settings settings = new SettingsLoader(environment)
                .assign(Catalogue.METER_TCP_LINGER, "40s", "-s")
                .preset(Catalogue.METER_IDLE_TIMEOUT, "50s")
                .preset(Catalogue.METER_WINDOW, "50s")
                .load();

        assertThat(settings.get(Catalogue.METER_WINDOW)).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.get(Catalogue.METER_GRACE)).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.get(Catalogue.METER_TCP_LINGER)).isEqualTo(Duration.ofSeconds(40));
        assertThat(settings.get(Catalogue.METER_IDLE_TIMEOUT)).isEqualTo(Duration.ofSeconds(50));
    }

    @Test
    void shouldPassKafkaAndRegistrySettingsThrough() {
        Environment environment = new Environment(
                Map.of("WEIR_KAFKA_SECURITY_PROTOCOL", "SASL_SSL", "WEIR_KAFKA_SASL_JAAS_CONFIG", "module user=x;"),
                Path.of("/home/ada"));

        Settings settings = new SettingsLoader(environment)
                .assign("kafka.bootstrap.servers", "a:9092", "--kafka")
                .assign("schema.registry.url", "http://r:8081", "--registry")
                .assign("schema.registry.basic.auth.user.info", "ada:secret", "-s")
                .assign("kafka.linger.ms", "7", "-s")
                .load();

        assertThat(settings.clientProperties())
                .containsEntry("bootstrap.servers", "a:9092")
                .containsEntry("schema.registry.url", "http://r:8081")
                .containsEntry("basic.auth.user.info", "ada:secret")
                .containsEntry("basic.auth.credentials.source", "USER_INFO")
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.jaas.config", "module user=x;")
                .containsEntry("linger.ms", "7");
        assertThat(settings.lines())
                .filteredOn(line -> line.value().equals("******"))
                .extracting(Settings.Line::key)
                .containsExactly("kafka.sasl.jaas.config", "schema.registry.basic.auth.user.info");
    }

    @Test
    void shouldMaskSecrets() {
        Settings settings = new SettingsLoader(BARE)
                .assign(Catalogue.SINK_S3_ACCESS_KEY, "AKIA", "-s")
                .assign(Catalogue.SINK_S3_SECRET_KEY, "hush", "-s")
                .assign("schema.registry.url", "http://ada:hush@r:8081", "-s")
                .assign(Catalogue.ALERTS_WEBHOOK_URL, "https://h/hush?t=hush", "-s")
                .assign(Catalogue.ALERTS_WEBHOOK_SECRET, "hush", "-s")
                .assign(Catalogue.ALERTS_SLACK_URL, "https://h/services/hush", "-s")
                .assign(Catalogue.ALERTS_ALERTMANAGER_URL, "https://ada:hush@h:9093", "-s")
                .assign("kafka.ssl.key.password", "hush", "-s")
                .assign("kafka.ssl.keystore.key", "hush", "-s")
                .load();

        assertThat(settings.lines())
                .noneSatisfy(line -> assertThat(line.value()).containsAnyOf("hush", "AKIA"));
        assertThat(settings.lines()).anySatisfy(line -> assertThat(line.value()).isEqualTo("http://******@r:8081"));
    }

    @Test
    void shouldIgnoreVariablesThatAreNotMeant() {
        Map<String, String> variables = Map.of(
                "WEIR_JAVA_OPTS", "-Xmx1g",
                "WEIR_PLUGINS", "/opt",
                "WEIR_CONSOLE_SERVICE_HOST", "10.0.0.1",
                "WEIR_CONSOLE_PORT_8080_TCP_ADDR", "10.0.0.1",
                "WEIR_KAFKA_PORT_9092_TCP", "tcp://10.0.0.1:9092",
                "WEIR_METER_WINDOW", "");

        Settings settings = new SettingsLoader(new Environment(variables, Path.of("/home/ada"))).load();

        assertThat(settings.isGiven(Catalogue.METER_WINDOW)).isFalse();
        assertThat(settings.clientProperties()).isEmpty();
    }

    @Test
    void shouldSayWhatIsWrongWithTheFile() throws IOException {
        Path latin1 = directory.resolve("latin1.properties");
        Files.write(latin1, "collector.host = caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() ->
                        new SettingsLoader(BARE).file(directory.resolve("none")).load())
                .hasMessageContaining("there is no file " + directory.resolve("none"));
        assertThatThrownBy(() -> new SettingsLoader(BARE).file(directory).load())
                .hasMessageContaining(directory + " is a directory");
        assertThatThrownBy(() -> new SettingsLoader(BARE).file(latin1).load())
                .hasMessageContaining("is not text in UTF-8");
    }

    @Test
    void shouldReadPropertiesAsKafkaUsersKnowThem() {
        Settings settings = fromFile("""
                # a comment that ends in a backslash \\
                cluster.prefixes = 10.0.0.0/8, \\
                    fd42::/48
                collector.filter: not port 22
                """);

        assertThat(settings.get(Catalogue.CLUSTER_PREFIXES)).hasSize(2);
        assertThat(settings.get(Catalogue.COLLECTOR_FILTER)).isEqualTo("not port 22");
        assertThat(settings.origin(Catalogue.COLLECTOR_FILTER).toString()).endsWith(":4");
    }

    private Settings fromFile(String text) {
        try {
            return new SettingsLoader(BARE).file(write(text)).load();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("weir.properties"), text);
    }
}
