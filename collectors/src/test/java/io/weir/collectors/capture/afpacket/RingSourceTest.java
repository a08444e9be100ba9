package io.weir.collectors.capture.afpacket;

import static io.weir.collectors.capture.afpacket.TestNetwork.FAR;
import static io.weir.collectors.capture.afpacket.TestNetwork.NEAR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.CaptureLossReason;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureOpenException.Reason;
import io.weir.collectors.capture.CaptureProblem;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Collected;
import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.FrameSink;
import io.weir.collectors.capture.LiveConfig;
import io.weir.collectors.capture.NetworkNamespace;
import io.weir.collectors.capture.afpacket.TestNetwork.Tunnel;
import io.weir.collectors.capture.afpacket.TestNetwork.Wire;
import io.weir.decoding.packet.PacketDecoder;
import io.weir.decoding.packet.PacketHeaders;
import io.weir.schemas.DecodingProblem;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Captures own frames in a network namespace of its own. Skipped where none can be made. */
@Timeout(60)
class RingSourceTest {

    private static final int FRAMES = 5000;
    private static final byte[] MACS = HexFormat.of().parseHex("020000000001" + "020000000002");
    private static final int MIB = 1 << 20;

    @Test
    void shouldDeliverExactlyWhatTheInterfaceCounts() throws Exception {
        try (var network = new TestNetwork()) {
            Collected collected = network.inside(() -> {
                try (var wire = new Wire(NEAR);
                        var source = open(config(FAR, null))) {
                    var sink = new Collected();
                    assertThat(source.method()).isEqualTo("afpacket");
                    assertThat(source.poll(sink, 10)).as("idle").isZero();
                    for (int i = 0; i < FRAMES; i++) {
                        wire.send(udp(i % 1400, 1000 + i, 53));
                    }
                    drain(source, sink);
                    return sink;
                }
            });

            assertThat(collected.frames).hasSize(FRAMES).hasSize((int) network.counter(FAR, "rx_packets"));
            assertThat(collected.layer2Octets()).isEqualTo(network.counter(FAR, "rx_bytes"));
            for (int i = 0; i < FRAMES; i++) {
                assertThat(collected.frames.get(i).bytes()).isEqualTo(udp(i % 1400, 1000 + i, 53));
            }
            assertThat(collected.times()).isSorted();
            assertThat(collected.problems).isEmpty();
        }
    }

    @Test
    void shouldSeeBothDirectionsOfAnInterface() throws Exception {
        inside(() -> {
            try (var near = new Wire(NEAR);
                    var far = new Wire(FAR);
                    var source = open(config(FAR, null))) {
                near.send(udp(10, 1, 2));
                far.send(udp(20, 2, 1));

                assertThat(drain(source).frames)
                        .extracting(Collected.Seen::layer2Octets)
                        .containsExactly(14 + 28 + 10, 14 + 28 + 20);
            }
            return null;
        });
    }

    @Test
    void shouldPutBackTheTagsThatTheKernelTookOut() throws Exception {
        inside(() -> {
            byte[] plain = udp(30, 7, 8);
            byte[] inner = tagged(plain, 0x8100, 0x2007);
            try (var wire = new Wire(NEAR);
                    var source = open(config(FAR, null))) {
                wire.send(inner);
                wire.send(tagged(plain, 0x8100, 0));
                wire.send(tagged(inner, 0x88a8, 5));
                Collected collected = drain(source);

                assertThat(collected.frames)
                        .extracting(Collected.Seen::bytes)
                        .containsExactly(inner, tagged(plain, 0x8100, 0), tagged(inner, 0x88a8, 5));
                assertThat(collected.frames)
                        .extracting(Collected.Seen::layer2Octets)
                        .containsExactly(plain.length + 4, plain.length + 4, plain.length + 8);
            }
            return null;
        });
    }

    @Test
    void shouldOnlySeeWhatTheFilterWants() throws Exception {
        inside(() -> {
            try (var wire = new Wire(NEAR);
                    var source = open(config(FAR, "udp dst port 53 and greater 100"))) {
                for (int i = 0; i < 300; i++) {
                    wire.send(udp(200, i, i % 3 == 0 ? 53 : 54));
                }
                wire.send(udp(1, 1, 53));
                Collected collected = drain(source);

                assertThat(collected.frames).hasSize(100);
                assertThat(collected.problems).isEmpty();
            }
            return null;
        });
    }

