package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.host.Changes;
import io.weir.advisor.host.Host;
import io.weir.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExfiltrationVolumeTest {

    private static final String POD = "10.0.0.5";
    private static final String PEER = "192.0.2.7";
    private static final long MB = 1_000_000;
    private static final Detection RULE = new ExfiltrationVolume(ExfiltrationVolume.Settings.defaults());

    private static Act sends(double hours, long out, long in) {
        return Act.egress(POD, PEER, 443)
                .after(Duration.ofMinutes(Math.round(hours * 60)))
                .traffic(90_000, out, 50_000, in);
    }

    @Test
    void shouldFindAHundredMegabytesInAnHour() {
        new Timeline(POD)
                .add(sends(0, 60 * MB, MB), sends(0.5, 40 * MB - 1, MB))
                .silent(RULE);
        Verdict verdict = new Timeline(POD)
                .add(sends(0, 60 * MB, MB), sends(0.5, 40 * MB, MB))
                .verdict(RULE);

        assertThat(verdict.boundedSeverity()).as("of a host that is new").isEqualTo(Severity.low);
        assertThat(verdict.magnitude).isEqualTo(100.0 * MB);
        assertThat(verdict.responder).isEqualTo(Act.key(PEER));
        assertThat(verdict.description).contains("not known yet");
    }

    @Test
    void shouldNotAddUpHours() {
        new Timeline(POD).add(sends(0.9, 60 * MB, MB), sends(1.1, 60 * MB, MB)).silent(RULE);
    }

    @Test
    void shouldWantThreeTimesOfWhatComesBack() {
        new Timeline(POD).add(sends(0, 120 * MB, 40 * MB + 1)).silent(RULE);
        assertThat(new Timeline(POD).add(sends(0, 120 * MB, 40 * MB)).verdicts(RULE))
                .hasSize(1);
    }

    /** A backup at the same hour of each day. It is new on the first day, and still the same when later hours have followed. */
    @Test
    void shouldKnowABackup() {
        // The hours of a host come in order: which of them is usual depends on that.
        Host host = new Host(Act.key(POD));
        for (int day = 0; day < 5; day++) {
            host.began(sends(24 * day, 500 * MB, MB).seen());
            host.began(sends(24 * day + 1, MB, MB).seen());
        }
        List<Verdict> verdicts = new ArrayList<>();
        RULE.examine(host, Changes.all(host), Long.MAX_VALUE, verdicts::add);

        assertThat(verdicts).as("that of the first day is no longer kept").isEmpty();

        host.began(sends(24 * 5, 5_001 * MB, MB).seen());
        RULE.examine(host, Changes.all(host), Long.MAX_VALUE, verdicts::add);
        assertThat(verdicts).hasSize(1);
        assertThat(verdicts.get(0).description).contains("usual at that hour are 500.0 MB");
        host.began(sends(24 * 5 + 2, MB, MB).seen());
        RULE.examine(host, Changes.all(host), Long.MAX_VALUE, verdicts::add);
        assertThat(verdicts).as("the hour is not judged by itself").hasSize(2);
    }

    @Test
    void shouldBeHighWhenAKnownHostHasANewPeer() {
        assertThat(new Timeline(POD)
                        .known()
                        .add(sends(1, 200 * MB, MB))
                        .verdict(RULE)
                        .boundedSeverity())
                .isEqualTo(Severity.high);
        assertThat(new Timeline(POD)
                        .known()
                        .add(sends(-46, MB, MB), sends(-20, MB, MB), sends(1, 200 * MB, MB))
                        .verdict(RULE)
                        .boundedSeverity())
                .as("the peer is as old as the host")
                .isEqualTo(Severity.medium);
    }

    @Test
    void shouldLeaveOutHoursThatBeganLater() {
        Timeline timeline = new Timeline(POD).add(sends(2, 200 * MB, MB));

        assertThat(timeline.verdicts(RULE, Act.T0 + 7_199_999_999L)).isEmpty();
        assertThat(timeline.verdicts(RULE, Act.T0 + 7_200_000_000L)).hasSize(1);
    }

    @Test
    void shouldNotTakeWhatStaysInside() {
        new Timeline(POD)
                .add(Act.internal(POD, "10.0.0.9", 443).traffic(90_000, 900 * MB, 50_000, MB))
                .silent(RULE);
    }
}
