package io.weir.collectors.capture.ebpf;

import static io.weir.collectors.capture.afpacket.TestNetwork.FAR;
import static io.weir.collectors.capture.afpacket.TestNetwork.NEAR;
import static io.weir.collectors.capture.ebpf.Frames.ACK;
import static io.weir.collectors.capture.ebpf.Frames.FIN;
import static io.weir.collectors.capture.ebpf.Frames.PSH;
import static io.weir.collectors.capture.ebpf.Frames.RST;
import static io.weir.collectors.capture.ebpf.Frames.SYN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.CaptureLossReason;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureOpenException.Reason;
import io.weir.collectors.capture.CaptureProblem;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Collected;
import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.LiveConfig;
import io.weir.collectors.capture.afpacket.TestNetwork;
import io.weir.collectors.capture.afpacket.TestNetwork.Wire;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts own packets in a network namespace of its own. Skipped where none can be made or the kernel takes no program. */
@Timeout(60)
class EbpfSourceTest {

    private static final int MIB = 1 << 20;
    private static final int PAGE = 4096;

    @Test
    void shouldCountPlainDatagramsByFlow() throws Exception {
        try (var network = new TestNetwork()) {
            Collected collected = network.inside(() -> {
                try (var wire = new Wire(NEAR);
                        var source = open(config(FAR), tuning(MIB, 1024, 60_000))) {
                    var sink = new Collected();
                    assertThat(source.method()).isEqualTo("ebpf");
                    assertThat(source.poll(sink, 10)).as("idle").isZero();
                    for (int i = 0; i < 5000; i++) {
                        wire.send(Frames.udp(1000 + i % 10, 2000, i % 1400));
                    }
                    drain(source, sink);
                    return sink;
                }
            });

            assertThat(collected.frames).isEmpty();
            assertThat(collected.summaries).as("first and last of each flow").hasSize(20);
            assertThat(collected.packets()).isEqualTo(5000).isEqualTo(network.counter(FAR, "rx_packets"));
            assertThat(collected.layer2Octets()).isEqualTo(network.counter(FAR, "rx_bytes"));
            assertThat(collected.summaries.stream()
                            .mapToLong(Collected.Counted::octets)
                            .sum())
                    .isEqualTo(collected.layer2Octets() - 5000 * 14);
            assertThat(collected.problems).isEmpty();
        }
    }

    @Test
    void shouldTellWhenAFlowBeganAndEnded() throws Exception {
        inside(() -> {
            try (var wire = new Wire(NEAR);
                    var source = open(config(FAR))) {
                long before = nowNanos();
                wire.send(Frames.udp(1, 2, 100));
                long between = nowNanos();
                wire.send(Frames.udp(1, 2, 200));
                wire.send(Frames.udp(1, 2, 300));
                long behind = nowNanos();
                Collected collected = drain(source);

                assertThat(collected.summaries)
                        .extracting(
                                Collected.Counted::packets,
                                Collected.Counted::layer2Octets,
                                Collected.Counted::octets,
                                Collected.Counted::tcpControlBits)
                        .containsExactly(tuple(2, 2 * 42 + 300, 2 * 28 + 300, -1), tuple(1, 42 + 300, 28 + 300, -1));
                assertThat(collected.summaries.get(0).timeNanos()).isBetween(before - 100_000, between + 100_000);
                assertThat(collected.summaries.get(1).timeNanos()).isBetween(between - 100_000, behind + 100_000);
                assertThat(collected.summaries).allSatisfy(summary -> {
                    assertThat(summary.header()).isEqualTo(Arrays.copyOf(Frames.udp(1, 2, 100), 42));
                    assertThat(summary.headerLayer2Octets()).isEqualTo(142);
                });
            }
            return null;
        });
    }

