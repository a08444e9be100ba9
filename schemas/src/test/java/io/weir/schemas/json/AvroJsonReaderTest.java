package io.weir.schemas.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.schemas.Subnet;
import io.weir.schemas.SubnetKind;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.AvroSerdes;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

class AvroJsonReaderTest {

    private static final Map<String, Object> CONFIGS =
            Map.of(SchemaRegistryClient.URL_CONFIG, "mock://avro-json-reader");

    private final AvroJsonReader reader = new AvroJsonReader(SchemaRegistryClient.create(CONFIGS));
    private final JsonBuffer out = new JsonBuffer();

    @Test
    void shouldWriteLinesOfFramedValues() {
        try (Serializer<Subnet> serializer = AvroSerdes.serializer(Subnet.class, CONFIGS)) {
            byte[] value = serializer.serialize("t", new Subnet("10.42.0.0/16", SubnetKind.pod, null, 7L));
            reader.write(value, out);
            out.newLine();
            reader.write(value, out);
            out.newLine();
            assertThat(reader.transcoder(value)).isSameAs(reader.transcoder(value));
        }
        String line = "{\"cidr\":\"10.42.0.0/16\",\"kind\":\"pod\",\"name\":null,\"validFrom\":7}\n";
        assertThat(out).hasToString(line + line);
    }

    @Test
    void shouldRefuseWhatIsNotFramed() {
        assertThatThrownBy(() -> reader.write(null, out))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("tombstone");
        assertThatThrownBy(() -> reader.write(new byte[] {1, 0, 0, 0, 1}, out))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("magic byte");
        assertThatThrownBy(() -> reader.write(new byte[4], out)).isInstanceOf(SerializationException.class);
        assertThatThrownBy(() -> reader.write(new byte[] {0, 127, 0, 0, 0}, out))
                .isInstanceOf(SerializationException.class);
        assertThat(out.size()).isZero();
    }
}
