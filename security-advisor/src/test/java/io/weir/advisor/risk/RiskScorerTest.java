package io.weir.advisor.risk;

import static io.weir.advisor.risk.TestFinding.HOUR;
import static io.weir.advisor.risk.TestFinding.T0;
import static io.weir.advisor.risk.TestFinding.aFinding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.schemas.EntityKind;
import io.weir.schemas.EntityPlace;
import io.weir.schemas.Finding;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Risk;
import io.weir.schemas.RiskContributor;
import io.weir.schemas.RiskRole;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What findings come to: how much each counts, what decays, what is told when, what makes room. */
class RiskScorerTest {

    private static final RiskSettings SETTINGS = new RiskSettings(Duration.ofHours(1), 1_000);

    /** Latest record of each entity; those that were forgotten are not there. */
    private final Map<String, Risk> latest = new TreeMap<>();

    private int told;
    private RiskTable table;
    private RiskScorer scorer;
    private boolean isPointApart;

    @BeforeEach
    void start() {
        start(SETTINGS);
    }

    private void start(RiskSettings settings) {
        table = new RiskTable(settings);
        table.open(null, null);
        scorer = new RiskScorer(table, this::tell);
    }

    private void tell(String key, Risk risk) {
        told++;
        if (risk == null) {
            latest.remove(key);
        } else {
            latest.put(key, risk);
        }
    }

    @Test
    void shouldCountAFindingForBothOfItsEnds() {
        find(aFinding("a"));
        scorer.flush();

        Risk initiator = latest.get("10.0.0.1");
        assertThat(initiator.getEntity()).isEqualTo("10.0.0.1");
        assertThat(initiator.getKind()).isEqualTo(EntityKind.address);
        assertThat(initiator.getPlace()).isEqualTo(EntityPlace.inside);
        assertThat(initiator.getScore()).isEqualTo(75);
        assertThat(initiator.getLevel()).isEqualTo(Severity.high);
        assertThat(initiator.getHalfLifeMilliseconds()).isEqualTo(3_600_000);
        assertThat(initiator.getAsOfMicroseconds()).isEqualTo(T0);
        assertThat(initiator.getContributors())
                .containsExactly(
                        new RiskContributor("a", "scan_vertical", Severity.high, RiskRole.initiator, 75.0, T0, 75.0));
        Risk responder = latest.get("10.0.0.2");
        assertThat(responder.getScore()).isEqualTo(37.5);
        assertThat(responder.getLevel()).isEqualTo(Severity.low);
        assertThat(responder.getContributors().get(0).getRole()).isEqualTo(RiskRole.responder);
    }

    @Test
    void shouldCountIngressWholeForWhoLetItIn() {
        find(aFinding("a").rule("ingress").flowClass(FlowClass.ingress).from("198.51.100.0/24"));
        scorer.flush();

        assertThat(latest.get("10.0.0.2").getScore()).isEqualTo(75);
        assertThat(latest.get("10.0.0.2").getPlace()).isEqualTo(EntityPlace.inside);
        Risk network = latest.get("198.51.100.0/24");
        assertThat(network.getKind()).isEqualTo(EntityKind.network);
        assertThat(network.getPlace()).isEqualTo(EntityPlace.outside);
    }

    @Test
    void shouldNotCountWhatIsPermittedNorThoseThatAreNotNamed() {
        find(aFinding("a").allowedBy("checks"));
        find(aFinding("b").from(null).to(null));
        scorer.flush();
        scorer.flush();
        assertThat(told).isZero();
        assertThat(table.entities()).isZero();

        find(aFinding("c").to(null));
        find(aFinding("d").from("10.0.0.9").to("10.0.0.9"));
        scorer.flush();
        assertThat(latest).containsOnlyKeys("10.0.0.1", "10.0.0.9");
        assertThat(latest.get("10.0.0.9").getScore()).isEqualTo(75);
    }

    @Test
    void shouldHalveInEachHalfLife() {
        find(aFinding("a"));
        scorer.flush();
        Risk risk = latest.get("10.0.0.1");

        assertThat(RiskLevels.at(risk, T0 - HOUR)).isSameAs(risk);
        Risk later = RiskLevels.at(risk, T0 + HOUR);
        assertThat(later.getScore()).isEqualTo(37.5);
        assertThat(later.getLevel()).isEqualTo(Severity.low);
        assertThat(later.getAsOfMicroseconds()).isEqualTo(T0 + HOUR);
        assertThat(later.getContributors().get(0).getContribution()).isEqualTo(37.5);
        assertThat(later.getContributors().get(0).getWeight()).isEqualTo(75);
        assertThat(RiskLevels.at(risk, T0 + 10 * HOUR).getScore()).isEqualTo(75.0 / 1024);
        assertThat(RiskLevels.at(risk, Long.MAX_VALUE).getScore()).isZero();
    }

