package io.weir.topology.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.decoding.packet.FactKind;
import io.weir.schemas.CounterDeviation;
import io.weir.schemas.DeviceCounters;
import io.weir.schemas.ExporterStatus;
import io.weir.schemas.Loss;
import io.weir.schemas.SamplingStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What an agent is said to do, beside what it does: made-up traffic of which everything is known, with restarts in between. */
class SflowIntakeTest {

    private static final long NOW = 1_700_000_000_000_000_000L;
    private static final long NOW_MS = NOW / 1_000_000;
    private static final long SECOND = 1_000_000_000L;
    private static final DatagramSender SENDER = DatagramSender.of(4, 0, 0xc000_0299L, 40_000);
    private static final int PARTITIONS = 2;
    private static final int RATE = 100;
    private static final int INTERFACE = 7;
    private static final int OTHER = 8;
    private static final int SWITCH = 2 << 24 | 1000;

    private final List<Loss> losses = new ArrayList<>();
    private final List<DeviceCounters> counters = new ArrayList<>();
    private final DecoderMetrics metrics = new DecoderMetrics(new SimpleMeterRegistry());
    private final Random random = new Random(20261129);
    private SflowTable table;
    private SflowIntake intake;
    private PacketOutbox outbox;
    private DatagramLosses gathered;
    private long timeNanos = NOW;
    private long sequence = 1;
    private long uptimeMs = 60_000;

    SflowIntakeTest() {
        start(new SflowTable("agents", PARTITIONS));
    }

    private void start(SflowTable of) {
        table = of;
        table.open(null, metrics.flushes());
        outbox = new PacketOutbox(1, PARTITIONS, table, (partition, value) -> {});
        gathered = new DatagramLosses(losses::add);
        DecoderMetrics.Task counts = metrics.begin(DatagramKind.SFLOW);
        intake = new SflowIntake(
                table,
                new SampledPackets(outbox, 1, FactKind.ALL),
                new DropRecords(counts, dropped -> {}),
                gathered,
                counts,
                counters::add,
                () -> "sflow-0@" + sequence);
    }

    /** As after a commit and a crash: what the changelog holds goes on. */
    private void restart() {
        outbox.flush();
        gathered.tell();
        SflowTable fresh = new SflowTable("agents", PARTITIONS);
        table.writeAll(fresh::restore);
        start(fresh);
    }

    private void take(byte[]... samples) {
        take(0, sequence++, samples);
    }

    private void take(int subAgent, long number, byte[]... samples) {
        ByteBuffer datagram = SflowAgent.datagram(subAgent, number, uptimeMs, samples);
        intake.take(datagram, SENDER, "thread", timeNanos);
    }

    private void pass(long nanos) {
        timeNanos += nanos;
        uptimeMs += nanos / 1_000_000;
    }

    private Map<String, ExporterStatus> statuses() {
        Map<String, ExporterStatus> statuses = new TreeMap<>();
        for (ExporterRow row : table.exporters()) {
            statuses.put(
                    ExporterStatuses.key(row),
                    table.statuses(timeNanos / 1_000_000).apply(row));
        }
        return statuses;
    }

    private ExporterStatus status() {
        return statuses().get("192.0.2.7|sflow5|0");
    }

    /** Traffic through an interface, and what an agent makes of it. */
    private final class Traffic {
        private final int source;
        private final int input;
        private final int output;

        /** One in so many samples is sent; the others the agent forgets to count. */
        private final int oneIn;

        private long packets;
        private long octets;
        private long samples;
        private long sampledOctets;
        private long taken;
        private long counterSamples;

        Traffic(int source, int input, int output, int oneIn) {
            this.source = source;
            this.input = input;
            this.output = output;
            this.oneIn = oneIn;
        }

        void pass(int count) {
            for (int i = 0; i < count; i++) {
                int length = 64 + random.nextInt(1_455);
                packets++;
                octets += length;
                if (random.nextInt(RATE) == 0 && ++taken % oneIn == 0) {
                    samples++;
                    sampledOctets += length;
                    take(SflowAgent.packet(samples, source, RATE, packets, 0, input, output, length));
                }
            }
        }

        /** Of the side of the interface that is told of. */
        void count(boolean in) {
            counterSamples++;
            take(SflowAgent.counters(
                    counterSamples,
                    in ? input : output,
                    in ? octets : 0,
                    in ? packets : 0,
                    0,
                    in ? 0 : octets,
                    in ? 0 : packets));
        }
    }

