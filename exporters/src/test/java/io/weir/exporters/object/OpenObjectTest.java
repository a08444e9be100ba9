package io.weir.exporters.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.exporters.compress.Compression;
import io.weir.schemas.LossReason;
import io.weir.schemas.Subnet;
import io.weir.schemas.SubnetKind;
import io.weir.schemas.json.AvroJsonReader;
import io.weir.schemas.json.JsonBuffer;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.AvroSerdes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

class OpenObjectTest {

    private static final TopicPartition PARTITION = new TopicPartition("weir.flows.v1", 3);
    private static final long TIME_MS =
            Instant.parse("2026-03-09T07:59:59.999Z").toEpochMilli();
    private static final CutLimits LIMITS = new CutLimits(3, 1000, Duration.ofSeconds(5));
    private static final ProducerRecord<byte[], byte[]> REJECTED =
            new ProducerRecord<>("weir.flows.v1.rejected", null, new byte[1000]);
    private static final Map<String, Object> CONFIGS = Map.of(SchemaRegistryClient.URL_CONFIG, "mock://open-object");

    private final JsonBuffer line = line();

    private static JsonBuffer line() {
        JsonBuffer buffer = new JsonBuffer();
        try (Serializer<Subnet> serializer = AvroSerdes.serializer(Subnet.class, CONFIGS)) {
            byte[] value = serializer.serialize("t", new Subnet("10.0.0.0/8", SubnetKind.cluster, null, 0L));
            new AvroJsonReader(SchemaRegistryClient.create(CONFIGS)).write(value, buffer);
            buffer.newLine();
        }
        return buffer;
    }

    @Test
    void shouldBeNamedByTopicHourPartitionAndOffsets() throws IOException {
        OpenObject open = open(Compression.NONE, null);
        open.add(17, TIME_MS, line);
        open.add(19, TIME_MS + 60_000, line);

        SealedObject sealed = open.seal();

        assertThat(sealed.key())
                .isEqualTo("topic=weir.flows.v1/date=2026-03-09/hour=07/"
                        + "weir.flows.v1-3-00000000000000000017-00000000000000000019.ndjson");
        assertThat(sealed.records()).isEqualTo(2);
        assertThat(sealed.content().toString(StandardCharsets.UTF_8)).isEqualTo(line.toString() + line);
        assertThat(sealed.cut()).isEqualTo(new Cut(19, Compression.NONE));
    }

    @Test
    void shouldStayWithinNamesForTimesOutOfAllReason() {
        assertThat(ObjectNames.key(PARTITION, Long.MIN_VALUE, 0, 0, "x")).contains("date=1970-01-01/hour=00");
        assertThat(ObjectNames.key(PARTITION, Long.MAX_VALUE, 0, 0, "x")).contains("date=9999-12-31/hour=23");
    }

    @Test
    void shouldGiveTheSameBytesForTheSameRecords() {
        OpenObject one = open(Compression.GZIP, null);
        OpenObject other = open(Compression.GZIP, null);
        for (int i = 0; i < 3; i++) {
            one.add(i, TIME_MS, line);
            other.add(i, TIME_MS, line);
        }

        assertThat(one.seal().content().toByteArray())
                .isEqualTo(other.seal().content().toByteArray());
    }

    @Test
    void shouldEndByRecordsByOctetsAndByTheNextHour() {
        OpenObject byRecords = open(Compression.NONE, null);
        OpenObject byOctets = new OpenObject(
                PARTITION, new CutLimits(100, line.size() * 2L, Duration.ofSeconds(5)), Compression.GZIP, null, 0);
        for (int i = 0; i < 2; i++) {
            byRecords.add(i, TIME_MS, line);
            assertThat(byOctets.isFull()).isFalse();
            byOctets.add(i, TIME_MS, line);
        }
        assertThat(byOctets.isFull()).isTrue();
        assertThat(byRecords.isFull()).isFalse();
        assertThat(byRecords.endsBefore(2, TIME_MS - 7_200_000))
                .as("late record")
                .isFalse();
        assertThat(byRecords.endsBefore(2, TIME_MS)).isFalse();
        assertThat(byRecords.endsBefore(2, TIME_MS + 1)).as("next hour").isTrue();
        byRecords.add(2, TIME_MS, line);
        assertThat(byRecords.isFull()).isTrue();
        byOctets.close();
        byRecords.close();
    }

