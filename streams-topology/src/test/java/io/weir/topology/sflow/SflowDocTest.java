package io.weir.topology.sflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SflowDocTest {
    private static final Path PAGE = Path.of("../docs/sflow.md");

    @Test
    void shouldDescribeTheStructuresAsTheyAre() throws IOException {
        String page = Files.readString(PAGE);
        String updated = SflowDoc.update(page);
        if (Boolean.getBoolean("weir.golden.update")) {
            Files.writeString(PAGE, updated);
        }
        assertThat(PAGE)
                .as("docs/sflow.md is generated in part: run scripts/update-goldens.sh streams-topology")
                .hasContent(updated);
    }
}