    @Test
    void shouldHoldEstimatesAgainstCounters() {
        Traffic traffic = new Traffic(INTERFACE, INTERFACE, OTHER, 1);
        traffic.count(true);
        traffic.pass(1_000);
        traffic.count(true);
        assertThat(status().getDeviation()).as("sampled for the first time").isNull();
        long samples = traffic.samples;
        long octets = traffic.octets;
        long sampledOctets = traffic.sampledOctets;
        for (int i = 0; i < 20; i++) {
            traffic.pass(5_000);
            traffic.count(true);
            if (i % 7 == 0) {
                restart();
            }
        }
        traffic.pass(500);

        CounterDeviation deviation = status().getDeviation();
        long estimated = (traffic.samples - samples) * RATE;
        assertThat(deviation.getInterfaces()).isEqualTo(1);
        assertThat(deviation.getCountedPackets()).isEqualTo(100_000);
        assertThat(deviation.getEstimatedPackets()).isCloseTo(estimated, within(20L * RATE));
        double exact = (deviation.getEstimatedPackets() - 100_000) / 100_000.0;
        assertThat(deviation.getPacketsDeviation()).isEqualTo(exact);
        assertThat(deviation.getPacketsStandardError()).isCloseTo(Math.sqrt(99 / 100_000.0), within(1e-9));
        assertThat(deviation.getPacketsDeviationStandardErrors())
                .isCloseTo(exact / Math.sqrt(99 / 100_000.0), within(1e-9))
                .isBetween(-3.0, 3.0);
        assertThat(deviation.getEstimatedOctets()).isLessThanOrEqualTo((traffic.sampledOctets - sampledOctets) * RATE);
        assertThat(deviation.getCountedOctets()).isLessThan(traffic.octets - octets);
        assertThat(Math.abs(deviation.getOctetsDeviation())).isLessThan(3 * deviation.getOctetsStandardError());
        assertThat(deviation.getOctetsStandardError()).isBetween(0.03, 0.06);
        assertThat(status().getSampling().getDifferingSources()).isZero();
        assertThat(status().getSampling().getEffectiveSamplingRate()).isBetween(90.0, 110.0);
    }

    @Test
    void shouldTellOfAnAgentThatSendsHalfOfItsSamples() {
        Traffic traffic = new Traffic(INTERFACE, INTERFACE, OTHER, 2);
        traffic.count(true);
        traffic.pass(2_000);
        traffic.count(true);
        traffic.pass(100_000);
        traffic.count(true);

        ExporterStatus status = status();
        CounterDeviation deviation = status.getDeviation();
        assertThat(deviation.getCountedPackets()).isEqualTo(100_000);
        assertThat(deviation.getPacketsDeviation()).isBetween(-0.55, -0.45);
        assertThat(deviation.getPacketsDeviationStandardErrors()).isLessThan(-10);
        assertThat(deviation.getMostDeviatingInterface()).isEqualTo(INTERFACE);
        assertThat(deviation.getMostDeviatingInterfacePacketsDeviation()).isEqualTo(deviation.getPacketsDeviation());
        SamplingStatus sampling = status.getSampling();
        assertThat(sampling.getSources()).isEqualTo(1);
        assertThat(sampling.getLeastSamplingRate()).isEqualTo(RATE);
        assertThat(sampling.getNominalSamplingRate()).isEqualTo(RATE);
        assertThat(sampling.getEffectiveSamplingRate()).isBetween(180.0, 220.0);
        assertThat(sampling.getDifferingSources()).isEqualTo(1);
        assertThat(sampling.getMostDifferingSource()).isEqualTo("7");
        assertThat(sampling.getMostDifferingSourceEffectiveSamplingRate())
                .isEqualTo(sampling.getEffectiveSamplingRate());
    }

    /** Sampled on output where the source is the interface that they go out by; a source that is no interface samples what comes in. */
    @Test
    void shouldCompareTheSideWhereSamplesAreTaken() {
        Traffic out = new Traffic(OTHER, INTERFACE, OTHER, 1);
        Traffic in = new Traffic(SWITCH, INTERFACE, OTHER, 1);
        out.pass(1_000);
        in.pass(1_000);
        out.count(false);
        in.count(true);
        out.pass(10_000);
        in.pass(30_000);
        out.count(false);
        in.count(true);
        out.count(false);
        in.count(true);

        CounterDeviation deviation = status().getDeviation();
        assertThat(deviation)
                .as("interface 8 was not known when its first samples came")
                .isNull();

        out.pass(10_000);
        in.pass(30_000);
        out.count(false);
        in.count(true);

        assertThat(status().getDeviation().getCountedPackets()).isEqualTo(40_000);
        assertThat(status().getDeviation().getInterfaces()).isEqualTo(2);
        assertThat(status().getDeviation().getPacketsDeviationStandardErrors()).isBetween(-3.0, 3.0);
    }

