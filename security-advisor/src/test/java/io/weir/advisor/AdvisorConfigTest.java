package io.weir.advisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weir.advisor.allow.AllowList;
import io.weir.advisor.detection.Detections;
import io.weir.advisor.detection.Thresholds;
import io.weir.advisor.risk.RiskSettings;
import io.weir.advisor.rule.ingress.EpisodeScope;
import io.weir.advisor.rule.ingress.SourcePrefixes;
import io.weir.advisor.subnet.ClusterSet;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AdvisorConfigTest {

    @Test
    void shouldSwitchOffSomeDetectionsOrAll() {
        assertThat(DetectionConfig.defaults().detections()).hasSameSizeAs(Detections.all());
        assertThat(new DetectionConfig(Set.of("scan_vertical"), Thresholds.DEFAULTS, 1, 1).detections())
                .hasSize(Detections.all().size() - 1);
        assertThat(new DetectionConfig(Set.of("all"), Thresholds.DEFAULTS, 1, 1).detections())
                .isEmpty();
    }

    @Test
    void shouldNameTheDetectionsThereAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DetectionConfig(Set.of("scan_vertikal"), Thresholds.DEFAULTS, 0, 0))
                .withMessageContaining("there is no detection 'scan_vertikal' to switch off: there are ")
                .withMessageContaining("scan_vertical")
                .withMessageContaining("cap of hosts is 0")
                .withMessageContaining("cap of contacts is 0");
    }

    @Test
    void shouldHaveDefaults() {
        AdvisorConfig config = AdvisorConfig.defaults();
        assertThat(config.clusterPrefixes()).isEmpty();
        assertThat(config.clusterSets()).isEmpty();
        assertThat(config.allowList().entries()).isEmpty();
        assertThat(config.sourcePrefixes()).isEqualTo(new SourcePrefixes(24, 48));
        assertThat(config.episodeScope()).isEqualTo(EpisodeScope.CLUSTER);
        assertThat(config.episodeIdle()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.flushInterval()).isLessThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(config.risks()).isEqualTo(new RiskSettings(Duration.ofDays(1), 100_000));
        assertThat(config.ingressSettings().silentFlushes()).isEqualTo(1801);
    }

    @Test
    void shouldReportAllMistakesAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdvisorConfig(
                        List.of("10.0.0.0/8", "10.1.2.3/8", "ten"),
                        List.of(ClusterSet.parse("pod:10.1.0.0/16"), ClusterSet.parse("node:10.1.0.0/16")),
                        AllowList.NONE,
                        new SourcePrefixes(33, -1),
                        EpisodeScope.CLUSTER,
                        Duration.ZERO,
                        Duration.ofMillis(-1),
                        Duration.ofMillis(1),
                        0,
                        0,
                        DetectionConfig.defaults(),
                        RiskSettings.defaults()))
                .withMessageContaining("cluster prefix '10.1.2.3/8' has bits set behind its prefix: write 10.0.0.0/8")
                .withMessageContaining("cluster prefix 'ten' is not an address range")
                .withMessageContaining("cluster sets pod:10.1.0.0/16 and node:10.1.0.0/16 say two things")
                .withMessageContaining("source prefix of IPv4 has 33 bits: it must have 0 to 32")
                .withMessageContaining("source prefix of IPv6 has -1 bits")
                .withMessageContaining("episode idle time is 0 ms: it must be at least 1000 ms")
                .withMessageContaining("lateness is -1 ms")
                .withMessageContaining("flush interval is 1 ms")
                .withMessageContaining("cap of open episodes is 0")
                .withMessageContaining("cap of subnets is 0");
    }
}
