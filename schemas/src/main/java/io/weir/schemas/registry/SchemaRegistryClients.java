package io.weir.schemas.registry;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.config.ConfigException;

/** Chooses the client by the URL's scheme. */
final class SchemaRegistryClients {

    private static final Map<String, InMemorySchemaRegistry> IN_MEMORY = new ConcurrentHashMap<>();

    private SchemaRegistryClients() {}

    static SchemaRegistryClient create(Map<String, ?> configs) {
        Object value = configs.get(SchemaRegistryClient.URL_CONFIG);
        if (value == null || value.toString().isBlank()) {
            throw new ConfigException(
                    "Missing " + SchemaRegistryClient.URL_CONFIG
                            + ": give the address of a Confluent-compatible Schema Registry, for example http://127.0.0.1:8081");
        }
        String url = value.toString().trim();
        if (url.startsWith("mock://")) {
            return IN_MEMORY.computeIfAbsent(url, ignored -> new InMemorySchemaRegistry());
        }
        List<String> urls = List.of(url.split("\\s*,\\s*"));
        for (String one : urls) {
            if (!one.startsWith("http://") && !one.startsWith("https://")) {
                throw new ConfigException(
                        SchemaRegistryClient.URL_CONFIG, one, "not a URL: it must begin with http:// or https://");
            }
        }
        Object credentials = configs.get("basic.auth.user.info");
        return new HttpSchemaRegistryClient(urls, credentials == null ? null : credentials.toString());
    }
}