    @Test
    void shouldCountAnEpisodeOnceAndFromItsLastPacketOn() {
        find(aFinding("a").severity(Severity.medium));
        find(aFinding("a").severity(Severity.high).until(2));
        find(aFinding("a").severity(Severity.high).until(2));
        scorer.flush();
        Risk risk = latest.get("10.0.0.1");
        assertThat(risk.getContributors()).hasSize(1);
        assertThat(risk.getScore()).isEqualTo(75);
        assertThat(risk.getAsOfMicroseconds()).isEqualTo(T0 + 2 * HOUR);
    }

    @Test
    void shouldAddTheGravestWholeAndEachNextByHalf() {
        find(aFinding("a").severity(Severity.low));
        find(aFinding("b").severity(Severity.medium));
        find(aFinding("c").severity(Severity.medium).until(-1));
        scorer.flush();
        // 50, a half of 25 (that of an hour ago, by now as grave as the low one; by id behind it), a quarter of 25.
        assertThat(latest.get("10.0.0.1").getSum()).isEqualTo(50 + 12.5 + 6.25);
        assertThat(latest.get("10.0.0.1").getContributors())
                .extracting(RiskContributor::getFindingId)
                .containsExactly("b", "a", "c");
    }

    /** However many small ones are no grave one; and no score is above 100. */
    @Test
    void shouldNotTakeManySmallFindingsForAGraveOne() {
        for (int i = 0; i < 1_000; i++) {
            find(aFinding("low" + i).severity(Severity.low));
            find(aFinding("high" + i).from("10.0.0.5"));
        }
        scorer.flush();
        scorer.flush();
        Risk low = latest.get("10.0.0.1");
        assertThat(low.getScore()).isCloseTo(50, within(0.01));
        assertThat(low.getLevel()).isEqualTo(Severity.medium);
        assertThat(low.getContributors()).hasSize(EntityRisk.MAX_PARTS);
        Risk high = latest.get("10.0.0.5");
        assertThat(high.getScore()).isEqualTo(100);
        assertThat(high.getSum()).isCloseTo(150, within(0.01));
        assertThat(high.getLevel()).isEqualTo(Severity.critical);
        assertThat(high.getContributors().stream()
                        .mapToDouble(RiskContributor::getContribution)
                        .sum())
                .isEqualTo(high.getSum());
    }

    @Test
    void shouldTellWhatIsNoticeableAtOnceAndTheRestWhenQuiet() {
        find(aFinding("a").to(null));
        scorer.flush();
        assertThat(told).isEqualTo(1);
        find(aFinding("b").to(null).severity(Severity.informational));
        scorer.flush();
        assertThat(told).as("five points more").isEqualTo(2);
        find(aFinding("c").to(null).severity(Severity.informational));
        scorer.flush();
        assertThat(told).as("two and a half").isEqualTo(2);
        scorer.flush();
        assertThat(told).isEqualTo(3);
        assertThat(latest.get("10.0.0.1").getSum()).isEqualTo(75 + 5 + 2.5);

        scorer.flush();
        find(aFinding("c").to(null).severity(Severity.informational));
        scorer.flush();
        scorer.flush();
        assertThat(told).as("nothing new").isEqualTo(3);
    }

    @Test
    void shouldTellAnotherLevelAtOnce() {
        find(aFinding("a").to(null));
        find(aFinding("b").to(null).severity(Severity.low));
        scorer.flush();
        assertThat(latest.get("10.0.0.1").getLevel()).isEqualTo(Severity.high);
        // 87.5 and a quarter of 10.
        find(aFinding("c").to(null).severity(Severity.informational));
        scorer.flush();
        assertThat(latest.get("10.0.0.1").getScore()).isEqualTo(90);
        assertThat(latest.get("10.0.0.1").getLevel()).isEqualTo(Severity.critical);
    }

