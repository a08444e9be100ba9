package io.weir.schemas.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.schemas.Loss;
import io.weir.schemas.serde.Avro;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RefusedRunTest {

    private static final TopicPartition PARTITION = new TopicPartition("weir.packets.v1", 2);

    static {
        Avro.trust();
    }

    private final List<Loss> losses = new ArrayList<>();
    private byte[] stored;
    private final RefusedRun run = newRun();

    private RefusedRun newRun() {
        return new RefusedRun("meter", bytes -> stored = bytes, losses::add);
    }

    @Test
    void shouldMakeOneLossOfRecordsThatFollowEachOther() {
        run.refuse(PARTITION, 4, "no magic byte");
        run.refuse(PARTITION, 5, "cut");
        run.refuse(PARTITION, 7, "cut");
        assertThat(losses).isEmpty();
        run.end();
        run.end();
        run.refuse(PARTITION, 9, "cut");
        run.end();

        assertThat(losses)
                .extracting(Loss::getSource, Loss::getFirstOffset, Loss::getLastOffset, Loss::getStage)
                .containsExactly(
                        tuple("weir.packets.v1-2", 4L, 7L, "meter"), tuple("weir.packets.v1-2", 9L, 9L, "meter"));
        assertThat(losses.get(0).getMessage()).contains("3 records").endsWith("no magic byte");
    }

    @Test
    void shouldGoOnWithWhatWasKept() {
        run.refuse(PARTITION, 4, null);
        run.refuse(PARTITION, 5, "x".repeat(100_000));

        RefusedRun next = newRun();
        next.resume(stored);
        next.refuse(PARTITION, 6, "cut");
        next.end();

        assertThat(losses).singleElement().satisfies(loss -> {
            assertThat(loss.getFirstOffset()).isEqualTo(4);
            assertThat(loss.getLastOffset()).isEqualTo(6);
        });
        assertThat(stored).isNull();
    }

    @Test
    void shouldNotMixPartitions() {
        run.refuse(PARTITION, 4, "cut");
        run.refuse(new TopicPartition("weir.packets.v1", 3), 5, "cut");
        run.end();

        assertThat(losses).hasSize(2);
    }
}
