package io.weir.collectors.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Packets, octets and times of every capture, compared with what capinfos and tshark say about it. */
class CaptureCorpusTest {

    @TestFactory
    Stream<DynamicTest> shouldAgreeWithTheTruth() throws IOException {
        return CaptureCorpus.files().stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> compare(file)));
    }

    private static void compare(Path file) throws IOException {
        JsonNode truth = CaptureCorpus.truth(file);
        JsonNode capinfos = truth.get("capinfos");
        var collected = Collected.all(CaptureFileReader.open(file), 1000);

        assertThat(collected.frames).hasSize(truth.get("totals").get("packets").intValue());
        assertThat(collected.layer2Octets())
                .isEqualTo(truth.get("totals").get("bytes").longValue());
        if (capinfos.has("first") && !collected.frames.isEmpty()) {
            assertThat(Collections.min(collected.times()))
                    .isEqualTo(nanos(capinfos.get("first").textValue()));
            assertThat(Collections.max(collected.times()))
                    .isEqualTo(nanos(capinfos.get("last").textValue()));
        }
        if (capinfos.has("error")) {
            assertThat(collected.problems).singleElement().satisfies(problem -> {
                assertThat(problem.reason()).isEqualTo(CaptureLossReason.TRUNCATED_FILE);
                assertThat(problem.packets()).isEqualTo(1);
            });
        } else {
            assertThat(collected.problems)
                    .as("only drops that the statistics of the capture tell of")
                    .noneMatch(problem -> problem.reason().isSeen());
        }
    }

    /** The fraction may be a whole second or more: 10.1000000 is 11 seconds. */
    private static long nanos(String time) {
        int dot = time.indexOf('.');
        long seconds =
                LocalDateTime.parse(time.substring(0, dot).replace(' ', 'T')).toEpochSecond(ZoneOffset.UTC);
        String digits = time.substring(dot + 1);
        int places = digits.length() == 9 ? 9 : 6;
        return seconds * 1_000_000_000L
                + new BigDecimal(digits).movePointRight(9 - places).longValueExact();
    }

    @Test
    void shouldReadMixedLinkTypes() throws IOException {
        var collected = Collected.all(CaptureFileReader.open(CaptureCorpus.file("ng-64-interfaces.pcapng")));

        assertThat(collected.interfaces).hasSize(11);
        assertThat(collected.interfaces).extracting(CaptureInterface::linkType).contains(1, 0, 12);
    }

    @Test
    void shouldMergeTheViewsOfALabByTime() throws IOException {
        List<Path> files = List.of(
                CaptureCorpus.file("k8s-flannel-node1-underlay.pcap"),
                CaptureCorpus.file("k8s-flannel-node2-underlay.pcap"),
                CaptureCorpus.file("k8s-flannel-pod-client.pcap"));
        var merged = Collected.all(MergedSource.open(files), 1000);
        int ownSteps = 0;
        int total = 0;
        for (int i = 0; i < files.size(); i++) {
            int index = i;
            var alone = Collected.all(CaptureFileReader.open(files.get(i)), 1000);
            total += alone.frames.size();
            assertThat(merged.frames.stream()
                            .filter(frame -> frame.interfaceIndex() == index)
                            .map(Collected.Seen::timeNanos))
                    .as("order within %s", files.get(i))
                    .containsExactlyElementsOf(alone.times());
            ownSteps += stepsBack(alone.times());
        }
        assertThat(merged.frames).hasSize(total);
        assertThat(merged.interfaces).hasSize(3);
        assertThat(stepsBack(merged.times()))
                .as("steps back in time, which only a capture itself can make")
                .isLessThanOrEqualTo(ownSteps);
    }

    private static int stepsBack(List<Long> times) {
        int steps = 0;
        for (int i = 1; i < times.size(); i++) {
            if (times.get(i) < times.get(i - 1)) {
                steps++;
            }
        }
        return steps;
    }
}
