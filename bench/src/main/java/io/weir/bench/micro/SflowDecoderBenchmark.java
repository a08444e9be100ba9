package io.weir.bench.micro;

import io.weir.decoding.packet.PacketDecoder;
import io.weir.decoding.packet.PacketHeaders;
import io.weir.topology.sflow.CounterSample;
import io.weir.topology.sflow.DiscardedPacket;
import io.weir.topology.sflow.FlowSample;
import io.weir.topology.sflow.SampledPacket;
import io.weir.topology.sflow.SflowDatagram;
import io.weir.topology.sflow.SflowDecoder;
import io.weir.topology.sflow.SflowListener;
import io.weir.topology.sflow.SflowProblem;
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

/** sFlow datagrams to samples; scores are per datagram of seven. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SflowDecoderBenchmark {

    /** Whether samples have a record of BGP beside header, VLANs and next hop. */
    @Param({"false", "true"})
    private boolean gateway;

    /**
     * Datagrams taken in turn, a power of two: 64 (110 kB) lie in the second level of cache, as those do that a fetch from Kafka has just
     * brought; 4096 (7 MB) come from further off.
     */
    @Param({"64", "4096"})
    private int span;

    private final SflowDecoder decoder = new SflowDecoder();
    private final Fold fold = new Fold();
    private final FoldOfHeaders foldOfHeaders = new FoldOfHeaders();
    private GeneratedSflow datagrams;

    @Setup
    public void generate() {
        datagrams = new GeneratedSflow(gateway);
        foldOfHeaders.datagrams = datagrams;
    }

    /** The result is folded, so that no field's decoding can be left out. */
    @Benchmark
    @OperationsPerInvocation(GeneratedSflow.DATAGRAMS)
    public long decode() {
        return decode(fold);
    }

    /** With the headers of each packet sampled. */
    @Benchmark
    @OperationsPerInvocation(GeneratedSflow.DATAGRAMS)
    public long decodeWithHeaders() {
        return decode(foldOfHeaders);
    }

    private long decode(Fold into) {
        into.fold = 0;
        for (int i = 0; i < GeneratedSflow.DATAGRAMS; i++) {
            int at = i & (span - 1);
            decoder.decode(datagrams.octets, datagrams.offsets[at], datagrams.lengths[at], into);
        }
        if (into.fold == 0) {
            throw new IllegalStateException("nothing was decoded");
        }
        return into.fold;
    }

    private static class Fold implements SflowListener {
        long fold;

        @Override
        public void onDatagram(SflowDatagram datagram) {
            fold += datagram.agentAddress.low + datagram.sequenceNumber + datagram.uptimeMs;
        }

        @Override
        public void onFlowSample(FlowSample sample) {
            SampledPacket packet = sample.packet;
            fold += sample.sequenceNumber
                    + sample.sourceIndex
                    + sample.samplingRate
                    + sample.samplePool
                    + sample.inputValue
                    + sample.outputValue
                    + sample.records.size()
                    + packet.present;
            if (packet.has(SampledPacket.HEADER)) {
                fold += packet.headerProtocol + packet.header.position + packet.header.octets + packet.layer2Octets();
            }
            if (packet.has(SampledPacket.SWITCH)) {
                fold += packet.sourceVlan + packet.destinationVlan;
            }
            if (packet.has(SampledPacket.ROUTER)) {
                fold += packet.nextHop.low + packet.sourceMaskLength + packet.destinationMaskLength;
            }
            if (packet.has(SampledPacket.GATEWAY)) {
                fold += packet.gateway.sourceAs + packet.gateway.destinationAs;
            }
        }

        @Override
        public void onCounterSample(CounterSample sample) {
            fold += sample.sequenceNumber;
        }

        @Override
        public void onDiscardedPacket(DiscardedPacket discarded) {
            fold += discarded.reason;
        }

        @Override
        public void onOtherSample(int enterprise, int format, int position, int octets) {
            fold += octets;
        }

        @Override
        public void onProblem(SflowProblem problem, int position) {
            throw new IllegalStateException("generated datagram with " + problem);
        }

        @Override
        public void onEnd() {
            fold++;
        }
    }

    private static final class FoldOfHeaders extends Fold {
        private final PacketDecoder packets = new PacketDecoder();
        private final PacketHeaders headers = new PacketHeaders();
        private GeneratedSflow datagrams;

        @Override
        public void onFlowSample(FlowSample sample) {
            super.onFlowSample(sample);
            SampledPacket packet = sample.packet;
            packets.decode(
                    datagrams.octets,
                    packet.header.position,
                    packet.header.octets,
                    (int) packet.layer2Octets(),
                    packet.linkType(datagrams.octets),
                    headers);
            fold += headers.sourceAddressLow + headers.destinationPort + headers.octets + headers.layers;
        }
    }
}
