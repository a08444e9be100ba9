package io.weir.exporters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.exporters.compress.Compression;
import io.weir.exporters.object.CutLimits;
import io.weir.exporters.store.s3.S3Config;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SinkConfigTest {

    @Test
    void shouldTellAllMistakesAtOnce() {
        assertThatThrownBy(() -> new SinkConfig(
                        "a b",
                        List.of("flows", "subnets", "flow"),
                        URI.create("ftp://host/dir"),
                        null,
                        null,
                        new CutLimits(0, 0, Duration.ZERO),
                        -1,
                        new S3Config(URI.create("localhost:9000"), "", true, "key", null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "sink.name: 'a b'",
                        "sink.topics: subnets is compacted",
                        "sink.topics: there is no topic 'flow'; choose from findings, flows",
                        "sink.uri: 'ftp://host/dir'",
                        "sink.findings-format",
                        "sink.compression",
                        "sink.object.records: 0",
                        "sink.object.size: 0",
                        "sink.object.delay: PT0S",
                        "sink.memory: -1",
                        "sink.s3.region",
                        "sink.s3.access-key and sink.s3.secret-key",
                        "sink.s3.endpoint: 'localhost:9000'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///var/lib/weir", "s3://bucket", "s3://bucket/", "s3://bucket/a/b"})
    void shouldTakeGoodPlaces(String uri) {
        assertThat(SinkConfig.defaults(URI.create(uri)).compression()).isEqualTo(Compression.GZIP);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"file://var/lib/weir", "file:weir", "s3:///prefix", "s3://key:secret@bucket/prefix", "/var/lib"})
    void shouldRefuseOtherPlacesWithoutTellingKeys(String uri) {
        assertThatThrownBy(() -> SinkConfig.defaults(URI.create(uri)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("sink.uri: ")
                .message()
                .doesNotContain("secret@");
    }

    @Test
    void shouldHideKeys() {
        S3Config config = new S3Config(null, "eu-central-1", false, "AKIAEXAMPLE", "wJalrXUtnFEMI");

        assertThat(config.toString()).contains("eu-central-1").doesNotContain("AKIAEXAMPLE", "wJalrXUtnFEMI");
    }
}
