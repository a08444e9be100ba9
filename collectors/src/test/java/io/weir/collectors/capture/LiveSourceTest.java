package io.weir.collectors.capture;

import static io.weir.testing.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.collectors.capture.CaptureOpenException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Captures own datagrams on the loopback interface. Skipped where libpcap or the right to capture is missing. */
@Timeout(60)
class LiveSourceTest {

    private static final int DATAGRAMS = 200;
    private static final int PAYLOAD_OCTETS = 3000;

    @Test
    void shouldDeliverEachDatagramOfTheLoopbackInterface() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        String device = loopbackInterface();
        try (var receiver = new DatagramSocket(0, loopback);
                var sender = new DatagramSocket();
                var source = open(device, "udp and dst port " + receiver.getLocalPort())) {
            var collected = new Collected();
            long before = nanos();
            assertThat(source.poll(collected, 10)).as("idle").isZero();
            for (int i = 0; i < DATAGRAMS; i++) {
                byte[] payload = CaptureBytes.payload(PAYLOAD_OCTETS, i);
                sender.send(new DatagramPacket(payload, payload.length, loopback, receiver.getLocalPort()));
            }
            while (collected.frames.size() < DATAGRAMS) {
                source.poll(collected, 64);
            }
            source.stop();
            int polled = source.poll(collected, 64);
            while (polled != CaptureSource.END) {
                polled = source.poll(collected, 64);
            }

            assertThat(collected.frames).hasSize(DATAGRAMS);
            assertThat(collected.problems).isEmpty();
            assertThat(collected.interfaces)
                    .containsExactly(new CaptureInterface(
                            device,
                            device,
                            null,
                            1,
                            2048,
                            0,
                            NetworkInterface.getByName(device).getIndex()));
            int headers = 14 + 20 + 8;
            for (int i = 0; i < DATAGRAMS; i++) {
                Collected.Seen frame = collected.frames.get(i);
                assertThat(frame.layer2Octets()).isEqualTo(headers + PAYLOAD_OCTETS);
                assertThat(Arrays.copyOfRange(frame.bytes(), headers, 2048))
                        .isEqualTo(CaptureBytes.payload(2048 - headers, i));
                assertThat(frame.timeNanos()).isBetween(before - 1_000_000_000L, nanos());
            }
        }
    }

    @Test
    void shouldReportWhatTheKernelHadNoRoomFor() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        var config = new LiveConfig(loopbackInterface(), 65_536, false, 1024 * 1024, 10, "udp and dst port 9");
        try (var sender = new DatagramSocket();
                var source = open(config)) {
            var collected = new Collected();
            source.poll(collected, 1);
            byte[] payload = new byte[60_000];
            int sent = 500;
            for (int i = 0; i < sent; i++) {
                sender.send(new DatagramPacket(payload, payload.length, loopback, 9));
            }
            source.stop();
            int polled = source.poll(collected, 64);
            while (polled != CaptureSource.END) {
                polled = source.poll(collected, 64);
            }

            assertThat(collected.frames).hasSizeLessThan(sent);
            assertThat(collected.problems).singleElement().satisfies(problem -> {
                assertThat(problem.reason()).isEqualTo(CaptureLossReason.KERNEL_DROP);
                assertThat(problem.packets())
                        .as("both directions of the loopback interface count")
                        .isGreaterThanOrEqualTo(sent - collected.frames.size());
                assertThat(problem.firstTimeNanos()).isLessThanOrEqualTo(problem.lastTimeNanos());
            });
        }
    }

    @Test
    void shouldHandAFailureOfTheSinkToThePoll() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (var sender = new DatagramSocket();
                var source = open(loopbackInterface(), "udp and dst port 9")) {
            sender.send(new DatagramPacket(new byte[9], 9, loopback, 9));
            var failing = new FrameSink() {
                @Override
                public void onFrame(Frame frame) {
                    throw new IllegalStateException("full");
                }

                @Override
                public void onInterface(int interfaceIndex, CaptureInterface description) {}

                @Override
                public void onProblem(CaptureProblem problem) {}
            };

            assertThatThrownBy(() -> {
                        while (source.poll(failing, 10) == 0) {
                            assertThat(source.name()).isNotEmpty();
                        }
                    })
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("full");
        }
    }

    @Test
    void shouldBeInterruptible() throws IOException {
        try (var source = open(loopbackInterface(), "udp and dst port 9")) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> source.poll(new Collected(), 10)).isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void shouldNameTheInterfacesThatThereAre() throws IOException {
        String device = loopbackInterface();
        open(device, null).close();
        var refused = catchThrowableOfType(
                CaptureOpenException.class, () -> LiveSource.open(LiveConfig.defaults("weir-none")));

        assertThat(refused.reason()).isEqualTo(Reason.INTERFACE_NOT_FOUND);
        assertThat(refused).hasMessageContainingAll("weir-none", "no such interface", device);
    }

    @Test
    void shouldRefuseAWrongFilter() throws IOException {
        String device = loopbackInterface();
        open(device, null).close();
        var refused = catchThrowableOfType(
                CaptureOpenException.class,
                () -> LiveSource.open(new LiveConfig(device, 2048, false, 1 << 20, 10, "tcp prt 80")));

        assertThat(refused.reason()).isEqualTo(Reason.BAD_FILTER);
        assertThat(refused).hasMessageContainingAll("tcp prt 80", "pcap-filter(7)");
    }

    @Test
    void shouldGoOnWhenALostInterfaceIsBack() throws IOException, InterruptedException {
        String device = "weir" + ProcessHandle.current().pid();
        open(loopbackInterface(), null).close();
        Assumptions.assumeTrue(
                run("ip", "link", "add", device, "type", "veth", "peer", "name", device + "p"),
                "cannot add an interface");
        try {
            run("ip", "link", "set", device, "up");
            try (var source = open(device, null)) {
                var collected = new Collected();
                source.poll(collected, 10);
                run("ip", "link", "del", device);
                pollUntilProblems(source, collected, 1);
                run("ip", "link", "add", device, "type", "veth", "peer", "name", device + "p");
                run("ip", "link", "set", device, "up");
                pollUntilProblems(source, collected, 2);

                assertThat(collected.interfaces).hasSize(1);
                assertThat(collected.problems).hasSize(2).allSatisfy(problem -> {
                    assertThat(problem.reason()).isEqualTo(CaptureLossReason.INTERFACE_LOST);
                    assertThat(problem.packets()).isNull();
                });
                assertThat(collected.problems.get(1).lastTimeNanos())
                        .isGreaterThan(collected.problems.get(0).firstTimeNanos());
            }
        } finally {
            run("ip", "link", "del", device);
        }
    }

    private static void pollUntilProblems(LiveSource source, Collected collected, int count) throws IOException {
        while (collected.problems.size() < count) {
            source.poll(collected, 10);
        }
    }

    @Test
    void shouldCountAcrossTheWrapOfTheKernelCounters() {
        assertThat(LiveSource.since(7, 5)).isEqualTo(2);
        assertThat(LiveSource.since(3, 0xffff_fffeL)).isEqualTo(5);
    }

    private static LiveSource open(String device, String filter) throws IOException {
        return open(new LiveConfig(device, 2048, false, 8 << 20, 10, filter));
    }

    private static LiveSource open(LiveConfig config) throws IOException {
        try {
            return LiveSource.open(config);
        } catch (CaptureOpenException e) {
            boolean cannot = e.reason() == Reason.LIBRARY_MISSING || e.reason() == Reason.NOT_PERMITTED;
            Assumptions.assumeFalse(cannot, e.getMessage());
            throw e;
        }
    }

    private static String loopbackInterface() throws IOException {
        var device = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
        Assumptions.assumeTrue(device != null, "no loopback interface");
        return device.getName();
    }

    private static long nanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
