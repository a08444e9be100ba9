package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scores worked out by hand, of intervals such as those that were measured in captures of beacons and of guessed passwords. */
class BeaconScoreTest {

    private static final long DAY = 86_400;

    /** 297 connections at every second second in 665 s of a day: what RITA says of a capture is about regularity and sizes alone. */
    @Test
    void shouldScoreABeaconOfMinutesInADay() {
        long[] starts = LongStream.range(0, 297).map(i -> 2 * i).toArray();

        BeaconScore score = BeaconScore.of(starts, constant(297, 517), 0, DAY);

        assertThat(score.timing()).isEqualTo(1.0);
        assertThat(score.size()).isEqualTo(1.0);
        assertThat(score.histogram()).isEqualTo(0.0);
        assertThat(score.duration()).isEqualTo(0.0);
        assertThat(score.total()).isEqualTo(0.5);
    }

    /** 22 connections, intervals of 2, 3 and 4 s: median 3, deviation 1, so (1 + 2/3) / 2. */
    @Test
    void shouldTakeTheDeviationOfIntervals() {
        long[] starts = new long[22];
        for (int i = 1; i < starts.length; i++) {
            starts[i] = starts[i - 1] + 2 + i % 3;
        }

        assertThat(BeaconScore.of(starts, constant(22, 500), 0, DAY).timing()).isEqualTo(0.833);
    }

    /** Bursts of guessed passwords: most intervals are zero and left out; what is left has median 5 and deviation 2, so (1 + 3/5) / 2. */
    @Test
    void shouldLeaveOutIntervalsOfZero() {
        long[] starts = {0, 0, 0, 3, 3, 3, 8, 8, 15, 15, 15};

        assertThat(BeaconScore.of(starts, constant(11, 2000), 0, DAY).timing()).isEqualTo(0.8);
    }

    @ParameterizedTest
    @CsvSource({
        // Quartiles 100, 100, 100: no spread.
        "100 100 100 100, 1.0",
        // Quartiles 110, 150, 190: even. Median 150, deviation 30 (of 0, 30, 30, 50, 50).
        "100 120 150 180 200, 0.9",
        // Quartiles 105, 120, 300: Bowley (105 + 300 - 240) / 195; median 120, deviation 20.
        "100 110 120 200 400, 0.494",
        // The median equals a quartile: not skewed. Median 10, deviation 0.
        "10 10 10 500, 1.0",
        // Median below one: a size of nothing scores nothing.
        "0 0 0 0, 0.5"
    })
    void shouldTakeSkewnessAndDeviation(String values, double score) {
        double[] numbers = Arrays.stream(values.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();

        assertThat(BeaconScore.regularity(numbers, 0)).isEqualTo(score);
    }

    @Test
    void shouldScoreABeaconThatGoesOnAllDayAsOne() {
        long[] starts = LongStream.range(0, 288).map(i -> 300 * i).toArray();

        BeaconScore score = BeaconScore.of(starts, constant(288, 300), 0, DAY);

        assertThat(score).isEqualTo(new BeaconScore(1, 1, 1, 1));
    }

    /** Twelve hours with 12 connections, and twelve with 2: uneven, but of two heights. */
    @Test
    void shouldForgiveAProgramOfTwoPaces() {
        long[] starts = LongStream.range(0, 24)
                .flatMap(hour -> LongStream.range(0, hour < 12 ? 12 : 2).map(i -> hour * 3600 + i * 10))
                .toArray();

        assertThat(BeaconScore.of(starts, constant(starts.length, 1), 0, DAY).histogram())
                .isEqualTo(1.0);
    }

    /** Runs wrap around: hours 20 to 23 and 0 to 3 are eight in a row, of twelve. Coverage is 23 of 24 hours, which is more. */
    @Test
    void shouldTakeTheGreaterOfCoverageAndRun() {
        long[] starts = LongStream.of(0, 1, 2, 3, 20, 21, 22, 23)
                .map(hour -> hour * 3600)
                .toArray();

        assertThat(BeaconScore.of(starts, constant(8, 1), 0, DAY).duration()).isEqualTo(0.959);
        long[] night = LongStream.of(0, 1, 2, 3, 4, 5).map(hour -> hour * 3600).toArray();
        assertThat(BeaconScore.of(night, constant(6, 1), 0, DAY).duration()).isEqualTo(0.5);
        long[] short5 = LongStream.of(0, 1, 2, 3, 4).map(hour -> hour * 3600).toArray();
        assertThat(BeaconScore.of(short5, constant(5, 1), 0, DAY).duration()).isEqualTo(0.0);
    }

    @Test
    void shouldNotScoreWhatIsTooLittle() {
        assertThat(BeaconScore.of(new long[] {0, 10, 20}, constant(3, 1), 0, DAY))
                .isNull();
        assertThat(BeaconScore.of(new long[] {0, 0, 10, 20}, constant(4, 1), 0, DAY))
                .isNull();
        assertThat(BeaconScore.of(new long[] {0, 10, 20, 30}, constant(4, 1), 5, 5))
                .isNull();
        assertThat(BeaconScore.of(new long[] {0, 10, 20, 30}, constant(4, 1), 0, DAY))
                .isNotNull();
    }

    private static long[] constant(int count, long octets) {
        return LongStream.generate(() -> octets).limit(count).toArray();
    }
}