    @Test
    void shouldFilterByTheTagThatTheKernelTookOut() throws Exception {
        inside(() -> {
            byte[] plain = udp(30, 7, 8);
            try (var wire = new Wire(NEAR);
                    var tagged = open(config(FAR, "vlan 100 and udp port 8"));
                    var untagged = open(config(FAR, "not vlan"))) {
                wire.send(plain);
                wire.send(tagged(plain, 0x8100, 100));
                wire.send(tagged(plain, 0x8100, 101));

                assertThat(drain(tagged).frames)
                        .extracting(Collected.Seen::bytes)
                        .containsExactly(tagged(plain, 0x8100, 100));
                assertThat(drain(untagged).frames)
                        .extracting(Collected.Seen::bytes)
                        .containsExactly(plain);
            }
            return null;
        });
    }

    @Test
    void shouldAccountForEveryPacketWhenTheRingIsFull() throws Exception {
        inside(() -> {
            try (var wire = new Wire(NEAR);
                    var source = open(new LiveConfig(FAR, 65_536, true, MIB, 10, null))) {
                var collected = new Collected();
                source.poll(collected, 1);
                for (int i = 0; i < FRAMES; i++) {
                    wire.send(udp(1000, i, 53));
                }
                drain(source, collected);

                assertThat(collected.frames).isNotEmpty().hasSizeLessThan(FRAMES);
                assertThat(collected.problems).singleElement().satisfies(problem -> {
                    assertThat(problem.reason()).isEqualTo(CaptureLossReason.KERNEL_DROP);
                    assertThat(problem.packets()).isEqualTo(FRAMES - collected.frames.size());
                    assertThat(problem.firstTimeNanos()).isLessThanOrEqualTo(problem.lastTimeNanos());
                    assertThat(problem.message()).contains(FAR, "ring was full");
                });
            }
            return null;
        });
    }

    @Test
    void shouldCutFramesToTheSnapLength() throws Exception {
        inside(() -> {
            try (var wire = new Wire(NEAR);
                    var whole = open(new LiveConfig(FAR, 64, false, MIB, 10, null));
                    var filtered = open(new LiveConfig(FAR, 64, false, MIB, 10, "udp"))) {
                byte[] frame = udp(1400, 1, 2);
                wire.send(frame);

                for (RingSource source : List.of(whole, filtered)) {
                    assertThat(drain(source).frames).singleElement().satisfies(seen -> {
                        assertThat(seen.bytes()).isEqualTo(Arrays.copyOf(frame, 64));
                        assertThat(seen.layer2Octets()).isEqualTo(frame.length);
                    });
                }
            }
            return null;
        });
    }

    @Test
    void shouldDeliverEachDatagramOfTheLoopbackInterfaceOnce() throws Exception {
        inside(() -> {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            try (var receiver = new DatagramSocket(0, loopback);
                    var sender = new DatagramSocket();
                    var source = open(config("lo", null))) {
                for (int i = 0; i < 100; i++) {
                    sender.send(new DatagramPacket(new byte[3000], 3000, loopback, receiver.getLocalPort()));
                }
                Collected collected = drain(source);

                assertThat(collected.frames).hasSize(100).allSatisfy(frame -> assertThat(frame.layer2Octets())
                        .isEqualTo(14 + 20 + 8 + 3000));
                assertThat(collected.interfaces).containsExactly(new CaptureInterface("lo", "lo", null, 1, 2048, 0, 1));
            }
            return null;
        });
    }

    @Test
    void shouldTellTheInterfaceOfEachFrameOfAll() throws Exception {
        inside(() -> {
            try (var wire = new Wire(NEAR);
                    var source = open(config("any", null));
                    var filtered = open(config("any", "udp dst port 2 and inbound"))) {
                wire.send(udp(30, 1, 2));
                wire.send(tagged(udp(40, 3, 4), 0x8100, 100));
                Collected collected = drain(source);
                int near = LibC.if_nametoindex(NEAR);
                int far = LibC.if_nametoindex(FAR);

                assertThat(collected.interfaces.get(0).linkType()).isEqualTo(276);
                assertThat(collected.frames)
                        .extracting(frame -> headers(frame).interfaceIndex)
                        .containsExactly(near, far, near, far);
                assertThat(collected.frames)
                        .extracting(frame -> headers(frame).problem)
                        .containsOnly(DecodingProblem.none);
                assertThat(collected.frames)
                        .extracting(frame -> headers(frame).octets)
                        .containsExactly(58, 58, 68, 68);
                assertThat(collected.frames)
                        .extracting(frame -> headers(frame).vlanCount)
                        .containsExactly(0, 0, 1, 1);
                assertThat(drain(filtered).frames)
                        .extracting(frame -> headers(frame).interfaceIndex)
                        .containsExactly(far);
            }
            return null;
        });
    }

