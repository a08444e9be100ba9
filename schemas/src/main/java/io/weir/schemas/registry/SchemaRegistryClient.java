package io.weir.schemas.registry;

import java.util.Map;
import org.apache.avro.Schema;

/** What a serde asks of a Schema Registry. Thread-safe; answers are kept, as ids never change their meaning. */
public interface SchemaRegistryClient extends AutoCloseable {

    /** Key of the registry's address in client properties, as Confluent's own clients name it. */
    String URL_CONFIG = "schema.registry.url";

    /**
     * Registers a schema under a subject, or finds it there.
     *
     * @return the schema's id
     * @throws SchemaRegistryException when the registry is away (retriable) or refuses, for example 409 for an incompatible schema
     */
    int register(String subject, Schema schema);

    /**
     * The schema behind an id.
     *
     * @throws org.apache.kafka.common.errors.SerializationException when the registry answers that there is none, or one that is not
     *     Avro: a value that names it can never be read
     * @throws SchemaRegistryException when the registry does not answer, or refuses: the value may be fine
     */
    Schema schemaById(int id);

    @Override
    void close();

    /**
     * The client for {@code schema.registry.url}: {@code http(s)://…} (a list separated by commas is tried in order), or
     * {@code mock://name} for a registry in memory that lives as long as the process (tests).
     *
     * @param configs client properties; {@code basic.auth.user.info} is honoured as in Confluent's clients
     * @throws org.apache.kafka.common.config.ConfigException when the key is missing or is not a URL
     */
    static SchemaRegistryClient create(Map<String, ?> configs) {
        return SchemaRegistryClients.create(configs);
    }
}
