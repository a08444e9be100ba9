package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.app.failure.Failure;
import io.weir.schemas.json.AvroJson;
import io.weir.schemas.json.JsonBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.kafka.common.utils.ByteUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {

    private static final AvroJson STRING = AvroJson.of(Schema.create(Schema.Type.STRING));

    private final JsonBuffer object = new JsonBuffer();

    @TempDir
    private Path directory;

    private JsonBuffer object(String text) {
        byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer value = ByteBuffer.allocate(ByteUtils.sizeOfVarint(octets.length) + octets.length);
        ByteUtils.writeVarint(octets.length, value);
        value.put(octets);
        object.reset();
        STRING.write(value.array(), 0, value.position(), object);
        return object;
    }

    @Test
    void shouldWriteObjectsOfAnySizeOneALine() throws IOException {
        Path file = directory.resolve("flows.jsonl");
        Random random = new Random(3);
        StringBuilder expected = new StringBuilder();
        try (JsonLines lines = new JsonLines(file)) {
            for (int i = 0; i < 300; i++) {
                String text = "x".repeat(i == 150 ? 400_000 : random.nextInt(3_000));
                expected.append('"').append(text).append("\"\n");
                lines.write(object(text));
            }
        }

        assertThat(file).content().isEqualTo(expected.toString());
    }

    @Test
    void shouldBeEmptyWithoutObjects() {
        Path file = directory.resolve("losses.jsonl");
        new JsonLines(file).close();

        assertThat(file).isEmptyFile();
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere there is no /dev/full")
    void shouldTellOnceThatTheDiskIsFull() {
        JsonLines lines = new JsonLines(Path.of("/dev/full"));

        assertThatThrownBy(() -> lines.write(object("x".repeat(20_000))))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("/dev/full cannot be written");
        assertThatCode(lines::close).doesNotThrowAnyException();
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere there is no /dev/full")
    void shouldTellWhenTheRestDoesNotFitAnyMore() {
        JsonLines lines = new JsonLines(Path.of("/dev/full"));
        lines.write(object("x"));

        assertThatThrownBy(lines::close).isInstanceOf(Failure.class).hasMessageContaining("cannot be written");
    }
}
