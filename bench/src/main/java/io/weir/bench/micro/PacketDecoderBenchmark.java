package io.weir.bench.micro;

import io.weir.decoding.packet.PacketDecoder;
import io.weir.decoding.packet.PacketHeaders;
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
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Frame octets to header fields. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PacketDecoderBenchmark {

    /**
     * Frames taken in turn, a power of two: 1024 lie in the second level of cache, as frames do that the kernel has just put there; 65,536
     * come from memory.
     */
    @Param({"1024", "65536"})
    private int span;

    private final GeneratedFrames frames = new GeneratedFrames();
    private final GeneratedFrames framesInVxlan = frames.inVxlan();
    private final PacketDecoder decoder = new PacketDecoder();
    private final PacketHeaders headers = new PacketHeaders();

    /** The result is folded, so that no field's decoding can be left out. */
    @Benchmark
    @OperationsPerInvocation(GeneratedFrames.PACKETS)
    public long decode() {
        long fold = 0;
        for (int i = 0; i < GeneratedFrames.PACKETS; i++) {
            decode(frames, i);
            fold += fold(headers);
        }
        return fold;
    }

    /** Outer and inner headers. */
    @Benchmark
    @OperationsPerInvocation(GeneratedFrames.PACKETS)
    public long decodeInVxlan() {
        long fold = 0;
        for (int i = 0; i < GeneratedFrames.PACKETS; i++) {
            decode(framesInVxlan, i);
            fold += fold(headers) + fold(headers.enclosed());
        }
        return fold;
    }

    private void decode(GeneratedFrames from, int number) {
        int i = number & (span - 1);
        int length = from.lengths[i];
        decoder.decode(from.file, from.offsets[i], length, length, GeneratedFrames.LINKTYPE_ETHERNET, headers);
    }

    private static long fold(PacketHeaders headers) {
        return headers.sourceAddressLow
                + headers.destinationAddressLow
                + headers.sourcePort
                + headers.destinationPort
                + headers.tcpControlBits
                + headers.octets
                + headers.layers;
    }
}
