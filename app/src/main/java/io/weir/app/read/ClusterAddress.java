package io.weir.app.read;

import io.weir.app.config.Catalogue;
import io.weir.app.config.Settings;
import io.weir.app.failure.Failure;
import java.nio.file.Path;
import java.util.Map;

/** Finds the cluster that a reading command talks to: the one of the settings, else that of a running {@code weir up}. */
public final class ClusterAddress {

    private ClusterAddress() {}

    /**
     * Properties for Kafka clients and serdes, {@code bootstrap.servers} and {@code schema.registry.url} among them.
     *
     * @throws Failure when no cluster is named and none is running here
     */
    public static Map<String, Object> clientProperties(Settings settings) {
        Map<String, Object> properties = settings.clientProperties();
        if (!settings.joinsCluster()) {
            Path dataDir = settings.get(Catalogue.DATA_DIR);
            Endpoints running = Endpoints.ofRunning(dataDir)
                    .orElseThrow(
                            () -> Failure.failed(
                                    "no weir is running here (looked in " + dataDir + ")",
                                    "start `weir up` or `weir demo`, give its --data-dir, or name a cluster: --kafka HOST:PORT --registry URL"));
            properties.put("bootstrap.servers", running.bootstrapServers());
            properties.putIfAbsent("schema.registry.url", running.registryUrl());
        }
        return properties;
    }
}
