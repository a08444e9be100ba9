package io.weir.topology.meter;

import static io.weir.testing.PacketBatchBuilder.START_MS;
import static io.weir.testing.PacketBatchBuilder.TCP;
import static io.weir.testing.PacketBatchBuilder.UDP;
import static io.weir.testing.PacketBatchBuilder.aBatch;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Flow;
import io.weir.schemas.FlowEndReason;
import io.weir.schemas.IcmpErrorFacts;
import io.weir.schemas.IcmpErrors;
import io.weir.schemas.ObservationPoint;
import io.weir.testing.PacketBatchBuilder;
import io.weir.topology.MeterConfig;
import io.weir.topology.meter.MeterOutput.Unattributed;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** ICMP errors in the records of the flows that they quote. Windows are 10 s, grace 2 s, the idle timeout 60 s. */
class QuotedErrorsTest {

    private static final String ASKS = "10.0.0.2:40000 > 10.0.0.1:53";
    private static final String ANSWERS = "10.0.0.1:53 > 10.0.0.2:40000";
    private static final String ROUTER = "10.0.0.254";
    private static final String HOST = "10.0.0.1";
    private static final int UNREACHABLE = 3;
    private static final int FRAGMENTATION_NEEDED = 4;
    private static final int SOURCE_QUENCH = 4;
    private static final int REDIRECT = 5;
    private static final int TIME_EXCEEDED = 11;
    private static final int PARAMETER_PROBLEM = 12;

    private final MeterRig rig = new MeterRig(MeterConfig.defaults());

    @Test
    void shouldTellTheFlowAndCountNoPacket() {
        process(aBatch().at(0)
                .udp(ASKS)
                .at(5)
                .icmpError(UNREACHABLE, 3, HOST, UDP, ASKS)
                .endOfInput());

        Flow flow = only();
        assertThat(flow.getIcmpErrors())
                .isEqualTo(new IcmpErrorFacts(new IcmpErrors(1L, 0L, 0L, 0L, 0L, 0L, 3, 3, HOST), null));
        assertThat(flow.getDelta().getInitiatorPackets()).isEqualTo(1);
        assertThat(flow.getDelta().getResponderPackets()).isZero();
        assertThat(flow.getTotal().getResponderPackets()).isZero();
        assertThat(flow.getFlowEndMicroseconds()).isEqualTo(START_MS * 1000);
        assertThat(rig.unattributed).isEmpty();
    }

    @Test
    void shouldTellSidesAndKindsApart() {
        process(aBatch().at(0)
                .udp(ASKS)
                .udp(ANSWERS)
                .icmpError(UNREACHABLE, 1, ROUTER, UDP, ASKS)
                .icmpError(UNREACHABLE, FRAGMENTATION_NEEDED, ROUTER, UDP, ASKS)
                .icmpError(TIME_EXCEEDED, 0, ROUTER, UDP, ASKS)
                .icmpError(PARAMETER_PROBLEM, 0, ROUTER, UDP, ANSWERS)
                .icmpError(REDIRECT, 1, ROUTER, UDP, ANSWERS)
                .icmpError(SOURCE_QUENCH, 0, ROUTER, UDP, ANSWERS)
                .icmpError(SOURCE_QUENCH, 0, HOST, UDP, ANSWERS)
                .endOfInput());

        assertThat(only().getIcmpErrors())
                .isEqualTo(new IcmpErrorFacts(
                        new IcmpErrors(1L, 1L, 1L, 0L, 0L, 0L, TIME_EXCEEDED, 0, ROUTER),
                        new IcmpErrors(0L, 0L, 0L, 1L, 1L, 2L, SOURCE_QUENCH, 0, HOST)));
    }

    @Test
    void shouldChangePlacesWithTheSidesWhenABetterProofComes() {
        String fromServer = "10.0.0.1:49000 > 10.0.0.2:48000";
        String fromClient = "10.0.0.2:48000 > 10.0.0.1:49000";
        process(aBatch().at(0)
                .tcp(fromServer, "A")
                .icmpError(TIME_EXCEEDED, 0, ROUTER, TCP, fromServer)
                .at(1)
                .tcp(fromClient, "S")
                .endOfInput());

        IcmpErrorFacts errors = rig.flows.get(rig.flows.size() - 1).getIcmpErrors();
        assertThat(rig.flows.get(rig.flows.size() - 1).getInitiator().getPort()).isEqualTo(48000);
        assertThat(errors.getInitiator()).isNull();
        assertThat(errors.getResponder().getTimeExceeded()).isEqualTo(1);
    }

