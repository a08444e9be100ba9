package io.weir.bench.micro;

import io.weir.schemas.packets.MalformedBatchException;
import io.weir.schemas.packets.PacketBatchDecoder;
import io.weir.schemas.packets.PacketBatchEncoder;
import io.weir.schemas.serde.WireFormat;
import java.util.List;
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

/** Packet summaries to Kafka values and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PacketBatchBenchmark {

    @Param({"100", "1000", "8192"})
    private int packetsPerBatch;

    private final PacketSummaries summaries = new PacketSummaries();
    private final PacketBatchEncoder encoder = new PacketBatchEncoder(PacketSummaries.TICK_NANOSECONDS, true);
    private final PacketBatchDecoder decoder = new PacketBatchDecoder();
    private List<byte[]> batches = List.of();

    @Setup
    public void encodeOnce() {
        batches = summaries.encode(encoder, packetsPerBatch);
        long octets = batches.stream().mapToLong(batch -> batch.length).sum();
        System.out.printf("%.1f octets a packet, before compression%n", (double) octets / GeneratedFrames.PACKETS);
    }

    @Benchmark
    @OperationsPerInvocation(GeneratedFrames.PACKETS)
    public List<byte[]> encode() {
        return summaries.encode(encoder, packetsPerBatch);
    }

    /** All columns and keys are in arrays when the call returns. */
    @Benchmark
    @OperationsPerInvocation(GeneratedFrames.PACKETS)
    public long decode() throws MalformedBatchException {
        long fold = 0;
        for (byte[] batch : batches) {
            decoder.decode(batch, WireFormat.HEADER_OCTETS);
            int last = decoder.packetCount() - 1;
            fold += decoder.timeNanosecondsColumn()[last] + decoder.layer2OctetsColumn()[last] + decoder.keyCount();
        }
        return fold;
    }
}
