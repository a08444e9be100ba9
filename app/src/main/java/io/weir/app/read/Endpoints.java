package io.weir.app.read;

import io.weir.app.failure.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;

/**
 * What a running {@code weir up} says about itself in {@code <data-dir>/endpoints.properties}, so that other commands on the machine find
 * it. The file outlives a crash; {@link #ofRunning} asks whether its writer is still alive.
 *
 * @param bootstrapServers host:port of the broker
 * @param registryUrl address of the Schema Registry
 * @param pid process that serves them
 */
public record Endpoints(String bootstrapServers, String registryUrl, long pid) {

    private static final String FILE = "endpoints.properties";

    /** Of this process. */
    public static Endpoints ofThisProcess(String bootstrapServers, String registryUrl) {
        return new Endpoints(
                bootstrapServers, registryUrl, ProcessHandle.current().pid());
    }

    /**
     * Publishes them at once or not at all.
     *
     * @throws Failure when the directory cannot be written
     */
    public void write(Path dataDir) {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", bootstrapServers);
        properties.setProperty("schema.registry.url", registryUrl);
        properties.setProperty("pid", Long.toString(pid));
        Path temporary = dataDir.resolve(FILE + "." + pid);
        try {
            Files.createDirectories(dataDir);
            try (OutputStream out = Files.newOutputStream(temporary)) {
                properties.store(out, "Written by weir; gone when it stops");
            }
            Files.move(
                    temporary,
                    dataDir.resolve(FILE),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Failure.failed(
                    dataDir.resolve(FILE) + " cannot be written: " + e.getMessage(),
                    "choose another directory with --data-dir",
                    e);
        }
    }

    /** Takes the file away, when it is still this process's. */
    public void remove(Path dataDir) {
        try {
            if (read(dataDir.resolve(FILE)).filter(this::equals).isPresent()) {
                Files.deleteIfExists(dataDir.resolve(FILE));
            }
        } catch (IOException e) {
            // A left-over is harmless: readers look whether its process is alive.
        }
    }

    /** What a living process says; empty when there is none. */
    public static Optional<Endpoints> ofRunning(Path dataDir) {
        try {
            return read(dataDir.resolve(FILE)).filter(found -> ProcessHandle.of(found.pid())
                    .filter(ProcessHandle::isAlive)
                    .isPresent());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Endpoints> read(Path file) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(in);
            String bootstrapServers = properties.getProperty("bootstrap.servers");
            String registryUrl = properties.getProperty("schema.registry.url");
            if (bootstrapServers == null || registryUrl == null) {
                return Optional.empty();
            }
            return Optional.of(
                    new Endpoints(bootstrapServers, registryUrl, Long.parseLong(properties.getProperty("pid", ""))));
        } catch (NoSuchFileException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
