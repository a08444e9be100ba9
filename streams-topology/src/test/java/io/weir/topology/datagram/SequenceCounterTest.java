package io.weir.topology.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.topology.datagram.SequenceCounter.Step;
import org.junit.jupiter.api.Test;

class SequenceCounterTest {

    private final SequenceCounter counter = new SequenceCounter();

    private Step observe(long number) {
        return counter.observe(number, false);
    }

    @Test
    void shouldMissNothingOfWhatFollowsEachOther() {
        for (long number = 7; number < 20; number++) {
            assertThat(observe(number)).isEqualTo(Step.NEXT);
        }
        assertThat(counter.takeMissing()).isZero();
    }

    @Test
    void shouldCountAGapOnce() {
        observe(1);
        assertThat(observe(5)).isEqualTo(Step.GAP);
        assertThat(counter.takeMissing()).isEqualTo(3);
        assertThat(counter.takeMissing()).isZero();
    }

    @Test
    void shouldNotMissWhatComesLate() {
        observe(1);
        observe(4);
        assertThat(observe(3)).isEqualTo(Step.LATE);
        assertThat(observe(2)).isEqualTo(Step.LATE);
        assertThat(observe(5)).isEqualTo(Step.NEXT);
        assertThat(counter.takeMissing()).isZero();
    }

    @Test
    void shouldTakeBackWhatWasToldTooEarlyFromTheNextGap() {
        observe(1);
        observe(4);
        assertThat(counter.takeMissing()).isEqualTo(2);
        observe(2);
        observe(7);
        assertThat(counter.takeMissing()).as("5 and 6, less 2").isEqualTo(1);
    }

    @Test
    void shouldGoOnOverTheEndOfTheNumbers() {
        observe(0xffff_fffeL);
        assertThat(observe(0xffff_ffffL)).isEqualTo(Step.NEXT);
        assertThat(observe(0)).isEqualTo(Step.NEXT);
        assertThat(observe(2)).isEqualTo(Step.GAP);
        assertThat(observe(1)).isEqualTo(Step.LATE);
        assertThat(counter.missing()).isZero();
    }

    @Test
    void shouldTellWhatComesTwiceFromWhatComesLate() {
        for (long number = 1; number < 3_000; number++) {
            assertThat(observe(number)).isEqualTo(Step.NEXT);
            assertThat(observe(number)).isEqualTo(Step.DUPLICATE);
        }
        observe(3_001);
        assertThat(observe(3_000)).isEqualTo(Step.LATE);
        assertThat(observe(3_000)).isEqualTo(Step.DUPLICATE);
        assertThat(counter.takeMissing()).isZero();
        observe(3_001 + 2_000);
        assertThat(observe(3_001 + 1_999)).isEqualTo(Step.LATE);
        assertThat(counter.takeMissing()).isEqualTo(1_998);
    }

    @Test
    void shouldNotMissLessForWhatIsOlderThanTheFirst() {
        observe(10);
        assertThat(observe(8)).isEqualTo(Step.LATE);
        observe(12);
        assertThat(counter.takeMissing()).isEqualTo(1);
    }

    @Test
    void shouldBeginAnewWithASenderThatDoes() {
        observe(500_000);
        assertThat(observe(1)).isEqualTo(Step.ANEW);
        assertThat(observe(2)).isEqualTo(Step.NEXT);
        assertThat(counter.observe(100, true)).isEqualTo(Step.ANEW);
        assertThat(observe(101)).isEqualTo(Step.NEXT);
        assertThat(observe(101L + SequenceCounter.MAX_GAP + 1)).isEqualTo(Step.ANEW);
        assertThat(counter.takeMissing()).isZero();
    }

    @Test
    void shouldGoOnWhereItWas() {
        observe(1);
        observe(4);
        SequenceCounter back = new SequenceCounter();
        back.restore(counter.isKnown(), counter.first(), counter.last(), counter.missing());
        for (int word = 0; word < SequenceCounter.WORDS; word++) {
            back.restoreSeen(word, counter.seen(word));
        }

        assertThat(back.observe(3, false)).isEqualTo(Step.LATE);
        assertThat(back.observe(4, false)).isEqualTo(Step.DUPLICATE);
        assertThat(back.observe(5, false)).isEqualTo(Step.NEXT);
        assertThat(back.takeMissing()).isEqualTo(1);
    }
}
