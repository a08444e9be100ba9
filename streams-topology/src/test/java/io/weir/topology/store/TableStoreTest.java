package io.weir.topology.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableStoreTest {

    @Test
    void shouldNotPileUpRowsThatComeAndGoBetweenTwoCommits() {
        CountTable table = new CountTable();
        table.add("stays");
        for (int i = 0; i < 100_000; i++) {
            table.add("goes");
            table.remove("goes");
            assertThat(table.changedCount()).isLessThanOrEqualTo(2048);
        }

        assertThat(table.text()).isEqualTo("[stays=1]");
        assertThat(table.changedCount()).isPositive();
    }
}