    @Test
    void shouldCountInItsWindowAndKeepTheLast() {
        process(aBatch().at(0)
                .udp(ASKS)
                .at(9_999)
                .icmpError(UNREACHABLE, 3, HOST, UDP, ASKS)
                .at(20_000)
                .udp(ASKS)
                .endOfInput());

        assertThat(rig.flows)
                .extracting(flow -> flow.getIcmpErrors().getInitiator())
                .containsExactly(
                        new IcmpErrors(1L, 0L, 0L, 0L, 0L, 0L, 3, 3, HOST),
                        new IcmpErrors(0L, 0L, 0L, 0L, 0L, 0L, 3, 3, HOST));
    }

    @Test
    void shouldGiveARecordForAWindowOfErrorsAlone() {
        process(aBatch().at(0).udp(ASKS));
        process(aBatch().at(15_000).icmpError(UNREACHABLE, 3, HOST, UDP, ASKS));
        process(aBatch().watermark(40_000));
        process(aBatch().endOfInput());

        assertThat(rig.flows).extracting(Flow::getIsFirst).containsExactly(true, false, false);
        Flow errors = rig.flows.get(1);
        assertThat(errors.getWindowStart()).isEqualTo(START_MS + 10_000);
        assertThat(errors.getDelta().getInitiatorPackets()).isZero();
        assertThat(errors.getIcmpErrors().getInitiator().getDestinationUnreachable())
                .isEqualTo(1);
        assertThat(rig.flows.get(2).getIsLast()).isTrue();
    }

    @Test
    void shouldMakeALateRecordForAWindowThatHasBeenGiven() {
        process(aBatch().at(0).udp(ASKS).watermark(15_000));
        process(aBatch().at(9_000).icmpError(UNREACHABLE, 3, HOST, UDP, ASKS));
        process(aBatch().at(16_000).endOfInput());

        Flow late = rig.flows.get(1);
        assertThat(late.getIsLate()).isTrue();
        assertThat(late.getWindowStart()).isEqualTo(START_MS);
        assertThat(late.getDelta().getInitiatorPackets()).isZero();
        assertThat(late.getIcmpErrors().getInitiator().getDestinationUnreachable())
                .isEqualTo(1);
    }

    @Test
    void shouldNotKeepAFlowAlive() {
        process(aBatch().at(0).udp(ASKS));
        for (int second = 10; second <= 60; second += 10) {
            process(aBatch().at(second * 1000L).icmpError(UNREACHABLE, 3, HOST, UDP, ASKS));
        }
        // The window of the last error.
        process(aBatch().watermark(72_000));

        // One record a window, and the word that it has ended.
        assertThat(rig.flows).hasSize(7 + 1);
        Flow last = rig.flows.get(rig.flows.size() - 1);
        assertThat(last.getIsLast()).isTrue();
        assertThat(last.getFlowEndReason()).isEqualTo(FlowEndReason.idle);
        assertThat(last.getFlowEndMicroseconds()).isEqualTo(START_MS * 1000);
        assertThat(rig.tableSize()).isZero();
    }

    @Test
    void shouldMakeNoFlowOfAnErrorWithoutOne() {
        process(aBatch().at(0).icmpError(UNREACHABLE, 3, HOST, UDP, ASKS));
        assertThat(rig.unattributed).isEmpty();
        process(aBatch().watermark(2_000));

        assertThat(rig.flows).isEmpty();
        assertThat(rig.tableSize()).isZero();
        assertThat(rig.unattributed).isEqualTo(Map.of(Unattributed.no_flow, 1));
    }

    @Test
    void shouldNotTellAFlowThatHasEndedOrBeganLater() {
        process(aBatch().at(0).udp(ASKS));
        // Idle for more than 60 s: the flow is over, though nothing has ended it yet.
        process(aBatch().at(60_001)
                .icmpError(UNREACHABLE, 3, HOST, UDP, ASKS)
                .at(60_002)
                .udp(ASKS));
        process(aBatch().at(70_000).endOfInput());

        assertThat(rig.flows).extracting(Flow::getIcmpErrors).containsOnlyNulls();
        assertThat(rig.flows.stream().map(Flow::getFlowId).distinct()).hasSize(2);
        assertThat(rig.unattributed).isEqualTo(Map.of(Unattributed.no_flow, 1));
    }

