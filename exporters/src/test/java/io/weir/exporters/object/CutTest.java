package io.weir.exporters.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.exporters.compress.Compression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CutTest {

    @ParameterizedTest
    @EnumSource
    void shouldSurviveTheMetadata(Compression compression) {
        Cut cut = new Cut(123_456_789_012L, compression);

        assertThat(Cut.fromMetadata(cut.toMetadata())).contains(cut);
    }

    @Test
    void shouldKeepItsForm() {
        assertThat(new Cut(7, Compression.GZIP).toMetadata()).isEqualTo("cut=7;format=ndjson.gz");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "cut=",
                "cut=-1;format=ndjson",
                "cut=1;format=csv",
                "consumer@host",
                "cut=99999999999999999999;format=ndjson"
            })
    void shouldTakeAnythingElseForNoCut(String metadata) {
        assertThat(Cut.fromMetadata(metadata)).isEmpty();
    }
}
