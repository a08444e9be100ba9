package io.weir.app.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.app.TestRecords;
import io.weir.app.failure.Failure;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.Measurement;
import io.weir.schemas.Severity;
import io.weir.schemas.json.AvroJsonReader;
import io.weir.schemas.json.JsonBuffer;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.AvroSerdes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindingEpisodesTest {

    private static final Map<String, String> REGISTRY = Map.of("schema.registry.url", "mock://episodes");

    @TempDir
    Path directory;

    @Test
    void shouldReadBackWhatTheOtherCommandsWrite() throws IOException {
        Finding finding = TestRecords.finding("1", "a \"title\" with → and \\");
        finding.setMeasurements(
                List.of(new Measurement("share", 0.25, null, "%"), new Measurement("ports", 20.0, 20.0, "")));
        finding.setRiskScore(77);

        List<Finding> read =
                List.copyOf(FindingEpisodes.ofFile(write(json(finding)), null).all());

        finding.setEvidenceFlowIds(List.of());
        assertThat(read).containsExactly(finding);
    }

    @Test
    void shouldTakeTheLastRecordOfAnEpisodeThatPasses() throws IOException {
        Finding opened = TestRecords.finding("1", "one");
        Finding closed = TestRecords.finding("1", "one");
        closed.setStatus(FindingStatus.closed);
        closed.setSeverity(Severity.low);
        Path file = write(json(opened), "", json(TestRecords.finding("2", "two")), json(closed));
        RecordFilter filter = RecordFilter.compile(Finding.getClassSchema(), "severity == 'high'");

        assertThat(FindingEpisodes.ofFile(file, null).all())
                .extracting(Finding::getStatus)
                .containsExactlyInAnyOrder(FindingStatus.closed, FindingStatus.opened);
        assertThat(FindingEpisodes.ofFile(file, filter).all())
                .extracting(Finding::getTitle)
                .containsExactly("two");
    }

    /** Files of other versions. */
    @Test
    void shouldTakeFieldsAndSymbolsThatItDoesNotKnowAndDefaultsForThoseThatAreMissing() throws IOException {
        String line = json(TestRecords.finding("1", "one"))
                .replace("\"severity\":\"high\"", "\"severity\":\"apocalyptic\",\"news\":{\"a\":[1,{}]}")
                .replace("\"description\":\"\",", "");

        Finding read =
                FindingEpisodes.ofFile(write(line), null).all().iterator().next();

        assertThat(read.getSeverity()).isEqualTo(Severity.unknown);
        assertThat(read.getDescription()).isEmpty();
    }

    @Test
    void shouldNamePlaceAndReasonOfWhatIsNoFinding() throws IOException {
        String good = json(TestRecords.finding("1", "one"));
        assertRefused(good.substring(0, 40), "line 2 column 41 is no finding: ");
        assertRefused("{\"class_uid\":2004}", "line 2 column 18 is no finding: Finding has no field 'findingId'");
        assertRefused("[]", "line 2 column 1 is no finding: Finding is to be an object");
        assertRefused(good + "x", "is no finding: ");
        assertRefused(good + "{}", "is no finding: more follows the object");
        assertRefused(good.replace("\"flows\":1", "\"flows\":\"many\""), "'flows' is to be a whole number");
        assertRefused(good.replace("\"flows\":1", "\"flows\":99999999999999999999"), "is no finding: ");
        assertRefused(good.replace("\"title\":\"one\"", "\"title\":null"), "'title' is to be a string");
        assertThatThrownBy(() -> FindingEpisodes.ofFile(directory.resolve("none"), null))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("cannot be read");
    }

    private void assertRefused(String line, String why) throws IOException {
        Path file = write(json(TestRecords.finding("0", "good")), line);
        assertThatThrownBy(() -> FindingEpisodes.ofFile(file, null))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith(file + " line 2 column ")
                .hasMessageContaining(why);
    }

    private Path write(String... lines) throws IOException {
        return Files.write(directory.resolve("findings.jsonl"), Arrays.asList(lines));
    }

    private static String json(Finding finding) {
        JsonBuffer buffer = new JsonBuffer();
        try (Serializer<Finding> serializer = AvroSerdes.serializer(Finding.class, REGISTRY);
                SchemaRegistryClient registry = SchemaRegistryClient.create(REGISTRY)) {
            new AvroJsonReader(registry).write(serializer.serialize("findings", finding), buffer);
        }
        return new String(buffer.array(), 0, buffer.size(), StandardCharsets.UTF_8);
    }
}
