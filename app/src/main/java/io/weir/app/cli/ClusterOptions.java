package io.weir.app.cli;

import io.weir.app.config.Catalogue;
import io.weir.app.config.SettingsLoader;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The flag that says what the cluster is. */
final class ClusterOptions {

    @Option(
            names = {"-c", "--cluster"},
            paramLabel = "CIDR",
            order = 20,
            description =
                    "Address range of the cluster, for example 10.0.0.0/8; repeatable (setting cluster.prefixes).")
    private List<String> prefixes = new ArrayList<>();

    void assign(SettingsLoader loader) {
        TrafficOptions.assignList(loader, Catalogue.CLUSTER_PREFIXES, prefixes, "--cluster");
    }
}