    @Test
    void shouldReadPacketsOfAnInterfaceWithoutLinkLayer() throws Exception {
        try (var network = new TestNetwork()) {
            network.inside(() -> {
                try (var tunnel = new Tunnel("tunnel0")) {
                    network.quiet("tunnel0");
                    byte[] packet = Arrays.copyOfRange(udp(30, 1, 2), 14, 14 + 58);
                    byte[] other = Arrays.copyOfRange(udp(30, 1, 3), 14, 14 + 58);
                    try (var source = open(config("tunnel0", null));
                            var filtered = open(config("tunnel0", "udp dst port 2"))) {
                        tunnel.receive(packet);
                        tunnel.receive(other);

                        Collected collected = drain(source);
                        assertThat(collected.interfaces.get(0).linkType()).isEqualTo(101);
                        assertThat(collected.frames)
                                .extracting(Collected.Seen::bytes)
                                .containsExactly(packet, other);
                        assertThat(drain(filtered).frames)
                                .extracting(Collected.Seen::bytes)
                                .containsExactly(packet);
                    }
                }
                return null;
            });
        }
    }

    @Test
    void shouldGoOnWhenALostInterfaceIsBack() throws Exception {
        try (var network = new TestNetwork()) {
            network.inside(() -> {
                try (var source = open(config(FAR, null))) {
                    var collected = new Collected();
                    try (var wire = new Wire(NEAR)) {
                        wire.send(udp(1, 1, 1));
                    }
                    network.ip("link", "del", FAR);
                    pollUntilProblems(source, collected, 1);
                    assertThat(collected.frames).as("of before").hasSize(1);
                    network.ip("link", "add", NEAR, "type", "veth", "peer", "name", FAR);
                    network.quiet(NEAR);
                    network.quiet(FAR);
                    pollUntilProblems(source, collected, 2);
                    try (var wire = new Wire(NEAR)) {
                        wire.send(udp(1, 1, 1));
                    }
                    drain(source, collected);

                    assertThat(collected.frames).hasSize(2);
                    assertThat(collected.interfaces).hasSize(1);
                    assertThat(collected.problems).hasSize(2).allSatisfy(problem -> {
                        assertThat(problem.reason()).isEqualTo(CaptureLossReason.INTERFACE_LOST);
                        assertThat(problem.packets()).isNull();
                    });
                }
                return null;
            });
        }
    }

    @Test
    void shouldEndWhileTheInterfaceIsGone() throws Exception {
        try (var network = new TestNetwork()) {
            network.inside(() -> {
                try (var source = open(config(FAR, null))) {
                    var collected = new Collected();
                    network.ip("link", "set", FAR, "down");
                    pollUntilProblems(source, collected, 1);
                    drain(source, collected);

                    assertThat(collected.problems)
                            .extracting(CaptureProblem::reason)
                            .containsOnly(CaptureLossReason.INTERFACE_LOST);
                    assertThat(collected.problems.get(1).message()).contains("still gone");
                }
                return null;
            });
        }
    }

