package io.weir.embedded.registry;

import com.sun.net.httpserver.HttpServer;
import io.weir.embedded.EmbeddedStartException;
import io.weir.embedded.EmbeddedStartException.Reason;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Schema Registry for Avro in this process, over the topic {@code _schemas} of a Kafka cluster. It keeps no state of its
 * own: several may run on one cluster, and a restart reads the topic back.
 */
public final class SchemaRegistry implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SchemaRegistry.class);

    private final String host;
    private final SchemaLog schemaLog;
    private final RegistryHttp http;
    private final Thread warmUp;
    private final AtomicBoolean closed = new AtomicBoolean();

    private SchemaRegistry(String host, SchemaLog schemaLog, RegistryHttp http, SchemaWriter writer) {
        this.host = host;
        this.schemaLog = schemaLog;
        this.http = http;
        this.warmUp = new Thread(writer::warmUp, "weir-registry-warm-up");
        this.warmUp.setDaemon(true);
    }

    /**
     * Starts a registry and returns when it answers calls.
     *
     * @throws EmbeddedStartException when the port is taken, Kafka does not answer, or the topic would not keep schemas;
     *     nothing is left running then
     */
    public static SchemaRegistry start(RegistryConfig config) {
        long startNanos = System.nanoTime();
        HttpServer server = bind(config);
        SchemaLog schemaLog = null;
        try {
            SchemasTopic.ensure(config);
            SchemaState state = new SchemaState();
            schemaLog = SchemaLog.open(config, state);
            SchemaWriter writer =
                    new SchemaWriter(schemaLog, 2 * config.kafkaTimeout().toMillis());
            RegistryHttp http = RegistryHttp.serve(server, new Subjects(state, writer));
            SchemaRegistry registry = new SchemaRegistry(config.host(), schemaLog, http, writer);
            registry.warmUp.start();
            log.info(
                    "Schema Registry ready on {} in {} ms",
                    registry.url(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
            return registry;
        } catch (RuntimeException | Error e) {
            server.stop(0);
            if (schemaLog != null) {
                schemaLog.close();
            }
            throw e;
        }
    }

    private static HttpServer bind(RegistryConfig config) {
        try {
            return RegistryHttp.bind(config.host(), config.port());
        } catch (IOException | RuntimeException e) {
            throw bindFailure(config, e);
        }
    }

    private static EmbeddedStartException bindFailure(RegistryConfig config, Exception cause) {
        if (String.valueOf(cause.getMessage()).contains("in use")) {
            return new EmbeddedStartException(
                    Reason.PORT_IN_USE,
                    "Schema Registry port " + config.port() + " on " + config.host()
                            + " is in use by another program. Stop that program, or choose another port"
                            + " (0 picks a free one).",
                    cause);
        }
        return new EmbeddedStartException(
                Reason.ADDRESS_NOT_AVAILABLE,
                "The Schema Registry cannot listen on " + config.host() + ":" + config.port() + " ("
                        + cause.getMessage()
                        + "). Choose an address of this machine and a port that this user may open.",
                cause);
    }

    public int port() {
        return http.port();
    }

    /** For {@code schema.registry.url}. */
    public String url() {
        String address = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return "http://" + address + ":" + port();
    }

    /** Ends running calls and lets Kafka go. Closing twice is allowed. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            http.close();
            warmUp.interrupt();
            try {
                warmUp.join(TimeUnit.SECONDS.toMillis(2));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            schemaLog.close();
        }
    }
}