    /** Threads of a collector send by themselves: the error's may be ahead of the one that has the flow. */
    @Test
    void shouldWaitForAFlowWhosePacketsComeLater() {
        process(aBatch().at(9_900).icmpError(UNREACHABLE, 3, HOST, UDP, ASKS));
        process(aBatch().at(9_899).udp(ASKS));
        process(aBatch().at(12_000).endOfInput());

        assertThat(only().getIcmpErrors().getInitiator().getDestinationUnreachable())
                .isEqualTo(1);
        assertThat(only().getIsLate()).isFalse();
        assertThat(rig.unattributed).isEmpty();
    }

    @Test
    void shouldLookALastTimeWhenTheInputEnds() {
        process(aBatch().at(100).icmpError(UNREACHABLE, 3, HOST, UDP, ASKS));
        process(aBatch().at(99).udp(ASKS).endOfInput());

        assertThat(only().getIcmpErrors().getInitiator()).isNotNull();
    }

    @Test
    void shouldGiveUpTheOldestOfTooManyThatWait() {
        PacketBatchBuilder batch = aBatch().at(0).icmpError(UNREACHABLE, 3, HOST, UDP, ASKS);
        for (int i = 0; i < Meter.MAX_WAITING_ERRORS; i++) {
            batch.icmpError(UNREACHABLE, 3, HOST, UDP, "10.0.0.2:" + (50_000 + i) + " > 10.0.0.1:53");
        }
        process(batch);
        process(aBatch().at(0).udp(ASKS).udp("10.0.0.2:50000 > 10.0.0.1:53").endOfInput());

        assertThat(rig.flows)
                .extracting(flow -> flow.getInitiator().getPort() + " " + (flow.getIcmpErrors() != null))
                .containsExactlyInAnyOrder("40000 false", "50000 true");
        assertThat(rig.unattributed)
                .isEqualTo(Map.of(Unattributed.too_many, 1, Unattributed.no_flow, Meter.MAX_WAITING_ERRORS - 1));
    }

    @Test
    void shouldCountTypesThatAreNotKnown() {
        process(aBatch().at(0).udp(ASKS).icmpError(100, 0, HOST, UDP, ASKS).endOfInput());

        assertThat(only().getIcmpErrors()).isNull();
        assertThat(rig.unattributed).isEqualTo(Map.of(Unattributed.unknown_type, 1));
    }

    @Test
    void shouldTellTheFlowOfThePacketsBeforeIt() {
        String there = "10.0.0.2:40000 > 10.0.0.1:80";
        process(aBatch().at(0)
                .tcp(there, "S")
                .at(1)
                .icmpError(UNREACHABLE, 1, ROUTER, TCP, there)
                .at(2)
                .tcp("10.0.0.1:80 > 10.0.0.2:40000", "RA")
                .at(3)
                .tcp(there, "S")
                .endOfInput());

        assertThat(rig.flows).hasSize(2);
        assertThat(rig.flows).extracting(flow -> flow.getIcmpErrors() != null).containsExactlyInAnyOrder(true, false);
        assertThat(rig.flows)
                .filteredOn(flow -> flow.getIcmpErrors() != null)
                .singleElement()
                .satisfies(flow -> assertThat(flow.getFlowEndReason()).isEqualTo(FlowEndReason.end_of_flow));
    }

