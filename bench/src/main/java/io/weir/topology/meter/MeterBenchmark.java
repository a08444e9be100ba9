package io.weir.topology.meter;

import io.weir.bench.micro.PacketSummaries;
import io.weir.schemas.packets.MalformedBatchException;
import io.weir.schemas.packets.PacketBatchDecoder;
import io.weir.schemas.packets.PacketBatchEncoder;
import io.weir.schemas.serde.WireFormat;
import io.weir.topology.MeterConfig;
import io.weir.topology.conversation.ConversationTable;
import java.util.ArrayList;
import java.util.List;
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

/**
 * One packet summary out of its batch and into the flow table: 65,536 packets of 2,000 flows, which begin and end with each
 * round; records go nowhere, and the changelog is not written. In
 * the meter's own package, as the meter is not for use without its processor.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class MeterBenchmark {

    private static final int PACKETS_PER_BATCH = 8192;

    private final FlowTable table = new FlowTable();
    private final PacketBatchDecoder decoder = new PacketBatchDecoder();
    private final Meter meter = new Meter(MeterConfig.defaults(), table, new ConversationTable(1), new Nowhere());
    private List<byte[]> batches = List.of();

    @Setup
    public void encodeOnce() {
        PacketSummaries summaries = new PacketSummaries();
        PacketBatchEncoder encoder = new PacketBatchEncoder(PacketSummaries.TICK_NANOSECONDS, true);
        batches = new ArrayList<>(summaries.encode(encoder, PACKETS_PER_BATCH));
        batches.add(summaries.encodeEnd(encoder));
    }

    @Benchmark
    @OperationsPerInvocation(PacketSummaries.PACKETS)
    public int update() throws MalformedBatchException {
        for (byte[] batch : batches) {
            decoder.decode(batch, WireFormat.HEADER_OCTETS);
            meter.process(decoder, 0);
        }
        table.clearCache();
        return table.size();
    }

    static final class Nowhere implements MeterOutput {

        @Override
        public void flow(FlowRow row, WindowDelta delta, long window, boolean last) {
            // What a record costs belongs to the whole pipeline's figures.
        }

        @Override
        public void established(FlowRow row, long window) {}

        @Override
        public void complete(ObservationState point, long window) {
            // Nothing waits for it.
        }

        @Override
        public void unattributed(Unattributed reason) {
            // There are no ICMP errors.
        }
    }
}
