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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One packet of any of so many open flows, out of a batch of 1000 and into the table: what a packet costs more where there are more flows
 * than the processor's caches hold. Nothing begins or ends, no window is over, the changelog is not written.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FlowTableBenchmark {

    private static final int BATCHES = 256;
    private static final int PACKETS_PER_BATCH = 1000;
    private static final int IPV4 = 4;
    private static final int UDP = 17;

    @Param({"10000", "1000000"})
    private int flows;

    private final PacketBatchDecoder decoder = new PacketBatchDecoder();
    private final FlowTable table = new FlowTable();
    private final Meter meter =
            new Meter(MeterConfig.defaults(), table, new ConversationTable(1), new MeterBenchmark.Nowhere());
    private final PacketBatchEncoder encoder = new PacketBatchEncoder(1000, true);
    private final BatchHeader header =
            new BatchHeader(new ObservationPoint("bench", "flows", "pcap", 1), "session", 0, Long.MIN_VALUE, false);
    private final List<byte[]> batches = new ArrayList<>();

    /** Begins all flows. */
    @Setup
    public void begin() throws MalformedBatchException {
        for (int flow = 0; flow < flows; flow += PACKETS_PER_BATCH) {
            for (int i = 0; i < PACKETS_PER_BATCH; i++) {
                add(flow + i);
            }
            process(encoder.encode(1, header));
        }
        SplittableRandom random = new SplittableRandom(1);
        for (int batch = 0; batch < BATCHES; batch++) {
            for (int i = 0; i < PACKETS_PER_BATCH; i++) {
                add(random.nextInt(flows));
            }
            batches.add(encoder.encode(1, header));
        }
    }

    private void add(int flow) {
        CanonicalKey key = new CanonicalKey();
        key.etherType = 0x0800;
        boolean sentByA = key.setEndpoints(IPV4, UDP, 0, 0x0a000000L + flow, 40_000, 1, 0, 0x0b000001L, 53, 2, false);
        encoder.add(key, key.hash(), sentByA, flow, 100, 86, -1);
    }

    private void process(byte[] batch) throws MalformedBatchException {
        decoder.decode(batch, WireFormat.HEADER_OCTETS);
        meter.process(decoder, 0);
    }

    @Benchmark
    @OperationsPerInvocation(BATCHES * PACKETS_PER_BATCH)
    public int update() throws MalformedBatchException {
        for (byte[] batch : batches) {
            process(batch);
        }
        return table.size();
    }
}
