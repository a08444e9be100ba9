package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.advisor.host.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThresholdsTest {

    @Test
    void shouldLeaveWhatIsNotSetAsItIs() {
        VerticalScan.Settings defaults = VerticalScan.Settings.defaults();
        assertThat(Thresholds.of(List.of("beacon.score=0.8")).of("scan_vertical", defaults))
                .isSameAs(defaults);
        assertThat(Thresholds.of(List.of("scan_vertical.ports=30", " scan_vertical.slow-within = 2h30m "))
                        .of("scan_vertical", defaults))
                .isEqualTo(new VerticalScan.Settings(
                        30, defaults.within(), defaults.slowPorts(), Duration.ofMinutes(150)));
    }

    @Test
    void shouldTakeValuesOfAllKinds() {
        assertThat(Thresholds.of(List.of("beacon.windows=10m 24h", "beacon.connections=12", "beacon.sure-score=1"))
                        .of("beacon", Beacon.Settings.defaults()))
                .isEqualTo(new Beacon.Settings(
                        List.of(Duration.ofMinutes(10), Duration.ofHours(24)), Duration.ofMinutes(2), 12, 0.7, 1));
        assertThat(Thresholds.of(List.of("exfiltration_volume.octets=5000000000"))
                        .of("exfiltration_volume", ExfiltrationVolume.Settings.defaults())
                        .octets())
                .isEqualTo(5_000_000_000L);
    }

    /** Each default is a value that could be set, and setting it changes nothing. */
    @Test
    void shouldReadWhatItWrites() {
        for (String rule : Detections.ids()) {
            Detections.thresholds(rule).forEach((name, value) -> {
                Thresholds set = Thresholds.of(List.of(rule + "." + name + "=" + value));
                assertThat(Detections.all(set)).as(rule + "." + name).hasSameSizeAs(Detections.all());
            });
        }
        assertThat(Detections.thresholds("scan_vertical"))
                .containsEntry("ports", "20")
                .containsEntry("slow-within", "1h");
    }

    @Test
    void shouldMakeRulesThatAskForAsMuchAsIsSet() {
        Timeline scan = new Timeline("10.0.0.1");
        for (int i = 0; i < 25; i++) {
            scan.add(Act.internal("10.0.0.1", "10.0.0.2", 1000 + i).outcome(Outcome.REFUSED));
        }
        scan.verdict(rule("scan_vertical", Thresholds.DEFAULTS));
        scan.silent(rule("scan_vertical", Thresholds.of(List.of("scan_vertical.ports=26"))));
    }

    private static Detection rule(String id, Thresholds thresholds) {
        return Detections.all(thresholds).stream()
                .filter(rule -> rule.facts().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            scan_vertical          | 'scan_vertical' sets no threshold: write RULE.THRESHOLD=VALUE
            ports=3                | 'ports=3' sets no threshold
            scan.ports=3           | there is no detection 'scan' to set a threshold of: there are scan_vertical
            scan_vertical.port=3   | scan_vertical has no threshold 'port': it has ports, within, slow-ports, slow-within
            callback.ports=3       | callback has no threshold 'ports': it has none at all
            scan_vertical.ports=0  | scan_vertical.ports is '0': it must be a whole number from 1 to 2147483647
            scan_vertical.ports=x  | it must be a whole number
            beacon.score=1.1       | it must be a number above 0, at most 1
            beacon.score=NaN       | it must be a number above 0
            flood_syn.per-second=-1 | it must be a number above 0
            scan_vertical.within=3 | it must be a time above 0, at most 24h, for example 90s
            scan_vertical.within=25h | it must be a time above 0, at most 24h
            beacon.windows=1h 10m  | it must be times that ascend
            """)
    void shouldSayWhatIsWrong(String assignment, String problem) {
        assertThatThrownBy(() -> Thresholds.of(List.of("beacon.connections=20", assignment)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void shouldSayEverythingThatIsWrong() {
        assertThatThrownBy(() -> Thresholds.of(List.of(
                        "beacon.score=2", "beacon.score=0.5", "scan_vertical.ports=0", "scan_vertical.within=0s")))
                .hasMessageContaining("'beacon.score' is set twice: to '2' and to '0.5'")
                .hasMessageContaining("scan_vertical.ports is '0'")
                .hasMessageContaining("scan_vertical.within is '0s'");
    }
}
