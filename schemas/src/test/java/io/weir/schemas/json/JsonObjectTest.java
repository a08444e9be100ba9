package io.weir.schemas.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Objects as text. */
class JsonObjectTest {

    @Test
    void shouldLeaveOutWhatIsNull() {
        JsonObject object =
                new JsonObject().put("a", (String) null).put("b", (Number) null).put("c", (JsonObject) null);
        assertThat(object.isEmpty()).isTrue();
        assertThat(object).hasToString("{}");
    }

    @Test
    void shouldWriteNumbersAsShortAsTheyAre() {
        assertThat(new JsonObject()
                        .put("whole", 120.0)
                        .put("broken", 61.25)
                        .put("large", 1e300)
                        .put("long", Long.MIN_VALUE)
                        .put("boxed", Integer.valueOf(7))
                        .put("none", Double.NaN)
                        .put("endless", Double.NEGATIVE_INFINITY))
                .hasToString(
                        "{\"whole\":120,\"broken\":61.25,\"large\":1.0E300,\"long\":-9223372036854775808,\"boxed\":7}");
    }

    @Test
    void shouldEscapeNamesAndStrings() {
        assertThat(new JsonObject().put("a\"b", "c\\d\n\u001f").putStrings("list", List.of("\"", "ö")))
                .hasToString("{\"a\\\"b\":\"c\\\\d\\u000a\\u001f\",\"list\":[\"\\\"\",\"ö\"]}");
    }
}