    @Test
    void shouldNameWhatIsWrong() throws Exception {
        try (var network = new TestNetwork()) {
            network.ip("link", "set", FAR, "down");
            network.inside(() -> {
                open(config("lo", null)).close();
                var missing = catchThrowableOfType(CaptureOpenException.class, () -> open(config("none0", null)));
                assertThat(missing.reason()).isEqualTo(Reason.INTERFACE_NOT_FOUND);
                assertThat(missing).hasMessageContainingAll("none0", "no such interface", NEAR, "any");

                var down = catchThrowableOfType(CaptureOpenException.class, () -> open(config(FAR, null)));
                assertThat(down.reason()).isEqualTo(Reason.INTERFACE_DOWN);
                assertThat(down).hasMessageContaining("ip link set " + FAR + " up");

                var filter = catchThrowableOfType(CaptureOpenException.class, () -> open(config("lo", "tcp prt 80")));
                assertThat(filter.reason()).isEqualTo(Reason.BAD_FILTER);
                assertThat(filter).hasMessageContainingAll("tcp prt 80", "syntax error", "pcap-filter(7)");

                var address = catchThrowableOfType(
                        CaptureOpenException.class, () -> RingSource.open(config("any", "link[12] == 2")));
                assertThat(address.reason()).isEqualTo(Reason.NOT_SUPPORTED);
                assertThat(address).hasMessageContainingAll("any", "link[12] == 2", "kernel");
                return null;
            });
        }
    }

    @Test
    void shouldCaptureInANamespaceOfThatName() throws Exception {
        try (var network = new TestNetwork()) {
            var far = new LiveConfig(network.name(), FAR, 2048, false, MIB, 10, null, true);
            var sink = new Collected();
            try (var source = open(far)) {
                assertThat(source.name()).isEqualTo(network.name() + ":" + FAR);
                assertThat(NetworkNamespace.interfacesUp(network.name())).contains(NEAR, FAR, "lo");
                network.inside(() -> {
                    try (var wire = new Wire(NEAR)) {
                        wire.send(udp(100, 1000, 53));
                    }
                    return null;
                });
                drain(source, sink);
            }
            assertThat(sink.frames).hasSize(1);
        }
    }

    @Test
    void shouldRefuseANamespaceThatIsNotThere() {
        var config = new LiveConfig("weir-none", FAR, 2048, false, MIB, 10, null, true);

        var refused = catchThrowableOfType(CaptureOpenException.class, () -> RingSource.open(config));

        assertThat(refused.reason()).isEqualTo(Reason.INTERFACE_NOT_FOUND);
        assertThat(refused).hasMessageStartingWith("weir-none: no such network namespace");
    }

    @Test
    void shouldEndWithAnInterfaceThatIsNotWaitedFor() throws Exception {
        try (var network = new TestNetwork()) {
            network.inside(() -> {
                try (var wire = new Wire(NEAR);
                        var source = open(new LiveConfig(null, FAR, 2048, false, MIB, 10, null, false))) {
                    var sink = new Collected();
                    wire.send(udp(100, 1000, 53));
                    network.ip("link", "del", FAR);
                    int polled = source.poll(sink, 10);
                    while (polled != CaptureSource.END) {
                        polled = source.poll(sink, 10);
                    }

                    assertThat(sink.frames).hasSize(1);
                    assertThat(sink.problems).isEmpty();
                }
                return null;
            });
        }
    }

