package io.weir.embedded;

import io.weir.embedded.EmbeddedStartException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka broker, its own KRaft controller, inside this process. It keeps cluster id and topics in its data directory over
 * restarts, holds that directory for one process, and never ends the process: when it cannot go on (say, the disk is full)
 * it tells the owner once through {@code onFatal}.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final String WHAT = "Kafka";
    /** Kafka's files, apart from our lock. */
    private static final String LOG_DIR_NAME = "kafka";

    private static final long MIN_FREE_MIB = 16;
    /** Below this the disk is named as the likely cause when the broker fails. */
    private static final long LOW_SPACE_MIB = 64;
    /** Another program may take a port, the controller's too, between our look and Kafka's bind. */
    private static final int PORT_TRIES = 3;

    private final EmbeddedBrokerConfig config;
    private final Consumer<String> onFatal;
    private final DirectoryLock lock;
    private final String clusterId;
    private final int port;
    private final BrokerThreads threads;
    private final AtomicReference<KafkaNode> node = new AtomicReference<>();
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final AtomicReference<String> fatal = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedBroker(
            EmbeddedBrokerConfig config, Consumer<String> onFatal, DirectoryLock lock, String clusterId, int port) {
        this.config = config;
        this.onFatal = onFatal;
        this.lock = lock;
        this.clusterId = clusterId;
        this.port = port;
        this.threads = new BrokerThreads("weir-broker-" + port, this::exitRequested);
    }

    /** Starts a broker whose failure at run time is only logged and shown by {@link #fatal()}. */
    public static EmbeddedBroker start(EmbeddedBrokerConfig config) {
        return start(config, message -> {});
    }

    /**
     * Starts a broker and returns when it is ready for clients.
     *
     * @param onFatal called at most once, on a thread of its own, with a message for the user when the broker cannot go on;
     *     it may close the broker
     * @throws EmbeddedStartException when it does not become ready; nothing is left running then
     */
    public static EmbeddedBroker start(EmbeddedBrokerConfig config, Consumer<String> onFatal) {
        DirectoryLock lock = DirectoryLock.acquire(config.dataDir());
        try {
            Path logDir = config.dataDir().resolve(LOG_DIR_NAME);
            String clusterId = prepare(config.dataDir(), logDir);
            for (int attempt = 1; ; attempt++) {
                int port = config.port() == 0 ? freePort(config.host()) : requireFree(config.host(), config.port());
                EmbeddedBroker broker = new EmbeddedBroker(config, onFatal, lock, clusterId, port);
                try {
                    broker.startup(logDir);
                    return broker;
                } catch (EmbeddedStartException e) {
                    if (e.reason() != Reason.PORT_IN_USE || attempt == PORT_TRIES) {
                        throw e;
                    }
                }
            }
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    private static String prepare(Path dataDir, Path logDir) {
        if (StartFailures.usableMiB(dataDir) < MIN_FREE_MIB) {
            throw StartFailures.diskFull(dataDir, null);
        }
        try {
            Files.createDirectories(logDir);
            Optional<String> existing = KafkaNode.clusterId(logDir);
            return existing.isPresent() ? existing.get() : KafkaNode.format(logDir);
        } catch (IOException e) {
            throw StartFailures.ofDirectory(dataDir, e);
        } catch (EmbeddedStartException e) {
            throw e;
        } catch (Exception e) {
            throw StartFailures.isDiskFull(e)
                    ? StartFailures.diskFull(dataDir, e)
                    : StartFailures.incompatible(logDir, "formatting failed: " + e.getMessage(), e);
        }
    }

    private void startup(Path logDir) {
        long startNanos = System.nanoTime();
        Properties props = BrokerProperties.of(config, logDir, port, freePort("127.0.0.1"));
        threads.startLifecycle("weir-broker-start", () -> {
            try {
                KafkaNode kafka = new KafkaNode(props);
                node.set(kafka);
                kafka.startup();
                started.complete(null);
            } catch (Throwable e) {
                started.completeExceptionally(e);
            }
        });
        try {
            started.get(config.startTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            abandon();
            throw startFailure(e.getCause());
        } catch (TimeoutException e) {
            abandon();
            throw startFailure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            abandon();
            throw new EmbeddedStartException(Reason.FAILED, "Interrupted while Kafka was starting.", e);
        }
        if (fatal.get() != null) {
            abandon();
            throw startFailure(null);
        }
        log.info(
                "Kafka ready on {} in {} ms, data in {}",
                bootstrapServers(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos),
                config.dataDir());
    }

    private EmbeddedStartException startFailure(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof EmbeddedStartException known) {
            return known;
        }
        if (StartFailures.isPortTaken(cause)) {
            return StartFailures.portInUse(WHAT, config.host(), port, cause);
        }
        if (StartFailures.isDiskFull(cause) || StartFailures.usableMiB(config.dataDir()) < MIN_FREE_MIB) {
            return StartFailures.diskFull(config.dataDir(), cause);
        }
        if (cause instanceof TimeoutException) {
            return new EmbeddedStartException(
                    Reason.FAILED,
                    "Kafka was not ready after " + config.startTimeout().toSeconds()
                            + " s. Raise the start timeout on a slow machine, or look into the log for what it waits for.",
                    cause);
        }
        return new EmbeddedStartException(
                Reason.FAILED,
                "Kafka did not start from " + config.dataDir() + ": "
                        + (cause == null ? fatal.get() : cause.getMessage())
                        + ". If the data is damaged, move the directory away or choose another one.",
                cause);
    }

    /** Called on any broker thread in place of the process's end. */
    private void exitRequested(int status) {
        String message = fatalMessage();
        if (!fatal.compareAndSet(null, message)) {
            return;
        }
        log.error("{} (Kafka asked for exit status {})", message, status);
        if (!started.isDone()) {
            // The start thread ends by itself and brings the better cause; this bounds the wait when it does not.
            CompletableFuture.delayedExecutor(5, TimeUnit.SECONDS)
                    .execute(() -> started.completeExceptionally(new IllegalStateException(message)));
            return;
        }
        if (!closed.get()) {
            Thread teller = new Thread(() -> onFatal.accept(message), "weir-broker-fatal");
            teller.setDaemon(true);
            teller.start();
        }
    }

    private String fatalMessage() {
        long leftMiB = StartFailures.usableMiB(config.dataDir());
        String cause = leftMiB < LOW_SPACE_MIB
                ? "its disk is full (" + leftMiB + " MiB left). Free some space, or choose another data directory,"
                : "a failure of its storage or metadata that the log describes. Mend it";
        return "Kafka in " + config.dataDir() + " stopped: " + cause
                + " and start again; acknowledged records are kept.";
    }

    public String bootstrapServers() {
        return BrokerProperties.bracketed(config.host()) + ":" + port;
    }

    public int port() {
        return port;
    }

    /** Kafka's cluster id, the same over restarts of one data directory. */
    public String clusterId() {
        return clusterId;
    }

    public Path dataDir() {
        return config.dataDir();
    }

    /** Why the broker cannot go on, for the user; empty while it runs. */
    public Optional<String> fatal() {
        return Optional.ofNullable(fatal.get());
    }

    /** Stops in order, within the stop timeout, and frees the data directory. Closing twice is allowed. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            stopNode();
            lock.close();
        }
    }

    private void abandon() {
        closed.set(true);
        stopNode();
    }

    private void stopNode() {
        KafkaNode running = node.getAndSet(null);
        if (running != null) {
            Thread stopper = threads.startLifecycle("weir-broker-stop", () -> {
                try {
                    running.shutdown();
                } catch (RuntimeException | Error e) {
                    log.warn("Kafka in {} did not close in order", config.dataDir(), e);
                }
            });
            awaitStop(stopper);
        }
        threads.retire();
    }

    private void awaitStop(Thread stopper) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + config.stopTimeout().toNanos();
        long leftNanos = config.stopTimeout().toNanos();
        while (stopper.isAlive() && leftNanos > 0) {
            try {
                TimeUnit.NANOSECONDS.timedJoin(stopper, leftNanos);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            leftNanos = deadline - System.nanoTime();
        }
        if (stopper.isAlive()) {
            log.warn(
                    "Kafka in {} did not stop within {} s; its last threads end with the process",
                    config.dataDir(),
                    config.stopTimeout().toSeconds());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static int requireFree(String host, int port) {
        try (ServerSocket probe = bind(host, port)) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw StartFailures.ofBind(WHAT, host, port, e);
        }
    }

    private static int freePort(String host) {
        return requireFree(host, 0);
    }

    private static ServerSocket bind(String host, int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
