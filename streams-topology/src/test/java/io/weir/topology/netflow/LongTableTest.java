package io.weir.topology.netflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LongTableTest {
    /** Few keys, so that they collide and come again, some of them in the same place of a small table. */
    @Test
    void shouldDoAsAHashMapDoes() {
        Random random = new Random(1);
        Map<Long, Integer> twin = new HashMap<>();
        LongTable<Integer> table = new LongTable<>();
        for (int i = 0; i < 200_000; i++) {
            long key = (long) random.nextInt(40) << (random.nextBoolean() ? 0 : 32);
            if (random.nextInt(3) > 0) {
                table.put(key, i);
                twin.put(key, i);
            } else {
                assertThat(table.remove(key)).isEqualTo(twin.remove(key));
            }
            long asked = random.nextInt(40);
            assertThat(table.get(asked)).isEqualTo(twin.get(asked));
            assertThat(table.size()).isEqualTo(twin.size());
        }
        assertThat(table.values()).containsExactlyInAnyOrderElementsOf(twin.values());
    }
}