    @Test
    void shouldHandOverWhatOpensAndClosesAConnectionBehindWhatWasCounted() throws Exception {
        inside(() -> {
            byte[] syn = Frames.tcp(1000, 8080, SYN, "");
            byte[] synAck = Frames.back(Frames.tcp(1000, 8080, SYN | ACK, ""));
            byte[] data = Frames.tcp(1000, 8080, ACK, "some octets of no kind");
            byte[] pushed = Frames.tcp(1000, 8080, ACK | PSH, "some octets of no kind");
            byte[] answer = Frames.back(data);
            byte[] fin = Frames.tcp(1000, 8080, FIN | ACK, "");
            byte[] rst = Frames.back(Frames.tcp(1000, 8080, RST, ""));
            try (var near = new Wire(NEAR);
                    var far = new Wire(FAR);
                    var source = open(config(FAR), tuning(MIB, 1024, 60_000))) {
                var sink = new Ordered();
                near.send(syn);
                far.send(synAck);
                // Of each direction four are handed over.
                for (int i = 0; i < 4; i++) {
                    near.send(data);
                    far.send(answer);
                }
                near.send(data);
                near.send(pushed);
                near.send(data);
                far.send(answer);
                near.send(fin);
                far.send(rst);
                near.send(data);
                drain(source, sink);

                assertThat(sink.frames).hasSize(2 + 8 + 2);
                assertThat(sink.order)
                        .containsExactly(
                                "SA",
                                "SA",
                                "A1",
                                "A1",
                                "A1",
                                "A1",
                                "A1",
                                "A1",
                                "A1",
                                "A1",
                                "counted 2 flags 18",
                                "counted 1 flags 10",
                                "counted 1 flags 10",
                                "FR",
                                "FR",
                                "counted 1 flags 10");
                assertThat(sink.packets()).isEqualTo(17);
                assertThat(sink.frames).extracting(Collected.Seen::bytes).contains(syn, synAck, fin, rst);
            }
            return null;
        });
    }

    /** Tells frames by their flags and summaries, as they come. */
    private static final class Ordered extends Collected {
        final List<String> order = new ArrayList<>();

        @Override
        public void onFrame(Frame frame) {
            super.onFrame(frame);
            int flags = frame.buffer().get(frame.offset() + 47);
            order.add((flags & SYN) != 0 ? "SA" : (flags & (FIN | RST)) != 0 ? "FR" : "A1");
        }

        @Override
        public void onSummary(Frame header, int packets, int layer2Octets, int octets, int tcpControlBits) {
            super.onSummary(header, packets, layer2Octets, octets, tcpControlBits);
            order.add("counted " + packets + " flags " + Integer.toHexString(tcpControlBits));
        }
    }

