package io.weir.exporters.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.exporters.Samples;
import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.json.AvroJsonReader;
import io.weir.schemas.json.JsonBuffer;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.registry.SchemaRegistryException;
import io.weir.schemas.serde.Avro;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

class NdjsonEncoderTest {

    private static final Map<String, Object> CONFIGS = Map.of(SchemaRegistryClient.URL_CONFIG, "mock://ndjson-encoder");
    private static final long KAFKA_TIME_MS = 42;

    private final JsonBuffer out = new JsonBuffer();

    @Test
    void shouldWriteALineAndTellTheEventTime() throws UndecodableRecordException {
        byte[] value = serialize(Flow.class, Samples.flow(7, 1_700_000_000_000L));

        long eventTimeMs = encoder(Flow.class).encode(record(value), out);

        assertThat(eventTimeMs).isEqualTo(1_700_000_000_000L);
        assertThat(out.toString())
                .startsWith("{\"flowId\":\"" + Samples.flowId(7) + "\"")
                .endsWith("}\n");
    }

    @Test
    void shouldTakeKafkasTimeWhereTheRecordHasNone() throws UndecodableRecordException {
        Loss.Builder loss = Loss.newBuilder()
                .setObservationPoint(new ObservationPoint("host", "eth0", "pcap", 1))
                .setStage("collector")
                .setReason(LossReason.kernel_drop)
                .setSource("eth0")
                .setMessage("dropped");
        byte[] without = serialize(Loss.class, loss.build());
        byte[] with =
                serialize(Loss.class, loss.setFirstTimeMicroseconds(1_999_999L).build());

        assertThat(encoder(Loss.class).encode(record(without), out)).isEqualTo(KAFKA_TIME_MS);
        assertThat(encoder(Loss.class).encode(record(with), out)).isEqualTo(1999);
    }

    @Test
    void shouldFindTheEventTimeOfEveryTypeInItsSchema() {
        for (TopicSpec<?> spec : Topics.ofDefaultPrefix().all()) {
            Optional.ofNullable(EventTime.of(spec.valueType())).ifPresent(time -> assertThat(
                            Avro.schemaOf(spec.valueType()).getField(time.field()))
                    .as(spec.name())
                    .isNotNull());
        }
    }

    @Test
    void shouldRefuseWhatCannotBeReadAndLeaveTheTextAsItWas() throws UndecodableRecordException {
        byte[] value = serialize(Flow.class, Samples.flow(7, 0));
        NdjsonEncoder encoder = encoder(Flow.class);
        encoder.encode(record(value), out);
        int before = out.size();
        for (byte[] bad : new byte[][] {
            null,
            {},
            {1, 2, 3, 4, 5, 6},
            {0, 0, 1, 0, 0, 6},
            Arrays.copyOf(value, value.length - 1),
            Arrays.copyOf(value, 5)
        }) {
            assertThatThrownBy(() -> encoder.encode(record(bad), out)).isInstanceOf(UndecodableRecordException.class);
            assertThat(out.size()).isEqualTo(before);
        }
    }

    @Test
    void shouldNotTakeAMissingRegistryForABadRecord() {
        SchemaRegistryClient away =
                SchemaRegistryClient.create(Map.of(SchemaRegistryClient.URL_CONFIG, "http://127.0.0.1:1"));
        byte[] value = serialize(Flow.class, Samples.flow(7, 0));

        assertThatThrownBy(() -> new NdjsonEncoder(new AvroJsonReader(away), Flow.class).encode(record(value), out))
                .isInstanceOf(SchemaRegistryException.class);
    }

    private static NdjsonEncoder encoder(Class<? extends SpecificRecord> type) {
        return new NdjsonEncoder(new AvroJsonReader(SchemaRegistryClient.create(CONFIGS)), type);
    }

    private static <T extends SpecificRecord> byte[] serialize(Class<T> type, T record) {
        try (Serializer<T> serializer = AvroSerdes.serializer(type, CONFIGS)) {
            return serializer.serialize("t", record);
        }
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] value) {
        return new ConsumerRecord<>(
                "t",
                0,
                0,
                KAFKA_TIME_MS,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                null,
                value,
                new RecordHeaders(),
                Optional.empty());
    }
}
