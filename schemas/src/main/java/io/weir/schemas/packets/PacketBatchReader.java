package io.weir.schemas.packets;

import io.weir.schemas.PacketBatch;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.Avro;
import io.weir.schemas.serde.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Reads framed packet batches of any compatible schema: the current one at full speed, another one by way of Avro's schema
 * resolution. Not thread-safe.
 */
public final class PacketBatchReader {

    private static final Schema CURRENT = PacketBatch.getClassSchema();

    private final SchemaRegistryClient registry;
    private final PacketBatchDecoder decoder = new PacketBatchDecoder();
    private final Map<Integer, Schema> others = new HashMap<>();
    private int currentId = -1;

    /** @param registry where schema ids are looked up */
    public PacketBatchReader(SchemaRegistryClient registry) {
        this.registry = registry;
    }

    /**
     * Reads one Kafka value.
     *
     * @return the decoder, which holds the batch until the next call
     * @throws MalformedBatchException when the value is not a packet batch
     * @throws io.weir.schemas.registry.SchemaRegistryException when the registry does not answer, or refuses: the value may be fine
     */
    public PacketBatchDecoder read(byte[] value) throws MalformedBatchException {
        int id = WireFormat.schemaId(value);
        if (id < 0) {
            throw new MalformedBatchException("the value does not begin with magic byte 0 and a schema id");
        }
        if (id == currentId) {
            decoder.decode(value, WireFormat.HEADER_OCTETS);
            return decoder;
        }
        Schema writer = others.get(id);
        if (writer == null) {
            writer = schemaById(id);
            if (writer.equals(CURRENT)) {
                currentId = id;
                return read(value);
            }
            others.put(id, writer);
        }
        decoder.decode(resolve(value, writer), 0);
        return decoder;
    }

    private Schema schemaById(int id) throws MalformedBatchException {
        try {
            return registry.schemaById(id);
        } catch (SerializationException e) {
            throw new MalformedBatchException(e.getMessage());
        }
    }

    private static byte[] resolve(byte[] value, Schema writer) throws MalformedBatchException {
        try {
            PacketBatch batch = Avro.<PacketBatch>reader(writer, CURRENT)
                    .read(
                            null,
                            DecoderFactory.get()
                                    .binaryDecoder(
                                            value,
                                            WireFormat.HEADER_OCTETS,
                                            value.length - WireFormat.HEADER_OCTETS,
                                            null));
            ByteArrayOutputStream out = new ByteArrayOutputStream(value.length);
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            Avro.<PacketBatch>writer(CURRENT).write(batch, encoder);
            encoder.flush();
            return out.toByteArray();
        } catch (IOException | RuntimeException e) {
            throw new MalformedBatchException("the value does not match its schema " + writer.getFullName() + ": " + e);
        }
    }
}
