package io.weir.app.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.TestRecords;
import io.weir.schemas.LossReason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTextTest {

    private static final long T0 = TestRecords.WINDOW_MS;
    private static final long NOW = 1_000_000;
    private static final List<String> ENDPOINTS =
            List.of("kafka     127.0.0.1:9092", "registry  http://127.0.0.1:8081");

    private final SummaryModel model = new SummaryModel();

    @Test
    void shouldDrawTheScreen() {
        feed();

        assertThat(SummaryText.screen(
                        model.summary(NOW, 20, 20), "weir up  eth0", ENDPOINTS, Duration.ofSeconds(67), 100, 24))
                .containsExactly(
                        "weir up  eth0  1:07",
                        "kafka     127.0.0.1:9092",
                        "registry  http://127.0.0.1:8081",
                        "",
                        "1,250,900 packets, 136 MiB, 4 flows, 3 edges, now 90 packets/s, 82.1 kbit/s",
                        "lost 17 packets (kernel_drop 17)",
                        "",
                        "INITIATOR      RESPONDER  SERVICE   FLOWS  REFUSED    PACKETS    OCTETS",
                        "10.0.0.1       10.0.0.2   tcp/5432      1        0  1,000,000   109 MiB",
                        "2001:db8::1:2  10.0.0.2   tcp/443       2        0    250,600  27.2 MiB",
                        "203.0.113.9    10.0.0.5   tcp/22        1        0        300  33.4 KiB",
                        "",
                        "2 findings, 2 of ingress",
                        "  2023-11-14 22:13:20  high  203.0.113.9 reached 10.0.0.7 over tcp/80",
                        "  2023-11-14 22:13:20  high  203.0.113.9 reached 10.0.0.5 over tcp/22");
    }

    @Test
    void shouldStayWithinTheScreen() {
        for (int i = 0; i < 50; i++) {
            model.edge(
                    TestRecords.edge("10.0.0." + i, "a-host-with-a-rather-long-name.example.org", 443, T0, 100 + i),
                    NOW);
            model.finding(
                    TestRecords.finding("id" + i, "somebody \u001b[2J came in and the title goes on and on and on"));
        }

        List<String> lines =
                SummaryText.screen(model.summary(NOW, 20, 20), "weir up", ENDPOINTS, Duration.ZERO, 60, 24);

        assertThat(lines).hasSizeLessThanOrEqualTo(24).allSatisfy(line -> assertThat(line)
                .hasSizeLessThanOrEqualTo(60)
                .doesNotContain("\u001b"));
    }

    @Test
    void shouldWriteOneLine() {
        feed();

        assertThat(SummaryText.line(model.summary(NOW, 0, 0), Duration.ofSeconds(5)))
                .isEqualTo(
                        "0:05  1,250,900 packets, 136 MiB, 4 flows, 3 edges, 90 packets/s, 82.1 kbit/s; 2 findings, 2 of ingress;"
                                + " lost 17 packets (kernel_drop 17)");
    }

    @Test
    void shouldSayThatThereIsNothing() {
        assertThat(SummaryText.line(model.summary(NOW, 0, 0), Duration.ZERO))
                .isEqualTo("0:00  0 packets, 0 B, 0 flows, 0 edges, 0 packets/s, 0 bit/s; no findings; nothing lost");
        assertThat(SummaryText.topEdges(List.of(), 80)).containsExactly("no edges yet");
        assertThat(SummaryText.ingressFindings(List.of(), 80))
                .containsExactly("nobody came in from outside the cluster");
    }

    @Test
    void shouldTakeTheRateOfTheNewestWindowThatDoesNotGrow() {
        model.edge(TestRecords.edge("a", "b", 1, T0, 100), NOW - 5_000);
        model.edge(TestRecords.edge("a", "b", 1, T0 + 10_000, 7), NOW);

        assertThat(model.summary(NOW, 0, 0).packetsPerSecond()).isEqualTo(10.0);
        assertThat(model.summary(NOW + 1_000, 0, 0).packetsPerSecond()).isEqualTo(0.7);
    }

    @Test
    void shouldStayBounded() {
        for (int i = 0; i < 3 * SummaryModel.MAX_EDGES; i++) {
            model.edge(TestRecords.edge("host-" + i, "b", 1, T0 + i * 10_000L, 1 + i % 1000), NOW);
        }
        for (int i = 0; i < 2 * SummaryModel.MAX_FINDINGS; i++) {
            model.finding(TestRecords.finding("id" + i, "title " + i));
        }

        Summary summary = model.summary(NOW, 5, Integer.MAX_VALUE);

        assertThat(summary.edges()).isLessThanOrEqualTo(SummaryModel.MAX_EDGES);
        assertThat(summary.edgesForgotten()).isTrue();
        assertThat(summary.topEdges()).extracting(Summary.EdgeLine::packets).containsOnly(1000L);
        assertThat(summary.newestFindings()).hasSize(SummaryModel.MAX_FINDINGS);
        assertThat(summary.newestFindings().get(0).getTitle())
                .isEqualTo("title " + (2 * SummaryModel.MAX_FINDINGS - 1));
        assertThat(summary.findings()).isEqualTo(2L * SummaryModel.MAX_FINDINGS);
    }

    private void feed() {
        model.edge(TestRecords.edge("10.0.0.1", "10.0.0.2", 5432, T0, 1_000_000), NOW - 20_000);
        model.edge(TestRecords.edge("2001:db8::1:2", "10.0.0.2", 443, T0, 250_000), NOW - 20_000);
        model.edge(TestRecords.edge("2001:db8::1:2", "10.0.0.2", 443, T0 + 10_000, 600), NOW - 5_000);
        model.edge(TestRecords.edge("203.0.113.9", "10.0.0.5", 22, T0 + 10_000, 300), NOW - 5_000);
        model.finding(TestRecords.finding("f1", "203.0.113.9 reached 10.0.0.5 over tcp/22"));
        model.finding(TestRecords.finding("f2", "203.0.113.9 reached 10.0.0.7 over tcp/80"));
        model.loss(TestRecords.loss("collector", LossReason.kernel_drop, null, 17L, null));
    }
}
