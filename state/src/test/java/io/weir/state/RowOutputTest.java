package io.weir.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.apache.kafka.common.utils.ByteUtils;
import org.junit.jupiter.api.Test;

class RowOutputTest {

    private final RowOutput out = new RowOutput();

    @Test
    void shouldWriteNumbersAsKafkaDoes() {
        Random random = new Random(20261130);
        for (int i = 0; i < 10_000; i++) {
            long value = random.nextLong() >> random.nextInt(Long.SIZE);
            assertWritten(value);
            assertWritten(~value);
        }
        assertWritten(0);
        assertWritten(Long.MIN_VALUE);
        assertWritten(Long.MAX_VALUE);
    }

    private void assertWritten(long value) {
        ByteBuffer expected = ByteBuffer.allocate(10);
        ByteUtils.writeVarlong(value, expected);
        out.clear();
        out.putVarlong(value);
        assertThat(ByteBuffer.wrap(out.toArray())).isEqualTo(expected.flip());
    }

    @Test
    void shouldGrow() {
        for (int i = 0; i < 100_000; i++) {
            out.putVarlong(i);
        }
        ByteBuffer written = ByteBuffer.wrap(out.toArray());
        for (int i = 0; i < 100_000; i++) {
            assertThat(ByteUtils.readVarlong(written)).isEqualTo(i);
        }
        assertThat(written.hasRemaining()).isFalse();
    }
}
