package io.weir.schemas.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.schemas.Edge;
import io.weir.schemas.Finding;
import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import io.weir.schemas.PacketBatch;
import io.weir.schemas.Subnet;
import io.weir.schemas.serde.Avro;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AvroJsonTest {

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    static final String EVERY_TYPE = """
            {"type": "record", "name": "Every", "fields": [
              {"name": "null", "type": "null"},
              {"name": "boolean", "type": "boolean"},
              {"name": "int", "type": "int"},
              {"name": "long", "type": "long"},
              {"name": "float", "type": "float"},
              {"name": "double", "type": "double"},
              {"name": "bytes", "type": "bytes"},
              {"name": "string", "type": "string"},
              {"name": "fixed", "type": {"type": "fixed", "name": "Six", "size": 6}},
              {"name": "enum", "type": {"type": "enum", "name": "Letter", "symbols": ["A", "B", "C"]}},
              {"name": "array", "type": {"type": "array", "items": {"type": "array", "items": "string"}}},
              {"name": "map", "type": {"type": "map", "values": {"type": "map", "values": "double"}}},
              {"name": "nulls", "type": {"type": "array", "items": "null"}},
              {"name": "union", "type": ["null", "Six", "Letter", "string", "long", {"type": "array", "items": "Six"}]},
              {"name": "next", "type": ["null", "Every"]},
              {"name": "last", "type": ["long", "null"]}]}
            """;

    static Stream<Schema> schemas() {
        return Stream.concat(
                Stream.of(new Schema.Parser().parse(EVERY_TYPE)),
                Stream.of(Flow.class, Edge.class, Finding.class, Loss.class, Subnet.class, PacketBatch.class)
                        .map(Avro::schemaOf));
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void shouldSayWhatTheNaiveTwinSays(Schema schema) throws IOException {
        AvroJson transcoder = AvroJson.of(schema);
        RandomAvro values = new RandomAvro(1);
        JsonBuffer out = new JsonBuffer();
        for (int i = 0; i < 200; i++) {
            byte[] avro = values.bytes(schema);
            JsonNode expected = NaiveJson.of(schema, avro);
            out.reset();
            byte[] shifted = new byte[avro.length + 7];
            System.arraycopy(avro, 0, shifted, 5, avro.length);

            transcoder.write(shifted, 5, avro.length, out);

            JsonNode actual = MAPPER.readTree(out.array(), 0, out.size());
            assertThat(actual).as("value %d", i).isEqualTo(MAPPER.readTree(expected.toString()));
            if (schema.getType() == Schema.Type.RECORD) {
                assertThat(actual.fieldNames())
                        .toIterable()
                        .containsExactlyElementsOf(schema.getFields().stream()
                                .map(Schema.Field::name)
                                .toList());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void shouldRefuseAValueCutAtAnyOctet(Schema schema) throws IOException {
        AvroJson transcoder = AvroJson.of(schema);
        byte[] avro = new RandomAvro(2).bytes(schema);
        JsonBuffer out = new JsonBuffer();
        out.newLine();
        for (int length = 0; length < avro.length; length += 1 + length / 500) {
            byte[] cut = Arrays.copyOf(avro, length);
            assertThatThrownBy(() -> transcoder.write(cut, 0, cut.length, out))
                    .as("cut after %d", length)
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining(schema.getName());
            assertThat(out.size()).isEqualTo(1);
        }
        transcoder.write(avro, 0, avro.length, out);
        MAPPER.readTree(out.array(), 1, out.size() - 1);
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void shouldRefuseOrAgreeWithTheTwinWhenOctetsAreChanged(Schema schema) throws IOException {
        AvroJson transcoder = AvroJson.of(schema);
        RandomAvro values = new RandomAvro(3);
        Random random = new Random(3);
        JsonBuffer out = new JsonBuffer();
        int written = 0;
        int refused = 0;
        for (int i = 0; i < 1500; i++) {
            byte[] avro = values.bytes(schema);
            if (avro.length == 0) {
                continue;
            }
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                avro[random.nextInt(avro.length)] = (byte) random.nextInt(256);
            }
            out.reset();
            try {
                transcoder.write(avro, 0, avro.length, out);
                written++;
            } catch (SerializationException e) {
                refused++;
                continue;
            }
            JsonNode expected = NaiveJson.of(schema, avro);
            assertThat(MAPPER.readTree(out.array(), 0, out.size()))
                    .as("value %d", i)
                    .isEqualTo(MAPPER.readTree(expected.toString()));
        }
        assertThat(written).isPositive();
        assertThat(refused).isPositive();
    }

    @Test
    void shouldRefuseRandomOctetsWithoutMuchMemory() {
        List<AvroJson> transcoders = schemas().map(AvroJson::of).toList();
        Random random = new Random(4);
        JsonBuffer out = new JsonBuffer();
        for (int i = 0; i < 20_000; i++) {
            byte[] octets = new byte[random.nextInt(200)];
            random.nextBytes(octets);
            out.reset();
            for (AvroJson transcoder : transcoders) {
                try {
                    transcoder.write(octets, 0, octets.length, out);
                } catch (SerializationException expected) {
                    assertThat(expected).hasMessageStartingWith("Not a readable ");
                }
            }
            assertThat(out.array().length).isLessThan(2_000_000);
        }
    }

    @Test
    void shouldRefuseLengthsAndCountsThatLie() {
        Schema strings = SchemaBuilder.array().items().stringType();
        Schema nulls = SchemaBuilder.array().items().nullType();
        Schema longs = SchemaBuilder.map().values().longType();
        byte[] two31 = varint(Integer.MAX_VALUE);

        assertRefused(Schema.create(Schema.Type.STRING), two31, "a length of 2147483647 with 0 octets left");
        assertRefused(Schema.create(Schema.Type.BYTES), varint(-1), "a length of -1");
        assertRefused(strings, two31, "a block of 2147483647 items");
        assertRefused(strings, varint(Long.MIN_VALUE, 0), "a block of -9223372036854775808 items");
        assertRefused(longs, varint(Long.MAX_VALUE), "a block of 9223372036854775807 items");
        assertRefused(nulls, varint(Integer.MAX_VALUE), "items that take no octets");
        assertRefused(nulls, varint(60_000, 60_000, 0), "items that take no octets");
        assertRefused(
                Schema.create(Schema.Type.LONG), new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1}, "64 bits");
        assertRefused(Schema.create(Schema.Type.INT), varint(1L << 40), "32 bits");
    }

    @Test
    void shouldRefuseNestingWithoutEnd() {
        Schema chain = SchemaBuilder.record("Chain")
                .fields()
                .name("next")
                .type()
                .unionOf()
                .nullType()
                .and()
                .type("Chain")
                .endUnion()
                .noDefault()
                .endRecord();
        byte[] deep = new byte[100_000];
        Arrays.fill(deep, (byte) 2);

        assertRefused(chain, deep, "levels of nesting");
    }

    @Test
    void shouldReplaceOctetsThatAreNotUtf8() {
        JsonBuffer out = new JsonBuffer();

        AvroJson.of(Schema.create(Schema.Type.STRING)).write(new byte[] {6, 'a', (byte) 0xff, 'b'}, 0, 4, out);

        assertThat(out).hasToString("\"a\uFFFDb\"");
    }

    private static void assertRefused(Schema schema, byte[] avro, String why) {
        assertThatThrownBy(() -> AvroJson.of(schema).write(avro, 0, avro.length, new JsonBuffer()))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining(why);
    }

    private static byte[] varint(long... values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (long value : values) {
            long zigzag = (value << 1) ^ (value >> 63);
            while ((zigzag & ~0x7fL) != 0) {
                out.write((int) ((zigzag & 0x7f) | 0x80));
                zigzag >>>= 7;
            }
            out.write((int) zigzag);
        }
        return out.toByteArray();
    }
}
