package io.weir.embedded.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoreCodecTest {

    @Test
    void shouldWriteKeysInConfluentsFieldOrder() {
        assertThat(key(new StoreKey.Schema("a-value", 3)))
                .isEqualTo("{\"keytype\":\"SCHEMA\",\"subject\":\"a-value\",\"version\":3,\"magic\":1}");
        assertThat(key(new StoreKey.Config("a-value")))
                .isEqualTo("{\"keytype\":\"CONFIG\",\"subject\":\"a-value\",\"magic\":0}");
        assertThat(key(new StoreKey.Config(null))).isEqualTo("{\"keytype\":\"CONFIG\",\"subject\":null,\"magic\":0}");
        assertThat(key(new StoreKey.SubjectMode(null)))
                .isEqualTo("{\"keytype\":\"MODE\",\"subject\":null,\"magic\":0}");
        assertThat(key(new StoreKey.DeleteSubject("a-value")))
                .isEqualTo("{\"keytype\":\"DELETE_SUBJECT\",\"subject\":\"a-value\",\"magic\":0}");
        assertThat(key(new StoreKey.Noop())).isEqualTo("{\"keytype\":\"NOOP\",\"magic\":0}");
    }

    @Test
    void shouldWriteSubjectsOutsideAsciiAsUtf8() {
        assertThat(key(new StoreKey.Config("straße/é")))
                .isEqualTo("{\"keytype\":\"CONFIG\",\"subject\":\"straße/é\",\"magic\":0}");
    }

    @Test
    void shouldReadKeysWhateverTheirFieldOrder() throws IOException {
        byte[] key = "{\"magic\":1,\"version\":2,\"subject\":\"s\",\"keytype\":\"SCHEMA\"}".getBytes(UTF_8);

        assertThat(StoreCodec.decodeKey(key)).hasValue(new StoreKey.Schema("s", 2));
    }

    @Test
    void shouldReadBackEveryKey() throws IOException {
        for (StoreKey key : List.of(
                new StoreKey.Schema("s", 1),
                new StoreKey.Config("s"),
                new StoreKey.Config(null),
                new StoreKey.SubjectMode("s"),
                new StoreKey.DeleteSubject("s"),
                new StoreKey.Noop())) {
            assertThat(StoreCodec.decodeKey(StoreCodec.encodeKey(key))).hasValue(key);
        }
    }

    @Test
    void shouldPassOverUnknownKinds() throws IOException {
        assertThat(StoreCodec.decodeKey("{\"keytype\":\"CONTEXT\",\"tenant\":\"t\",\"magic\":0}".getBytes(UTF_8)))
                .isEmpty();
    }

    @Test
    void shouldRefuseWhatIsNoKey() {
        for (String bytes : List.of("", "x", "[]", "{\"keytype\":\"SCHEMA\",\"subject\":\"s\"}")) {
            assertThatThrownBy(() -> StoreCodec.decodeKey(bytes.getBytes(UTF_8)))
                    .as(bytes)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void shouldLeaveTypeAndReferencesOutOfPlainAvro() {
        SchemaVersion version = new SchemaVersion("s", 1, 7, new SchemaIdentity("AVRO", "\"int\"", List.of()));

        assertThat(new String(StoreCodec.encodeSchema(version), UTF_8))
                .isEqualTo("{\"subject\":\"s\",\"version\":1,\"id\":7,\"schema\":\"\\\"int\\\"\",\"deleted\":false}");
    }

    @Test
    void shouldKeepForeignFieldsAndTypeWhenAVersionIsRewritten() throws IOException {
        String written = "{\"subject\":\"s\",\"version\":1,\"id\":7,\"schemaType\":\"PROTOBUF\","
                + "\"references\":[{\"name\":\"n\",\"subject\":\"r\",\"version\":2}],\"schema\":\"message A {}\","
                + "\"deleted\":false,\"guid\":\"g\"}";

        SchemaVersion version = StoreCodec.decodeSchema(written.getBytes(UTF_8));
        String rewritten = new String(StoreCodec.encodeSchema(version.asDeleted()), UTF_8);

        assertThat(version.content().references()).containsExactly(new SchemaReference("n", "r", 2));
        assertThat(rewritten)
                .contains("\"schemaType\":\"PROTOBUF\"", "\"guid\":\"g\"", "\"deleted\":true", "\"name\":\"n\"");
    }

    private static String key(StoreKey key) {
        return new String(StoreCodec.encodeKey(key), UTF_8);
    }
}
