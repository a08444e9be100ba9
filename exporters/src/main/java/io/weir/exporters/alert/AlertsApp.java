package io.weir.exporters.alert;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.exporters.transport.Connections;
import io.weir.exporters.transport.Pem;
import io.weir.exporters.transport.TlsConfig;
import io.weir.schemas.Finding;
import io.weir.schemas.topic.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance of the alerts of one name. Instances of the same name, in any process, share the work by partition. Each receiver has a
 * sender of its own: one that is away does not hold up another.
 */
public final class AlertsApp implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AlertsApp.class);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
    private static final String TLS_SETTINGS = "alerts.tls";

    private final Map<String, AlertSender> senders = new LinkedHashMap<>();
    private final AtomicBoolean failed = new AtomicBoolean();
    private final AlertsConfig config;

    /**
     * Nothing is read or sent before {@link #start}.
     *
     * @param filter findings to tell
     * @param kafkaProps client properties: {@code bootstrap.servers}, {@code schema.registry.url} and whatever else Kafka's clients take
     * @param metrics takes the metrics, {@code weir.alerts.*}
     * @param onFailure told once, from a thread of a sender, when one cannot go on
     * @throws IllegalArgumentException when a file for TLS cannot be used
     * @throws org.apache.kafka.common.KafkaException when the client properties are not usable
     */
    public AlertsApp(
            AlertsConfig config,
            Predicate<Finding> filter,
            Topics topics,
            Map<String, Object> kafkaProps,
            MeterRegistry metrics,
            Consumer<Throwable> onFailure) {
        this.config = config;
        InstantSource clock = InstantSource.system();
        receivers(config, clock)
                .forEach((name, receiver) -> senders.put(
                        name,
                        new AlertSender(name, receiver, config, filter, topics, kafkaProps, metrics, clock, failure -> {
                            if (failed.compareAndSet(false, true)) {
                                onFailure.accept(failure);
                            }
                        })));
    }

    private static Map<String, AlertReceiver> receivers(AlertsConfig config, InstantSource clock) {
        SSLContext tls = config.tls().equals(TlsConfig.defaults()) ? null : Pem.context(config.tls(), TLS_SETTINGS);
        Map<String, AlertReceiver> receivers = new LinkedHashMap<>();
        if (config.webhook() != null) {
            receivers.put("webhook", new WebhookReceiver(config.webhook(), config.timeout(), tls, clock));
        }
        if (config.alertmanager() != null) {
            receivers.put(
                    "alertmanager", new AlertmanagerReceiver(config.alertmanager(), config.timeout(), tls, clock));
        }
        if (config.slack() != null) {
            receivers.put("slack", new SlackReceiver(config.slack(), config.timeout(), tls, clock));
        }
        if (config.syslog() != null) {
            receivers.put(
                    "syslog",
                    new SyslogReceiver(
                            config.syslog(),
                            Connections.opener(config.syslog().to(), config.tls(), TLS_SETTINGS),
                            config.timeout()));
        }
        return receivers;
    }

    /** Begins; receivers may be away. */
    public void start() {
        for (Object receiver :
                new Object[] {config.webhook(), config.alertmanager(), config.slack(), config.syslog()}) {
            if (receiver != null) {
                LOG.info("Alerts {} go to the {}", config.name(), receiver);
            }
        }
        senders.values().forEach(AlertSender::start);
    }

    /** What tells each receiver. */
    public List<AlertSender> senders() {
        return List.copyOf(senders.values());
    }

    AlertSender sender(String receiver) {
        return senders.get(receiver);
    }

    /** Whether the groups have given this instance its share of the partitions, which may be nothing. */
    public boolean isAssigned() {
        return senders.values().stream().allMatch(AlertSender::isAssigned);
    }

    /**
     * Ends. What a receiver has not taken by then will be told by whoever goes on.
     *
     * @param timeout for attempts that are being made
     */
    public void close(Duration timeout) {
        senders.values().forEach(AlertSender::stop);
        senders.values().forEach(sender -> sender.end(timeout));
    }

    @Override
    public void close() {
        close(CLOSE_TIMEOUT);
    }

    /** Ends between any two steps, as a crash would. */
    void kill() {
        senders.values().forEach(AlertSender::kill);
    }
}
