package io.weir.topology.sketch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundTripSketchTest {

    private static final double ERROR = 1 / 16.0;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 100, 5000})
    void shouldKeepTheErrorThatItStates(int samples) {
        Random random = new Random(samples);
        RoundTripSketch sketch = new RoundTripSketch();
        int[] all = new int[samples];
        for (int i = 0; i < samples; i++) {
            // From microseconds to minutes.
            all[i] = (int) Math.pow(2, random.nextDouble() * 31);
            sketch.add(all[i]);
        }
        Arrays.sort(all);

        assertThat(sketch.samples()).isEqualTo(samples);
        assertThat(sketch.least()).isEqualTo(all[0]);
        assertThat(sketch.greatest()).isEqualTo(all[samples - 1]);
        for (int percent : new int[] {1, 50, 95, 100}) {
            int exact = all[(samples * percent + 99) / 100 - 1];
            assertThat((double) sketch.percentile(percent)).isCloseTo(exact, within(exact * ERROR));
        }
        assertThat(sketch.octets()).isLessThanOrEqualTo(22 + RoundTripSketch.MAX_BUCKETS * 7);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 15, 16, 17, 1023, 1024, Integer.MAX_VALUE})
    void shouldBeExactForASingleOne(int microseconds) {
        RoundTripSketch sketch = new RoundTripSketch();
        sketch.add(microseconds);

        assertThat(sketch.percentile(50)).isEqualTo(microseconds);
        assertThat(sketch.percentile(95)).isEqualTo(microseconds);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 50})
    void shouldComeBackFromItsOctets(int samples) {
        RoundTripSketch sketch = new RoundTripSketch();
        for (int i = 0; i < samples; i++) {
            sketch.add(i * i * 1000);
        }
        ByteBuffer octets = ByteBuffer.allocate(sketch.octets());
        sketch.put(octets);

        RoundTripSketch back = RoundTripSketch.get(octets.flip());
        assertThat(octets.hasRemaining()).isFalse();
        back.add(3);
        sketch.add(3);
        assertThat(back.percentile(50)).isEqualTo(sketch.percentile(50));
        assertThat(back.percentile(95)).isEqualTo(sketch.percentile(95));
        assertThat(back.samples()).isEqualTo(sketch.samples());
        assertThat(back.least()).isEqualTo(sketch.least());
        assertThat(back.greatest()).isEqualTo(sketch.greatest());
    }

    @Test
    void shouldHaveRoomForTheLongestOctets() {
        RoundTripSketch sketch = new RoundTripSketch();
        for (int power = 0; power < 31; power++) {
            for (int eighth = 0; eighth < 8; eighth++) {
                sketch.add((1 << power) + (int) ((long) eighth << power >>> 3));
            }
        }
        for (int i = 0; i < 3; i++) {
            RoundTripSketch.sum(sketch, sketch);
        }
        ByteBuffer octets = ByteBuffer.allocate(sketch.octets());
        sketch.put(octets);
        RoundTripSketch back = RoundTripSketch.get(octets.flip());
        assertThat(back).usingRecursiveComparison().ignoringFields("cells").isEqualTo(sketch);
        assertThat(RoundTripSketch.summary(back)).isEqualTo(RoundTripSketch.summary(sketch));
    }

    @Test
    void shouldRefuseMoreBucketsThanThereAre() {
        ByteBuffer octets = ByteBuffer.wrap(new byte[] {(byte) 0xe9, 1});
        assertThatThrownBy(() -> RoundTripSketch.get(octets))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a sketch of 233 buckets, there are 232");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldAddUpToTheSketchOfAll(long seed) {
        Random random = new Random(seed);
        RoundTripSketch all = new RoundTripSketch();
        RoundTripSketch sum = null;
        for (int part = 0; part < 5; part++) {
            RoundTripSketch one = part == 2 ? null : new RoundTripSketch();
            for (int i = 0; one != null && i < 100; i++) {
                int microseconds = (int) Math.pow(2, random.nextDouble() * 31);
                all.add(microseconds);
                one.add(microseconds);
            }
            sum = RoundTripSketch.sum(sum, one);
        }

        assertThat(octets(sum)).isEqualTo(octets(all));
        assertThat(RoundTripSketch.summary(sum)).isEqualTo(RoundTripSketch.summary(all));
        assertThat(RoundTripSketch.sum(null, null)).isNull();
    }

    private static byte[] octets(RoundTripSketch sketch) {
        ByteBuffer octets = ByteBuffer.allocate(sketch.octets());
        sketch.put(octets);
        return octets.array();
    }
}
