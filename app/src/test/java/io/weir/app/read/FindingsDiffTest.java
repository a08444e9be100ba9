package io.weir.app.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.TestRecords;
import io.weir.app.read.FindingsDiff.Change;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingEndReason;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.Measurement;
import io.weir.schemas.Severity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FindingsDiffTest {

    private static final long MINUTE_MICROS = 60_000_000;

    @Test
    void shouldTakeNoNoticeOfWhenSomebodyLooked() {
        Finding updated = finding("1");
        updated.setStatus(FindingStatus.updated);

        FindingsDiff diff = FindingsDiff.of(List.of(finding("1")), List.of(updated));

        assertThat(diff.isSame()).isTrue();
        assertThat(diff.same()).isEqualTo(1);
        assertThat(diff.text(0)).containsExactly("only in A 0, only in B 0, in both and different 0, the same 1");
    }

    @Test
    void shouldSayWhatOnlyOneHas() {
        Finding mine = finding("1");
        Finding theirs = finding("2");
        theirs.setRule("scan_vertical");

        FindingsDiff diff = FindingsDiff.of(List.of(mine), List.of(theirs));

        assertThat(diff.onlyA()).containsExactly(mine);
        assertThat(diff.onlyB()).containsExactly(theirs);
        assertThat(diff.different()).isEmpty();
        assertThat(diff.text(0)).hasSize(5).element(1).asString().matches("A +ingress +high +2023-11-14 22:13:20 .*");
        assertThat(diff.json().toString()).startsWith("{\"isSame\":false,\"onlyA\":[{\"findingId\":\"1\"");
    }

    @Test
    void shouldSayWhatDiffers() {
        Finding before = finding("1");
        before.setMeasurements(
                List.of(new Measurement("failedPorts", 20.0, 20.0, ""), new Measurement("share", 0.5, null, "")));
        Finding after = finding("1");
        after.setSeverity(Severity.low);
        after.setStatus(FindingStatus.closed);
        after.setEndReason(FindingEndReason.idle);
        after.setFlows(3);
        after.setMeasurements(List.of(
                new Measurement("failedPorts", 21.0, 10.0, ""), new Measurement("share", 0.5 + 1e-12, null, "")));

        FindingsDiff diff = FindingsDiff.of(List.of(before), List.of(after));

        assertThat(diff.different()).hasSize(1);
        assertThat(diff.different().get(0).changes())
                .containsExactly(
                        new Change("severity", "high", "low"),
                        new Change("status", "open", "closed (idle)"),
                        new Change("flows", "1", "3"),
                        new Change("failedPorts", "20", "21"),
                        new Change("failedPorts threshold", "20", "10"));
        assertThat(FindingsDiff.of(List.of(before), List.of(after), Set.of("flows", "status"))
                        .different()
                        .get(0)
                        .changes())
                .extracting(Change::field)
                .containsExactly("severity", "failedPorts", "failedPorts threshold");
        assertThat(diff.text(0)).element(1).asString().endsWith("failedPorts 20 → 21; failedPorts threshold 20 → 10");
        assertThat(diff.json().toString()).contains("{\"field\":\"severity\",\"a\":\"high\",\"b\":\"low\"}");
    }

    /** Ids hold when an episode began. */
    @Test
    void shouldKnowAnEpisodeThatBeganLaterByWhatItIsAbout() {
        Finding before = lasting("1", 0, 10);
        Finding after = lasting("2", 5, 10);
        Finding muchLater = lasting("3", 60, 70);

        FindingsDiff diff = FindingsDiff.of(List.of(before), List.of(muchLater, after));

        assertThat(diff.different()).hasSize(1);
        assertThat(diff.different().get(0).b()).isEqualTo(after);
        assertThat(diff.different().get(0).changes()).extracting(Change::field).containsExactly("firstSeen");
        assertThat(diff.onlyB()).as("another episode of the same").containsExactly(muchLater);
    }

    @Test
    void shouldPreferTheSameTitleAndGiveEachOneCounterpart() {
        Finding one = titled("1", "a.example");
        Finding other = titled("2", "b.example");
        Finding asOther = titled("3", "b.example");
        Finding asOne = titled("4", "a.example");
        Finding third = titled("5", "c.example");

        FindingsDiff diff = FindingsDiff.of(List.of(one, other), List.of(third, asOther, asOne));

        assertThat(diff.same()).isEqualTo(2);
        assertThat(diff.onlyA()).isEmpty();
        assertThat(diff.onlyB()).containsExactly(third);
    }

    @Test
    void shouldKnowTheSameIdWhateverElseChanged() {
        Finding after = finding("1");
        after.setInitiator(new Endpoint(null, null, null, "203.0.113.0/24"));
        after.setTitle("several");

        FindingsDiff diff = FindingsDiff.of(List.of(finding("1")), List.of(after));

        assertThat(diff.onlyA()).isEmpty();
        assertThat(diff.onlyB()).isEmpty();
        assertThat(diff.isSame()).isTrue();
    }

    @Test
    void shouldNotGoByTheOrder() {
        Random random = new Random(7);
        List<Finding> a = new ArrayList<>();
        List<Finding> b = new ArrayList<>();
        for (long i = 0; i < 50; i++) {
            a.add(lasting("a" + i, i * 10, i * 10 + 5));
            b.add(lasting("b" + i, i * 10 + (i % 3 == 0 ? 2 : 7), i * 10 + 8));
        }
        String expected = FindingsDiff.of(a, b).json().toString();
        for (int i = 0; i < 20; i++) {
            Collections.shuffle(a, random);
            Collections.shuffle(b, random);
            assertThat(FindingsDiff.of(a, b).json()).hasToString(expected);
        }
    }

    private static Finding finding(String id) {
        return TestRecords.finding(id, "203.0.113.9 reaches 10.0.0.5 tcp/22");
    }

    private static Finding titled(String id, String title) {
        return TestRecords.finding(id, title);
    }

    private static Finding lasting(String id, long fromMinute, long toMinute) {
        Finding finding = finding(id);
        finding.setFirstSeenMicroseconds(fromMinute * MINUTE_MICROS);
        finding.setLastSeenMicroseconds(toMinute * MINUTE_MICROS);
        return finding;
    }
}
