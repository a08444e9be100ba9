package io.weir.embedded.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CompatibilityTest {
    private static final Schema BASE =
            SchemaBuilder.record("R").fields().requiredInt("a").endRecord();
    /** Reads data of BASE by its default, and BASE reads its data by skipping. */
    private static final Schema OPTIONAL_ADDED =
            SchemaBuilder.record("R").fields().requiredInt("a").optionalInt("b").endRecord();
    /** BASE reads its data, but it cannot read data of BASE. */
    private static final Schema REQUIRED_ADDED =
            SchemaBuilder.record("R").fields().requiredInt("a").requiredInt("b").endRecord();
    /** Reads data of BASE, but BASE cannot read its data. */
    private static final Schema REMOVED = SchemaBuilder.record("R").fields().endRecord();

    private static final Schema OTHER = SchemaBuilder.builder().stringType();

    @ParameterizedTest
    @CsvSource({
        "NONE, true, true, true, true",
        "BACKWARD, true, false, true, false",
        "BACKWARD_TRANSITIVE, true, false, true, false",
        "FORWARD, true, true, false, false",
        "FORWARD_TRANSITIVE, true, true, false, false",
        "FULL, true, false, false, false",
        "FULL_TRANSITIVE, true, false, false, false"
    })
    void shouldCheckTheDirectionsOfTheLevel(
            CompatibilityLevel level, boolean optional, boolean required, boolean removed, boolean other) {
        assertThat(fits(level, OPTIONAL_ADDED)).isEqualTo(optional);
        assertThat(fits(level, REQUIRED_ADDED)).isEqualTo(required);
        assertThat(fits(level, REMOVED)).isEqualTo(removed);
        assertThat(fits(level, OTHER)).isEqualTo(other);
    }

    private static boolean fits(CompatibilityLevel level, Schema candidate) {
        return Compatibility.problems(level, candidate, List.of(BASE)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "BACKWARD, true",
        "BACKWARD_TRANSITIVE, false",
        "FORWARD, true",
        "FORWARD_TRANSITIVE, false",
        "FULL, true",
        "FULL_TRANSITIVE, false"
    })
    void shouldLookPastTheLatestWhenTransitiveOnly(CompatibilityLevel level, boolean fits) {
        assertThat(Compatibility.problems(level, OTHER, List.of(BASE, OTHER)).isEmpty())
                .isEqualTo(fits);
    }

    @ParameterizedTest
    @EnumSource(CompatibilityLevel.class)
    void shouldTakeTheFirstSchemaAtEveryLevel(CompatibilityLevel level) {
        assertThat(Compatibility.problems(level, BASE, List.of())).isEmpty();
    }

    @Test
    void shouldSayWhatDoesNotFitAndWhere() {
        assertThat(Compatibility.problems(CompatibilityLevel.BACKWARD, REQUIRED_ADDED, List.of(BASE)))
                .singleElement()
                .asString()
                .contains("READER_FIELD_MISSING_DEFAULT_VALUE", "/fields/1");
    }
}
