package io.weir.schemas.rejected;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class RejectedRecordTest {

    private static final RejectedRecord.Place PLACE =
            new RejectedRecord.Place("weir.packets.v1", 3, 17, 1_700_000_000_000L);

    @Test
    void shouldKeepTheRecordAndSayWhereItWasAndWhy() {
        Headers headers = new RecordHeaders().add("trace", new byte[] {7});

        ProducerRecord<byte[], byte[]> rejected =
                RejectedRecord.of(PLACE, new byte[] {1}, new byte[] {2, 3}, headers, "weir.meter", "no magic byte");

        assertThat(rejected.topic()).isEqualTo("weir.packets.v1.rejected");
        assertThat(rejected.key()).containsExactly(1);
        assertThat(rejected.value()).containsExactly(2, 3);
        assertThat(rejected.headers().lastHeader("trace").value()).containsExactly(7);
        assertThat(text(rejected, RejectedRecord.TOPIC)).isEqualTo("weir.packets.v1");
        assertThat(text(rejected, RejectedRecord.PARTITION)).isEqualTo("3");
        assertThat(text(rejected, RejectedRecord.OFFSET)).isEqualTo("17");
        assertThat(text(rejected, RejectedRecord.TIMESTAMP)).isEqualTo("1700000000000");
        assertThat(text(rejected, RejectedRecord.REASON)).isEqualTo("undecodable_record");
        assertThat(text(rejected, RejectedRecord.BY)).isEqualTo("weir.meter");
        assertThat(text(rejected, RejectedRecord.MESSAGE)).isEqualTo("no magic byte");
    }

    @Test
    void shouldReplaceItsOwnHeadersWhenARecordIsRejectedAgain() {
        Headers headers = new RecordHeaders().add(RejectedRecord.OFFSET, new byte[] {'4'});

        ProducerRecord<byte[], byte[]> rejected =
                RejectedRecord.of(PLACE, null, null, headers, "weir.meter", "no value");

        assertThat(rejected.headers().headers(RejectedRecord.OFFSET)).hasSize(1);
        assertThat(text(rejected, RejectedRecord.OFFSET)).isEqualTo("17");
        assertThat(rejected.key()).isNull();
        assertThat(rejected.value()).isNull();
    }

    @Test
    void shouldLeaveBehindWhatKafkaWouldNotTake() {
        byte[] large = new byte[Topics.MAX_RECORD_OCTETS];

        ProducerRecord<byte[], byte[]> rejected =
                RejectedRecord.of(PLACE, null, large, new RecordHeaders(), "weir.meter", "too much");

        assertThat(rejected.value()).isNull();
        assertThat(text(rejected, RejectedRecord.MESSAGE))
                .startsWith("not copied")
                .endsWith("too much");
        assertThat(RejectedRecord.octets(rejected)).isLessThan(10_000);
    }

    private static String text(ProducerRecord<byte[], byte[]> record, String header) {
        Header found = record.headers().lastHeader(header);
        return new String(found.value(), StandardCharsets.UTF_8);
    }
}
