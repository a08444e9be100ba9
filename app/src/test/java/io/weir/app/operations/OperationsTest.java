package io.weir.app.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.app.config.Catalogue;
import io.weir.app.config.Environment;
import io.weir.app.config.Settings;
import io.weir.app.config.SettingsLoader;
import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.app.logging.Messages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Test;

class OperationsTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicReference<String> failure = new AtomicReference<>();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final List<String> messages = new CopyOnWriteArrayList<>();

    private static Settings listeningAt(String address) {
        SettingsLoader loader = new SettingsLoader(new Environment(Map.of(), Path.of("/home/ada")));
        loader.assign("operations.listen", address, "-s");
        return loader.load();
    }

    private Operations open(Settings settings, String... components) {
        try (Messages.Redirection redirection = Messages.redirect(messages::add)) {
            return Operations.open(
                    settings, List.of(components), () -> Optional.ofNullable(failure.get()), stopping::get);
        }
    }

    /** Where it says that it is. */
    private String base() {
        return messages.get(0).replaceFirst(".*(http://[^/]+)/metrics.*", "$1");
    }

    private HttpResponse<String> call(String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base() + path)).method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void shouldBeReadyWhenEveryComponentIs() throws Exception {
        AtomicReference<KafkaStreams.State> meter = new AtomicReference<>(KafkaStreams.State.REBALANCING);
        try (Operations operations = open(listeningAt("127.0.0.1:0"), "collector", "meter")) {
            HttpResponse<String> starting = call("GET", "/health/ready");
            assertThat(starting.statusCode()).isEqualTo(503);
            assertThat(starting.body())
                    .isEqualTo(
                            "{\"status\":\"not ready\",\"components\":{\"collector\":\"STARTING\",\"meter\":\"STARTING\"}}");
            assertThat(starting.headers().firstValue("Content-Type")).contains("application/json");

            operations.watch("collector", () -> Readiness.RUNNING);
            operations.watch("meter", () -> Readiness.of(meter.get()));
            HttpResponse<String> rebalancing = call("GET", "/health/ready");
            assertThat(rebalancing.statusCode()).isEqualTo(503);
            assertThat(rebalancing.body())
                    .isEqualTo(
                            "{\"status\":\"not ready\",\"components\":{\"collector\":\"RUNNING\",\"meter\":\"REBALANCING\"}}");

            meter.set(KafkaStreams.State.RUNNING);
            HttpResponse<String> ready = call("GET", "/health/ready");
            assertThat(ready.statusCode()).isEqualTo(200);
            assertThat(ready.body())
                    .isEqualTo(
                            "{\"status\":\"ready\",\"components\":{\"collector\":\"RUNNING\",\"meter\":\"RUNNING\"}}");

            stopping.set(true);
            HttpResponse<String> stopped = call("GET", "/health/ready");
            assertThat(stopped.statusCode()).isEqualTo(503);
            assertThat(stopped.body()).startsWith("{\"status\":\"stopping\"");
            assertThat(call("GET", "/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void shouldNotBeLiveAfterAFailure() throws Exception {
        try (Operations operations = open(listeningAt("127.0.0.1:0"), "meter")) {
            operations.watch("meter", () -> Readiness.RUNNING);
            HttpResponse<String> live = call("GET", "/health/live");
            assertThat(live.statusCode()).isEqualTo(200);
            assertThat(live.body()).isEqualTo("{\"status\":\"live\"}");

            failure.set("the \"broker\" is gone");

            HttpResponse<String> failed = call("GET", "/health/live");
            assertThat(failed.statusCode()).isEqualTo(503);
            assertThat(failed.body()).isEqualTo("{\"status\":\"failed\",\"reason\":\"the \\\"broker\\\" is gone\"}");
        }
    }

    @Test
    void shouldWriteMetricsInTheFormatThatIsAskedFor() throws Exception {
        try (Operations operations = open(listeningAt("127.0.0.1:0"))) {
            operations.registry().counter("weir.test.things").increment(3);

            HttpResponse<String> text = call("GET", "/metrics");
            assertThat(text.statusCode()).isEqualTo(200);
            assertThat(text.headers().firstValue("Content-Type")).contains(OperationsServer.PROMETHEUS_TEXT);
            assertThat(text.body()).contains("weir_test_things_total 3.0\n", "jvm_memory_used_bytes{");

            HttpResponse<String> open = call(
                    "GET",
                    "/metrics",
                    "Accept",
                    "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3");
            assertThat(open.headers().firstValue("Content-Type")).contains(OperationsServer.OPEN_METRICS);
            assertThat(open.body()).contains("weir_test_things_total 3.0\n").endsWith("# EOF\n");
        }
    }

    @Test
    void shouldAnswerHeadWithoutABodyAndRefuseTheRest() throws Exception {
        try (Operations operations = open(listeningAt("127.0.0.1:0"))) {
            assertThat(operations.registry().getMeters()).isNotEmpty();
            for (String path : List.of("/metrics", "/health/live", "/health/ready")) {
                HttpResponse<String> head = call("HEAD", path);
                assertThat(head.statusCode()).as(path).isEqualTo(200);
                assertThat(head.body()).as(path).isEmpty();
                assertThat(head.headers().firstValueAsLong("Content-Length").orElse(0))
                        .as(path)
                        .isPositive();

                HttpResponse<String> post = call("POST", path);
                assertThat(post.statusCode()).as(path).isEqualTo(405);
                assertThat(post.headers().firstValue("Allow")).as(path).contains("GET, HEAD");
            }
            for (String path : List.of("/", "/metrics/", "/health", "/metrics%2f..%2fx")) {
                HttpResponse<String> unknown = call("GET", path);
                assertThat(unknown.statusCode()).as(path).isEqualTo(404);
                assertThat(unknown.body()).startsWith("{\"error\":\"");
            }
        }
    }

    @Test
    void shouldSayNothingWhereItIsOff() {
        try (Operations operations = open(listeningAt("none"))) {
            operations.registry().counter("weir.test.things").increment();
            assertThat(messages).isEmpty();
        }
    }

    @Test
    void shouldFailWhenAGivenPortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Settings settings = listeningAt("127.0.0.1:" + taken.getLocalPort());

            Failure problem = catchThrowableOfType(Failure.class, () -> open(settings));

            assertThat(problem.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(problem)
                    .hasMessageContaining("operations.listen: 127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("cannot be listened on");
            assertThat(problem.hint()).contains("operations.listen=HOST:PORT");
        }
    }

    @Test
    void shouldFailWhenAGivenHostIsUnknown() {
        Failure problem = catchThrowableOfType(Failure.class, () -> open(listeningAt("no-such-host.invalid:9464")));

        assertThat(problem)
                .hasMessage("operations.listen: no-such-host.invalid:9464 cannot be listened on (no such host)");
    }

    @Test
    void shouldGoOnWithoutWhenTheBuiltInPortIsTaken() throws IOException {
        SettingsLoader loader = new SettingsLoader(new Environment(Map.of(), Path.of("/home/ada")));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // In place of the built-in value, so that the test needs no fixed port.
            loader.preset(Catalogue.OPERATIONS_LISTEN, "127.0.0.1:" + taken.getLocalPort());
            try (Operations operations = open(loader.load(), "meter")) {
                operations.registry().counter("weir.test.things").increment();
            }
        }
        assertThat(messages)
                .singleElement()
                .asString()
                .startsWith("weir: warning: operations.listen: 127.0.0.1:")
                .contains("no metrics and no health")
                .contains("to another address, or to none");
    }
}
