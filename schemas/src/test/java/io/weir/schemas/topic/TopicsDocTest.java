package io.weir.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TopicsDocTest {

    private static final Path PAGE = Path.of("../docs/topics.md");

    @Test
    void shouldDescribeTheTopicsAsTheyAre() throws IOException {
        String text = TopicsDoc.text(Topics.ofDefaultPrefix());
        if (Boolean.getBoolean("weir.golden.update")) {
            Files.writeString(PAGE, text);
        }
        assertThat(PAGE)
                .as("docs/topics.md is generated: run scripts/update-goldens.sh schemas")
                .hasContent(text);
    }

    @Test
    void shouldSayWhatEachFieldMeans() {
        assertThat(TopicsDoc.text(Topics.ofDefaultPrefix()).lines())
                .as("fields without documentation in their .avdl")
                .noneMatch(line -> line.endsWith("| |"));
    }
}
