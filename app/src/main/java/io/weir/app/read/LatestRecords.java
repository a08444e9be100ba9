package io.weir.app.read;

import io.weir.app.failure.Failure;
import io.weir.app.terminal.Console;
import io.weir.schemas.registry.SchemaRegistryException;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicSpec;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Bytes;

/** The latest record of each key of a compacted topic. */
final class LatestRecords {

    /**
     * One record.
     *
     * @param value null when it cannot be read: what stood under the key before no longer counts
     * @param octets the value as it stands in Kafka
     * @param problem why it cannot be read, else null
     */
    record Latest<V>(V value, Bytes octets, String problem) {}

    private LatestRecords() {}

    /**
     * Reads what there is now; records that cannot be read are told of.
     *
     * @param writers who writes the topic, to say so when it is not there
     * @return by key
     * @throws Failure when the cluster or the registry cannot be read, or the topic is not there
     */
    static <V extends SpecificRecord> Map<String, Latest<V>> read(
            Map<String, Object> clientProperties, TopicSpec<V> topic, String writers, Console console) {
        Map<String, Latest<V>> latest = new LinkedHashMap<>();
        UnreadableRecords unreadable = new UnreadableRecords(console.err());
        try (TopicReader reader = new TopicReader(clientProperties, List.of(topic.name()), true, writers);
                Deserializer<V> deserializer = AvroSerdes.deserializer(topic.valueType(), clientProperties)) {
            reader.seek(StartPosition.BEGINNING);
            reader.readTo(reader.ranges(), record -> {
                if (record.key() == null) {
                    unreadable.add(record, new SerializationException("it has no key"));
                    return true;
                }
                String key = new String(record.key(), StandardCharsets.UTF_8);
                try {
                    V value = deserializer.deserialize(record.topic(), record.value());
                    if (value == null) {
                        latest.remove(key);
                    } else {
                        latest.put(key, new Latest<>(value, Bytes.wrap(record.value()), null));
                    }
                } catch (SerializationException e) {
                    unreadable.add(record, e);
                    latest.put(key, new Latest<>(null, Bytes.wrap(record.value()), e.getMessage()));
                }
                return true;
            });
        } catch (SchemaRegistryException e) {
            throw Failure.failed(e.getMessage(), "check --registry and the schema.registry.* settings", e);
        }
        unreadable.tell();
        return latest;
    }
}
