package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DetectionsDocTest {

    private static final Path PAGE = Path.of("../docs/detections.md");

    @Test
    void shouldListTheRulesAsTheyAre() throws IOException {
        String text = DetectionsDoc.page(Files.readString(PAGE));
        if (Boolean.getBoolean("weir.golden.update")) {
            Files.writeString(PAGE, text);
        }
        assertThat(text).as("each threshold says what it is").doesNotContain("| null |");
        assertThat(PAGE)
                .as("the tables in docs/detections.md are generated: run scripts/update-goldens.sh security-advisor")
                .hasContent(text);
    }

    @Test
    void shouldHaveRulesThatAreToldApartAndSayWhatTheyAre() {
        List<DetectionFacts> facts =
                Detections.all().stream().map(Detection::facts).toList();

        assertThat(facts).extracting(DetectionFacts::id).doesNotHaveDuplicates().allMatch(id -> id.matches("[a-z_]+"));
        assertThat(facts).allSatisfy(one -> {
            assertThat(one.summary()).isNotBlank().doesNotContain("|").doesNotEndWith(".");
            assertThat(one.rationale()).isNotBlank().endsWith(".");
            assertThat(one.attackTechniques()).allMatch(id -> id.matches("T\\d{4}(\\.\\d{3})?"));
            assertThat(one.idle()).isPositive();
        });
    }
}
