package io.weir.embedded;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapDirectory;
import org.apache.kafka.metadata.properties.MetaProperties;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.properties.PropertiesUtils;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * The only class that touches Kafka's server internals, which are no public API: formatting of the log directory and the
 * KRaft server itself.
 */
final class KafkaNode {
    /**
     * Transactions as before KIP-890's second part. Under its version 2 the broker of 4.3.1 now and then refuses a producer's batch
     * for a sequence number it lost, or its transaction state; a stream thread takes that for fatal.
     */
    private static final short TRANSACTION_VERSION = 1;

    private final KafkaRaftServer server;

    KafkaNode(Properties props) {
        server = new KafkaRaftServer(KafkaConfig.fromProps(props, false), Time.SYSTEM);
    }

    /** Cluster id of a directory formatted earlier. */
    static Optional<String> clusterId(Path logDir) {
        Path file = logDir.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        MetaProperties meta;
        try {
            meta = new MetaProperties.Builder(PropertiesUtils.readPropertiesFile(file.toString())).build();
        } catch (Exception e) {
            throw StartFailures.incompatible(logDir, "its meta.properties cannot be read: " + e.getMessage(), e);
        }
        int nodeId = meta.nodeId().orElse(-1);
        if (nodeId != BrokerProperties.NODE_ID) {
            throw StartFailures.incompatible(
                    logDir, "it belongs to Kafka node " + nodeId + ", not " + BrokerProperties.NODE_ID, null);
        }
        String clusterId =
                meta.clusterId().orElseThrow(() -> StartFailures.incompatible(logDir, "it has no cluster id", null));
        refuseUnknownMetadataVersion(logDir);
        return Optional.of(clusterId);
    }

    private static void refuseUnknownMetadataVersion(Path logDir) {
        try {
            new BootstrapDirectory(logDir.toString()).read().metadataVersion();
        } catch (Exception e) {
            throw StartFailures.incompatible(
                    logDir, "it was written by a newer Kafka, or is damaged: " + e.getMessage(), e);
        }
    }

    /** Prepares an empty directory for its first start and returns the new cluster id. */
    static String format(Path logDir) throws Exception {
        String clusterId = Uuid.randomUuid().toString();
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setNodeId(BrokerProperties.NODE_ID)
                    .setClusterId(clusterId)
                    .setDirectories(List.of(logDir.toString()))
                    .setMetadataLogDirectory(logDir.toString())
                    .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                    .setFeatureLevel(Feature.TRANSACTION_VERSION.featureName(), TRANSACTION_VERSION)
                    .setPrintStream(nowhere)
                    .run();
        }
        return clusterId;
    }

    void startup() {
        server.startup();
    }

    void shutdown() {
        server.shutdown();
        server.awaitShutdown();
    }
}
