package io.weir.schemas.serde;

import io.weir.schemas.registry.SchemaRegistryClient;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads generated records in Confluent's wire format; records of older or newer schemas are resolved. Thread-safe.
 *
 * @param <T> generated class
 */
public final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {

    private final Schema schema;
    private final Map<Integer, SpecificDatumReader<T>> readers = new ConcurrentHashMap<>();
    private SchemaRegistryClient registry;

    AvroDeserializer(Class<T> type) {
        this.schema = Avro.schemaOf(type);
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        registry = SchemaRegistryClient.create(configs);
    }

    /**
     * {@inheritDoc}
     *
     * @throws SerializationException when the bytes are not a framed Avro value of a compatible schema that the registry knows
     * @throws io.weir.schemas.registry.SchemaRegistryException when the registry does not answer, or refuses
     */
    @Override
    public T deserialize(String topic, byte[] value) {
        if (value == null) {
            return null;
        }
        int id = WireFormat.schemaId(value);
        if (id < 0) {
            throw new SerializationException(
                    "A value of topic " + topic + " (" + value.length
                            + " bytes) does not begin with magic byte 0 and a schema id: it was not written with a Schema Registry");
        }
        SpecificDatumReader<T> reader = readers.get(id);
        if (reader == null) {
            reader = Avro.reader(registry.schemaById(id), schema);
            readers.put(id, reader);
        }
        try {
            return reader.read(null, AvroBytes.decoder(value, WireFormat.HEADER_OCTETS));
        } catch (IOException | RuntimeException e) {
            // Avro has no one exception for bytes that are not what they should be.
            throw new SerializationException(
                    "A value of topic " + topic + " (" + value.length + " bytes, schema " + id + ") is not a readable "
                            + schema.getName() + ": " + e,
                    e);
        }
    }

    @Override
    public void close() {
        if (registry != null) {
            registry.close();
        }
    }
}
