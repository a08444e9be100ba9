package io.weir.embedded.registry;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * Settings of the registry.
 *
 * @param host address to listen on; loopback by default, since the registry knows no users
 * @param port HTTP port; 0 picks a free one
 * @param bootstrapServers the Kafka cluster that holds the schemas
 * @param kafkaTimeout longest wait for Kafka in one step of a call
 * @param kafkaProps client settings for that cluster (security and the like), under Kafka's own names
 */
public record RegistryConfig(
        String host, int port, String bootstrapServers, Duration kafkaTimeout, Map<String, Object> kafkaProps) {

    public RegistryConfig {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(bootstrapServers, "bootstrapServers");
        if (host.isBlank()) {
            throw new IllegalArgumentException("registry host must not be blank");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("registry port must be 0 to 65535, not " + port);
        }
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("the registry needs the address of a Kafka cluster");
        }
        if (kafkaTimeout.isZero() || kafkaTimeout.isNegative()) {
            throw new IllegalArgumentException("kafkaTimeout must be positive, not " + kafkaTimeout);
        }
        kafkaProps = Map.copyOf(kafkaProps);
    }

    public RegistryConfig(String host, int port, String bootstrapServers, Map<String, Object> kafkaProps) {
        this(host, port, bootstrapServers, Duration.ofSeconds(10), kafkaProps);
    }

    /** Loopback, a free port, 10 s. */
    public static RegistryConfig defaults(String bootstrapServers) {
        return new RegistryConfig("127.0.0.1", 0, bootstrapServers, Map.of());
    }

    public RegistryConfig withHost(String newHost) {
        return new RegistryConfig(newHost, port, bootstrapServers, kafkaTimeout, kafkaProps);
    }

    public RegistryConfig withPort(int newPort) {
        return new RegistryConfig(host, newPort, bootstrapServers, kafkaTimeout, kafkaProps);
    }

    public RegistryConfig withKafkaTimeout(Duration newKafkaTimeout) {
        return new RegistryConfig(host, port, bootstrapServers, newKafkaTimeout, kafkaProps);
    }
}
