package io.weir.schemas.serde;

import io.weir.schemas.registry.SchemaRegistryException;
import io.weir.schemas.topic.TopicSpec;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Makes configured serdes. By default ours; {@value #SERIALIZER_CONFIG} and {@value #DESERIALIZER_CONFIG} name other classes of the
 * same wire format on the class path, for example Confluent's {@code io.confluent.kafka.serializers.KafkaAvroSerializer}.
 */
public final class AvroSerdes {

    /** Class that writes Avro values instead of ours. */
    public static final String SERIALIZER_CONFIG = "avro.serializer.class";

    /** Class that reads Avro values instead of ours. */
    public static final String DESERIALIZER_CONFIG = "avro.deserializer.class";

    private AvroSerdes() {}

    /** A configured serde of one generated class; {@code configs} are Kafka client properties with {@code schema.registry.url}. */
    public static <T extends SpecificRecord> Serde<T> serde(Class<T> type, Map<String, ?> configs) {
        return Serdes.serdeFrom(serializer(type, configs), deserializer(type, configs));
    }

    /**
     * A configured serde for writing to a topic. Its schema is registered now, so that the registry may be away when the first record is
     * written, be that hours later; where it is away now, that record asks for it.
     */
    public static <T extends SpecificRecord> Serde<T> serde(TopicSpec<T> topic, Map<String, ?> configs) {
        Serializer<T> serializer = serializer(topic.valueType(), configs);
        if (serializer instanceof AvroSerializer<T> ours) {
            try {
                ours.schemaId(topic.name());
            } catch (SchemaRegistryException away) {
                // Told by the first record, if it still is.
            }
        }
        return Serdes.serdeFrom(serializer, deserializer(topic.valueType(), configs));
    }

    /** A configured serializer of one generated class. */
    @SuppressWarnings("unchecked")
    public static <T extends SpecificRecord> Serializer<T> serializer(Class<T> type, Map<String, ?> configs) {
        Object other = configs.get(SERIALIZER_CONFIG);
        Serializer<T> serializer =
                other == null ? new AvroSerializer<>(type) : (Serializer<T>) load(other, Serializer.class);
        serializer.configure(configs, false);
        return serializer;
    }

    /** A configured deserializer into one generated class. */
    @SuppressWarnings("unchecked")
    public static <T extends SpecificRecord> Deserializer<T> deserializer(Class<T> type, Map<String, ?> configs) {
        Object other = configs.get(DESERIALIZER_CONFIG);
        Deserializer<T> deserializer =
                other == null ? new AvroDeserializer<>(type) : (Deserializer<T>) load(other, Deserializer.class);
        Map<String, Object> all = new HashMap<>(configs);
        // Confluent's deserializer gives generic records unless told so.
        all.putIfAbsent("specific.avro.reader", true);
        deserializer.configure(all, false);
        return deserializer;
    }

    private static Object load(Object className, Class<?> kind) {
        try {
            return Utils.newInstance(className.toString(), kind);
        } catch (ClassNotFoundException e) {
            throw new ConfigException(
                    "Class " + className
                            + " is not on the class path: put its jar and what it needs into the directory that WEIR_PLUGINS names");
        }
    }
}