    @Test
    void shouldHandOverWhatIsNotPlain() throws Exception {
        inside(() -> {
            List<byte[]> frames = List.of(
                    Frames.icmpEcho(),
                    Frames.fragment(0x2000),
                    Frames.fragment(0x0004),
                    Frames.udp(4000, 53, 40),
                    Frames.udp(53, 4000, 40),
                    Frames.udp(4000, 443, 1200),
                    Frames.tcp(4000, 53, ACK | PSH, "a question over TCP"),
                    Frames.vxlan(Frames.tcp(1, 2, ACK, "in a tunnel")),
                    Frames.tagged(Frames.tagged(Frames.udp(1, 2, 50), 0x8100, 5), 0x88a8, 6),
                    Frames.tcp(4000, 8080, ACK | PSH, "\u0016\u0003\u0001 and what a hello has"));
            try (var wire = new Wire(NEAR);
                    var source = open(config(FAR))) {
                frames.forEach(wire::send);
                Collected collected = drain(source);

                assertThat(collected.frames).extracting(Collected.Seen::bytes).containsExactlyElementsOf(frames);
                assertThat(collected.frames)
                        .extracting(Collected.Seen::layer2Octets)
                        .containsExactlyElementsOf(
                                frames.stream().map(frame -> frame.length).toList());
                assertThat(collected.summaries).isEmpty();
            }
            return null;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"})
    void shouldHandOverRequests(String method) throws Exception {
        inside(() -> {
            try (var wire = new Wire(NEAR);
                    var source = open(config(FAR))) {
                wire.send(Frames.tcp(4000, 8080, ACK | PSH, method + " / HTTP/1.1\r\n"));
                wire.send(Frames.tcp6(4000, 8080, ACK | PSH, method + " / HTTP/1.1\r\n"));
                wire.send(Frames.tcp(4000, 8080, ACK | PSH, "http/1.1 200 OK, no request"));

                Collected collected = drain(source);

                assertThat(collected.frames).hasSize(2);
                assertThat(collected.summaries).hasSize(1);
            }
            return null;
        });
    }

    @Test
    void shouldCountTaggedPacketsWithTheirTag() throws Exception {
        inside(() -> {
            byte[] plain = Frames.udp(7, 8, 30);
            byte[] tagged = Frames.tagged(plain, 0x8100, 0x2007);
            byte[] service = Frames.tagged(plain, 0x88a8, 5);
            try (var near = new Wire(NEAR);
                    var far = new Wire(FAR);
                    var source = open(config(FAR), tuning(MIB, 1024, 60_000))) {
                for (byte[] frame : List.of(plain, tagged, service)) {
                    near.send(frame);
                    // What goes out has the tag still in its octets, what came in not any more.
                    far.send(frame);
                }
                Collected collected = drain(source);

                assertThat(collected.frames).isEmpty();
                assertThat(collected.packets()).isEqualTo(6);
                assertThat(collected.layer2Octets()).isEqualTo(6L * plain.length + 4 * 4);
                assertThat(collected.summaries)
                        .extracting(Collected.Counted::header)
                        .containsExactlyInAnyOrder(
                                Arrays.copyOf(plain, 42),
                                Arrays.copyOf(plain, 42),
                                Arrays.copyOf(tagged, 46),
                                Arrays.copyOf(tagged, 46),
                                Arrays.copyOf(service, 46),
                                Arrays.copyOf(service, 46));
            }
            return null;
        });
    }

    @Test
    void shouldCountIpv6() throws Exception {
        inside(() -> {
            byte[] datagram = Frames.udp6(1, 2, 300);
            byte[] segment = Frames.tcp6(1, 2, ACK, "of no kind at all");
            try (var wire = new Wire(NEAR);
                    var source = open(config(FAR))) {
                for (int i = 0; i < 3; i++) {
                    wire.send(datagram);
                    wire.send(segment);
                }
                Collected collected = drain(source);

                assertThat(collected.frames).isEmpty();
                assertThat(collected.packets()).isEqualTo(6);
                assertThat(collected.layer2Octets()).isEqualTo(3L * datagram.length + 3L * segment.length);
                assertThat(collected.summaries)
                        .extracting(Collected.Counted::header)
                        .contains(Arrays.copyOf(datagram, 62), Arrays.copyOf(segment, 74));
            }
            return null;
        });
    }

    @Test
    void shouldHandOverWhatTheMapHasNoRoomFor() throws Exception {
        inside(() -> {
            try (var wire = new Wire(NEAR);
                    var source = open(config(FAR), tuning(MIB, 16, 60_000))) {
                for (int i = 0; i < 1000; i++) {
                    wire.send(Frames.udp(1000 + i % 100, 2000, 100));
                }
                Collected collected = drain(source);

                assertThat(collected.frames).isNotEmpty();
                assertThat(collected.summaries).isNotEmpty();
                assertThat(collected.packets()).isEqualTo(1000);
                assertThat(collected.layer2Octets()).isEqualTo(1000 * 142);
                assertThat(collected.problems).isEmpty();
            }
            return null;
        });
    }

    @Test
    void shouldCountWhatTheRingHasNoRoomFor() throws Exception {
        inside(() -> {
            try (var wire = new Wire(NEAR);
                    var source = open(config(FAR), tuning(PAGE, 1024, 60_000))) {
                byte[] echo = Frames.icmpEcho();
                for (int i = 0; i < 500; i++) {
                    wire.send(echo);
                }
                Collected collected = drain(source);

                assertThat(collected.frames).isNotEmpty().hasSizeLessThan(500);
                assertThat(collected.problems).singleElement().satisfies(problem -> {
                    assertThat(problem.reason()).isEqualTo(CaptureLossReason.KERNEL_DROP);
                    assertThat(problem.packets()).isEqualTo(500 - collected.frames.size());
                    assertThat(problem.layer2Octets()).isEqualTo(problem.packets() * echo.length);
                    assertThat(problem.firstTimeNanos()).isLessThanOrEqualTo(problem.lastTimeNanos());
                    assertThat(problem.message()).contains(FAR, "ring for frames was full");
                });
            }
            return null;
        });
    }

    @Test
    void shouldCutFramesToTheSnapLengthAndToItsOwn() throws Exception {
        inside(() -> {
            byte[] frame = Frames.udp(1, 53, 1400);
            try (var wire = new Wire(NEAR)) {
                for (int snapOctets : new int[] {64, 200, 600, 262_144}) {
                    try (var source = open(new LiveConfig(FAR, snapOctets, false, MIB, 10, null))) {
                        wire.send(frame);
                        wire.send(Frames.tagged(frame, 0x8100, 3));

                        assertThat(drain(source).frames)
                                .extracting(Collected.Seen::bytes)
                                .containsExactly(
                                        Arrays.copyOf(frame, Math.min(snapOctets, frame.length)),
                                        Arrays.copyOf(
                                                Frames.tagged(frame, 0x8100, 3),
                                                Math.min(snapOctets, frame.length + 4)));
                    }
                }
            }
            return null;
        });
    }

    /** Two senders, the map changed as often as possible: nothing is lost between the two, and none comes later than was said. */
    @Test
    void shouldLoseNothingWhileMapsChange() throws Exception {
        try (var network = new TestNetwork()) {
            var running = new AtomicBoolean(true);
            var sink = new Held();
            Callable<Long> sending = () -> network.inside(() -> {
                long sent = 0;
                try (var wire = new Wire(NEAR)) {
                    for (long i = 0; running.get(); i++) {
                        wire.send(i % 50 == 0 ? Frames.icmpEcho() : Frames.udp((int) (1000 + i % 300), 2000, 50));
                        sent++;
                    }
                }
                return sent;
            });
            network.inside(() -> {
                try (var source = open(config(FAR), tuning(16 * MIB, 4096, 1))) {
                    var senders = List.of(async(sending), async(sending));
                    for (int sweeps = 0; sweeps < 40 && sink.packets() < 500_000; ) {
                        long held = source.heldSinceNanos();
                        source.poll(sink, 1000);
                        sweeps += source.heldSinceNanos() == held ? 0 : 1;
                        sink.heldSinceNanos = source.heldSinceNanos();
                    }
                    running.set(false);
                    for (CompletableFuture<Long> sender : senders) {
                        sender.join();
                    }
                    drain(source, sink);
                }
                return null;
            });

            assertThat(sink.problems).isEmpty();
            assertThat(sink.packets()).isEqualTo(network.counter(FAR, "rx_packets"));
            assertThat(sink.layer2Octets()).isEqualTo(network.counter(FAR, "rx_bytes"));
            assertThat(sink.late)
                    .as("packets from before what was said to be held")
                    .isZero();
        }
    }

    /** Counts packets that come though it was said that none of their time would. */
    private static final class Held extends Collected {
        volatile long heldSinceNanos = Long.MIN_VALUE;
        int late;

        @Override
        public void onFrame(Frame frame) {
            super.onFrame(frame);
            note(frame);
        }

        @Override
        public void onSummary(Frame header, int packets, int layer2Octets, int octets, int tcpControlBits) {
            super.onSummary(header, packets, layer2Octets, octets, tcpControlBits);
            note(header);
        }

        private void note(Frame frame) {
            if (heldSinceNanos != Long.MAX_VALUE && frame.timeNanos() < heldSinceNanos) {
                late++;
            }
        }
    }

    private static CompletableFuture<Long> async(Callable<Long> call) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return call.call();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void shouldDeliverEachDatagramOfTheLoopbackInterfaceOnce() throws Exception {
        inside(() -> {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            try (var receiver = new DatagramSocket(0, loopback);
                    var sender = new DatagramSocket();
                    var source = open(config("lo"))) {
                for (int i = 0; i < 100; i++) {
                    sender.send(new DatagramPacket(new byte[3000], 3000, loopback, receiver.getLocalPort()));
                }
                Collected collected = drain(source);

                assertThat(collected.packets()).isEqualTo(100);
                assertThat(collected.layer2Octets()).isEqualTo(100 * (14 + 20 + 8 + 3000));
                assertThat(collected.interfaces).containsExactly(new CaptureInterface("lo", "lo", null, 1, 2048, 0, 1));
            }
            return null;
        });
    }

    @Test
    void shouldCountTwoInterfacesApart() throws Exception {
        inside(() -> {
            try (var near = new Wire(NEAR);
                    var one = open(config(NEAR));
                    var other = open(config(FAR))) {
                for (int i = 0; i < 100; i++) {
                    near.send(Frames.udp(1, 2, 100));
                }

                assertThat(drain(one).packets()).as("going out").isEqualTo(100);
                assertThat(drain(other).packets()).as("coming in").isEqualTo(100);
            }
            return null;
        });
    }

    @Test
    void shouldRefuseAnInterfaceThatIsCountedAlready() throws Exception {
        inside(() -> {
            try (var wire = new Wire(NEAR);
                    var source = open(config(FAR))) {
                var refused = catchThrowableOfType(CaptureOpenException.class, () -> open(config(FAR)));
                assertThat(refused.reason()).isEqualTo(Reason.FAILED);
                assertThat(refused).hasMessageContainingAll(FAR, "another capture", "--capture afpacket");
                wire.send(Frames.udp(1, 2, 100));

                assertThat(drain(source).packets()).as("of the one before").isEqualTo(1);
            }
            open(config(FAR)).close();
            return null;
        });
    }

    @Test
    void shouldReplaceWhatAKilledProcessHasLeft() throws Exception {
        try (var network = new TestNetwork()) {
            network.inside(() -> {
                open(config(FAR)).close();
                int index = SystemCalls.if_nametoindex(FAR);
                try (var left = FlowProgram.load(FAR, tuning(MIB, 1024, 500))) {
                    TrafficControl.attach(FAR, index, left.incoming(), left.outgoing());
                }
                assertThat(network.tc("filter", "show", "dev", FAR, "ingress")).contains("incoming");
                try (var wire = new Wire(NEAR);
                        var source = open(config(FAR))) {
                    assertThat(network.tc("filter", "show", "dev", FAR, "ingress"))
                            .containsOnlyOnce("handle 0x77656972");
                    wire.send(Frames.udp(1, 2, 100));

                    assertThat(drain(source).packets()).isEqualTo(1);
                }
                assertThat(network.tc("filter", "show", "dev", FAR, "ingress")).isBlank();
                assertThat(network.tc("filter", "show", "dev", FAR, "egress")).isBlank();
                return null;
            });
        }
    }

    @Test
    void shouldLeaveNothingBehind() throws Exception {
        try (var network = new TestNetwork()) {
            network.inside(() -> {
                String before = network.tc("qdisc", "show", "dev", FAR);
                try (var source = open(config(FAR))) {
                    assertThat(network.tc("qdisc", "show", "dev", FAR)).contains("clsact");
                    assertThat(network.tc("filter", "show", "dev", FAR, "egress"))
                            .contains("pref 1 ", "outgoing", "handle 0x77656972");
                    drain(source);
                }
                assertThat(network.tc("qdisc", "show", "dev", FAR)).isEqualTo(before);
                return null;
            });
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldLeaveTheFiltersOfOthersAlone(boolean before) throws Exception {
        try (var network = new TestNetwork()) {
            network.inside(() -> {
                if (before) {
                    network.tc("qdisc", "add", "dev", FAR, "clsact");
                    addFilter(network);
                }
                try (var wire = new Wire(NEAR);
                        var source = open(config(FAR))) {
                    if (!before) {
                        addFilter(network);
                    }
                    wire.send(Frames.udp(1, 2, 100));
                    assertThat(drain(source).packets()).isEqualTo(1);
                }
                assertThat(network.tc("qdisc", "show", "dev", FAR)).contains("clsact");
                assertThat(network.tc("filter", "show", "dev", FAR, "ingress"))
                        .contains("u32")
                        .doesNotContain("incoming");
                return null;
            });
        }
    }

    private static void addFilter(TestNetwork network) throws IOException, InterruptedException {
        network.tc(
                "filter",
                "add",
                "dev",
                FAR,
                "ingress",
                "protocol",
                "all",
                "prio",
                "7",
                "u32",
                "match",
                "u32",
                "0",
                "0",
                "flowid",
                "1:1");
        Assumptions.assumeTrue(
                network.tc("filter", "show", "dev", FAR, "ingress").contains("u32"), "no u32 filter can be made");
    }

    @Test
    void shouldGoOnWhenALostInterfaceIsBack() throws Exception {
        try (var network = new TestNetwork()) {
            network.inside(() -> {
                try (var source = open(config(FAR))) {
                    var collected = new Collected();
                    try (var wire = new Wire(NEAR)) {
                        wire.send(Frames.udp(1, 2, 1));
                        wire.send(Frames.icmpEcho());
                    }
                    network.ip("link", "del", FAR);
                    pollUntilProblems(source, collected, 1);
                    network.ip("link", "add", NEAR, "type", "veth", "peer", "name", FAR);
                    network.quiet(NEAR);
                    network.quiet(FAR);
                    pollUntilProblems(source, collected, 2);
                    assertThat(collected.packets()).as("of before").isEqualTo(2);
                    try (var wire = new Wire(NEAR)) {
                        wire.send(Frames.udp(1, 2, 1));
                    }
                    drain(source, collected);

                    assertThat(collected.packets()).isEqualTo(3);
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
                try (var source = open(config(FAR))) {
                    var collected = new Collected();
                    network.ip("link", "set", FAR, "down");
                    pollUntilProblems(source, collected, 1);
                    drain(source, collected);

                    assertThat(collected.problems)
                            .extracting(CaptureProblem::reason)
                            .containsOnly(CaptureLossReason.INTERFACE_LOST);
                    assertThat(collected.problems.get(1).message()).contains("still gone");
                }
                assertThat(network.tc("filter", "show", "dev", FAR, "ingress")).isBlank();
                return null;
            });
        }
    }

    @Test
    void shouldEndWithAnInterfaceThatIsNotWaitedFor() throws Exception {
        try (var network = new TestNetwork()) {
            network.inside(() -> {
                try (var wire = new Wire(NEAR);
                        var source = open(new LiveConfig(null, FAR, 2048, false, MIB, 10, null, false))) {
                    var sink = new Collected();
                    wire.send(Frames.udp(1, 2, 3));
                    network.ip("link", "del", FAR);
                    poll(source, sink);

                    assertThat(sink.packets()).isEqualTo(1);
                    assertThat(sink.problems).isEmpty();
                }
                return null;
            });
        }
    }

    @Test
    void shouldCountInANamespaceOfThatName() throws Exception {
        try (var network = new TestNetwork()) {
            var far = new LiveConfig(network.name(), FAR, 2048, true, MIB, 10, null, true);
            var sink = new Collected();
            try (var source = open(far)) {
                assertThat(source.name()).isEqualTo(network.name() + ":" + FAR);
                network.inside(() -> {
                    try (var wire = new Wire(NEAR)) {
                        wire.send(Frames.udp(1000, 2000, 100));
                    }
                    return null;
                });
                drain(source, sink);
            }
            assertThat(sink.packets()).isEqualTo(1);
            assertThat(network.tc("qdisc", "show", "dev", FAR)).doesNotContain("clsact");
        }
    }

    @Test
    void shouldNameWhatIsWrong() throws Exception {
        try (var network = new TestNetwork()) {
            network.ip("link", "set", FAR, "down");
            network.inside(() -> {
                open(config("lo")).close();
                assertRefused("none0", null, Reason.INTERFACE_NOT_FOUND, "none0: no such interface", NEAR);
                assertRefused(FAR, null, Reason.INTERFACE_DOWN, "ip link set " + FAR + " up");
                assertRefused("any", null, Reason.NOT_SUPPORTED, "any", "program of its own");
                assertRefused("lo", "udp", Reason.NOT_SUPPORTED, "lo", "no filter");
                return null;
            });
        }
    }

    private static void assertRefused(String device, String filter, Reason reason, CharSequence... parts) {
        var config = new LiveConfig(device, 2048, false, MIB, 10, filter);
        var refused = catchThrowableOfType(CaptureOpenException.class, () -> EbpfSource.open(config));
        assertThat(refused.reason()).as(device).isEqualTo(reason);
        assertThat(refused).hasMessageContainingAll(parts);
    }

    @Test
    void shouldBeWokenByStop() throws Exception {
        inside(() -> {
            try (var source = open(new LiveConfig(FAR, 2048, false, MIB, 10_000, null))) {
                var polls = CompletableFuture.supplyAsync(() -> {
                    try {
                        return poll(source, new Collected());
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
            try (var source = open(config(FAR))) {
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
                    var source = open(config(FAR))) {
                wire.send(Frames.udp(1, 53, 1));
                wire.send(Frames.udp(1, 53, 2));
                var failing = new Collected() {
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
                collected.onInterface(0, failing.interfaces.get(0));
                drain(source, collected);

                assertThat(collected.frames)
                        .extracting(Collected.Seen::layer2Octets)
                        .containsExactly(42 + 2);
            }
            return null;
        });
    }

    @Test
    void shouldNotTouchTheRingAfterItIsClosed() throws Exception {
        inside(() -> {
            var kept = new Frame[1];
            try (var wire = new Wire(NEAR)) {
                var source = open(config(FAR));
                for (int i = 0; i < 10; i++) {
                    wire.send(Frames.udp(1, 53, i));
                }
                var closing = new Collected() {
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

    private static long nowNanos() {
        return TimeUnit.MICROSECONDS.toNanos(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
    }

    private static void inside(Callable<Void> test) throws Exception {
        try (var network = new TestNetwork()) {
            network.inside(test);
        }
    }

    private static LiveConfig config(String device) {
        return new LiveConfig(device, 2048, false, 16 * MIB, 10, null);
    }

    private static Tuning tuning(int ringOctets, int flows, int sweepMs) {
        return new Tuning(ringOctets, flows, 2048, sweepMs);
    }

    private static EbpfSource open(LiveConfig config) throws IOException {
        return open(config, Tuning.of(config));
    }

    private static EbpfSource open(LiveConfig config, Tuning tuning) throws IOException {
        try {
            return EbpfSource.open(config, tuning);
        } catch (CaptureOpenException e) {
            boolean cannot = e.reason() == Reason.LIBRARY_MISSING
                    || e.reason() == Reason.NOT_PERMITTED
                    || e.reason() == Reason.NOT_SUPPORTED;
            Assumptions.assumeFalse(cannot, e.getMessage());
            throw e;
        }
    }

    private static void pollUntilProblems(EbpfSource source, Collected collected, int count) throws IOException {
        while (collected.problems.size() < count) {
            source.poll(collected, 10);
        }
    }

    private static Collected drain(EbpfSource source) throws IOException {
        var collected = new Collected();
        drain(source, collected);
        return collected;
    }

    private static void drain(EbpfSource source, Collected collected) throws IOException {
        source.stop();
        poll(source, collected);
    }

    private static int poll(EbpfSource source, Collected collected) throws IOException {
        int polled = source.poll(collected, 64);
        while (polled != CaptureSource.END) {
            polled = source.poll(collected, 64);
        }
        return polled;
    }
}
