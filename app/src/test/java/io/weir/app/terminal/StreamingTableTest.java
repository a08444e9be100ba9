package io.weir.app.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamingTableTest {

    @Test
    void shouldSettleWidthsByTheFirstRows() {
        StreamingTable table = new StreamingTable(0, Table.left("name"), Table.right("count"));
        List<String> lines = new ArrayList<>(table.add("a", "1"));
        lines.addAll(table.add("bcdef", "1,000"));
        assertThat(lines).as("held back").isEmpty();

        lines.addAll(table.drain());
        lines.addAll(table.add("g", "2"));
        lines.addAll(table.add("longer than before", null));

        assertThat(lines)
                .containsExactly(
                        "NAME   COUNT", "a          1", "bcdef  1,000", "g          2", "longer than before      -");
        assertThat(table.drain()).isEmpty();
    }

    @Test
    void shouldFitTheScreenByCuttingText() {
        StreamingTable table =
                new StreamingTable(26, Table.left("initiator"), Table.left("responder"), Table.right("n"));
        table.add("2001:db8:1:2:3:4:5:6", "10.0.0.1", "1,234");

        assertThat(table.drain()).containsExactly("INITIAT…  RESPONDER      N", "2001:db…  10.0.0.1   1,234");
    }
}
