package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.CaptureFiles;
import io.weir.app.WeirProcess;
import io.weir.app.WeirRun;
import io.weir.app.config.Environment;
import io.weir.app.config.SettingsLoader;
import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.app.logging.Messages;
import io.weir.app.operations.Operations;
import io.weir.app.operations.Readiness;
import io.weir.app.operations.Scrape;
import io.weir.schemas.topic.Topics;
import io.weir.testing.Await;
import io.weir.testing.KafkaExtension;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Running processes as those see them who operate them. */
class OperatedTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern ADDRESS = Pattern.compile("metrics at (http://127\\.0\\.0\\.1:\\d+)/metrics");
    private static final Pattern DOCUMENTED =
            Pattern.compile("^\\| `(?<name>(weir|kafka)_[a-z0-9_]+)` \\| (?<type>.*)$", Pattern.MULTILINE);
    private static final String ANY_PORT = "operations.listen=127.0.0.1:0";

    @TempDir
    private Path directory;

    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    private static String addressIn(String messages) {
        Matcher address = ADDRESS.matcher(messages);
        assertThat(address.find()).as(messages).isTrue();
        return address.group(1);
    }

    private static String addressOf(WeirProcess process) {
        return addressIn(process.awaitMessage(PATIENCE, "metrics at ").err());
    }

    private Scrape scrape(String address) throws IOException, InterruptedException {
        HttpResponse<String> metrics = get(address + "/metrics");
        assertThat(metrics.statusCode()).isEqualTo(200);
        return new Scrape(metrics.body());
    }

    @Test
    void shouldTellWhatTheWholePipelineDoes() throws Exception {
        int packets = 5000;
        Path capture = CaptureFiles.udp(directory.resolve("udp.pcap"), packets, 10, 100);
        Path dataDir = directory.resolve("data");
        List<String> args = new ArrayList<>(List.of("up", "--pcap", capture.toString(), "-s", ANY_PORT));
        args.addAll(List.of("--listen", "udp://127.0.0.1:0", "--data-dir", dataDir.toString()));
        args.addAll(List.of("-s", "embedded.kafka.port=0", "-s", "embedded.registry.port=0"));
        args.addAll(List.of("-s", "audit.continuous=true", "-s", "audit.interval=1s", "-s", "audit.settle=5s"));
        DatagramSocket collector = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        args.addAll(List.of("-s", "ipfix.to=udp://127.0.0.1:" + collector.getLocalPort()));
        args.addAll(List.of("-s", "sink.uri=" + directory.resolve("export").toUri(), "-s", "sink.object.delay=1s"));
        Path rules = Files.writeString(
                directory.resolve("rules.yaml"),
                "{id: any, title: Any, over: flow, window: 1m, measure: count, threshold: 1000000}");
        args.addAll(List.of("-s", "rules.file=" + rules));
        // Nobody takes them: an alert manager that is away is no reason not to be ready.
        args.addAll(List.of("-s", "alerts.alertmanager.url=http://127.0.0.1:9"));
        try (collector;
                WeirProcess up = WeirProcess.start(directory, args.toArray(String[]::new))) {
            String address = addressOf(up);
            assertThat(get(address + "/health/live").statusCode()).isEqualTo(200);
            Await.until(
                    PATIENCE,
                    "everything is ready",
                    () -> get(address + "/health/ready").statusCode() == 200);
            assertThat(get(address + "/health/ready").body())
                    .contains("\"collector\":\"RUNNING\"", "\"meter\":\"RUNNING\"", "\"advisor\":\"RUNNING\"")
                    .contains("\"decoder\":\"RUNNING\"", "\"rules\":\"RUNNING\"")
                    .contains("\"exporter\":\"RUNNING\"", "\"auditor\":\"RUNNING\"", "\"ipfix\":\"RUNNING\"")
                    .contains("\"alerts\":\"RUNNING\"");

            Await.untilAsserted(PATIENCE, "every packet is in a flow record", () -> assertThat(
                            scrape(address).sum("weir_meter_packets_total"))
                    .isEqualTo(packets));
            Await.untilAsserted(PATIENCE, "flows are exported", () -> assertThat(
                            scrape(address).sum("weir_exporter_records_total"))
                    .isPositive());
            Await.untilAsserted(PATIENCE, "flows are sent to the collector", () -> assertThat(
                            scrape(address).sum("weir_ipfix_records_total"))
                    .isPositive());
            Await.untilAsserted(PATIENCE, "every packet is audited", () -> assertThat(
                            scrape(address).sum("weir_audit_packets_total"))
                    .isEqualTo(packets));
            assertThat(scrape(address).sum("weir_audit_holds")).isOne();
            Await.untilAsserted(PATIENCE, "Kafka's clients are measured", () -> assertThat(
                            scrape(address).samplesOf("kafka_consumer_fetch_manager_records_lag"))
                    .isNotEmpty());

            Scrape scrape = scrape(address);
            assertThat(scrape.samplesOf("weir_collector_packets_total"))
                    .singleElement()
                    .satisfies(sample -> {
                        assertThat(sample.value()).isEqualTo(packets);
                        assertThat(sample.labels())
                                .containsEntry("interface", "udp.pcap")
                                .containsEntry("capture", "pcap");
                    });
            assertThat(scrape.sum("weir_collector_octets_total")).isEqualTo(packets * CaptureFiles.FRAME_OCTETS);
            assertThat(scrape.sum("weir_collector_sent_packets_total")).isEqualTo(packets);
            assertThat(scrape.sum("weir_collector_lost_packets_total")).isZero();
            assertThat(scrape.sum("weir_meter_summaries_total")).isEqualTo(packets);
            assertThat(scrape.sum("weir_meter_begun_flows_total")).isEqualTo(10);
            assertThat(scrape.sum("weir_meter_flow_records_total")).isGreaterThanOrEqualTo(10);
            assertThat(scrape.sum("weir_meter_flush_seconds_count")).isPositive();
            assertThat(scrape.sum("weir_exporter_objects_total")).isPositive();
            assertThat(scrape.sum("kafka_stream_thread_commit_total")).isPositive();
            assertThat(scrape.samples().stream()
                            .filter(sample -> sample.name().startsWith("kafka_"))
                            .count())
                    .as("series of Kafka's")
                    .isLessThan(400);
            assertThat(scrape.samples().stream().map(Scrape.Sample::name)).containsAll(documented());
            assertThat(up.terminate()).isIn(0, 143);
        }
    }

    /** Names of metrics in the documentation, of Kafka's in particular, which could change theirs. */
    private static Set<String> documented() throws IOException {
        String page = Files.readString(Path.of(System.getProperty("weir.root"), "docs/metrics.md"));
        Set<String> names = new TreeSet<>();
        Matcher name = DOCUMENTED.matcher(page);
        while (name.find()) {
            // Of a summary only what is behind its name stands in a scrape.
            names.add(name.group("name") + (name.group("type").startsWith("summary") ? "_count" : ""));
        }
        return names;
    }

    @Test
    void shouldTellHowOnePartIs() throws Exception {
        Topics topics = new Topics(KAFKA.uniqueName("operated") + ".");
        String[] args = WeirRun.joining(KAFKA, topics.prefix(), "run", "meter", "-s", ANY_PORT);
        try (WeirProcess meter = WeirProcess.start(directory, args)) {
            String address = addressOf(meter);
            Await.until(
                    PATIENCE,
                    "the meter is ready",
                    () -> get(address + "/health/ready").statusCode() == 200);
            assertThat(get(address + "/health/ready").body())
                    .isEqualTo("{\"status\":\"ready\",\"components\":{\"meter\":\"RUNNING\"}}");
            assertThat(scrape(address).types().keySet())
                    .anyMatch(name -> name.startsWith("weir_meter_"))
                    .noneMatch(name -> name.startsWith("weir_collector_"));
            assertThat(meter.terminate()).isIn(0, 143);
        }
    }

    @Test
    void shouldNotBeLiveWhenAPartCannotGoOn() throws Exception {
        SettingsLoader loader = new SettingsLoader(new Environment(Map.of(), directory));
        loader.assign("operations.listen", "127.0.0.1:0", "-s");
        List<String> messages = new CopyOnWriteArrayList<>();
        try (Messages.Redirection redirection = Messages.redirect(messages::add);
                StopSignal stop = new StopSignal();
                Operations operations =
                        Operations.open(loader.load(), List.of("meter"), stop::problem, stop::isAsked)) {
            operations.watch("meter", () -> Readiness.RUNNING);
            String address = addressIn(messages.get(0));
            assertThat(get(address + "/health/live").statusCode()).isEqualTo(200);
            assertThat(get(address + "/health/ready").statusCode()).isEqualTo(200);

            stop.fail(Failure.failed("the disk is full", ""));

            HttpResponse<String> live = get(address + "/health/live");
            assertThat(live.statusCode()).isEqualTo(503);
            assertThat(live.body()).isEqualTo("{\"status\":\"failed\",\"reason\":\"the disk is full\"}");
            HttpResponse<String> ready = get(address + "/health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).isEqualTo("{\"status\":\"stopping\",\"components\":{\"meter\":\"RUNNING\"}}");
        }
    }

    @Test
    void shouldNotRunWhereItWasToldToListenAndCannot() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            WeirRun run = WeirRun.of(
                    directory,
                    WeirRun.joining(
                            KAFKA,
                            KAFKA.uniqueName("taken") + ".",
                            "run",
                            "meter",
                            "-s",
                            "operations.listen=" + address));

            assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(run.err()).contains("operations.listen: " + address + " cannot be listened on");
        }
    }
}
