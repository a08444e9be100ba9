package io.weir.app.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.TestRecords;
import io.weir.app.audit.RunningAudit.Difference;
import io.weir.schemas.Flow;
import io.weir.schemas.LossReason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Books that are closed again and again; a window settles 60 s after the last word about it. */
class RunningLedgerTest {

    private static final Point POINT = Point.of(TestRecords.POINT);
    private static final String TOPIC = "weir.packets.v1";
    private static final long WINDOW = 10_000;
    private static final long T0 = TestRecords.WINDOW_MS;
    private static final int OCTETS = 114;

    private final RunningLedger ledger = new RunningLedger(WINDOW, Duration.ofSeconds(60));
    private long offset;

    @Test
    void shouldHoldAndForgetWindowsThatAgree() {
        at(0);
        batch("s", 0, T0, 15);
        explained(T0, 15);
        assertThat(ledger.close().auditedPackets()).as("may still change").isZero();
        assertThat(ledger.windowCount()).isEqualTo(1);

        RunningAudit audit = closeAt(60);

        assertThat(audit.holds()).isTrue();
        assertThat(audit.auditedPackets()).isEqualTo(15);
        assertThat(ledger.windowCount()).isZero();
        assertThat(audit.points()).containsEntry(POINT, new Difference(0, 0, 0));
    }

    @Test
    void shouldSayWhatIsMissingUntilItComes() {
        at(0);
        batch("s", 0, T0, 15);
        explained(T0, 12);
        assertThat(ledger.close().holds()).as("not yet settled").isTrue();

        RunningAudit audit = closeAt(60);
        assertThat(audit.holds()).isFalse();
        assertThat(audit.points()).containsEntry(POINT, new Difference(3, 0, 1));
        assertThat(closeAt(600).points()).as("it stays").containsEntry(POINT, new Difference(3, 0, 1));

        // A meter that was behind.
        explained(T0, 3);
        assertThat(closeAt(660).holds()).isTrue();
        assertThat(ledger.windowCount()).isZero();
    }

    @Test
    void shouldSayWhatIsCountedTwiceEvenOfAWindowThatHadAgreed() {
        at(0);
        batch("s", 0, T0, 15);
        explained(T0, 15);
        closeAt(60);
        at(700);
        ledger.flow(flow(T0, 15));

        assertThat(closeAt(760).points()).containsEntry(POINT, new Difference(0, 15, 1));
    }

    @Test
    void shouldTakeLatePacketsOfAWindowThatHadAgreedByThemselves() {
        at(0);
        batch("s", 0, T0, 15);
        explained(T0, 15);
        closeAt(60);
        at(70);
        batch("s", 1, T0, 2);
        explained(T0, 2);

        RunningAudit audit = closeAt(130);
        assertThat(audit.holds()).isTrue();
        assertThat(audit.auditedPackets()).isEqualTo(2);
    }

    @Test
    void shouldNotHoldWhenEdgesDifferFromFlows() {
        at(0);
        batch("s", 0, T0, 15);
        ledger.flow(flow(T0, 15));
        ledger.edge(TestRecords.edge("a", "b", 443, T0, 14));

        RunningAudit audit = closeAt(60);
        assertThat(audit.holds()).isFalse();
        assertThat(audit.points()).containsEntry(POINT, new Difference(0, 0, 1));
    }

    @Test
    void shouldSayThatBatchesAreMissingUnlessALossSaysWhy() {
        at(0);
        batch("s", 0, T0, 1);
        batch("s", 3, T0, 1);
        explained(T0, 2);
        assertThat(ledger.close().missingBatches())
                .as("the loss may be on its way")
                .isZero();
        assertThat(closeAt(60).missingBatches()).isEqualTo(2);

        ledger.loss(TestRecords.loss("collector", LossReason.kafka_error, "s", 7L, 7L * OCTETS));

        assertThat(closeAt(120).holds()).isTrue();
    }

    @Test
    void shouldSayThatBatchesAreUnreadableUnlessTheyAreLosses() {
        at(0);
        ledger.unreadableBatch();
        assertThat(ledger.close().unreadableBatches()).isZero();
        assertThat(closeAt(60).unreadableBatches()).isEqualTo(1);
        assertThat(closeAt(120).holds()).isFalse();

        ledger.loss(TestRecords.loss("meter", LossReason.undecodable_record, null, null, null));

        assertThat(closeAt(180).holds()).isTrue();
    }