    /** More findings than are kept, episodes that go on, and a restart in the midst. */
    @Test
    void shouldNotDependOnTheOrderNorOnARestart() {
        Random random = new Random(7);
        List<Finding> findings = new ArrayList<>();
        Severity[] severities = {Severity.informational, Severity.low, Severity.medium, Severity.high};
        for (int i = 0; i < 120; i++) {
            Severity severity = severities[random.nextInt(severities.length)];
            TestFinding one = aFinding("f" + i)
                    .severity(severity)
                    .from("10.0.0." + random.nextInt(3))
                    .to("10.0.1." + random.nextInt(2));
            double hours = random.nextInt(20);
            findings.add(one.until(hours).build());
            findings.add(one.until(hours + random.nextInt(3)).build());
        }
        Map<String, Risk> expected = settle(findings, false);
        assertThat(expected).hasSize(5);
        for (int order = 0; order < 20; order++) {
            Collections.shuffle(findings, new Random(order));
            assertThat(settle(findings, order % 2 == 0)).as("order " + order).isEqualTo(expected);
        }
    }

    private Map<String, Risk> settle(List<Finding> findings, boolean isRestarted) {
        latest.clear();
        start(SETTINGS);
        for (int i = 0; i < findings.size(); i++) {
            take(findings.get(i));
            if (i % 7 == 0) {
                scorer.flush();
            }
            if (isRestarted && i == findings.size() / 2) {
                restart(SETTINGS);
            }
        }
        scorer.flush();
        scorer.flush();
        return new TreeMap<>(latest);
    }

    /** The changelog of the one is that of the other. */
    private void restart(RiskSettings settings) {
        RiskTable before = table;
        table = new RiskTable(settings);
        before.writeAll(table::restore);
        table.open(null, null);
        scorer = new RiskScorer(table, this::tell);
    }

    @Test
    void shouldTellAfterARestartWhatWasNotTold() {
        find(aFinding("a"));
        restart(SETTINGS);
        scorer.flush();
        assertThat(latest).hasSize(2);
        restart(SETTINGS);
        scorer.flush();
        scorer.flush();
        assertThat(told).as("each once").isEqualTo(2);

        restart(new RiskSettings(Duration.ofHours(2), 1_000));
        scorer.flush();
        assertThat(latest.get("10.0.0.1").getHalfLifeMilliseconds()).isEqualTo(7_200_000);
    }

    @Test
    void shouldForgetTheLeastRiskyForOthers() {
        start(new RiskSettings(Duration.ofHours(1), 2));
        find(aFinding("a").to(null).until(0));
        find(aFinding("b").from("10.0.0.3").to(null).severity(Severity.low).until(0));
        scorer.flush();
        find(aFinding("c").from("10.0.0.4").to(null).severity(Severity.low).until(1));
        scorer.flush();
        assertThat(latest).containsOnlyKeys("10.0.0.1", "10.0.0.4");
        assertThat(told).as("three, and a tombstone").isEqualTo(4);
        assertThat(table.entities()).isEqualTo(2);
        assertThat(table.evictedEntities()).isEqualTo(1);

        find(aFinding("d").from("10.0.0.5").to(null).severity(Severity.low).until(-10));
        scorer.flush();
        assertThat(told).as("a new one that is the least is never told").isEqualTo(4);
        assertThat(table.evictedEntities()).isEqualTo(2);
    }

    @Test
    void shouldTellSeparateNetworksApartWhereAsked() {
        isPointApart = true;
        find(aFinding("a").seenBy("east"));
        find(aFinding("b").seenBy("west"));
        scorer.flush();
        assertThat(latest)
                .containsOnlyKeys(
                        "10.0.0.1|east|eth0|pcap",
                        "10.0.0.1|west|eth0|pcap",
                        "10.0.0.2|east|eth0|pcap",
                        "10.0.0.2|west|eth0|pcap");
        Risk east = latest.get("10.0.0.1|east|eth0|pcap");
        assertThat(east.getEntity()).isEqualTo("10.0.0.1");
        assertThat(east.getObservationPoint().getHost()).isEqualTo("east");
        assertThat(east.getContributors()).hasSize(1);
    }

    private void find(TestFinding finding) {
        take(finding.build());
    }

    /** By way of the repartition topic. */
    private void take(Finding finding) {
        RiskPartSerde serde = new RiskPartSerde();
        for (RiskPart part : RiskPart.of(finding, isPointApart)) {
            RiskPart read =
                    serde.deserializer().deserialize("t", serde.serializer().serialize("t", part));
            assertThat(read).isEqualTo(part);
            scorer.onPart(read);
        }
    }
}
