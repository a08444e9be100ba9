package io.weir.bench.micro;

import io.weir.collectors.decode.PacketDecoder;
import io.weir.collectors.decode.PacketHeaders;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
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

    private final GeneratedFrames frames = new GeneratedFrames();
    private final PacketDecoder decoder = new PacketDecoder();
    private final PacketHeaders headers = new PacketHeaders();

    /** The result is folded, so that no field's decoding can be left out. */
    @Benchmark
    @OperationsPerInvocation(GeneratedFrames.PACKETS)
    public long decode() {
        long fold = 0;
        for (int i = 0; i < GeneratedFrames.PACKETS; i++) {
            int length = frames.lengths[i];
            decoder.decode(frames.file, frames.offsets[i], length, length, GeneratedFrames.LINKTYPE_ETHERNET, headers);
            fold += headers.sourceAddressLow
                    + headers.destinationAddressLow
                    + headers.sourcePort
                    + headers.destinationPort
                    + headers.tcpControlBits
                    + headers.octets
                    + headers.layers;
        }
        return fold;
    }
}
