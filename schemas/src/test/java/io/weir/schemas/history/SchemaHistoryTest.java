package io.weir.schemas.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Subnet;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaHistoryTest {

    private static final Path HISTORY = Path.of("src/main/avro-history");

    static Iterable<TopicSpec<?>> topics() {
        return Topics.ofDefaultPrefix().all();
    }

    @ParameterizedTest
    @MethodSource("topics")
    void shouldBeFullyCompatibleWithEveryCommittedVersion(TopicSpec<?> spec) throws IOException {
        SchemaHistory history = SchemaHistory.of(HISTORY, spec);
        if (Boolean.getBoolean("weir.golden.update")) {
            history.update();
        }
        assertThat(history.problems()).isEmpty();
    }

    @Test
    void shouldRefuseAFieldWithoutDefault(@TempDir Path root) throws IOException {
        new SchemaHistory(root, Subnet.getClassSchema()).update();

        SchemaHistory changed = new SchemaHistory(
                root, subnet("\"cidr\",\"type\":\"string\"},{\"name\":\"owner\",\"type\":\"string\"},{\"name\":"));

        assertThat(changed.problems())
                .singleElement()
                .asString()
                .startsWith("a reader of now cannot read records of version 1 of Subnet")
                .contains("owner");
        changed.update();
        assertThat(changed.versions()).hasSize(1);
    }

    @Test
    void shouldRefuseToTakeAwayAFieldThatOldReadersNeed(@TempDir Path root) throws IOException {
        new SchemaHistory(root, Subnet.getClassSchema()).update();

        assertThat(new SchemaHistory(root, subnet("\"prefix\",\"type\":\"string\",\"default\":\"\"},{\"name\":"))
                        .problems())
                .singleElement()
                .asString()
                .startsWith("a reader of version 1 of Subnet cannot read records of now")
                .contains("cidr");
    }

    @Test
    void shouldAskForANewVersionAfterACompatibleChange(@TempDir Path root) throws IOException {
        new SchemaHistory(root, Subnet.getClassSchema()).update();

        SchemaHistory changed = new SchemaHistory(
                root,
                subnet(
                        "\"cidr\",\"type\":\"string\"},{\"name\":\"owner\",\"type\":\"string\",\"default\":\"\"},{\"name\":"));

        assertThat(changed.problems()).singleElement().asString().contains("update-goldens");
        changed.update();
        assertThat(changed.versions()).hasSize(2);
        assertThat(changed.problems()).isEmpty();
    }

    /** The subnet's schema with something else in the place of {@code cidr}. */
    private static Schema subnet(String field) {
        String text = Subnet.getClassSchema().toString();
        int from = text.indexOf("\"cidr\"");
        int to = text.indexOf("\"kind\"");
        return new Schema.Parser().parse(text.substring(0, from) + field + text.substring(to));
    }
}
