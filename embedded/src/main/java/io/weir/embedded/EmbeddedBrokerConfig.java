package io.weir.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * Settings of the embedded broker.
 *
 * @param dataDir directory of its own; created when absent, kept over restarts
 * @param host address to listen on and to give to clients; no wildcard, since clients must be able to connect to it
 * @param port client port; 0 picks a free one
 * @param maxMessageBytes largest record batch that a topic takes unless it says otherwise
 * @param retention how long topics keep records unless they say otherwise
 * @param retentionBytes how much a partition keeps unless its topic says otherwise, in bytes; -1 for no bound
 * @param startTimeout longest wait for the broker to become ready
 * @param stopTimeout longest wait for the broker to close in order
 * @param overrides settings of Kafka's own, applied last
 */
public record EmbeddedBrokerConfig(
        Path dataDir,
        String host,
        int port,
        int maxMessageBytes,
        Duration retention,
        long retentionBytes,
        Duration startTimeout,
        Duration stopTimeout,
        Map<String, String> overrides) {

    private static final int MIB = 1024 * 1024;

    public EmbeddedBrokerConfig {
        dataDir = dataDir.toAbsolutePath().normalize();
        Objects.requireNonNull(host, "host");
        if (host.isBlank() || host.equals("0.0.0.0") || host.equals("::")) {
            throw new IllegalArgumentException(
                    "broker host must be an address that clients can connect to, not '" + host + "'");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("broker port must be 0 to 65535, not " + port);
        }
        if (maxMessageBytes < 1024) {
            throw new IllegalArgumentException("maxMessageBytes must be at least 1024, not " + maxMessageBytes);
        }
        requirePositive("retention", retention);
        requirePositive("startTimeout", startTimeout);
        requirePositive("stopTimeout", stopTimeout);
        if (retentionBytes < -1) {
            throw new IllegalArgumentException("retentionBytes must be -1 or more, not " + retentionBytes);
        }
        overrides = Map.copyOf(overrides);
        BrokerProperties.refuseReserved(overrides);
    }

    /** Loopback, a free port, 8 MiB batches, 7 days and 1 GiB a partition. */
    public static EmbeddedBrokerConfig defaults(Path dataDir) {
        return new EmbeddedBrokerConfig(
                dataDir,
                "127.0.0.1",
                0,
                8 * MIB,
                Duration.ofDays(7),
                1024L * MIB,
                Duration.ofSeconds(60),
                Duration.ofSeconds(20),
                Map.of());
    }

    public EmbeddedBrokerConfig withHost(String newHost) {
        return new EmbeddedBrokerConfig(
                dataDir,
                newHost,
                port,
                maxMessageBytes,
                retention,
                retentionBytes,
                startTimeout,
                stopTimeout,
                overrides);
    }

    public EmbeddedBrokerConfig withPort(int newPort) {
        return new EmbeddedBrokerConfig(
                dataDir,
                host,
                newPort,
                maxMessageBytes,
                retention,
                retentionBytes,
                startTimeout,
                stopTimeout,
                overrides);
    }

    public EmbeddedBrokerConfig withOverrides(Map<String, String> newOverrides) {
        return new EmbeddedBrokerConfig(
                dataDir,
                host,
                port,
                maxMessageBytes,
                retention,
                retentionBytes,
                startTimeout,
                stopTimeout,
                newOverrides);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " must be positive, not " + value);
        }
    }
}
