package io.weir.exporters.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.exporters.TestFindings;
import io.weir.exporters.finding.FindingFormat;
import io.weir.schemas.Finding;
import io.weir.schemas.json.JsonBuffer;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.AvroSerdes;
import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

/** Findings as lines of objects in a form of others. */
class FindingEncoderTest {

    private static final Map<String, Object> CONFIGS =
            Map.of(SchemaRegistryClient.URL_CONFIG, "mock://finding-encoder");

    private static ConsumerRecord<byte[], byte[]> record(byte[] value) {
        return new ConsumerRecord<>("t", 0, 0, null, value);
    }

    @Test
    void shouldBeALineUnderTheTimeOfTheLastPacket() throws UndecodableRecordException {
        Finding finding = TestFindings.opened().build();
        JsonBuffer out = new JsonBuffer();
        try (Serializer<Finding> serializer = AvroSerdes.serializer(Finding.class, CONFIGS);
                Deserializer<Finding> deserializer = AvroSerdes.deserializer(Finding.class, CONFIGS)) {
            FindingEncoder encoder = new FindingEncoder(deserializer, FindingFormat.ocsf);
            byte[] value = serializer.serialize("t", finding);
            assertThat(encoder.encode(record(value), out)).isEqualTo(1_795_508_511_123L);
            assertThat(out).hasToString(FindingFormat.ocsf.render(finding) + '\n');

            int before = out.size();
            for (byte[] bad : new byte[][] {null, {}, Arrays.copyOf(value, value.length - 1)}) {
                assertThatThrownBy(() -> encoder.encode(record(bad), out))
                        .isInstanceOf(UndecodableRecordException.class);
                assertThat(out.size()).isEqualTo(before);
            }
        }
    }
}
