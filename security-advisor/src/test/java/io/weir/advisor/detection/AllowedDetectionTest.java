package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.allow.AllowEntry;
import io.weir.advisor.allow.AllowList;
import io.weir.advisor.host.HostTable;
import io.weir.advisor.host.Outcome;
import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.ClusterSet;
import io.weir.advisor.subnet.Subnets;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is permitted is told as such, in episodes of its own. */
class AllowedDetectionTest {

    private static final Detection SCAN = new VerticalScan(VerticalScan.Settings.defaults());
    private static final String ID = SCAN.facts().id();

    private final Subnets subnets = new Subnets(List.of(), List.of(ClusterSet.parse("service/web:10.0.0.2/32")), 1);
    private final List<Finding> told = new ArrayList<>();

    @Test
    void shouldTellWhatIsPermittedAsInformational() {
        Detector detector = detector(entry(Set.of(ID), "10.0.0.1/32", List.of("service/web"), Long.MAX_VALUE));
        scan(detector, "10.0.0.1", "10.0.0.2", 0);
        assertThat(told).singleElement().satisfies(finding -> {
            assertThat(finding.getAllowedBy()).isEqualTo("scanner");
            assertThat(finding.getSeverity()).isEqualTo(Severity.informational);
            assertThat(finding.getRiskScore()).isEqualTo(10);
            assertThat(finding.getFlows()).isEqualTo(25);
            assertThat(finding.getAttackTechniques()).isEmpty();
            assertThat(finding.getTitle()).isEqualTo("10.0.0.1 scans the ports of 10.0.0.2; allowed by scanner");
            assertThat(finding.getDescription())
                    .endsWith("Permitted by the allow-list's entry scanner (owner ada, without end: audits).");
        });
    }

    @Test
    void shouldNotPermitOtherHostsTargetsAndRules() {
        for (AllowEntry other : List.of(
                entry(Set.of("ingress"), "10.0.0.1/32", List.of(), Long.MAX_VALUE),
                entry(Set.of(ID), "10.0.0.3/32", List.of(), Long.MAX_VALUE),
                entry(Set.of("*"), "10.0.0.1/32", List.of("service/mail"), Long.MAX_VALUE))) {
            told.clear();
            scan(detector(other), "10.0.0.1", "10.0.0.2", 0);
            assertThat(told).singleElement().satisfies(finding -> assertThat(finding.getAllowedBy())
                    .isNull());
        }
    }

    @Test
    void shouldRaiseWhatGoesOnAfterTheEndAsAnEpisodeOfItsOwn() {
        long endMs = Act.T0 / 1000 + 100_000;
        Detector detector = detector(entry(Set.of("*"), "10.0.0.0/24", List.of(), endMs));
        scan(detector, "10.0.0.1", "10.0.0.2", 0);
        scan(detector, "10.0.0.1", "10.0.0.2", 200);
        assertThat(told).extracting(Finding::getStatus).containsExactly(FindingStatus.opened, FindingStatus.opened);
        assertThat(told).extracting(Finding::getAllowedBy).containsExactly("scanner", null);
        assertThat(told.get(1).getSeverity()).isEqualTo(Severity.high);
        assertThat(told.get(1).getFindingId()).isNotEqualTo(told.get(0).getFindingId());
    }

    @Test
    void shouldBeTheRulesThemselvesWithoutAList() {
        List<Detection> rules = List.of(SCAN);
        assertThat(AllowedDetection.of(rules, AllowList.NONE, subnets)).isSameAs(rules);
    }

    private Detector detector(AllowEntry entry) {
        HostTable hosts = new HostTable(1_000, 100_000);
        hosts.open(null, null);
        return new Detector(
                AllowedDetection.of(List.of(SCAN), new AllowList(List.of(entry), expired -> {}), subnets),
                new DetectorSettings(Duration.ofMinutes(1), Duration.ofSeconds(10), 3, 100, 8),
                hosts,
                told::add);
    }

    private static AllowEntry entry(Set<String> rules, String source, List<String> sets, long expiresMs) {
        return new AllowEntry(
                "scanner",
                "ada",
                "audits",
                rules,
                List.of(Cidr.parse(source)),
                List.of(),
                sets,
                List.of(),
                null,
                expiresMs);
    }

    private static void scan(Detector detector, String from, String to, int second) {
        for (int port = 1; port <= 25; port++) {
            Act act = Act.internal(from, to, port).outcome(Outcome.REFUSED).at(second + port * 0.1);
            detector.onBegan(act.seen());
            detector.onAsked(act.seen());
        }
        detector.flush();
    }
}
