package io.weir.exporters.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.exporters.TestFindings;
import io.weir.exporters.TlsFiles;
import io.weir.exporters.transport.Connections;
import io.weir.exporters.transport.TlsConfig;
import io.weir.schemas.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Messages of RFC 5424 and the ways they go. */
@Timeout(60)
class SyslogReceiverTest {

    private static final int AUTH = 4;
    private static final Finding FINDING = TestFindings.opened().build();
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @TempDir
    private Path directory;

    private static String message(Finding finding) {
        return new String(SyslogMessage.of(finding, AUTH, "node 1"), StandardCharsets.UTF_8);
    }

    private static SyslogReceiver receiver(String to, TlsConfig tls, Duration timeout) {
        URI uri = URI.create(to);
        return new SyslogReceiver(
                new SyslogConfig(uri, AUTH, "node 1"), Connections.opener(uri, tls, "alerts.tls"), timeout);
    }

    @Test
    void shouldBeAMessageOfRfc5424() {
        assertThat(message(FINDING))
                .isEqualTo("<35>1 2026-11-24T08:21:51.123456Z node_1 weir - finding-opened"
                        + " [finding@32473 id=\"0123456789abcdef0123456789abcdef\""
                        + " key=\"0123456789abcdef0123456789abcdef-opened-1795508511123456-high-3-40\" rule=\"ingress\" severity=\"high\""
                        + " confidence=\"high\" risk=\"73\" class=\"ingress\" initiator=\"203.0.113.66\" responder=\"10.42.2.10\""
                        + " service=\"tcp/22\" firstSeen=\"2026-11-24T08:20:51.123456Z\" flows=\"3\" packets=\"40\" octets=\"5000\""
                        + " technique=\"T1133\"]"
                        + " 203.0.113.66 from outside reached tcp/22 of 10.42.2.10, which answered");
        assertThat(message(TestFindings.closed().build())).startsWith("<34>1 ");
    }

    @Test
    void shouldEscapeWhatStructuredDataWouldEndWith() {
        String message = message(TestFindings.opened()
                .setAllowedBy("a\"b]c\\d\ne")
                .setTitle("zwei\nZeilen, größer")
                .build());
        assertThat(message)
                .contains(" allowedBy=\"a\\\"b\\]c\\\\d e\"]")
                .endsWith("] \uFEFFzwei Zeilen, größer")
                .doesNotContain("\n");
    }

    @Test
    void shouldBeADatagramEach() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            SyslogReceiver receiver =
                    receiver("udp://127.0.0.1:" + socket.getLocalPort(), TlsConfig.defaults(), TIMEOUT);
            assertThat(receiver.deliver(new Alert(FINDING, 0))).isInstanceOf(Delivery.Delivered.class);
            DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
            socket.receive(packet);
            receiver.close();
            assertThat(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8))
                    .isEqualTo(message(FINDING));
        }
    }

    @Test
    void shouldCountOctetsOverTcpAndConnectAgain() throws Exception {
        Finding umlauts = TestFindings.opened().setTitle("größer").build();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SyslogReceiver receiver =
                    receiver("tcp://127.0.0.1:" + server.getLocalPort(), TlsConfig.defaults(), TIMEOUT);
            assertThat(receiver.deliver(new Alert(umlauts, 0))).isInstanceOf(Delivery.Delivered.class);
            assertThat(receiver.deliver(new Alert(FINDING, 0))).isInstanceOf(Delivery.Delivered.class);
            try (Socket first = server.accept()) {
                assertThat(read(first.getInputStream())).isEqualTo(message(umlauts));
                assertThat(read(first.getInputStream())).isEqualTo(message(FINDING));
            }
            // The end of the connection is heard by a thread of its own.
            Delivery delivery = receiver.deliver(new Alert(FINDING, 0));
            while (delivery instanceof Delivery.Delivered) {
                delivery = receiver.deliver(new Alert(FINDING, 0));
            }
            assertThat(delivery).isInstanceOf(Delivery.RetryLater.class);
            assertThat(receiver.deliver(new Alert(FINDING, 0))).isInstanceOf(Delivery.Delivered.class);
            try (Socket second = server.accept()) {
                assertThat(read(second.getInputStream())).isEqualTo(message(FINDING));
            }
            receiver.close();
        }
    }

    @Test
    void shouldSpeakTlsWithWhomItTrusts() throws Exception {
        TlsFiles files = new TlsFiles(directory, "server", "ip:127.0.0.1", "EC");
        try (ServerSocket server = files.server(null)
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String to = "tls://127.0.0.1:" + server.getLocalPort();
            SyslogReceiver receiver = receiver(to, new TlsConfig(files.certificate, null, null), TIMEOUT);
            CompletableFuture<String> received = CompletableFuture.supplyAsync(() -> {
                try (Socket socket = server.accept()) {
                    return read(socket.getInputStream());
                } catch (IOException e) {
                    return e.toString();
                }
            });
            assertThat(receiver.deliver(new Alert(FINDING, 0))).isInstanceOf(Delivery.Delivered.class);
            assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(message(FINDING));
            receiver.close();
        }
    }

    @Test
    void shouldNotWaitForEverForAReceiverThatDoesNotRead() throws Exception {
        Finding large = TestFindings.opened().setTitle("x".repeat(1000)).build();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SyslogReceiver receiver =
                    receiver("tcp://127.0.0.1:" + server.getLocalPort(), TlsConfig.defaults(), Duration.ofMillis(300));
            Delivery delivery = receiver.deliver(new Alert(large, 0));
            while (delivery instanceof Delivery.Delivered) {
                delivery = receiver.deliver(new Alert(large, 0));
            }
            assertThat(delivery).isInstanceOf(Delivery.RetryLater.class);
        }
    }

    @Test
    void shouldTryAgainWhereNobodyListens() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThat(receiver("tcp://127.0.0.1:" + port, TlsConfig.defaults(), TIMEOUT)
                        .deliver(new Alert(FINDING, 0)))
                .isInstanceOf(Delivery.RetryLater.class);
    }

    /** One message behind the number of its octets (RFC 6587 section 3.4.1). */
    private static String read(InputStream in) throws IOException {
        int length = 0;
        for (int digit = in.read(); digit != ' '; digit = in.read()) {
            assertThat(digit).isBetween((int) '0', (int) '9');
            length = length * 10 + digit - '0';
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
