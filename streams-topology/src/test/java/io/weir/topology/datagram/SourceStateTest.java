package io.weir.topology.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SourceStateTest {

    private static final int RATE = 100;

    private final SourceState source = new SourceState(0, 3);

    private void sample(long sequence, long pool, long drops) {
        sample(sequence, pool, drops, RATE);
    }

    private void sample(long sequence, long pool, long drops, long rate) {
        sample(sequence, pool, drops, rate, false);
    }

    private void sample(long sequence, long pool, long drops, long rate, boolean late) {
        source.observe(sequence & 0xffff_ffffL, pool & 0xffff_ffffL, drops, rate, late);
        source.samplingRate = rate;
    }

    /** A rate is mostly changed with a restart. */
    @Test
    void shouldMeasureAnewWhereAnAgentBeginsAnewWithAnotherRate() {
        for (int i = 0; i <= 1_000; i++) {
            sample(i, i * 1_000L, 0, 1_000);
        }
        source.beginAnew();
        for (int i = 0; i <= 1_000; i++) {
            sample(i, i * 2_000L, 0, 2_000);
        }

        assertThat(source.effectiveSamplingRate()).isEqualTo(2_000);
        assertThat(source.isSamplingDifferent()).isFalse();
    }

    @Test
    void shouldNotAddAPoolOrDropsThatGoBack() {
        sample(1, 1_000, 9);
        sample(2, 999, 0);
        sample(3, 1_099, 1);

        assertThat(source.generatedSamples).isEqualTo(3);
        assertThat(source.poolPackets).isEqualTo(100);
        assertThat(source.droppedSamples).isEqualTo(1);
    }

    /** By itself, so that its datagrams are not late. */
    @Test
    void shouldGoOnWithASourceThatBeginsAnewAlone() {
        sample(900, 90_000, 0);
        sample(1, 100, 0);
        sample(2, 200, 0);
        sample(4_000_000_000L, 300, 0);

        assertThat(source.samples).isEqualTo(4);
        assertThat(source.generatedSamples).isEqualTo(4);
        assertThat(source.poolPackets).isEqualTo(100);
    }

    @Test
    void shouldTellTheRateOfThePoolBehindTheFirstSample() {
        for (int i = 0; i <= 100; i++) {
            sample(500 + i, 70_000 + i * 200L, 7);
        }

        assertThat(source.samples).isEqualTo(101);
        assertThat(source.generatedSamples).isEqualTo(101);
        assertThat(source.poolPackets).isEqualTo(20_000);
        assertThat(source.droppedSamples).isZero();
        assertThat(source.effectiveSamplingRate()).isEqualTo(200);
        assertThat(source.isSamplingDifferent()).isTrue();
    }

    @Test
    void shouldGoOnWhereNumbersAndPoolWrap() {
        for (int i = -50; i < 50; i++) {
            sample(i, i * 101L - 1_000, 0);
        }

        assertThat(source.generatedSamples).isEqualTo(100);
        assertThat(source.poolPackets).isEqualTo(99 * 101);
        assertThat(source.effectiveSamplingRate()).isEqualTo(101);
        // 99 samples tell a rate of 100 to a tenth.
        assertThat(source.isSamplingDifferent()).isFalse();
    }

    @Test
    void shouldCountSamplesThatNeverCameAndThoseThatCameLate() {
        sample(1, 100, 0);
        sample(4, 400, 2);
        sample(3, 300, 1, RATE, true);

        assertThat(source.samples).isEqualTo(3);
        assertThat(source.generatedSamples).isEqualTo(4);
        assertThat(source.droppedSamples).isEqualTo(2);
        assertThat(source.effectiveSamplingRate()).isEqualTo(100);
    }

    /** Numbers a little behind the last ones would be late, were it not for the agent. */
    @Test
    void shouldBeginAnewWithTheAgent() {
        for (int i = 0; i < 40; i++) {
            sample(i, i * 100L, 0);
        }
        source.beginAnew();
        for (int i = 0; i < 30; i++) {
            sample(i, i * 100L, 0);
        }

        assertThat(source.samples).isEqualTo(70);
        assertThat(source.generatedSamples).isEqualTo(70);
        assertThat(source.poolPackets).isEqualTo(3_900 + 2_900);
        assertThat(source.effectiveSamplingRate()).isEqualTo(100);
    }

    @Test
    void shouldMeasureEachRateForItself() {
        for (int i = 0; i < 50; i++) {
            sample(i, i * 100L, 0);
        }
        for (int i = 50; i < 90; i++) {
            sample(i, i * 100L + (i - 50) * 100L, 0, 200);
        }

        assertThat(source.rateSamples).isEqualTo(39);
        assertThat(source.effectiveSamplingRate()).isEqualTo(200);
        assertThat(source.isSamplingDifferent()).isFalse();
    }

    @Test
    void shouldNotBelieveAPoolThatCannotBe() {
        sample(1, 1_000, 0);
        sample(2, 999, 0);
        sample(12, 1_004, 0);

        assertThat(source.rateSamples).isZero();
        assertThat(source.effectiveSamplingRate()).isZero();
    }

    @Test
    void shouldExpectTheSpreadOfChance() {
        for (int i = 0; i <= 900; i++) {
            sample(i, i * 100L, 0);
        }

        assertThat(Math.sqrt(source.rateVariance()) / source.rateSamples).isCloseTo(3.317, within(0.001));
    }
}
