package io.weir.app.operations;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.app.config.Catalogue;
import io.weir.app.config.Settings;
import io.weir.app.failure.Failure;
import io.weir.app.logging.Messages;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metrics and health of a process, at the address of {@link Catalogue#OPERATIONS_LISTEN}; where that is off, nobody is told and nothing is
 * counted.
 */
public final class Operations implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    /** Metrics of a partition are there from the first look on behind its assignment. */
    private static final Duration KAFKA_LOOK = Duration.ofSeconds(5);

    private final Health health;
    private final MeterRegistry registry;
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();

    /** Null where nobody is told. */
    private final ScheduledExecutorService kafkaLooks;

    private Operations(Health health, MeterRegistry registry, ScheduledExecutorService kafkaLooks) {
        this.health = health;
        this.registry = registry;
        this.kafkaLooks = kafkaLooks;
    }

    /**
     * Begins to answer; no component is ready yet.
     *
     * @param components names of those that must be ready before the process is
     * @param failure why the process cannot go on, if so
     * @param stopping whether it was asked to end
     * @throws Failure when the address was given by somebody and cannot be listened on
     */
    public static Operations open(
            Settings settings, List<String> components, Supplier<Optional<String>> failure, BooleanSupplier stopping) {
        Health health = new Health(components, failure, stopping);
        Optional<InetSocketAddress> listen = settings.find(Catalogue.OPERATIONS_LISTEN);
        if (listen.isEmpty()) {
            return off(health);
        }
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        OperationsServer server;
        try {
            server = new OperationsServer(resolved(listen.get()), health, registry::scrape);
        } catch (IOException e) {
            registry.close();
            String what = Catalogue.OPERATIONS_LISTEN + ": " + text(listen.get()) + " cannot be listened on ("
                    + e.getMessage() + ")";
            if (settings.isGiven(Catalogue.OPERATIONS_LISTEN)) {
                throw Failure.failed(
                        what,
                        "choose another address with -s " + Catalogue.OPERATIONS_LISTEN
                                + "=HOST:PORT, port 0 for a free one, or none for no metrics and no health",
                        e);
            }
            Messages.print("weir: warning: " + what + ", so this process has no metrics and no health; set "
                    + Catalogue.OPERATIONS_LISTEN + " to another address, or to none");
            return off(health);
        }
        Operations operations =
                new Operations(health, registry, new ScheduledThreadPoolExecutor(1, Operations::newThread));
        operations.resources.push(server);
        operations.resources.push(operations.kafkaLooks::shutdownNow);
        operations.measureProcess(registry, settings.get(Catalogue.TOPICS_PREFIX));
        Messages.print("weir: metrics at http://" + text(server.address()) + "/metrics, health at /health/ready");
        return operations;
    }

    /** What nobody looks at costs nothing: meters of this registry are empty. */
    public static MeterRegistry unwatched() {
        return new CompositeMeterRegistry();
    }

    private static Operations off(Health health) {
        return new Operations(health, unwatched(), null);
    }

    private static Thread newThread(Runnable task) {
        Thread thread = new Thread(task, "weir-kafka-metrics");
        thread.setDaemon(true);
        return thread;
    }

    private static InetSocketAddress resolved(InetSocketAddress address) throws IOException {
        InetSocketAddress resolved = new InetSocketAddress(address.getHostString(), address.getPort());
        if (resolved.isUnresolved()) {
            throw new IOException("no such host");
        }
        return resolved;
    }

    private static String text(InetSocketAddress address) {
        String host = address.getHostString();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private void measureProcess(PrometheusMeterRegistry prometheus, String topicsPrefix) {
        prometheus.config().meterFilter(new KafkaMeters(topicsPrefix));
        new JvmMemoryMetrics().bindTo(prometheus);
        new JvmThreadMetrics().bindTo(prometheus);
        new ProcessorMetrics().bindTo(prometheus);
        new UptimeMetrics().bindTo(prometheus);
        JvmGcMetrics gc = new JvmGcMetrics();
        gc.bindTo(prometheus);
        resources.push(gc);
    }

    /** Takes the metrics of the process. */
    public MeterRegistry registry() {
        return registry;
    }

    /** A component has begun, and is asked from now on how it is. */
    public void watch(String component, Supplier<Readiness> readiness) {
        health.watch(component, readiness);
    }

    /**
     * Measures a client of Kafka as well, until closed.
     *
     * @param client makes what measures it, of a thread that looks for new metrics and the time between two looks; not asked where
     *     nobody is told
     */
    public <T extends MeterBinder & AutoCloseable> void measure(
            BiFunction<ScheduledExecutorService, Duration, T> client) {
        if (kafkaLooks != null) {
            T binder = client.apply(kafkaLooks, KAFKA_LOOK);
            binder.bindTo(registry);
            resources.push(binder);
        }
    }

    /** To be closed behind everything that it tells of, so that it can tell of their end. */
    @Override
    public void close() {
        while (!resources.isEmpty()) {
            AutoCloseable resource = resources.pop();
            try {
                resource.close();
            } catch (Exception e) {
                LOG.warn("{} could not be closed: {}", resource, e.getMessage(), e);
            }
        }
        registry.close();
    }
}
