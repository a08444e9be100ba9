package io.weir.collectors.capture.afpacket;

import static io.weir.collectors.capture.afpacket.RingSourceTest.udp;
import static io.weir.collectors.capture.afpacket.TestNetwork.FAR;
import static io.weir.collectors.capture.afpacket.TestNetwork.NEAR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.collectors.capture.CaptureLossReason;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureOpenException.Reason;
import io.weir.collectors.capture.CaptureProblem;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Collected;
import io.weir.collectors.capture.LiveConfig;
import io.weir.collectors.capture.afpacket.TestNetwork.Wire;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An interface whose packets several rings share, in a network namespace of its own. Skipped where none can be made. */
@Timeout(60)
class RingFanOutTest {

    private static final int MIB = 1 << 20;
    private static final int FLOWS = 200;
    private static final int ROUNDS = 10;

    /** Rings that share an interface, polled in turn. */
    private static final class Rings implements AutoCloseable {
        private final List<RingSource> sources;
        private final List<Collected> collected = new ArrayList<>();

        Rings(LiveConfig config, int sources) throws IOException {
            try {
                this.sources = RingSource.open(config, sources);
            } catch (CaptureOpenException e) {
                boolean cannot = e.reason() == Reason.NOT_PERMITTED || e.reason() == Reason.NOT_SUPPORTED;
                Assumptions.assumeFalse(cannot, e.getMessage());
                throw e;
            }
            this.sources.forEach(source -> collected.add(new Collected()));
            poll();
        }

        boolean poll() throws IOException {
            boolean ended = true;
            for (int i = 0; i < sources.size(); i++) {
                ended &= sources.get(i).poll(collected.get(i), 64) == CaptureSource.END;
            }
            return ended;
        }

        void drain() throws IOException {
            sources.forEach(RingSource::stop);
            boolean ended = poll();
            while (!ended) {
                ended = poll();
            }
        }

        List<Collected.Seen> frames() {
            return collected.stream().flatMap(one -> one.frames.stream()).toList();
        }

        List<CaptureProblem> problems() {
            return collected.stream().flatMap(one -> one.problems.stream()).toList();
        }

        /** What is seen by only one ring each, all of it, and by more than one ring together. */
        void assertSpread(ToIntFunction<ByteBuffer> conversation, int conversations) {
            List<Set<Integer>> seen = collected.stream()
                    .map(one -> one.frames.stream()
                            .map(frame -> conversation.applyAsInt(ByteBuffer.wrap(frame.bytes())))
                            .collect(Collectors.toSet()))
                    .toList();
            assertThat(seen.stream().mapToInt(Set::size).sum()).isEqualTo(conversations);
            assertThat(seen.stream().filter(one -> !one.isEmpty()).count()).isGreaterThan(1);
        }

        @Override
        public void close() {
            sources.forEach(RingSource::close);
        }
    }

    @Test
    void shouldShareExactlyWhatTheInterfaceCounts() throws Exception {
        try (var network = new TestNetwork()) {
            List<Collected.Seen> frames = network.inside(() -> {
                try (var rings = new Rings(config(FAR), 3);
                        var alone = new Rings(config(FAR), 1);
                        var others = new Rings(config(FAR), 2)) {
                    exchange();
                    rings.drain();
                    alone.drain();
                    others.drain();

                    rings.assertSpread(frame -> ports(frame, 14), FLOWS);
                    assertThat(rings.problems()).isEmpty();
                    assertThat(rings.collected)
                            .allSatisfy(one -> assertThat(one.times()).isSorted());
                    assertThat(alone.frames()).hasSameSizeAs(rings.frames());
                    assertThat(others.frames()).as("another group").hasSameSizeAs(rings.frames());
                    return rings.frames();
                }
            });

            assertThat(frames.size()).isEqualTo(2 * FLOWS * ROUNDS).isEqualTo((int)
                    (network.counter(FAR, "rx_packets") + network.counter(FAR, "tx_packets")));
            assertThat(frames.stream().mapToLong(Collected.Seen::layer2Octets).sum())
                    .isEqualTo(network.counter(FAR, "rx_bytes") + network.counter(FAR, "tx_bytes"));
        }
    }

