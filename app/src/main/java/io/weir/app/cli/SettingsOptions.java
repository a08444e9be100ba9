package io.weir.app.cli;

import io.weir.app.config.Catalogue;
import io.weir.app.config.Environment;
import io.weir.app.config.SettingsLoader;
import io.weir.app.failure.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Flags of every command that uses settings. */
final class SettingsOptions {

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            order = 50,
            description = "Kafka cluster to join (setting kafka.bootstrap.servers).")
    private String kafka;

    @Option(
            names = "--registry",
            paramLabel = "URL",
            order = 51,
            description = "Schema Registry of that cluster (setting schema.registry.url).")
    private String registry;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            order = 52,
            description = "Directory of the embedded broker (setting data-dir).")
    private String dataDir;

    @Option(names = "--config", paramLabel = "FILE", order = 53, description = "Settings file, KEY=VALUE a line.")
    private Path file;

    @Option(
            names = {"-s", "--set"},
            paramLabel = "KEY=VALUE",
            order = 54,
            description = "One setting; repeatable. docs/configuration.md and `weir config print` list all.")
    private List<String> assignments = new ArrayList<>();

    /** A loader that knows all of these flags. */
    SettingsLoader loader(Environment environment) {
        SettingsLoader loader = new SettingsLoader(environment);
        if (file != null) {
            loader.file(file);
        }
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals <= 0) {
                throw Failure.usage("-s " + assignment + " is not KEY=VALUE", "for example -s meter.window=30s");
            }
            loader.assign(assignment.substring(0, equals).trim(), assignment.substring(equals + 1), "-s");
        }
        if (kafka != null) {
            loader.assign(Catalogue.KAFKA_BOOTSTRAP_SERVERS, kafka, "--kafka");
        }
        if (registry != null) {
            loader.assign(Catalogue.SCHEMA_REGISTRY_URL, registry, "--registry");
        }
        if (dataDir != null) {
            loader.assign(Catalogue.DATA_DIR, dataDir, "--data-dir");
        }
        return loader;
    }
}