    @Test
    void shouldLeaveOutTheTimeInWhichCountersBeganAnew() {
        byte[] sample = SflowAgent.packet(1, INTERFACE, RATE, 1, 0, INTERFACE, OTHER, 100);
        take(SflowAgent.counters(1, INTERFACE, 1_000_000, 10_000, 5, 0, 0));
        take(sample);
        take(SflowAgent.counters(2, INTERFACE, 1_000_000, 10_000, 5, 0, 0));
        take(sample);
        take(SflowAgent.counters(3, INTERFACE, 500, 5, 0, 0, 0));
        assertThat(status().getDeviation()).as("below what it was").isNull();
        take(sample);
        take(SflowAgent.counters(1, INTERFACE, 10_500, 105, 0, 0, 0));
        assertThat(status().getDeviation()).as("numbered from the start").isNull();
        take(sample);
        take(SflowAgent.counters(2, INTERFACE, 22_500, 215, 10, 0, 0));

        assertThat(status().getDeviation().getEstimatedPackets()).isEqualTo(RATE);
        assertThat(status().getDeviation().getCountedPackets()).isEqualTo(120);
        assertThat(status().getDeviation().getEstimatedOctets()).isEqualTo(RATE * 100);
        assertThat(status().getDeviation().getCountedOctets()).isEqualTo(12_000);
    }

    @Test
    void shouldCompareABoundedNumberOfInterfaces() {
        for (int i = 1; i <= SflowTable.MAX_INTERFACES_OF_ONE + 3; i++) {
            take(SflowAgent.counters(1, i, 0, 0, 0, 0, 0));
        }
        restart();
        take(SflowAgent.counters(2, 1, 0, 0, 0, 0, 0));
        take(SflowAgent.counters(2, SflowTable.MAX_INTERFACES_OF_ONE + 1, 0, 0, 0, 0, 0));

        assertThat(status().getUncomparedCounterSamples()).isEqualTo(4);
        assertThat(status().getCounterSamples()).isEqualTo(SflowTable.MAX_INTERFACES_OF_ONE + 5);
        assertThat(table.exporters()).singleElement().satisfies(agent -> assertThat(agent.interfaces.size())
                .isEqualTo(SflowTable.MAX_INTERFACES_OF_ONE));
    }

    @Test
    void shouldKeepTotalsOverARestart() {
        for (long number : new long[] {1, 2, 5, 4, 4, 6}) {
            take(0, number, SflowAgent.packet(number, INTERFACE, RATE, number * RATE, 0, INTERFACE, OTHER, 100));
            pass(SECOND);
        }
        restart();
        uptimeMs = 1_000;
        take(0, 1, SflowAgent.counters(1, INTERFACE, 0, 0, 0, 0, 0));
        intake.take(ByteBuffer.wrap(new byte[] {0, 0, 0, 5, 0, 0, 0, 9, 0, 0, 0, 0}), SENDER, "thread", timeNanos);

        ExporterStatus status = status();
        assertThat(status.getFirstHeardMilliseconds()).isEqualTo(NOW_MS);
        assertThat(status.getLastHeardMilliseconds()).isEqualTo(NOW_MS + 6_000);
        assertThat(status.getDatagrams()).isEqualTo(7);
        assertThat(status.getDuplicateDatagrams()).isEqualTo(1);
        assertThat(status.getLateDatagrams()).isEqualTo(1);
        assertThat(status.getMissingDatagrams()).isEqualTo(1);
        assertThat(status.getMissingFlowRecords()).isNull();
        assertThat(status.getSequenceRestarts()).isEqualTo(1);
        assertThat(status.getFlowSamples())
                .as("those of the duplicate are left out")
                .isEqualTo(5);
        assertThat(status.getCounterSamples()).isEqualTo(1);
        assertThat(status.getTemplates()).isNull();
        assertThat(status.getUptimeMilliseconds()).isEqualTo(1_000);
        assertThat(statuses()).as("what cannot be read is of no exporter").hasSize(1);
    }

    @Test
    void shouldTellSubAgentsApart() {
        take(0, 10);
        take(-1, 900_000);
        take(-1, 900_002);

        assertThat(statuses()).containsOnlyKeys("192.0.2.7|sflow5|0", "192.0.2.7|sflow5|4294967295");
        ExporterStatus other = statuses().get("192.0.2.7|sflow5|4294967295");
        assertThat(other.getSubAgentId()).isEqualTo(0xffff_ffffL);
        assertThat(other.getDatagrams()).isEqualTo(2);
        assertThat(other.getMissingDatagrams()).isEqualTo(1);
        assertThat(status().getMissingDatagrams()).isZero();
    }

    @Test
    void shouldTellHowUptimeDrifts() {
        uptimeMs = 0xffff_ff00L;
        take();
        for (int i = 0; i < 10; i++) {
            pass(SECOND);
            uptimeMs += 3;
            take();
        }

        assertThat(status().getUptimeDriftMilliseconds())
                .as("over the wrap, too")
                .isEqualTo(30);
        restart();
        pass(SECOND);
        take();
        assertThat(status().getUptimeDriftMilliseconds()).isEqualTo(30);
    }
}