    @Test
    void shouldHaveRoomForMoreRingsThanTheBufferHasMegabytes() throws Exception {
        inside(network -> {
            try (var rings = new Rings(config(FAR).withBufferOctets(MIB), 3)) {
                exchange();
                rings.drain();

                assertThat(rings.frames()).hasSize(2 * FLOWS * ROUNDS);
            }
        });
    }

    @Test
    void shouldShareAllInterfaces() throws Exception {
        inside(network -> {
            try (var rings = new Rings(config("any"), 2)) {
                exchange();
                rings.drain();

                assertThat(rings.frames()).as("at both ends").hasSize(2 * 2 * FLOWS * ROUNDS);
                rings.assertSpread(frame -> ports(frame, 20), FLOWS);
            }
        });
    }

    /** They are not put together by the kernel, which would make one packet of several and none of those that lack a part. */
    @Test
    void shouldGiveAllFragmentsOfADatagramToOneRing() throws Exception {
        inside(network -> {
            int datagrams = 100;
            try (var wire = new Wire(NEAR);
                    var rings = new Rings(config(FAR), 3)) {
                for (int i = 0; i < datagrams; i++) {
                    wire.send(fragment(i, 0x2000));
                    wire.send(fragment(i, 0x2000 | 100));
                    wire.send(fragment(i, 200));
                }
                wire.send(fragment(datagrams, 0x2000));
                rings.drain();

                assertThat(rings.frames()).hasSize(3 * datagrams + 1);
                rings.assertSpread(frame -> frame.getShort(14 + 4), datagrams + 1);
            }
        });
    }

    @Test
    void shouldGiveAllFragmentsOfAnIpv6PacketToOneRing() throws Exception {
        inside(network -> {
            int packets = 100;
            try (var wire = new Wire(NEAR);
                    var rings = new Rings(config(FAR), 3)) {
                for (int i = 0; i < packets; i++) {
                    wire.send(fragmentOfIpv6(i, 1));
                    wire.send(fragmentOfIpv6(i, 800));
                }
                rings.drain();

                assertThat(rings.frames()).hasSize(2 * packets);
                rings.assertSpread(frame -> frame.getInt(14 + 40 + 4), packets);
            }
        });
    }

    @Test
    void shouldAccountForEveryPacketWithinOneBuffer() throws Exception {
        inside(network -> {
            int frames = 6000;
            try (var wire = new Wire(NEAR);
                    var rings = new Rings(new LiveConfig(FAR, 65_536, true, 2 * MIB, 10, null), 2)) {
                for (int i = 0; i < frames; i++) {
                    wire.send(udp(1000, i, 53));
                }
                rings.drain();

                int taken = rings.frames().size();
                assertThat(taken).isPositive().isLessThan(2 * MIB / 1000);
                assertThat(rings.problems())
                        .hasSize(2)
                        .allMatch(problem -> problem.reason() == CaptureLossReason.KERNEL_DROP);
                assertThat(rings.problems().stream()
                                .mapToLong(CaptureProblem::packets)
                                .sum())
                        .isEqualTo(frames - taken);
            }
        });
    }

    @Test
    void shouldGoOnWithAllRingsWhenALostInterfaceIsBack() throws Exception {
        inside(network -> {
            try (var rings = new Rings(config(FAR), 3)) {
                exchange();
                network.ip("link", "del", FAR);
                pollUntilProblems(rings, 1);
                network.ip("link", "add", NEAR, "type", "veth", "peer", "name", FAR);
                network.quiet(NEAR);
                network.quiet(FAR);
                pollUntilProblems(rings, 2);
                exchange();
                rings.drain();

                assertThat(rings.frames()).hasSize(2 * 2 * FLOWS * ROUNDS);
                rings.assertSpread(frame -> ports(frame, 14), FLOWS);
                assertThat(rings.problems())
                        .as("told once")
                        .hasSize(2)
                        .allMatch(problem -> problem.reason() == CaptureLossReason.INTERFACE_LOST);
            }
        });
    }

