package io.weir.topology.sketch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionTest {

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "7, 3", "100, 2", "1000, 1000000", "1000, 1", "1000, 5"})
    void shouldFindWhatSortingFinds(int size, int distinct) {
        Random random = new Random(size * 31L + distinct);
        long[] values = random.longs(size, 0, distinct).toArray();
        long[] sorted = values.clone();
        Arrays.sort(sorted);

        for (int rank = 0; rank < size; rank++) {
            assertThat(Selection.largest(values, rank)).isEqualTo(sorted[size - 1 - rank]);
        }
    }
}
