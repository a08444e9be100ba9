package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class DetectionsTest {

    @Test
    void shouldNameEachRuleOnceAndSayWhatItIs() {
        List<String> ids = Detections.ids();

        assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
        for (Detection rule : Detections.all()) {
            DetectionFacts facts = rule.facts();
            assertThat(facts.id()).matches("[a-z]+(_[a-z]+)*");
            assertThat(facts.summary()).isNotBlank().doesNotEndWith(".");
            assertThat(facts.rationale()).isNotBlank().endsWith(".");
            assertThat(facts.attackTechniques()).isNotEmpty().allMatch(id -> id.matches("T\\d{4}(\\.\\d{3})?"));
            assertThat(facts.idle()).isPositive();
        }
    }
}
