package io.weir.app.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.TestRecords;
import io.weir.schemas.Edge;
import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.rejected.KafkaLosses;
import io.weir.topology.Grace;
import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final Point POINT = Point.of(TestRecords.POINT);
    private static final String TOPIC = "weir.packets.v1";
    private static final long WINDOW = 10_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final long T0 = TestRecords.WINDOW_MS;

    private final Ledger ledger = new Ledger(WINDOW, Grace.of(Duration.ofSeconds(2)));
    private long offset;

    @Test
    void shouldHoldWhenFlowsAndLossesExplainEveryPacket() {
        batch("s", 0, false, 15);
        batch("s", 1, true, 5);
        ledger.flow(flow(12, 3, T0));
        ledger.loss(TestRecords.loss("meter", LossReason.undecodable_record, "s", 5L, 5L * 114));
        ledger.edge(TestRecords.edge("a", "b", 443, T0, 15));

        AuditReport report = ledger.report();

        assertThat(report.verdict()).isEqualTo(AuditReport.Verdict.HOLDS);
        assertThat(report.text(0)).last().isEqualTo("Law 1 holds: every packet is in exactly one root flow or loss.");
    }

    @Test
    void shouldCountRootFlowsOnly() {
        batch("s", 0, true, 15);
        ledger.flow(flow(12, 3, T0));
        Flow inner = flow(12, 3, T0);
        inner.setParentFlowId("ffeeddccbbaa99887766554433221100");
        ledger.flow(inner);
        ledger.edge(TestRecords.edge("a", "b", 443, T0, 15));
        Edge innerEdge = TestRecords.edge("c", "d", 80, T0, 15);
        innerEdge.setEnclosed(true);
        ledger.edge(innerEdge);

        assertThat(ledger.report().verdict()).isEqualTo(AuditReport.Verdict.HOLDS);
    }

    @Test
    void shouldNameTheFirstWindowWithMissingPackets() {
        batch("s", 0, false, 15);
        batch(0, "s", 1, true, T0 + WINDOW, 4, false);
        ledger.flow(flow(12, 3, T0));
        ledger.flow(flow(3, 0, T0 + WINDOW));

        AuditReport report = ledger.report();

        assertThat(report.verdict()).isEqualTo(AuditReport.Verdict.BROKEN);
        assertThat(report.text(0))
                .contains(
                        "lab eth0 (pcap): 1 packets (114 octets) are in no flow and no loss, first in the window that starts at"
                                + " 2023-11-14 22:13:30 UTC.");
    }

    @Test
    void shouldSeePacketsThatAreCountedTwice() {
        batch("s", 0, false, 15);
        batch(0, "s", 1, false, T0 + 6 * WINDOW, 0, false);
        ledger.flow(flow(12, 3, T0));
        ledger.flow(flow(12, 3, T0));

        AuditReport report = ledger.report();

        assertThat(report.verdict()).as("also while the session goes on").isEqualTo(AuditReport.Verdict.BROKEN);
        assertThat(report.text(0)).anyMatch(line -> line.contains("15 packets are counted more than once"));
    }

    @Test
    void shouldNameAGapThatNoLossExplains() {
        batch("s", 0, false, 15);
        batch("s", 3, true, 0);
        ledger.flow(flow(12, 3, T0));
        ledger.edge(TestRecords.edge("a", "b", 443, T0, 15));

        AuditReport report = ledger.report();

        assertThat(report.verdict()).isEqualTo(AuditReport.Verdict.BROKEN);
        assertThat(report.missingBatches()).isEqualTo(2);
        assertThat(report.text(0))
                .contains("Batches 1 to 2 of session s are missing in weir.packets.v1 partition 0 before offset 1;"
                        + " no loss record says why.");
    }

    @Test
    void shouldAcceptAGapThatALossExplains() {
        batch("s", 0, false, 15);
        batch("s", 3, true, 0);
        ledger.flow(flow(12, 3, T0));
        ledger.edge(TestRecords.edge("a", "b", 443, T0, 15));
        ledger.loss(TestRecords.loss("collector", LossReason.buffer_full, "s", 40L, 4_560L));

        AuditReport report = ledger.report();

        assertThat(report.verdict()).isEqualTo(AuditReport.Verdict.HOLDS);
        assertThat(report.text(0))
                .contains("lab eth0 (pcap): 40 packets were lost before the packets topic (buffer_full).");
    }

    @Test
    void shouldNameAnUnexplainedGapBehindManyThatLossesExplain() {
        for (int i = 0; i < 30; i++) {
            batch("s", 2L * i, false, 0);
        }
        batch("other", 1, true, 0);
        ledger.loss(TestRecords.loss("collector", LossReason.buffer_full, "s", 40L, 4_560L));

        assertThat(ledger.report().verdict()).isEqualTo(AuditReport.Verdict.BROKEN);
    }

    @Test
    void shouldCountDatagramsAndFollowTheirNumbersByTopicAndSession() {
        batch("s", 0, true, 15);
        ledger.flow(flow(12, 3, T0));
        ledger.edge(TestRecords.edge("a", "b", 443, T0, 15));
        datagram("weir.sflow.v1", "d", 0, false);
        datagram("weir.sflow.v1", "d", 1, false);
        datagram("weir.sflow.v1", "d", 1, false);
        datagram("weir.sflow.v1", "d", 2, true);
        datagram("weir.netflow.v1", "d", 0, false);

        AuditReport report = ledger.report();

        assertThat(report.verdict()).isEqualTo(AuditReport.Verdict.HOLDS);
        assertThat(report.datagrams().datagrams()).isEqualTo(3);
        assertThat(report.datagrams().repeated()).isEqualTo(1);
        assertThat(report.text(0)).contains("3 datagrams are in Kafka; no number is missing.");
    }

    @Test
    void shouldNameAGapBetweenDatagramsUnlessALossExplainsIt() {
        batch("s", 0, true, 15);
        ledger.flow(flow(12, 3, T0));
        ledger.edge(TestRecords.edge("a", "b", 443, T0, 15));
        datagram("weir.netflow.v1", "d", 0, false);
        datagram("weir.netflow.v1", "d", 4, false);

        AuditReport report = ledger.report();

        assertThat(report.verdict()).isEqualTo(AuditReport.Verdict.BROKEN);
        assertThat(report.text(0))
                .contains(
                        "Datagrams 1 to 3 of session d are missing in weir.netflow.v1 partition 0 before offset 2; no loss record says why.",
                        "2 datagrams are in Kafka; 3 numbers are missing.");

        Loss loss = TestRecords.loss("collector", LossReason.kafka_error, "d", null, null);
        loss.setDatagrams(3L);
        ledger.loss(loss);

        assertThat(ledger.report().verdict()).isEqualTo(AuditReport.Verdict.HOLDS);
        assertThat(ledger.report().text(0))
                .contains("lab eth0 (pcap): 3 datagrams were lost before the packets topic (kafka_error).");
    }

    private void datagram(String topic, String session, long sequence, boolean isLife) {
        Point listener = new Point("collector", "0.0.0.0:6343", topic);
        ledger.datagram(new BatchHead(topic, 0, offset++, false, listener, session, sequence, 0, 0, false), isLife);
    }

    @Test
    void shouldCountARepeatedBatchOnce() {
        batch("s", 0, false, 15);
        batch("s", 0, false, 15);
        batch("s", 1, true, 0);
        ledger.flow(flow(12, 3, T0));
        ledger.edge(TestRecords.edge("a", "b", 443, T0, 15));

        AuditReport report = ledger.report();

        assertThat(report.verdict()).isEqualTo(AuditReport.Verdict.HOLDS);
        assertThat(report.repeatedBatches()).isEqualTo(1);
    }

    @Test
    void shouldLeaveOpenWindowsOfARunningSessionOut() {
        batch("s", 0, false, 15);
        batch(0, "s", 1, false, T0 + 6 * WINDOW, 7, false);
        ledger.flow(flow(12, 3, T0));
        ledger.edge(TestRecords.edge("a", "b", 443, T0, 15));

        AuditReport report = ledger.report();

        assertThat(report.verdict()).isEqualTo(AuditReport.Verdict.HOLDS);
        assertThat(report.text(0))
                .contains("lab eth0 (pcap): 7 packets are in windows that are still open; not compared.");
    }

    @Test
    void shouldNotCallAMeterThatLagsBroken() {
        batch("s", 0, false, 15);
        batch(0, "s", 1, false, T0 + 6 * WINDOW, 7, false);

        assertThat(ledger.report().verdict()).isEqualTo(AuditReport.Verdict.OPEN);
    }

    @Test
    void shouldCompareOnlyWhatRetentionHasLeft() {
        batch(0, "s", 70, false, T0 + 5_000, 15, true);
        batch(0, "s", 71, false, T0 + WINDOW, 4, true);
        batch(0, "s", 72, true, T0 + 2 * WINDOW, 0, true);
        ledger.flow(flow(99, 0, T0 - WINDOW));
        ledger.flow(flow(40, 0, T0));
        ledger.flow(flow(4, 0, T0 + WINDOW));
        ledger.edge(TestRecords.edge("a", "b", 443, T0 + WINDOW, 4));

        AuditReport report = ledger.report();

        assertThat(report.verdict()).isEqualTo(AuditReport.Verdict.HOLDS);
        assertThat(report.gaps()).isEmpty();
        assertThat(report.text(0))
                .contains(
                        "lab eth0 (pcap): 139 packets of flows are older than the batches that are left; not compared.",
                        "Retention has deleted older batches of the packets topic: only windows that are still there in full were compared.");
    }

    @Test
    void shouldSeeEdgesThatDifferFromFlows() {
        batch("s", 0, true, 15);
        ledger.flow(flow(12, 3, T0));
        ledger.edge(TestRecords.edge("a", "b", 443, T0, 14));

        AuditReport report = ledger.report();

        assertThat(report.verdict()).isEqualTo(AuditReport.Verdict.BROKEN);
        assertThat(report.text(0)).contains("lab eth0 (pcap): edges hold 14 packets, flows 15.");
    }

    @Test
    void shouldHoldEdgesOfLongerWindowsAgainstTheFlows() {
        batch("s", 0, true, 15);
        ledger.flow(flow(12, 3, T0));
        ledger.edge(TestRecords.edge("a", "b", 443, T0, 15));
        ledger.edge(MINUTE, minute(T0, 10));
        ledger.edge(MINUTE, minute(T0, 5));
        ledger.edge(HOUR, minute(T0, 14));

        AuditReport report = ledger.report();

        assertThat(report.verdict()).isEqualTo(AuditReport.Verdict.BROKEN);
        assertThat(report.text(0))
                .contains("lab eth0 (pcap): edges of windows of 1h hold 14 packets, flows 15.")
                .noneMatch(line -> line.contains("windows of 1m"));
        assertThat(report.json())
                .contains("\"edgeRollUps\":[{\"window\":\"1m\",\"flowPackets\":15,\"edgePackets\":15},"
                        + "{\"window\":\"1h\",\"flowPackets\":15,\"edgePackets\":14}]");
    }

    @Test
    void shouldLeaveLongerWindowsOutThatAreOpenInPart() {
        long next = (T0 / 60_000 + 1) * 60_000;
        batch("s", 0, false, 15);
        batch(0, "s", 1, false, next, 7, false);
        batch(0, "s", 2, false, next + 4 * WINDOW, 0, false);
        ledger.flow(flow(12, 3, T0));
        ledger.edge(TestRecords.edge("a", "b", 443, T0, 15));
        ledger.flow(flow(7, 0, next));
        ledger.edge(TestRecords.edge("a", "b", 443, next, 7));
        ledger.edge(MINUTE, minute(T0, 15));

        assertThat(ledger.report().verdict()).isEqualTo(AuditReport.Verdict.HOLDS);
    }

    @Test
    void shouldNotCallEdgesOfLongerWindowsBrokenWhileTheMeterLags() {
        batch("s", 0, false, 15);
        batch(0, "s", 1, false, T0 + 12 * WINDOW, 0, false);
        ledger.flow(flow(12, 3, T0));
        ledger.edge(TestRecords.edge("a", "b", 443, T0, 15));
        ledger.edge(MINUTE, minute(T0 - 60_000, 0));

        assertThat(ledger.report().verdict()).isEqualTo(AuditReport.Verdict.OPEN);
    }

    @Test
    void shouldCompareLongerWindowsOnlyWhereAllTheirBatchesAreLeft() {
        long next = (T0 / 60_000 + 1) * 60_000;
        batch(0, "s", 70, false, T0 + 5_000, 15, true);
        batch(0, "s", 71, false, next, 4, true);
        batch(0, "s", 72, true, next + WINDOW, 0, true);
        ledger.flow(flow(40, 0, T0));
        ledger.flow(flow(4, 0, next));
        ledger.edge(TestRecords.edge("a", "b", 443, next, 4));
        ledger.edge(MINUTE, minute(T0, 4711));
        ledger.edge(MINUTE, minute(next, 4));

        assertThat(ledger.report().verdict()).isEqualTo(AuditReport.Verdict.HOLDS);
    }

    @Test
    void shouldDistrustBatchesThatNobodyReportedAsUnreadable() {
        batch("s", 0, true, 15);
        ledger.unreadableBatch();
        ledger.flow(flow(12, 3, T0));
        ledger.edge(TestRecords.edge("a", "b", 443, T0, 15));

        assertThat(ledger.report().verdict()).isEqualTo(AuditReport.Verdict.BROKEN);
    }

    @Test
    void shouldTakeTheMetersWordForAllRecordsOfARange() {
        batch("s", 0, true, 15);
        for (int i = 0; i < 3; i++) {
            ledger.unreadableBatch();
        }
        ledger.unreadableRecord("weir.flows.v1");
        ledger.loss(undecodable("meter", 4, 6));
        ledger.flow(flow(12, 3, T0));
        ledger.edge(TestRecords.edge("a", "b", 443, T0, 15));

        assertThat(ledger.report().verdict()).isEqualTo(AuditReport.Verdict.HOLDS);
        assertThat(ledger.report().text(0))
                .contains("1 records of weir.flows.v1 cannot be read and were left out of the sums.");
    }

    @Test
    void shouldNotTakeAnotherReadersWordForBatches() {
        batch("s", 0, true, 15);
        ledger.unreadableBatch();
        ledger.loss(undecodable("advisor", 4, 6));
        ledger.flow(flow(12, 3, T0));
        ledger.edge(TestRecords.edge("a", "b", 443, T0, 15));

        assertThat(ledger.report().verdict()).isEqualTo(AuditReport.Verdict.BROKEN);
    }

    private static Loss undecodable(String stage, long first, long last) {
        TopicPartition partition = new TopicPartition("weir.packets.v1", 0);
        return KafkaLosses.of(stage, partition, first, last, LossReason.undecodable_record, "cut");
    }

    @Test
    void shouldSayThatThereIsNothing() {
        assertThat(ledger.report().verdict()).isEqualTo(AuditReport.Verdict.EMPTY);
    }

    @Test
    void shouldWriteJson() {
        batch("s", 0, false, 15);
        batch("s", 2, true, 0);
        ledger.flow(flow(12, 3, T0));
        ledger.edge(TestRecords.edge("a", "b", 443, T0, 15));

        assertThat(ledger.report().json()).isEqualTo("""
                        {"verdict":"broken","conserved":false,"batches":2,"missingBatches":1,"repeatedBatches":0,"unreadableBatches":0,\
                        "unreadableRecords":0,"trimmed":false,"datagrams":0,"missingDatagrams":0,"repeatedDatagrams":0,"observationPoints":[{"host":"lab","interface":"eth0","capture":"pcap","verdict":"holds",\
                        "packets":15,"layer2Octets":1710,"flowPackets":15,"flowLayer2Octets":1710,"meterLossPackets":0,\
                        "edgePackets":15,"edgeRollUps":[],"missingPackets":0,"openWindowPackets":0,"deletedWindowPackets":0,"collectorLossPackets":{},"collectorLossDatagrams":{}}],\
                        "gaps":[{"topic":"weir.packets.v1","partition":0,"offset":1,"sessionId":"s","firstMissing":1,"lastMissing":1,\
                        "explained":false}]}""");
    }

    private void batch(String session, long sequence, boolean last, int packets) {
        batch(0, session, sequence, last, T0, packets, false);
    }

    /** Packets of 114 octets in the window of {@code timeMs}; the watermark is there too. */
    private void batch(
            int partition, String session, long sequence, boolean last, long timeMs, int packets, boolean trimmed) {
        long nanos = timeMs * 1_000_000;
        if (ledger.batch(
                new BatchHead(TOPIC, partition, offset++, trimmed, POINT, session, sequence, nanos, nanos, last))) {
            ledger.packets(POINT, ledger.windowStart(timeMs), packets, packets * 114L);
        }
    }

    /** An edge of the window of a minute that a time lies in. */
    private static Edge minute(long timeMs, long packets) {
        Edge edge = TestRecords.edge("a", "b", 443, timeMs / 60_000 * 60_000, packets);
        edge.setWindowEnd(edge.getWindowStart() + 60_000);
        return edge;
    }

    private static Flow flow(long initiatorPackets, long responderPackets, long windowStart) {
        Flow flow = TestRecords.flow("10.0.0.1", 40_000, "10.0.0.2", 443, initiatorPackets, responderPackets);
        flow.setWindowStart(windowStart);
        flow.setWindowEnd(windowStart + WINDOW);
        return flow;
    }
}
