package io.weir.collectors.capture.ebpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class FrameRingTest {

    private static final int SIZE = 64;
    private static final int BUSY = 1 << 31;
    private static final int DISCARDED = 1 << 30;

    private final ByteBuffer consumer = page();
    private final ByteBuffer producer = page();
    /** Not mapped twice here: the test writes where records are read. */
    private final ByteBuffer data = ByteBuffer.allocateDirect(2 * SIZE).order(ByteOrder.nativeOrder());

    private static ByteBuffer page() {
        return ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
    }

    private FrameRing ring() {
        return new FrameRing(consumer, producer, data, () -> {});
    }

    @Test
    void shouldReadRecordsInTheirOrderAndGiveThemBack() {
        data.putInt(0, 5).putInt(8, 11);
        data.putInt(16, 8).putInt(24, 22);
        producer.putLong(0, 32);
        FrameRing ring = ring();

        assertThat(ring.next()).isTrue();
        assertThat(ring.octets()).isEqualTo(5);
        assertThat(data.getInt(ring.offset())).isEqualTo(11);
        assertThat(consumer.getLong(0)).isZero();
        ring.giveBack();
        assertThat(consumer.getLong(0)).isEqualTo(16);
        assertThat(ring.next()).isTrue();
        assertThat(data.getInt(ring.offset())).isEqualTo(22);
        ring.giveBack();
        assertThat(ring.next()).isFalse();
        assertThat(ring.consumed()).isEqualTo(ring.produced()).isEqualTo(32);
    }

    @Test
    void shouldWaitForARecordThatIsBeingWritten() {
        data.putInt(0, 8 | BUSY);
        producer.putLong(0, 16);
        FrameRing ring = ring();

        assertThat(ring.next()).isFalse();
        assertThat(ring.consumed()).isZero();
        data.putInt(0, 8);
        assertThat(ring.next()).isTrue();
    }

    @Test
    void shouldStepOverWhatWasDiscarded() {
        data.putInt(0, 8 | DISCARDED);
        data.putInt(16, 8).putInt(24, 22);
        producer.putLong(0, 32);
        FrameRing ring = ring();

        assertThat(ring.next()).isTrue();
        assertThat(data.getInt(ring.offset())).isEqualTo(22);
    }

    @Test
    void shouldGoOnBehindTheEndWhereItBegan() {
        consumer.putLong(0, 3 * SIZE + 48);
        producer.putLong(0, 4 * SIZE + 16);
        data.putInt(48, 24).putInt(56, 33).putInt(76, 44);
        FrameRing ring = ring();

        assertThat(ring.next()).isTrue();
        assertThat(ring.offset()).isEqualTo(56);
        assertThat(data.getInt(ring.offset() + 20)).as("in the second copy").isEqualTo(44);
        ring.giveBack();
        assertThat(consumer.getLong(0)).isEqualTo(4 * SIZE + 16);
        assertThat(ring.next()).isFalse();
    }
}
