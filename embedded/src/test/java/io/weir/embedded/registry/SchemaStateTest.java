package io.weir.embedded.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaStateTest {
    private static final SchemaIdentity INT = new SchemaIdentity("AVRO", "\"int\"", List.of());
    private static final SchemaIdentity LONG = new SchemaIdentity("AVRO", "\"long\"", List.of());

    private final SchemaState state = new SchemaState();

    @Test
    void shouldHideSoftDeletedVersionsButAnswerTheirId() throws IOException {
        put(new SchemaVersion("s", 1, 1, INT));
        put(new SchemaVersion("s", 2, 2, LONG));
        state.apply(new StoreKey.DeleteSubject("s"), StoreCodec.encodeDeleteSubject("s", 2));

        assertThat(state.subjects("", false)).isEmpty();
        assertThat(state.subjects("", true)).containsExactly("s");
        assertThat(state.content(1)).hasValue(INT);
        assertThat(state.nextVersion("s")).isEqualTo(3);
        assertThat(state.idOf(LONG)).hasValue(2);
    }

    @Test
    void shouldKeepVersionsPastTheDeletion() throws IOException {
        put(new SchemaVersion("s", 1, 1, INT));
        put(new SchemaVersion("s", 2, 2, LONG));
        state.apply(new StoreKey.DeleteSubject("s"), StoreCodec.encodeDeleteSubject("s", 1));

        assertThat(state.versions("s", false))
                .extracting(SchemaVersion::version)
                .containsExactly(2);
    }

    @Test
    void shouldForgetErasedVersionsButNotGiveTheirIdAgain() throws IOException {
        put(new SchemaVersion("s", 1, 5, INT));
        state.apply(new StoreKey.Schema("s", 1), null);

        assertThat(state.subjects("", true)).isEmpty();
        assertThat(state.content(5)).isEmpty();
        assertThat(state.idOf(INT)).isEmpty();
        assertThat(state.maxId()).isEqualTo(5);
    }

    @Test
    void shouldKeepTheIdOfASchemaThatAnotherSubjectStillHas() throws IOException {
        put(new SchemaVersion("a", 1, 1, INT));
        put(new SchemaVersion("b", 1, 1, INT));
        state.apply(new StoreKey.Schema("a", 1), null);

        assertThat(state.idOf(INT)).hasValue(1);
        assertThat(state.versionsOf(1, false))
                .extracting(SchemaVersion::subject)
                .containsExactly("b");
    }

    @Test
    void shouldListSubjectsOfAPrefixInOrder() throws IOException {
        put(new SchemaVersion("b", 1, 1, INT));
        put(new SchemaVersion("ab", 1, 1, INT));
        put(new SchemaVersion("aa", 1, 1, INT));

        assertThat(state.subjects("a", false)).containsExactly("aa", "ab");
    }

    @Test
    void shouldFallBackWhenASettingIsRemoved() throws IOException {
        state.apply(new StoreKey.Config("s"), StoreCodec.encodeLevel(CompatibilityLevel.FULL));
        assertThat(state.level("s")).hasValue(CompatibilityLevel.FULL);
        state.apply(new StoreKey.Config("s"), null);
        assertThat(state.level("s")).isEmpty();
    }

    @Test
    void shouldStayAsItWasWhenAValueIsDamaged() throws IOException {
        put(new SchemaVersion("s", 1, 1, INT));

        assertThatThrownBy(() -> state.apply(
                        new StoreKey.Schema("s", 1), "{\"subject\":\"s\"}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
        assertThat(state.version("s", 1, false)).isPresent();
    }

    private void put(SchemaVersion version) throws IOException {
        state.apply(new StoreKey.Schema(version.subject(), version.version()), StoreCodec.encodeSchema(version));
    }
}