    @Test
    void shouldBeWokenByStop() throws Exception {
        inside(() -> {
            try (var source = open(new LiveConfig(FAR, 2048, false, MIB, 10_000, null))) {
                var collected = new Collected();
                var polls = CompletableFuture.supplyAsync(() -> {
                    try {
                        int polled = source.poll(collected, 10);
                        while (polled != CaptureSource.END) {
                            polled = source.poll(collected, 10);
                        }
                        return polled;
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
                source.stop();

                assertThat(polls.join()).isEqualTo(CaptureSource.END);
            }
            return null;
        });
    }

    @Test
    void shouldBeInterruptible() throws Exception {
        inside(() -> {
            try (var source = open(config(FAR, null))) {
                Thread.currentThread().interrupt();

                assertThatThrownBy(() -> source.poll(new Collected(), 10)).isInstanceOf(InterruptedIOException.class);
                assertThat(Thread.interrupted()).isTrue();
            }
            return null;
        });
    }

    @Test
    void shouldHandAFailureOfTheSinkToThePollAndGoOnBehindIt() throws Exception {
        inside(() -> {
            try (var wire = new Wire(NEAR);
                    var source = open(config(FAR, null))) {
                wire.send(udp(1, 1, 1));
                wire.send(udp(2, 1, 1));
                var failing = new Sink() {
                    @Override
                    public void onFrame(Frame frame) {
                        throw new IllegalStateException("full");
                    }
                };
                assertThatThrownBy(() -> {
                            while (source.poll(failing, 1) == 0) {
                                assertThat(source.name()).isEqualTo(FAR);
                            }
                        })
                        .hasMessage("full");
                var collected = new Collected();
                collected.onInterface(0, new CaptureInterface(FAR, FAR, null, 1, 0, 0, 0));
                drain(source, collected);

                assertThat(collected.frames)
                        .extracting(Collected.Seen::layer2Octets)
                        .containsExactly(14 + 28 + 2);
            }
            return null;
        });
    }

    @Test
    void shouldNotTouchTheRingAfterItIsClosed() throws Exception {
        inside(() -> {
            var kept = new Frame[1];
            try (var wire = new Wire(NEAR)) {
                var source = open(config(FAR, null));
                for (int i = 0; i < 10; i++) {
                    wire.send(udp(i, 1, 1));
                }
                var closing = new Sink() {
                    @Override
                    public void onFrame(Frame frame) {
                        assertThat(kept[0]).as("frames after closing").isNull();
                        kept[0] = frame;
                        source.close();
                        assertThat(frame.buffer().get(frame.offset())).isEqualTo((byte) 2);
                    }
                };
                int polled = source.poll(closing, 100);
                while (polled == 0) {
                    polled = source.poll(closing, 100);
                }

                assertThat(polled).isEqualTo(1);
                assertThat(source.poll(closing, 100)).isEqualTo(CaptureSource.END);
                assertThat(kept[0].capturedOctets()).isZero();
                source.stop();
                source.close();
            }
            return null;
        });
    }

    private abstract static class Sink implements FrameSink {
        @Override
        public void onInterface(int interfaceIndex, CaptureInterface description) {}

        @Override
        public void onProblem(CaptureProblem problem) {}
    }

    private static void inside(Callable<Void> test) throws Exception {
        try (var network = new TestNetwork()) {
            network.inside(test);
        }
    }

    private static LiveConfig config(String device, String filter) {
        return new LiveConfig(device, 2048, false, 16 * MIB, 10, filter);
    }

    private static RingSource open(LiveConfig config) throws IOException {
        try {
            return RingSource.open(config);
        } catch (CaptureOpenException e) {
            boolean cannot = e.reason() == Reason.LIBRARY_MISSING
                    || e.reason() == Reason.NOT_PERMITTED
                    || e.reason() == Reason.NOT_SUPPORTED;
            Assumptions.assumeFalse(cannot, e.getMessage());
            throw e;
        }
    }

    private static void pollUntilProblems(RingSource source, Collected collected, int count) throws IOException {
        while (collected.problems.size() < count) {
            source.poll(collected, 10);
        }
    }

    private static Collected drain(RingSource source) throws IOException {
        var collected = new Collected();
        drain(source, collected);
        return collected;
    }

    private static void drain(RingSource source, Collected collected) throws IOException {
        source.stop();
        int polled = source.poll(collected, 64);
        while (polled != CaptureSource.END) {
            polled = source.poll(collected, 64);
        }
    }

    private static PacketHeaders headers(Collected.Seen frame) {
        var headers = new PacketHeaders();
        byte[] bytes = frame.bytes();
        new PacketDecoder()
                .decode(ByteBuffer.wrap(bytes), 0, bytes.length, frame.layer2Octets(), frame.linkType(), headers);
        return headers;
    }

    /** An Ethernet frame with IPv4 and UDP; its payload follows from its length. */
    static byte[] udp(int payloadOctets, int sourcePort, int destinationPort) {
        byte[] payload = new byte[payloadOctets];
        new Random(payloadOctets).nextBytes(payload);
        return ByteBuffer.allocate(14 + 28 + payloadOctets)
                .put(MACS)
                .putShort((short) 0x0800)
                .putShort((short) 0x4500)
                .putShort((short) (28 + payloadOctets))
                .putInt(0)
                .putInt(0x4011_0000)
                .putInt(0x0a00_0001)
                .putInt(0x0a00_0002)
                .putShort((short) sourcePort)
                .putShort((short) destinationPort)
                .putShort((short) (8 + payloadOctets))
                .putShort((short) 0)
                .put(payload)
                .array();
    }

    private static byte[] tagged(byte[] frame, int protocol, int controlInformation) {
        return ByteBuffer.allocate(frame.length + 4)
                .put(frame, 0, 12)
                .putShort((short) protocol)
                .putShort((short) controlInformation)
                .put(frame, 12, frame.length - 12)
                .array();
    }
}
