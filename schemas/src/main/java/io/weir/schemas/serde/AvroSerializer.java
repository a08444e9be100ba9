package io.weir.schemas.serde;

import io.weir.schemas.registry.SchemaRegistryClient;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes generated records in Confluent's wire format, subject {@code <topic>-value}. Thread-safe.
 *
 * @param <T> generated class
 */
public final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {

    private final Schema schema;
    private final SpecificDatumWriter<T> writer;
    private final Map<String, Integer> ids = new ConcurrentHashMap<>();
    private SchemaRegistryClient registry;

    AvroSerializer(Class<T> type) {
        this.schema = Avro.schemaOf(type);
        this.writer = Avro.writer(schema);
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        registry = SchemaRegistryClient.create(configs);
    }

    /**
     * {@inheritDoc}
     *
     * @throws io.weir.schemas.registry.SchemaRegistryException when the schema cannot be registered
     */
    @Override
    public byte[] serialize(String topic, T record) {
        if (record == null) {
            return null;
        }
        byte[] header = new byte[WireFormat.HEADER_OCTETS];
        WireFormat.writeHeader(header, schemaId(topic));
        try {
            return AvroBytes.encode(header, out -> writer.write(record, out));
        } catch (RuntimeException e) {
            throw new SerializationException(
                    "A " + schema.getName() + " for topic " + topic + " does not fit its schema: " + e.getMessage(), e);
        }
    }

    /** Registers the schema for a topic now instead of with the first record, so that a refusal shows at start. */
    public int schemaId(String topic) {
        Integer known = ids.get(topic);
        if (known != null) {
            return known;
        }
        int id = registry.register(topic + "-value", schema);
        ids.put(topic, id);
        return id;
    }

    @Override
    public void close() {
        if (registry != null) {
            registry.close();
        }
    }
}
