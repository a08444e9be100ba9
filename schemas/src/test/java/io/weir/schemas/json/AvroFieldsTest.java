package io.weir.schemas.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.schemas.Flow;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AvroFieldsTest {

    static Stream<Arguments> schemasAndPaths() {
        return Stream.of(
                Arguments.of(
                        new Schema.Parser().parse(AvroJsonTest.EVERY_TYPE),
                        List.of(
                                "last",
                                "string",
                                "long",
                                "boolean",
                                "int",
                                "enum",
                                "array.first.first",
                                "union",
                                "next.long",
                                "next.next.string",
                                "next.enum")),
                Arguments.of(
                        Flow.getClassSchema(),
                        List.of(
                                "observationPoint.interface",
                                "isLast",
                                "delta.initiatorPackets",
                                "delta.initiatorOctets",
                                "parentFlowId",
                                "tcp.handshakeServerMicroseconds",
                                "initiator.address",
                                "application.dnsQuery",
                                "orientation",
                                "flowEndReason",
                                "vlanIds.first",
                                "vlanIds.third",
                                "encapsulation.first")));
    }

    @ParameterizedTest
    @MethodSource("schemasAndPaths")
    void shouldReadWhatTheNaiveTwinSays(Schema schema, List<String> paths) throws IOException {
        AvroFields fields = AvroJson.of(schema).fields(paths);
        RandomAvro values = new RandomAvro(5);
        for (int i = 0; i < 300; i++) {
            byte[] avro = values.bytes(schema);
            JsonNode expected = NaiveJson.of(schema, avro);
            byte[] shifted = new byte[avro.length + 3];
            System.arraycopy(avro, 0, shifted, 2, avro.length);

            fields.read(shifted, 2, avro.length);

            for (int field = 0; field < paths.size(); field++) {
                String pointer = '/'
                        + paths.get(field)
                                .replace('.', '/')
                                .replace("first", "0")
                                .replace("third", "2");
                assertField(fields, field, expected.at(pointer), paths.get(field));
            }
        }
    }

    private static void assertField(AvroFields fields, int field, JsonNode expected, String path) {
        if (expected.isTextual() && fields.isPresent(field) && fields.length(field) < 0) {
            assertThat(fields.symbols(field).get((int) fields.number(field, -1)))
                    .as(path)
                    .isEqualTo(expected.textValue());
            return;
        }
        assertThat(fields.number(field, -77)).as(path).isEqualTo(asNumber(expected));
        assertThat(fields.isTrue(field)).as(path).isEqualTo(asNumber(expected) != 0 && asNumber(expected) != -77);
        if (expected.isNull() || expected.isMissingNode()) {
            assertThat(fields.isPresent(field)).as(path).isFalse();
        } else if (fields.isPresent(field) && fields.string(field) != null) {
            assertThat(fields.string(field)).as(path).isEqualTo(expected.textValue());
        } else if (!path.equals("union")) {
            assertThat(expected.isTextual()).as(path).isFalse();
        }
    }

    private static long asNumber(JsonNode expected) {
        if (expected.isBoolean()) {
            return expected.booleanValue() ? 1 : 0;
        }
        return expected.isIntegralNumber() ? expected.longValue() : -77;
    }

    @Test
    void shouldFindNothingWhereTheSchemaHasNothingToRead() {
        Schema schema = new Schema.Parser().parse(AvroJsonTest.EVERY_TYPE);
        AvroFields fields =
                AvroJson.of(schema).fields(List.of("missing", "next.missing", "bytes", "next", "long.more"));

        fields.read(new byte[0], 0, 0);

        for (int field = 0; field < 5; field++) {
            assertThat(fields.isPresent(field)).isFalse();
            assertThat(fields.string(field)).isNull();
            assertThat(fields.number(field, 5)).isEqualTo(5);
        }
    }

    @Test
    void shouldRefuseAValueCutBeforeTheLastFieldAndNotLookBehindIt() throws IOException {
        Schema schema = new Schema.Parser().parse(AvroJsonTest.EVERY_TYPE);
        AvroFields last = AvroJson.of(schema).fields(List.of("last"));
        AvroFields first = AvroJson.of(schema).fields(List.of("boolean"));
        byte[] avro = new RandomAvro(2).bytes(schema);
        for (int length = 0; length < avro.length; length++) {
            byte[] cut = Arrays.copyOf(avro, length);

            assertThatThrownBy(() -> last.read(cut, 0, cut.length))
                    .as("cut at %d", length)
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining("Every");
            if (length > 0) {
                assertThatCode(() -> first.read(cut, 0, cut.length)).doesNotThrowAnyException();
            }
        }
    }

    @Test
    void shouldTellWhereAStringIsAndRefuseASymbolThatIsNone() {
        Schema schema = new Schema.Parser()
                .parse(
                        "{\"type\": \"record\", \"name\": \"Two\", \"fields\": [{\"name\": \"s\", \"type\": \"string\"},"
                                + "{\"name\": \"e\", \"type\": {\"type\": \"enum\", \"name\": \"E\", \"symbols\": [\"A\", \"B\"]}}]}");
        AvroFields fields = AvroJson.of(schema).fields(List.of("s", "e"));

        fields.read(new byte[] {9, 4, 'x', 'y', 2}, 1, 4);

        assertThat(fields.position(0)).isEqualTo(2);
        assertThat(fields.length(0)).isEqualTo(2);
        assertThat(fields.length(1)).isNegative();
        assertThat(fields.symbols(1)).containsExactly("A", "B");
        assertThat(fields.symbols(0)).isEmpty();
        assertThat(fields.number(1, -1)).isEqualTo(1);
        assertThatThrownBy(() -> fields.read(new byte[] {0, 4}, 0, 2)).hasMessageContaining("symbol 2 of an enum of 2");
    }

    @Test
    void shouldForgetWhatWasReadBefore() {
        Schema schema = new Schema.Parser()
                .parse("{\"type\": \"record\", \"name\": \"One\", \"fields\": ["
                        + "{\"name\": \"n\", \"type\": [\"null\", \"long\"]}]}");
        AvroFields fields = AvroJson.of(schema).fields(List.of("n"));

        fields.read(new byte[] {2, 14}, 0, 2);
        assertThat(fields.number(0, -1)).isEqualTo(7);
        fields.read(new byte[] {0}, 0, 1);
        assertThat(fields.number(0, -1)).isEqualTo(-1);
    }
}
