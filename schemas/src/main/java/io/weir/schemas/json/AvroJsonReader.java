package io.weir.schemas.json;

import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.WireFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.errors.SerializationException;

/** Turns Kafka values in Confluent's wire format into JSON; each schema is asked for once. Thread-safe. */
public final class AvroJsonReader {

    private final SchemaRegistryClient registry;
    private final Map<Integer, AvroJson> known = new ConcurrentHashMap<>();

    /** @param registry stays the caller's to close */
    public AvroJsonReader(SchemaRegistryClient registry) {
        this.registry = registry;
    }

    /**
     * Appends one value as a JSON object, without a line end.
     *
     * @throws SerializationException when the value is null, not framed, of a schema that the registry does not know, or not a value of
     *     its schema; {@code out} is as it was
     * @throws io.weir.schemas.registry.SchemaRegistryException when the registry does not answer, or refuses
     */
    public void write(byte[] framedValue, JsonBuffer out) {
        transcoder(framedValue)
                .write(framedValue, WireFormat.HEADER_OCTETS, framedValue.length - WireFormat.HEADER_OCTETS, out);
    }

    /**
     * The transcoder for the schema that a framed value names; the same object for the same schema.
     *
     * @throws SerializationException when the value is null, not framed, or of a schema that the registry does not know
     * @throws io.weir.schemas.registry.SchemaRegistryException when the registry does not answer, or refuses
     */
    public AvroJson transcoder(byte[] framedValue) {
        if (framedValue == null) {
            throw new SerializationException("The value is null: a tombstone has no JSON form");
        }
        int id = WireFormat.schemaId(framedValue);
        if (id < 0) {
            throw new SerializationException(
                    "The value (" + framedValue.length
                            + " bytes) does not begin with magic byte 0 and a schema id: it was not written with a Schema Registry");
        }
        AvroJson transcoder = known.get(id);
        if (transcoder == null) {
            transcoder = AvroJson.of(registry.schemaById(id));
            AvroJson other = known.putIfAbsent(id, transcoder);
            if (other != null) {
                transcoder = other;
            }
        }
        return transcoder;
    }
}