    @Test
    void shouldTellTheFlowInATunnelAndTheTunnelItself() {
        String tunnel = "10.9.0.1:50000 > 10.9.0.2:4789";
        process(aBatch().at(0)
                .inVxlan(tunnel, 42)
                .udp(ASKS)
                .at(11_000)
                .icmpError(UNREACHABLE, 3, HOST, UDP, ASKS)
                .inNoTunnel()
                // The quote of a tunnel's packet ends before what it encloses.
                .icmpError(UNREACHABLE, 1, ROUTER, UDP, tunnel)
                .at(30_000)
                .endOfInput());

        assertThat(rig.unattributed).isEmpty();
        List<Flow> told =
                rig.flows.stream().filter(flow -> flow.getIcmpErrors() != null).toList();
        assertThat(told).extracting(Flow::getWindowStart).contains(START_MS + 10_000);
        assertThat(told.stream().map(Flow::getFlowId).distinct()).hasSize(2);
        assertThat(told)
                .filteredOn(flow -> flow.getParentFlowId() == null)
                .isNotEmpty()
                .allSatisfy(
                        flow -> assertThat(flow.getIcmpErrors().getInitiator().getLastSender())
                                .isEqualTo(ROUTER));
        // A window of errors alone names what enclosed the packets before.
        String parent = rig.flows.stream()
                .filter(flow -> flow.getParentFlowId() == null)
                .findFirst()
                .orElseThrow()
                .getFlowId();
        assertThat(told)
                .filteredOn(flow -> flow.getParentFlowId() != null)
                .isNotEmpty()
                .allSatisfy(flow -> assertThat(flow.getParentFlowId()).isEqualTo(parent));
    }

    @Test
    void shouldKeepObservationPointsApart() {
        ObservationPoint other = new ObservationPoint("node-2", "eth0", "pcap", 1);
        process(aBatch().at(0).udp(ASKS));
        process(aBatch().of(other).at(0).udp(ASKS).icmpError(UNREACHABLE, 3, HOST, UDP, ASKS));
        // Of a window without packets in a conversation of both.
        process(aBatch().of(other).at(15_000).icmpError(UNREACHABLE, 3, HOST, UDP, ASKS));
        process(aBatch().at(40_000).endOfInput());
        process(aBatch().of(other).at(40_000).endOfInput());

        assertThat(rig.flows)
                .filteredOn(flow -> flow.getIcmpErrors() != null)
                .isNotEmpty()
                .allSatisfy(flow -> assertThat(flow.getObservationPoint()).isEqualTo(other));
        assertThat(rig.conversations).hasSize(1);
        // Every record settles, those without packets as well.
        assertThat(rig.standing.size() + rig.duplicates.size()).isEqualTo(rig.flows.size());
        assertThat(rig.conversationTableSize()).isZero();
    }

    @Test
    void shouldGoOnAfterARestartAsIfNothingHadHappened() {
        List<PacketBatchBuilder> timeline = List.of(
                aBatch().at(0).udp(ASKS),
                aBatch().at(10).icmpError(UNREACHABLE, 3, HOST, UDP, ASKS),
                aBatch().at(9_000).icmpError(TIME_EXCEEDED, 0, ROUTER, UDP, ANSWERS),
                // Comes before its flow.
                aBatch().at(9_500).icmpError(UNREACHABLE, 1, ROUTER, TCP, "10.0.0.3:1000 > 10.0.0.1:80"),
                aBatch().at(9_400).tcp("10.0.0.3:1000 > 10.0.0.1:80", "S"),
                aBatch().at(9_600).icmpError(UNREACHABLE, 1, ROUTER, TCP, "10.0.0.4:1000 > 10.0.0.1:80"),
                aBatch().at(15_000)
                        .inVxlan("10.9.0.1:50000 > 10.9.0.2:4789", 42)
                        .udp(ASKS)
                        .icmpError(UNREACHABLE, 3, HOST, UDP, ASKS),
                aBatch().at(25_000)
                        .inVxlan("10.9.0.1:50000 > 10.9.0.2:4789", 42)
                        .icmpError(UNREACHABLE, 3, HOST, UDP, ASKS),
                aBatch().at(40_000).endOfInput());
        MeterRig restarted = new MeterRig(MeterConfig.defaults());
        Random order = new Random(7);
        for (PacketBatchBuilder step : timeline) {
            byte[] batch = step.encode(1);
            rig.process(batch);
            restarted.process(batch);
            restarted.restart(order);
        }

        assertThat(restarted.flows).containsExactlyInAnyOrderElementsOf(rig.flows);
        assertThat(rig.flows).filteredOn(flow -> flow.getIcmpErrors() != null).hasSizeGreaterThan(3);
        assertThat(rig.unattributed).isEqualTo(Map.of(Unattributed.no_flow, 1)).isEqualTo(restarted.unattributed);
    }

    private void process(PacketBatchBuilder batch) {
        rig.process(batch.encode(1));
    }

    private Flow only() {
        assertThat(rig.flows).hasSize(1);
        return rig.flows.get(0);
    }
}