    @Test
    void shouldFallDueByTheWallClockOnceItHasARecord() {
        OpenObject open = open(Compression.NONE, null);
        long delayNanos = LIMITS.delay().toNanos();

        assertThat(open.isDue(delayNanos)).isFalse();
        open.add(0, TIME_MS, line);
        assertThat(open.isDue(delayNanos - 1)).isFalse();
        assertThat(open.isDue(delayNanos)).isTrue();
        open.close();
    }

    @Test
    void shouldEndWhereAnEarlierRunDecidedAndNowhereElse() {
        OpenObject open = open(Compression.NONE, new Cut(9, Compression.GZIP));
        for (int offset = 0; offset < 9; offset++) {
            assertThat(open.endsBefore(offset, TIME_MS + offset * 3_600_000L)).isFalse();
            open.add(offset, TIME_MS + offset * 3_600_000L, line);
            assertThat(open.isFull()).isFalse();
            assertThat(open.isDue(Long.MAX_VALUE)).isFalse();
            assertThat(open.mayEndEarly()).isFalse();
        }
        assertThat(open.endsBefore(10, TIME_MS)).isTrue();
        assertThat(open.endsBefore(10)).isTrue();
        open.add(9, TIME_MS, line);
        assertThat(open.isFull()).isTrue();

        assertThat(open.seal().key()).endsWith("-00000000000000000000-00000000000000000009.ndjson.gz");
    }

    @Test
    void shouldAccountForUnreadableRecords() {
        OpenObject open = new OpenObject(
                PARTITION, new CutLimits(100, 1 << 20, Duration.ofSeconds(5)), Compression.NONE, null, 0);
        open.addUndecodable(4, "no magic byte", REJECTED);
        open.addUndecodable(6, "cut", REJECTED);
        open.add(7, TIME_MS, line);
        open.addUndecodable(8, "cut", REJECTED);

        SealedObject sealed = open.seal();

        assertThat(sealed.firstOffset()).isEqualTo(4);
        assertThat(sealed.lastOffset()).isEqualTo(8);
        assertThat(sealed.records()).isEqualTo(1);
        assertThat(sealed.lost())
                .containsExactly(
                        new LostRange(4, 6, 2, LossReason.undecodable_record, "no magic byte"),
                        new LostRange(8, 8, 1, LossReason.undecodable_record, "cut"));
        assertThat(sealed.rejected()).hasSize(3);
        assertThat(sealed.hasContent()).isTrue();
    }

    @Test
    void shouldEndByTheOctetsOfUnreadableRecords() {
        OpenObject open = open(Compression.NONE, null);
        open.addUndecodable(4, "cut", REJECTED);

        assertThat(open.isFull()).isTrue();
        assertThat(open.heldOctets()).isGreaterThan(LIMITS.octets());
        open.close();
    }

    @Test
    void shouldHaveNothingToStoreWithoutReadableRecords() {
        OpenObject open = open(Compression.GZIP, null);
        open.addUndecodable(4, "cut", REJECTED);

        assertThat(open.seal().hasContent()).isFalse();
    }

    @Test
    void shouldRefuseOffsetsOutOfOrder() {
        OpenObject open = open(Compression.NONE, null);
        open.add(5, TIME_MS, line);

        assertThatThrownBy(() -> open.add(5, TIME_MS, line)).isInstanceOf(IllegalStateException.class);
        open.close();
    }

    private static OpenObject open(Compression compression, Cut recorded) {
        return new OpenObject(PARTITION, LIMITS, compression, recorded, 0);
    }
}
