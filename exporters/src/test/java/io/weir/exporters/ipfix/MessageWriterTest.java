package io.weir.exporters.ipfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.exporters.TlsFiles;
import io.weir.exporters.transport.Connection;
import io.weir.exporters.transport.Connections;
import io.weir.exporters.transport.TlsConfig;
import io.weir.testing.Await;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From batches to collectors that listen, go away and come back. */
class MessageWriterTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private final IpfixCounters counters = new IpfixCounters();
    private final List<Throwable> defects = new CopyOnWriteArrayList<>();
    private final ExportedFlow flow = TestFlows.read(TestFlows.tcp().build());
    private MessageWriter writer;
    private IpfixEncoder encoder;
    private MessageBatch batch = new MessageBatch();
    private long encoded;

    @AfterEach
    void close() {
        if (writer != null) {
            writer.close();
        }
        assertThat(defects).isEmpty();
    }

    private static IpfixConfig config(String to, TlsConfig tls) {
        return new IpfixConfig(
                "test", URI.create(to), true, false, false, true, 1400, Duration.ofMinutes(1), 4000, 0, tls);
    }

    private void start(IpfixConfig config) {
        start(config, Connections.opener(config.to(), config.tls(), "ipfix.tls"));
    }

    private void start(IpfixConfig config, Connection.Opener opener) {
        writer = new MessageWriter(config, opener, 1, counters, InstantSource.system(), System::nanoTime, defects::add);
        writer.start();
        encoder = new IpfixEncoder(
                config.format(),
                config.messageOctets(),
                (announcement, message) -> batch.accept(announcement, message));
    }

    /** A batch of so many flows, numbered by their packets. */
    private void submit(int flows) {
        batch = new MessageBatch();
        for (int i = 0; i < flows; i++) {
            flow.initiator.packets = ++encoded;
            encoder.encode(flow);
        }
        encoder.flush();
        writer.submit(batch);
    }

    private void assertHoldsEveryFlowOnce(TestCollector collector) {
        assertThat(collector.problems).isEmpty();
        assertThat(collector.heldSets).isZero();
        assertThat(collector.flows).hasSize((int) encoded);
        assertThat(collector.sum(2)).isEqualTo(encoded * (encoded + 1) / 2);
        assertThat(counters.snapshot().records()).isEqualTo(encoded);
    }

    @Test
    void shouldSendAStreamThatSplitsIntoItsMessages() throws Exception {
        try (StreamCollector collector = new StreamCollector(null, false, 0)) {
            start(config("tcp://127.0.0.1:" + collector.port(), TlsConfig.defaults()));
            submit(1000);
            assertThat(writer.awaitIdle(PATIENCE)).isTrue();
            submit(10);
            assertThat(writer.awaitIdle(PATIENCE)).isTrue();
            writer.close();

            Await.until(PATIENCE, "the session has ended", () -> collector.sessions.get(0).ended);
            assertThat(collector.sessions.get(0).endedInOrder).isTrue();
            assertHoldsEveryFlowOnce(collector.decode());
            assertThat(counters.snapshot().failures()).isZero();
            assertThat(counters.snapshot().octets())
                    .isEqualTo(collector.sessions.get(0).messages.stream()
                            .mapToLong(message -> message.length)
                            .sum());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void shouldSpeakTlsAndShowItsCertificate(String algorithm) throws Exception {
        TlsFiles server = new TlsFiles(directory, "server", "dns:localhost,ip:127.0.0.1", algorithm);
        TlsFiles client = new TlsFiles(directory, "client", "dns:weir", algorithm);
        try (StreamCollector collector = new StreamCollector(server.server(client), true, 0)) {
            start(config(
                    "tls://localhost:" + collector.port(),
                    new TlsConfig(server.certificate, client.certificate, client.key)));
            submit(1000);
            assertThat(writer.awaitIdle(PATIENCE)).isTrue();
            writer.close();

            Await.until(PATIENCE, "the session has ended", () -> collector.sessions.get(0).ended);
            assertHoldsEveryFlowOnce(collector.decode());
        }
    }

    @Test
    void shouldNotTrustACollectorOfAnotherNameOrWithoutAKnownRoot() throws Exception {
        TlsFiles other = new TlsFiles(directory, "other", "dns:elsewhere", "EC");
        TlsFiles server = new TlsFiles(directory, "server", "dns:localhost", "EC");
        try (StreamCollector collector = new StreamCollector(other.server(null), false, 0)) {
            URI to = URI.create("tls://localhost:" + collector.port());
            assertThatThrownBy(() -> open(to, new TlsConfig(other.certificate, null, null)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("localhost");
            assertThatThrownBy(() -> open(to, new TlsConfig(server.certificate, null, null)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("path");
            assertThatThrownBy(() -> open(to, TlsConfig.defaults())).isInstanceOf(IOException.class);
        }
    }

    private static void open(URI to, TlsConfig tls) throws IOException {
        Connections.opener(to, tls, "ipfix.tls").open().close();
    }

    @Test
    void shouldSayWhichTlsFileCannotBeUsed() throws Exception {
        Path text = Files.writeString(directory.resolve("text"), "no PEM");
        TlsFiles files = new TlsFiles(directory, "files", "dns:localhost", "EC");
        refuse(new TlsConfig(directory.resolve("missing"), null, null), "ipfix.tls.ca-file", "missing cannot be read");
        refuse(new TlsConfig(text, null, null), "ipfix.tls.ca-file", "text");
        refuse(new TlsConfig(null, text, files.key), "ipfix.tls.certificate-file", "text");
        refuse(new TlsConfig(null, files.certificate, text), "ipfix.tls.key-file", "PKCS #8");
        refuse(
                new TlsConfig(
                        null,
                        files.certificate,
                        Files.writeString(
                                directory.resolve("bad.key"),
                                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")),
                "ipfix.tls.key-file",
                "RSA, EC, EdDSA");
    }

    private static void refuse(TlsConfig tls, String setting, String what) {
        assertThatThrownBy(() -> Connections.opener(URI.create("tls://localhost:1"), tls, "ipfix.tls"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(setting)
                .hasMessageContaining(what);
    }

    @Test
    void shouldGoOnWithACollectorThatComesLateAndOneThatCameBack() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        start(config("tcp://127.0.0.1:" + port, TlsConfig.defaults()));
        submit(100);
        Await.until(PATIENCE, "it tries again", () -> counters.snapshot().failures() >= 2);
        assertThat(counters.snapshot().isConnected()).isFalse();
        assertThat(writer.isIdle()).isFalse();

        TestCollector all = new TestCollector();
        try (StreamCollector first = new StreamCollector(null, false, port)) {
            assertThat(writer.awaitIdle(PATIENCE)).isTrue();
            Await.until(PATIENCE, "all is there", () -> first.decode().flows.size() == 100);
            first.sessions.get(0).messages.forEach(all::take);
        }
        // It is told of the end while nothing is written, so that nothing goes into the old connection.
        Await.until(PATIENCE, "the end was noticed", () -> !isReading());
        try (StreamCollector second = new StreamCollector(null, false, port)) {
            submit(100);
            assertThat(writer.awaitIdle(PATIENCE)).isTrue();
            Await.until(PATIENCE, "all is there", () -> second.decode().flows.size() == 100);
            all.newSession();
            second.sessions.get(0).messages.forEach(all::take);
        }

        assertHoldsEveryFlowOnce(all);
        assertThat(counters.snapshot().sessions()).isEqualTo(2);
    }

    private static boolean isReading() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("weir-ipfix-reader"));
    }

    /** Fails at the messages that it is told, as a connection whose collector has died. */
    private static final class Failing implements Connection {
        final List<byte[]> messages = new ArrayList<>();
        private int left;

        Failing(int left) {
            this.left = left;
        }

        @Override
        public void write(byte[] octets, int offset, int length) throws IOException {
            if (left-- == 0) {
                throw new IOException("broken pipe");
            }
            messages.add(Arrays.copyOfRange(octets, offset, offset + length));
        }

        @Override
        public void finish(Duration patience) {}

        @Override
        public void close() {}
    }

    @Test
    void shouldGoOnAtTheMessageThatFailed() {
        List<Failing> connections = new CopyOnWriteArrayList<>();
        AtomicInteger good = new AtomicInteger();
        start(config("tcp://127.0.0.1:1", TlsConfig.defaults()), () -> {
            // Fails at the statistics, at the templates, at the first message, at the second.
            Failing connection = new Failing(good.getAndIncrement());
            connections.add(connection);
            return connection;
        });
        submit(60);
        assertThat(writer.awaitIdle(PATIENCE)).isTrue();

        TestCollector collector = new TestCollector();
        for (Failing connection : connections) {
            collector.newSession();
            connection.messages.forEach(collector::take);
        }
        assertHoldsEveryFlowOnce(collector);
        assertThat(connections).hasSizeGreaterThan(4);
        assertThat(counters.snapshot().failures()).isEqualTo(connections.size() - 1);
    }

    @Test
    void shouldWaitForACollectorWhosePortIsClosed() throws Exception {
        DatagramSocket collector = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        int port = collector.getLocalPort();
        collector.close();
        start(config("udp://127.0.0.1:" + port, TlsConfig.defaults()));
        submit(200);
        Await.until(
                PATIENCE,
                "it heard that nobody listens",
                () -> counters.snapshot().failures() > 0);

        try (DatagramSocket back = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
            TestCollector all = new TestCollector();
            byte[] octets = new byte[2000];
            back.setSoTimeout((int) PATIENCE.toMillis());
            boolean last = false;
            while (!last) {
                DatagramPacket packet = new DatagramPacket(octets, octets.length);
                back.receive(packet);
                all.take(octets, 0, packet.getLength());
                last = all.flows.stream().anyMatch(flow -> flow.get(2) == encoded);
            }
            // One datagram at most was sent for each time that it found out.
            assertThat(all.flows).hasSizeBetween(1, 200);
            assertThat(all.heldSets).isZero();
        }
        assertThat(writer.awaitIdle(PATIENCE)).isTrue();
    }

    @Test
    void shouldEndAlthoughTheCollectorTakesNothing() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            start(config("tcp://127.0.0.1:" + deaf.getLocalPort(), TlsConfig.defaults()));
            submit(100_000);
            Await.until(PATIENCE, "it is connected", () -> counters.snapshot().isConnected());
            assertThat(writer.awaitIdle(Duration.ofMillis(10))).isFalse();
            writer.close();
            Await.until(PATIENCE, "the session has ended", () -> !counters.snapshot()
                    .isConnected());
        }
    }
}
