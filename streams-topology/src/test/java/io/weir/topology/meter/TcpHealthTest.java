package io.weir.topology.meter;

import static io.weir.testing.PacketBatchBuilder.aBatch;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Flow;
import io.weir.schemas.RoundTrips;
import io.weir.schemas.TcpFacts;
import io.weir.schemas.TcpSide;
import io.weir.schemas.packets.TcpMarks;
import io.weir.testing.PacketBatchBuilder;
import io.weir.topology.MeterConfig;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What notes about segments become in the records of their flows. Windows are 10 s. */
class TcpHealthTest {

    private static final String ASK = "10.0.0.9:40000 > 10.0.0.1:443";
    private static final String ANSWER = "10.0.0.1:443 > 10.0.0.9:40000";
    private static final TcpSide NOTHING = new TcpSide(0L, 0L, 0L, 0L, null);

    private final MeterRig rig = new MeterRig(MeterConfig.defaults());

    @Test
    void shouldCountBySideAndWindow() {
        process(aBatch().at(0)
                .tcp(ASK, "S")
                .at(1)
                .tcp(ASK, "S")
                .tcpNote(TcpMarks.RETRANSMITTED, -1)
                .at(2)
                .tcp(ANSWER, "SA")
                .at(3)
                .tcp(ANSWER, "A")
                .tcpNote(TcpMarks.ZERO_WINDOW | TcpMarks.DUPLICATE_ACKNOWLEDGEMENT, 500)
                .at(4)
                .tcp(ASK, "A")
                .tcpNote(TcpMarks.OUT_OF_ORDER, -1)
                .at(10_000)
                .tcp(ASK, "A")
                .endOfInput());

        TcpFacts first = rig.flows.get(0).getTcp();
        assertThat(first.getInitiator()).isEqualTo(new TcpSide(1L, 1L, 0L, 0L, null));
        assertThat(first.getResponder())
                .isEqualTo(new TcpSide(0L, 0L, 1L, 1L, new RoundTrips(1L, 500L, 500L, 500L, 500L)));
        assertThat(first.getRetransmittedPackets()).isEqualTo(1);
        assertThat(first.getOutOfOrderPackets()).isEqualTo(1);
        assertThat(first.getZeroWindowPackets()).isEqualTo(1);
        TcpFacts second = rig.flows.get(1).getTcp();
        assertThat(second.getInitiator()).isEqualTo(NOTHING);
        assertThat(second.getResponder()).isEqualTo(NOTHING);
    }

    @Test
    void shouldNotTakeWhatWasNotLookedAtForGood() {
        process(aBatch().withoutTcpNotes().at(0).tcp(ASK, "S").endOfInput());

        Flow flow = rig.flows.get(0);
        assertThat(flow.getTcp().getInitiator()).isNull();
        assertThat(flow.getTcp().getResponder()).isNull();
        assertThat(flow.getTcp().getRetransmittedPackets()).isNull();
    }

    @Test
    void shouldKeepAllOfItOverARestart() {
        process(aBatch().at(0)
                .tcp(ASK, "S")
                .at(1)
                .tcp(ANSWER, "SA")
                .tcpNote(TcpMarks.RETRANSMITTED, 7000)
                .at(2)
                .tcp(ASK, "A")
                .at(3)
                .tcp("10.0.0.8:40001 > 10.0.0.1:443", "S"));
        rig.restart(new Random(1));
        process(aBatch().numbered("session-1", 1)
                .at(4)
                .tcp(ANSWER, "A")
                .tcpNote(TcpMarks.RETRANSMITTED, 100)
                .endOfInput());

        assertThat(rig.flows).hasSize(2);
        Flow disturbed = rig.flows.get(0);
        assertThat(disturbed.getTcp().getInitiator()).isEqualTo(NOTHING);
        assertThat(disturbed.getTcp().getResponder().getRetransmittedPackets()).isEqualTo(2);
        RoundTrips times = disturbed.getTcp().getResponder().getRoundTrips();
        assertThat(times.getSamples()).isEqualTo(2);
        assertThat(times.getMinMicroseconds()).isEqualTo(100);
        assertThat(times.getMaxMicroseconds()).isEqualTo(7000);
        assertThat(rig.flows.get(1).getTcp().getInitiator()).isEqualTo(NOTHING);
    }

    private void process(PacketBatchBuilder batch) {
        rig.process(batch.encode(1));
    }
}