    @Test
    void shouldEndWhileTheInterfaceIsGone() throws Exception {
        inside(network -> {
            try (var rings = new Rings(config(FAR), 2)) {
                network.ip("link", "set", FAR, "down");
                pollUntilProblems(rings, 1);
                rings.drain();

                assertThat(rings.problems()).hasSize(2);
                assertThat(rings.problems().get(1).message()).contains("still gone");
            }
        });
    }

    @Test
    void shouldDeliverEachDatagramOfTheLoopbackInterfaceOnce() throws Exception {
        inside(network -> {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            try (var receiver = new DatagramSocket(0, loopback);
                    var rings = new Rings(config("lo"), 2)) {
                for (int i = 0; i < 50; i++) {
                    try (var sender = new DatagramSocket()) {
                        sender.send(new DatagramPacket(new byte[3000], 3000, loopback, receiver.getLocalPort()));
                    }
                }
                rings.drain();

                assertThat(rings.frames()).hasSize(50);
            }
        });
    }

    @Test
    void shouldNameWhatIsWrongAndLeaveNothingOpen() throws Exception {
        inside(network -> {
            assertThatThrownBy(() -> RingSource.open(config("none0"), 2)).hasMessageContaining("no such interface");
            network.ip("link", "set", FAR, "down");
            assertThatThrownBy(() -> RingSource.open(config(FAR), 2)).hasMessageContaining("the interface is down");
        });
    }

    /** In both directions between both ends, each flow with ports of its own. */
    private static void exchange() {
        try (var near = new Wire(NEAR);
                var far = new Wire(FAR)) {
            for (int round = 0; round < ROUNDS; round++) {
                for (int flow = 0; flow < FLOWS; flow++) {
                    near.send(udp(round, 1000 + flow, 53));
                    far.send(back(udp(round, 53, 1000 + flow)));
                }
            }
        }
    }

    private static byte[] back(byte[] frame) {
        ByteBuffer.wrap(frame).putInt(14 + 12, 0x0a00_0002).putInt(14 + 16, 0x0a00_0001);
        return frame;
    }

    private static int ports(ByteBuffer frame, int ipOffset) {
        return frame.getShort(ipOffset + 20) + frame.getShort(ipOffset + 22);
    }

    /** A fragment of 800 octets; those of a datagram differ from others in their addresses, too. */
    private static byte[] fragment(int datagram, int flagsAndOffset) {
        byte[] frame = udp(800 - 8, 1000 + datagram, 53);
        ByteBuffer.wrap(frame)
                .putShort(14 + 4, (short) datagram)
                .putShort(14 + 6, (short) flagsAndOffset)
                .putInt(14 + 12, 0x0a00_0100 + datagram);
        return frame;
    }

    /** A fragment of 800 octets, the first with ports; those of a packet differ from others in their addresses, too. */
    private static byte[] fragmentOfIpv6(int packet, int offsetAndFlag) {
        ByteBuffer frame = ByteBuffer.allocate(14 + 40 + 8 + 800).put(udp(0, 1, 2), 0, 12);
        frame.putShort((short) 0x86dd).putInt(0x6000_0000).putShort((short) 808).putShort((short) 0x2c40);
        frame.putLong(0xfd00_0000_0000_0000L)
                .putLong(packet)
                .putLong(0xfd00_0000_0000_0000L)
                .putLong(1L << 32);
        frame.put((byte) 17).put((byte) 0).putShort((short) offsetAndFlag).putInt(packet);
        return frame.putShort((short) (1000 + packet)).putShort((short) 53).array();
    }

    private static LiveConfig config(String device) {
        return new LiveConfig(device, 2048, false, 16 * MIB, 10, null);
    }

    private static void pollUntilProblems(Rings rings, int count) throws IOException {
        while (rings.problems().size() < count) {
            rings.poll();
        }
    }

    /** Something to do in a network. */
    private interface Inside {
        void in(TestNetwork network) throws Exception;
    }

    private static void inside(Inside test) throws Exception {
        try (var network = new TestNetwork()) {
            network.inside(() -> {
                test.in(network);
                return null;
            });
        }
    }
}
