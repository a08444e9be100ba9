package io.weir.schemas.packets;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.FlowKey;
import io.weir.schemas.Layer;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.RawPacket;
import io.weir.schemas.RawPacketBatch;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.AvroSerdes;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;

class RawPacketEncoderTest {

    private static final Map<String, Object> CONFIGS = Map.of(SchemaRegistryClient.URL_CONFIG, "mock://raw-codec");
    private static final ObservationPoint POINT = new ObservationPoint("node-1", "eth0", "pcap", 1);
    private static final long T0 = 1_700_000_000_000_000_007L;

    private final int schemaId =
            SchemaRegistryClient.create(CONFIGS).register("raw-value", RawPacketBatch.getClassSchema());

    @Test
    void shouldBeReadableByAnyAvroConsumer() {
        byte[] octets = new byte[9000];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) i;
        }
        CanonicalKey outer = key(0x0a000001L, 0x0a000002L, 4789);
        CanonicalKey inner = key(0x0a2a0001L, 0x0a2a0002L, 53);
        inner.setEnclosed(outer, Layer.vxlan.ordinal(), 42, true);
        RawPacketEncoder encoder = new RawPacketEncoder();

        encoder.add(T0 + 1, 1, 9014, new CanonicalKey[] {outer, inner}, 2, ByteBuffer.wrap(octets), 3, 8000);
        encoder.add(T0, 276, 60, new CanonicalKey[] {outer, inner}, 1, ByteBuffer.wrap(octets), 0, 5);

        assertThat(encoder.packets()).isEqualTo(2);
        assertThat(encoder.firstNanos()).isEqualTo(T0);
        assertThat(encoder.lastNanos()).isEqualTo(T0 + 1);
        RawPacketBatch batch = decode(encoder.encode(schemaId, POINT));
        assertThat(batch.getObservationPoint()).isEqualTo(POINT);
        RawPacket first = batch.getPackets().get(0);
        assertThat(first.getTimeNanoseconds()).isEqualTo(T0 + 1);
        assertThat(first.getLinkType()).isEqualTo(1);
        assertThat(first.getLayer2Octets()).isEqualTo(9014);
        assertThat(first.getFrame()).isEqualTo(ByteBuffer.wrap(octets, 3, 8000));
        assertThat(first.getKeys()).extracting(FlowKey::getPortB).containsExactly(4789, 53);
        assertThat(first.getKeys()).extracting(FlowKey::getParent).containsExactly(null, 0);
        RawPacket second = batch.getPackets().get(1);
        assertThat(second.getLinkType()).isEqualTo(276);
        assertThat(second.getFrame()).isEqualTo(ByteBuffer.wrap(octets, 0, 5));
        assertThat(second.getKeys()).hasSize(1);
    }

    private static RawPacketBatch decode(byte[] value) {
        try (Deserializer<RawPacketBatch> deserializer = AvroSerdes.deserializer(RawPacketBatch.class, CONFIGS)) {
            return deserializer.deserialize("raw", value);
        }
    }

    private static CanonicalKey key(long source, long destination, int port) {
        CanonicalKey key = new CanonicalKey();
        key.etherType = 0x0800;
        key.setEndpoints(
                4, 17, 0, source, 40_000, CanonicalKey.NO_MAC, 0, destination, port, CanonicalKey.NO_MAC, false);
        return key;
    }
}
