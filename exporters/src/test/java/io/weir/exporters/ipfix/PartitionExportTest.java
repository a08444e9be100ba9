package io.weir.exporters.ipfix;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.exporters.object.LostRange;
import io.weir.schemas.LossReason;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PartitionExportTest {

    private final PartitionExport export = new PartitionExport(new TopicPartition("flows", 3), 10);

    private static ProducerRecord<byte[], byte[]> rejected(String value) {
        return new ProducerRecord<>("flows.rejected", value.getBytes(StandardCharsets.UTF_8));
    }

    private void hand() {
        export.onSubmitted();
        export.onSent();
    }

    @Test
    void shouldCommitWhatWasSentAndNotWhatIsOnItsWay() {
        assertThat(export.isDone()).isTrue();
        assertThat(export.toCommit()).isNull();
        export.advance(10);
        export.onSubmitted();
        export.advance(11);
        assertThat(export.toCommit()).isNull();
        export.onSent();
        assertThat(export.toCommit()).isEqualTo(new OffsetAndMetadata(11));
        export.onCommitted(11);
        assertThat(export.toCommit()).isNull();
        assertThat(export.isDone()).isFalse();
        hand();
        export.onCommitted(12);
        assertThat(export.isDone()).isTrue();
    }

    @Test
    void shouldMakeOneRangeOfNeighboursAndKeepATellingAsItWasTried() {
        export.leaveOut(10, "first", rejected("a"));
        export.leaveOut(11, "second", rejected("b"));
        export.advance(12);
        export.leaveOut(13, "third", rejected("c"));
        hand();
        assertThat(export.hasLosses()).isTrue();
        export.beginTelling();
        export.leaveOut(new LostRange(14, 19, 6, LossReason.retention, "gone"));
        hand();
        export.beginTelling();

        assertThat(export.toCommit()).isEqualTo(new OffsetAndMetadata(14));
        assertThat(export.lost())
                .containsExactly(
                        new LostRange(10, 11, 2, LossReason.undecodable_record, "first"),
                        new LostRange(13, 13, 1, LossReason.undecodable_record, "third"));
        assertThat(export.rejected()).hasSize(3);
        assertThat(export.heldOctets()).isPositive();
        export.onCommitted(14);
        assertThat(export.heldOctets()).isZero();
        assertThat(export.toCommit()).isEqualTo(new OffsetAndMetadata(20));
        export.beginTelling();
        assertThat(export.lost()).containsExactly(new LostRange(14, 19, 6, LossReason.retention, "gone"));
        export.onCommitted(20);
        assertThat(export.hasLosses()).isFalse();
        assertThat(export.isDone()).isTrue();
    }

    @Test
    void shouldReadNoMoreWhenTooMuchWaitsToBeTold() {
        long offset = 10;
        while (!export.isBlocked()) {
            export.leaveOut(offset, "bad", rejected("x"));
            export.advance(offset + 1);
            offset += 2;
        }
        assertThat(offset).isEqualTo(10 + 2 * 1000);
        hand();
        assertThat(export.isBlocked()).isTrue();
        export.beginTelling();
        assertThat(export.isBlocked()).isTrue();
        export.onCommitted(offset);
        assertThat(export.isBlocked()).isFalse();
    }
}
