package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class DnsTunnelTest {

    private static final String POD = "10.0.0.5";
    private static final String RESOLVER = "192.0.2.53";
    private static final int A = 1;
    private static final int TXT = 16;
    private static final Detection RULE = new DnsTunnel(DnsTunnel.Settings.defaults());

    private static Act asks(long queries, long octetsOut, long octetsIn) {
        return Act.egress(POD, RESOLVER, 53)
                .udp()
                .traffic(queries, octetsOut, queries, octetsIn)
                .lasting(Duration.ofSeconds(60));
    }

    /** As measured: 150 queries in 60 s, 202 octets each, names of 156 characters. */
    @Test
    void shouldFindExfiltrationByName() {
        Verdict verdict = new Timeline(POD)
                .add(asks(150, 30_319, 39_026).asking("a".repeat(60) + "." + "b".repeat(60) + ".evil.com", 15, 0, 150))
                .verdict(RULE);

        assertThat(verdict.boundedSeverity()).isEqualTo(Severity.medium);
        assertThat(verdict.description)
                .isEqualTo(
                        "queries of 202 octets on average; 150 queries within a minute; 1.3 octets answered for each one asked; 150 queries below evil.com"
                                + " in an hour, names of 130 characters, 1 of 1 flows with types that carry much.");
    }

    /** A tunnel that uses a new port for each query. */
    @Test
    void shouldFindManyNamesOfOneDomain() {
        Timeline timeline = new Timeline(POD).add(120, i -> Act.egress(POD, RESOLVER, 53)
                .udp()
                .at(i * 0.4)
                .traffic(1, 90, 1, 120)
                .asking(String.format(Locale.ROOT, "%08x.t.evil.com", i * 0x9e3779b9), A, 0, 1));

        Verdict verdict = timeline.verdict(RULE);

        assertThat(verdict.boundedSeverity()).isEqualTo(Severity.medium);
        assertThat(verdict.description).contains("120 queries within a minute").contains("below evil.com");
    }

    @Test
    void shouldGoByLengthWhereNoNamesAreSeen() {
        new Timeline(POD).add(asks(50, 5_000, 5_000)).silent(RULE);
        new Timeline(POD).add(asks(49, 4_950, 4_950)).silent(RULE);
        Verdict verdict = new Timeline(POD).add(asks(50, 5_001, 7_500)).verdict(RULE);
        assertThat(verdict.boundedSeverity()).isEqualTo(Severity.low);
        new Timeline(POD).add(asks(50, 5_001, 7_900)).silent(RULE);
    }

    /** Rate and balance say how much, not what. */
    @Test
    void shouldNotTakeBusyClientsForOne() {
        new Timeline(POD).add(asks(1_000, 70_000, 90_000)).silent(RULE);
        new Timeline(POD)
                .add(asks(1_000, 110_000, 150_000).asking("www.example.com", A, 0, 1_000))
                .silent(RULE);
    }

    /** A mail server asks for policies of many senders: types that carry much, but each domain seldom, and answers longer than questions. */
    @Test
    void shouldNotTakeAMailServerForOne() {
        new Timeline(POD)
                .add(100, i -> Act.egress(POD, RESOLVER, 53)
                        .udp()
                        .at(i * 5)
                        .traffic(1, 70, 1, 180)
                        .asking("_dmarc.sender" + i + ".com", TXT, 0, 1))
                .silent(RULE);
    }

    @Test
    void shouldLeaveOutResolversReverseNamesAndOtherPorts() {
        Act tunnel = asks(150, 30_000, 30_000);
        new Timeline(POD).add(tunnel, Act.internal("10.0.0.9", POD, 53).udp()).silent(RULE);
        new Timeline(POD).add(tunnel.protocol(17, 5353)).silent(RULE);
        new Timeline(POD)
                .add(120, i -> Act.egress(POD, RESOLVER, 53)
                        .udp()
                        .at(i * 0.4)
                        .traffic(1, 70, 1, 90)
                        .asking(i + ".2.0.192.in-addr.arpa", 12, 0, 1))
                .silent(RULE);
    }

    @Test
    void shouldLeaveOutWhatBeganLater() {
        Timeline timeline = new Timeline(POD).add(asks(150, 30_000, 30_000).at(100));

        assertThat(timeline.verdicts(RULE, Act.T0 + 99_999_999)).isEmpty();
        assertThat(timeline.verdicts(RULE, Act.T0 + 100_000_000)).hasSize(1);
    }
}
