package io.weir.collectors.capture.ebpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.Collected;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowCountsTest {

    /** Behind something else. */
    private static final int OFFSET = 8;

    private final ByteBuffer octets =
            ByteBuffer.allocate(OFFSET + FlowCounts.OCTETS).order(ByteOrder.nativeOrder());
    private final FlowCounts counts = new FlowCounts().wrap(octets, OFFSET);
    private final Collected sink = new Collected();
    private final KernelClock clock = new KernelClock();

    @BeforeEach
    void announce() {
        sink.onInterface(0, new CaptureInterface("eth0", "eth0", null, 1, 0, 0, 0));
    }

    private void counted(long packets, long layer2Octets, long ipOctets, int lastLayer2Octets) {
        octets.putLong(OFFSET, packets)
                .putLong(OFFSET + 8, layer2Octets)
                .putLong(OFFSET + 16, ipOctets)
                .putLong(OFFSET + 24, 1_000_000_000L)
                .putLong(OFFSET + 32, 3_000_000_000L)
                .putInt(OFFSET + 40, lastLayer2Octets)
                .putInt(OFFSET + 44, lastLayer2Octets - 14)
                .putShort(OFFSET + 56, (short) 0x018)
                .putShort(OFFSET + 58, (short) 0x010);
    }

    private void header(byte[] frame, int headerOctets, int tag) {
        octets.putInt(OFFSET + 48, frame.length)
                .putInt(OFFSET + 52, tag)
                .putShort(OFFSET + 60, (short) headerOctets)
                .put(OFFSET + FlowCounts.HEADER, frame, 0, headerOctets);
    }

    @Test
    void shouldDeliverASinglePacketOnce() {
        byte[] frame = Frames.udp(1, 2, 100);
        header(frame, 42, 0);
        counted(1, 142, 128, 142);

        assertThat(counts.deliverFirst(sink, clock, 0)).isEqualTo(1);

        Collected.Counted one = sink.summaries.get(0);
        assertThat(one.header()).isEqualTo(Arrays.copyOf(frame, 42));
        assertThat(one.headerLayer2Octets()).isEqualTo(142);
        assertThat(one.timeNanos()).isEqualTo(clock.epochNanos(1_000_000_000L));
        assertThat(one.packets()).isEqualTo(1);
        assertThat(one.layer2Octets()).isEqualTo(142);
        assertThat(one.octets()).isEqualTo(128);
        assertThat(one.tcpControlBits()).as("of UDP").isEqualTo(-1);
    }

    @Test
    void shouldDeliverTheLastPacketAtItsTime() {
        header(Frames.tcp(1, 2, Frames.ACK, "some octets"), 54, 0);
        counted(10, 5000, 4860, 300);

        assertThat(counts.deliverFirst(sink, clock, 0)).isEqualTo(1);
        counts.deliverLast(sink, clock, 0);

        assertThat(sink.summaries).extracting(Collected.Counted::packets).containsExactly(9, 1);
        assertThat(sink.summaries).extracting(Collected.Counted::layer2Octets).containsExactly(4700, 300);
        assertThat(sink.summaries).extracting(Collected.Counted::octets).containsExactly(4574, 286);
        assertThat(sink.summaries).extracting(Collected.Counted::tcpControlBits).containsExactly(0x18, 0x10);
        assertThat(sink.summaries)
                .extracting(Collected.Counted::timeNanos)
                .containsExactly(clock.epochNanos(1_000_000_000L), clock.epochNanos(3_000_000_000L));
    }

    @Test
    void shouldPutTheTagBackToWhereItWas() {
        byte[] frame = Frames.tcp6(1, 2, Frames.ACK, "some octets");
        header(frame, 74, 0x8100_2007);
        counted(1, frame.length + 4, frame.length - 14, frame.length + 4);

        counts.deliverFirst(sink, clock, 0);

        assertThat(sink.summaries.get(0).header()).isEqualTo(Arrays.copyOf(Frames.tagged(frame, 0x8100, 0x2007), 78));
    }

    @ParameterizedTest
    @CsvSource({
        "2147483648, 1",
        "2147483649, 2",
        "6000000000, 3",
        "4294967294, 2",
        "4294967296, 3",
        "20000000000000, 9314"
    })
    void shouldSplitSumsThatASummaryCannotHold(long layer2Octets, int parts) {
        long packets = layer2Octets / 1500;
        header(Frames.udp(1, 2, 100), 42, 0);
        counted(packets + 1, layer2Octets + 1, layer2Octets - 14 * packets, 1);
        octets.putInt(OFFSET + 44, 0);

        assertThat(counts.deliverFirst(sink, clock, 0)).isEqualTo(sink.summaries.size());

        assertThat(sink.summaries).hasSizeBetween(parts, parts + 1).allSatisfy(part -> {
            assertThat(part.packets()).isPositive();
            assertThat(part.layer2Octets()).isPositive();
            assertThat(part.octets()).isPositive();
        });
        assertThat(sink.packets()).isEqualTo(packets);
        assertThat(sink.layer2Octets()).isEqualTo(layer2Octets);
        assertThat(sink.summaries.stream().mapToLong(Collected.Counted::octets).sum())
                .isEqualTo(layer2Octets - 14 * packets);
    }
}