    @Test
    void shouldNotJudgeWhatRetentionHasCut() {
        at(0);
        ledger.batch(new BatchHead(TOPIC, 0, 1000, true, POINT, "s", 40, T0 * 1_000_000, T0 * 1_000_000, false));
        ledger.packets(POINT, T0, 5, 5L * OCTETS);
        explained(T0, 15);
        explained(T0 - WINDOW, 7);
        batch("s", 41, T0 + WINDOW, 4);
        explained(T0 + WINDOW, 4);

        RunningAudit audit = closeAt(60);
        assertThat(audit.holds()).isTrue();
        assertThat(audit.auditedPackets()).isEqualTo(4);
        assertThat(ledger.windowCount()).isZero();
    }

    @Test
    void shouldTakeASessionWhoseFirstBatchesRetentionHasDeletedBefore() {
        at(0);
        trimmedBatch("old", 40);
        closeAt(60);

        assertThat(closeAt(120).missingBatches()).isZero();
    }

    @Test
    void shouldMissTheFirstBatchesOfASessionThatBeginsWhileItReads() {
        at(0);
        batch("s", 0, T0, 15);
        explained(T0, 15);
        closeAt(60);
        trimmedBatch("new", 4);
        explained(T0, 5);
        assertThat(closeAt(120).auditedPackets())
                .as("what comes later has come whole")
                .isEqualTo(5);

        assertThat(closeAt(180).missingBatches()).isEqualTo(4);
    }

    private void trimmedBatch(String session, long number) {
        long nanos = T0 * 1_000_000;
        ledger.batch(new BatchHead(TOPIC, 0, offset++, true, POINT, session, number, nanos, nanos, false));
        ledger.packets(POINT, T0, 5, 5L * OCTETS);
    }

    @Test
    void shouldTellOfLongerWindowsThanItsOwn() {
        assertThat(ledger.longestWindowMs()).isEqualTo(WINDOW);
        Flow longer = flow(T0, 5);
        longer.setWindowEnd(T0 + 6 * WINDOW);
        ledger.flow(longer);
        assertThat(ledger.longestWindowMs()).isEqualTo(6 * WINDOW);
    }

    @Test
    void shouldNotJudgePointsOfWhichThereAreNoBatches() {
        at(0);
        explained(T0, 15);

        RunningAudit audit = closeAt(60);
        assertThat(audit.holds()).isTrue();
        assertThat(audit.points()).isEmpty();
        assertThat(ledger.windowCount()).isZero();
    }

    @Test
    void shouldKeepNoMoreWindowsThanItMay() {
        at(0);
        for (int i = 0; i < RunningLedger.MAX_WINDOWS + 10; i++) {
            batch("s", i, T0 + i * WINDOW, 1);
            explained(T0 + i * WINDOW, 1);
        }
        assertThat(ledger.windowCount()).isEqualTo(RunningLedger.MAX_WINDOWS);

        RunningAudit audit = closeAt(60);
        assertThat(audit.holds()).isTrue();
        assertThat(audit.auditedPackets()).isEqualTo(RunningLedger.MAX_WINDOWS + 10);
    }

    @Test
    void shouldRememberNoMorePointsThanItMay() {
        for (int i = 0; i < RunningLedger.MAX_POINTS + 5; i++) {
            at(i);
            Point point = new Point("lab", "file-" + i, "pcap");
            ledger.batch(new BatchHead(TOPIC, 0, offset++, false, point, "s" + i, 0, 0, 0, true));
        }
        ledger.close();

        assertThat(ledger.close().points())
                .hasSize(RunningLedger.MAX_POINTS)
                .doesNotContainKey(new Point("lab", "file-0", "pcap"))
                .containsKey(new Point("lab", "file-5", "pcap"));
    }

    private void at(long seconds) {
        ledger.now(seconds * 1000);
    }

    private RunningAudit closeAt(long seconds) {
        at(seconds);
        return ledger.close();
    }

    private void batch(String session, long number, long timeMs, long packets) {
        ledger.batch(new BatchHead(
                TOPIC, 0, offset++, false, POINT, session, number, timeMs * 1_000_000, timeMs * 1_000_000, false));
        if (packets > 0) {
            ledger.packets(POINT, timeMs, packets, packets * OCTETS);
        }
    }

    private void explained(long windowMs, long packets) {
        ledger.flow(flow(windowMs, packets));
        ledger.edge(TestRecords.edge("a", "b", 443, windowMs, packets));
    }

    private static Flow flow(long windowMs, long packets) {
        Flow flow = TestRecords.flow("10.0.0.1", 40_000, "10.0.0.2", 443, packets, 0);
        flow.setWindowStart(windowMs);
        flow.setWindowEnd(windowMs + WINDOW);
        return flow;
    }
}
