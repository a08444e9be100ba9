package io.weir.collectors.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.serde.Avro;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LossesTest {

    private static final ObservationPoint POINT = new ObservationPoint("node-1", "eth0", "pcap", 1);

    @BeforeAll
    static void trust() {
        Avro.trust();
    }

    @Test
    void shouldMergeRangesOfOnePlaceAndReason() {
        Loss into = loss(LossReason.buffer_full, 10L, 5L, 9L);
        Loss more = loss(LossReason.buffer_full, 3L, 2L, 7L);
        assertThat(Losses.mergeable(into, more)).isTrue();
        Losses.mergeInto(into, more);

        assertThat(into.getPackets()).isEqualTo(13);
        assertThat(into.getFirstTimeMicroseconds()).isEqualTo(2);
        assertThat(into.getLastTimeMicroseconds()).isEqualTo(9);
    }

    @Test
    void shouldMakeAnUnknownSumOfAnUnknownPart() {
        Loss into = loss(LossReason.buffer_full, 10L, 5L, 9L);
        Losses.mergeInto(into, loss(LossReason.buffer_full, null, null, null));

        assertThat(into.getPackets()).isNull();
        assertThat(into.getFirstTimeMicroseconds()).isEqualTo(5);
    }

    @Test
    void shouldKeepOtherReasonsAndFileRangesApart() {
        Loss full = loss(LossReason.buffer_full, 1L, 1L, 1L);
        assertThat(Losses.mergeable(full, loss(LossReason.kafka_error, 1L, 1L, 1L)))
                .isFalse();
        Loss range = loss(LossReason.buffer_full, 1L, 1L, 1L);
        range.setFirstOffset(17L);
        assertThat(Losses.mergeable(full, range)).isFalse();
    }

    private static Loss loss(LossReason reason, Long packets, Long first, Long last) {
        return Loss.newBuilder()
                .setObservationPoint(POINT)
                .setStage("collector")
                .setReason(reason)
                .setSource("eth0")
                .setPackets(packets)
                .setFirstTimeMicroseconds(first)
                .setLastTimeMicroseconds(last)
                .setMessage("test")
                .build();
    }
}
