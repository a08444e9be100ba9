package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.advisor.AdvisorConfig;
import io.weir.advisor.allow.AllowEntry;
import io.weir.advisor.risk.RiskSettings;
import io.weir.advisor.rule.ingress.SourcePrefixes;
import io.weir.advisor.subnet.ClusterSet;
import io.weir.app.config.Environment;
import io.weir.app.config.SettingsLoader;
import io.weir.app.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the advisor is configured with comes from settings and files. */
class AdvisorFilesTest {

    @TempDir
    private Path directory;

    private SettingsLoader loader;
    private Path sets;
    private Path allowList;

    @BeforeEach
    void nameTheFiles() {
        sets = directory.resolve("sets");
        allowList = directory.resolve("allow");
        loader = new SettingsLoader(new Environment(Map.of("HOSTNAME", "probe"), directory));
    }

    @Test
    void shouldTakeSetsFromTheSettingAndTheFile() throws IOException {
        Files.writeString(sets, "service/web:10.96.0.0/12\n");
        AdvisorConfig config = advisor(Map.of("cluster.sets", "pod:10.1.0.0/16", "cluster.sets-file", sets.toString()));
        assertThat(config.clusterSets())
                .extracting(ClusterSet::toString)
                .containsExactly("pod:10.1.0.0/16", "service/web:10.96.0.0/12");
        assertThat(config.sourcePrefixes()).isEqualTo(SourcePrefixes.NETWORKS);
        assertThat(config.allowList().entries()).isEmpty();
    }

    @Test
    void shouldRefuseSetsThatContradictEachOther() throws IOException {
        Files.writeString(sets, "node:10.1.0.0/16\n");
        assertThatThrownBy(
                        () -> advisor(Map.of("cluster.sets", "pod:10.1.0.0/16", "cluster.sets-file", sets.toString())))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("cluster sets pod:10.1.0.0/16 and node:10.1.0.0/16 say two things");
    }

    @Test
    void shouldTakeTheEntriesThatAreRight() throws IOException {
        Files.writeString(allowList, """
                good.rule = ingress, beacon
                good.source = 192.0.2.1
                good.owner = ada
                good.reason = probes
                good.expires = 2027-01-01
                bad.source = 192.0.2.2
                """);
        AdvisorConfig config = advisor(Map.of(
                "advisor.allow-list",
                allowList.toString(),
                "advisor.episode-source-prefix.ipv4",
                "32",
                "advisor.episode-source-prefix.ipv6",
                "128",
                "advisor.risk-half-life",
                "1h"));
        assertThat(config.allowList().entries()).extracting(AllowEntry::name).containsExactly("good");
        assertThat(config.allowList().entries().get(0).rules()).containsOnly("ingress", "beacon");
        assertThat(config.sourcePrefixes()).isEqualTo(SourcePrefixes.ADDRESSES);
        assertThat(config.risks()).isEqualTo(new RiskSettings(Duration.ofHours(1), 100_000));
    }

    @Test
    void shouldRefuseAFileThatIsNotThere() {
        assertThatThrownBy(() -> advisor(Map.of("advisor.allow-list", allowList.toString())))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("there is no allow-list " + allowList);
    }

    private AdvisorConfig advisor(Map<String, String> settings) {
        settings.forEach((key, value) -> loader.assign(key, value, "-s"));
        return ModuleConfigs.advisor(loader.load());
    }
}
