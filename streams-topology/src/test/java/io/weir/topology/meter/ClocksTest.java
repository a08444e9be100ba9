package io.weir.topology.meter;

import static io.weir.testing.PacketBatchBuilder.aBatch;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Flow;
import io.weir.schemas.ObservationPoint;
import io.weir.testing.PacketBatchBuilder;
import io.weir.topology.MeterConfig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Collectors whose clocks are wrong. Windows are 10 s, grace is 2 s. */
class ClocksTest {

    private static final String ASK = "10.0.0.9:40000 > 10.0.0.1:53";
    private static final ObservationPoint RIGHT = new ObservationPoint("node-1", "eth0", "afpacket", 1);
    private static final ObservationPoint WRONG = new ObservationPoint("node-2", "eth9", "afpacket", 1);
    private static final long HOUR_MS = Duration.ofHours(1).toMillis();
    private static final long FIVE_MINUTES_MS = Duration.ofMinutes(5).toMillis();

    private final MeterRig rig = new MeterRig(MeterConfig.defaults());

    @Test
    void shouldNotWaitLongForAClockThatIsBehindWhenBothSeeAConversation() {
        for (long atMs = 0; atMs < 120_000; atMs += 1_000) {
            process(aBatch().of(WRONG).at(atMs - FIVE_MINUTES_MS).udp(ASK));
            process(aBatch().of(RIGHT).at(atMs).udp(ASK));
        }

        // Windows until 110 s are over at the right one; 30 s are waited, and what is left is looked at once a window.
        long settled = rig.standing.stream()
                        .filter(flow -> flow.getObservationPoint().equals(RIGHT))
                        .count()
                + rig.duplicates.stream()
                        .filter(flow -> flow.getObservationPoint().equals(RIGHT))
                        .count();
        assertThat(of(RIGHT)).hasSize(11);
        assertThat(settled).isGreaterThanOrEqualTo(11 - 5);
        process(aBatch().of(WRONG).endOfInput());
        process(aBatch().of(RIGHT).endOfInput());
        assertThat(rig.standing.size() + rig.duplicates.size()).isEqualTo(rig.flows.size());
    }

    @Test
    void shouldCountEveryPacketOnceWhenAClockJumpsAheadAndBack() {
        process(aBatch().of(RIGHT).at(0).udp(ASK));
        process(aBatch().of(RIGHT).at(HOUR_MS).udp(ASK).udp(ASK));
        process(aBatch().of(RIGHT).at(2_000).udp(ASK).udp(ASK).udp(ASK));
        process(aBatch().of(RIGHT).at(3_000).udp(ASK));
        process(aBatch().of(RIGHT).at(HOUR_MS + 1_000).udp(ASK).endOfInput());

        assertThat(rig.flows.stream()
                        .mapToLong(flow -> flow.getDelta().getInitiatorPackets())
                        .sum())
                .isEqualTo(8);
        assertThat(rig.flows.stream()
                        .filter(Flow::getIsLate)
                        .mapToLong(flow -> flow.getDelta().getInitiatorPackets())
                        .sum())
                .isEqualTo(4);
        assertThat(rig.tableSize()).isZero();
    }

    private List<Flow> of(ObservationPoint point) {
        return rig.flows.stream()
                .filter(flow -> flow.getObservationPoint().equals(point))
                .toList();
    }

    private void process(PacketBatchBuilder batch) {
        rig.process(batch.encode(1));
    }
}
