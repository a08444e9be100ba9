package io.weir.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.junit.jupiter.api.Test;

class TableStoreTest {

    private static final byte[] PAGE_0 = new byte[4];

    private final CountTable table = new CountTable();

    @Test
    void shouldNotPileUpRowsThatComeAndGoBetweenTwoCommits() {
        table.add("stays");
        for (int i = 0; i < 100_000; i++) {
            table.add("goes");
            table.remove("goes");
            assertThat(table.changedCount()).isEqualTo(CountTable.ROWS_PER_PAGE);
        }

        assertThat(table.text()).isEqualTo("[stays=1]");
    }

    @Test
    void shouldWriteRowsByThePage() {
        for (int i = 0; i < 2 * CountTable.ROWS_PER_PAGE + 1; i++) {
            table.add("row-" + i);
        }
        Map<Integer, byte[]> changelog = changelog(table);
        assertThat(changelog).containsOnlyKeys(0, 1, 2);
        table.remove("row-" + 2 * CountTable.ROWS_PER_PAGE);
        assertThat(changelog(table)).containsOnlyKeys(0, 1);
    }

    /** Rows come, change and go, and from time to time the table is that of its changelog. */
    @Test
    void shouldBeRestoredFromItsPages() {
        Random random = new Random(7);
        Map<String, Integer> twin = new TreeMap<>();
        CountTable current = table;
        for (int step = 0; step < 20_000; step++) {
            String key = "row-" + random.nextInt(300);
            if (random.nextInt(3) == 0) {
                current.remove(key);
                twin.remove(key);
            } else {
                current.add(key);
                twin.merge(key, 1, Integer::sum);
            }
            if (random.nextInt(500) == 0) {
                CountTable restored = new CountTable();
                current.writeAll(restored::restore);
                restored.open(null, null);
                current = restored;
            }
        }
        assertThat(current.text()).isEqualTo(twin.entrySet().toString());
        assertThat(changelog(current).size()).as("free places are used again").isLessThanOrEqualTo(75);
    }

    @Test
    void shouldForgetAPageWithItsTombstone() {
        table.add("a");
        CountTable restored = new CountTable();
        table.writeAll(restored::restore);
        restored.restore(PAGE_0, null);
        restored.open(null, null);
        assertThat(restored.text()).isEqualTo("[]");
    }

    @Test
    void shouldSayWhatItCannotRead() {
        table.add("a");
        byte[] page = changelog(table).get(0);
        assertThatThrownBy(() -> restore(new byte[9], page))
                .isInstanceOf(ProcessorStateException.class)
                .hasMessageContaining("The changelog of counts holds a key of 9 octets")
                .hasMessageContaining("or reset the application");
        byte[] other = page.clone();
        other[0] = 9;
        assertThatThrownBy(() -> restore(PAGE_0, other)).hasMessageContaining("pages of format 9");
        assertThatThrownBy(() -> restore(PAGE_0, Arrays.copyOf(page, page.length - 1)))
                .hasMessageContaining("a page that breaks off");
    }

    private static void restore(byte[] key, byte[] value) {
        CountTable restored = new CountTable();
        restored.restore(key, value);
        restored.open(null, null);
    }

    private static Map<Integer, byte[]> changelog(CountTable table) {
        Map<Integer, byte[]> records = new HashMap<>();
        table.writeAll((key, value) -> records.put(ByteBuffer.wrap(key).getInt(), value));
        return records;
    }
}
