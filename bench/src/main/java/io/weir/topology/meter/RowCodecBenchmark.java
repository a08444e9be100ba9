package io.weir.topology.meter;

import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.BatchHeader;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.MalformedBatchException;
import io.weir.schemas.packets.PacketBatchDecoder;
import io.weir.schemas.packets.PacketBatchEncoder;
import io.weir.schemas.serde.WireFormat;
import io.weir.topology.MeterConfig;
import io.weir.topology.conversation.ConversationTable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * One row of the flow table into its changelog's page, or back out of it, among 65,536 flows: more than the processor's caches hold. TCP over
 * IPv4 in the middle of its life, one window closed and one open, a round trip noted in every second flow. Prints the octets of a row as it starts.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class RowCodecBenchmark {

    private static final int FLOWS = 1 << 16;
    private static final int FLOWS_PER_BATCH = 1 << 13;
    private static final int IPV4 = 4;
    private static final int TCP = 6;
    private static final int HANDSHAKE_AND_DATA = 6;
    private static final int MOST_OCTETS = 1400;
    private static final int MOST_ROUND_TRIP_MICROSECONDS = 50_000;
    private static final long MICROSECONDS_A_FLOW = 20;
    private static final long WINDOW_MICROSECONDS =
            MeterConfig.defaults().window().toNanos() / 1000;
    private static final long START_MICROSECONDS = 1_764_000_000_000_000L;

    private final FlowTable table = new FlowTable();
    private final List<byte[]> keys = new ArrayList<>();
    private final List<byte[]> pages = new ArrayList<>();

    /** Fills the table. */
    @Setup
    public void fill() throws MalformedBatchException {
        Meter meter = new Meter(MeterConfig.defaults(), table, new ConversationTable(1), new MeterBenchmark.Nowhere());
        PacketBatchEncoder encoder = new PacketBatchEncoder(1000, true);
        PacketBatchDecoder decoder = new PacketBatchDecoder();
        BatchHeader header =
                new BatchHeader(new ObservationPoint("bench", "rows", "pcap", 1), "session", 0, Long.MIN_VALUE, false);
        for (int window = 0; window < 2; window++) {
            SplittableRandom random = new SplittableRandom(1);
            for (int flow = 0; flow < FLOWS; flow++) {
                add(encoder, random, flow, window);
                if ((flow + 1) % FLOWS_PER_BATCH == 0) {
                    decoder.decode(encoder.encode(1, header), WireFormat.HEADER_OCTETS);
                    meter.process(decoder, 0);
                }
            }
        }
        long octets = 0;
        table.writeAll((key, value) -> {
            keys.add(key);
            pages.add(value);
        });
        for (byte[] page : pages) {
            octets += page.length;
        }
        System.out.printf("%d flows, %.1f octets a row%n", table.size(), (double) octets / table.size());
    }

    private static void add(PacketBatchEncoder encoder, SplittableRandom random, int flow, int window) {
        CanonicalKey key = new CanonicalKey();
        key.etherType = 0x0800;
        boolean sentByA = key.setEndpoints(
                IPV4,
                TCP,
                0,
                0x0a000000L + random.nextInt(1 << 16),
                random.nextInt(1 << 15, 1 << 16),
                1,
                0,
                0x0b000000L + random.nextInt(1 << 10),
                443,
                2,
                false);
        long hash = key.hash();
        long at = START_MICROSECONDS + window * WINDOW_MICROSECONDS + flow * MICROSECONDS_A_FLOW;
        for (int packet = 0; packet < HANDSHAKE_AND_DATA; packet++) {
            boolean fromInitiator = packet % 2 == 0;
            int octets = 40 + (packet < 3 ? 0 : random.nextInt(MOST_OCTETS));
            encoder.add(key, hash, sentByA == fromInitiator, at + packet, octets + 14, octets, flags(window, packet));
            if (packet == HANDSHAKE_AND_DATA - 1 && flow % 2 == 0) {
                encoder.addTcpNote(0, random.nextInt(MOST_ROUND_TRIP_MICROSECONDS));
            }
        }
    }

    private static int flags(int window, int packet) {
        if (window > 0 || packet > 1) {
            return FlowRow.ACK;
        }
        return packet == 0 ? FlowRow.SYN : FlowRow.SYN | FlowRow.ACK;
    }

    /** Rows into pages. */
    @Benchmark
    @OperationsPerInvocation(FLOWS)
    public void encode(Blackhole hole) {
        table.writeAll((key, value) -> hole.consume(value));
    }

    /** Pages into rows, the table's index included. */
    @Benchmark
    @OperationsPerInvocation(FLOWS)
    public int decode() {
        FlowTable restored = new FlowTable();
        for (int i = 0; i < keys.size(); i++) {
            restored.restore(keys.get(i), pages.get(i));
        }
        restored.open(null, null);
        return restored.size();
    }
}
