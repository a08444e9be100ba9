package io.weir.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** Kafka's own settings for one node that serves a laptop or a small machine. */
final class BrokerProperties {
    static final int NODE_ID = 1;
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    private static final String CLIENT_LISTENER = "PLAINTEXT";
    private static final String LOOPBACK = "127.0.0.1";
    private static final int MIB = 1024 * 1024;

    /** What the wrapper sets itself; another value would break the node or its restart. */
    private static final Set<String> RESERVED = Set.of(
            "process.roles",
            "node.id",
            "broker.id",
            "listeners",
            "advertised.listeners",
            "listener.security.protocol.map",
            "controller.listener.names",
            "inter.broker.listener.name",
            "controller.quorum.voters",
            "controller.quorum.bootstrap.servers",
            "log.dir",
            "log.dirs",
            "metadata.log.dir");

    private BrokerProperties() {}

    static void refuseReserved(Map<String, String> overrides) {
        Set<String> refused = new TreeSet<>(overrides.keySet());
        refused.retainAll(RESERVED);
        if (!refused.isEmpty()) {
            throw new IllegalArgumentException("the embedded broker sets these itself: " + String.join(", ", refused)
                    + "; run a Kafka cluster of your own to change them");
        }
    }

    static Properties of(EmbeddedBrokerConfig config, Path logDir, int clientPort, int controllerPort) {
        Properties props = new Properties();
        identity(props, config, logDir, clientPort, controllerPort);
        singleNode(props);
        restart(props, config);
        topics(props, config);
        smallFootprint(props);
        props.putAll(config.overrides());
        return props;
    }

    private static void identity(
            Properties props, EmbeddedBrokerConfig config, Path logDir, int clientPort, int controllerPort) {
        String client = CLIENT_LISTENER + "://" + bracketed(config.host()) + ":" + clientPort;
        props.put("process.roles", "broker,controller");
        props.put("node.id", Integer.toString(NODE_ID));
        props.put("log.dirs", logDir.toString());
        props.put("listeners", client + "," + CONTROLLER_LISTENER + "://" + LOOPBACK + ":" + controllerPort);
        props.put("advertised.listeners", client);
        props.put(
                "listener.security.protocol.map", CLIENT_LISTENER + ":PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT");
        props.put("controller.listener.names", CONTROLLER_LISTENER);
        props.put("inter.broker.listener.name", CLIENT_LISTENER);
        props.put("controller.quorum.voters", NODE_ID + "@" + LOOPBACK + ":" + controllerPort);
    }

    private static void singleNode(Properties props) {
        props.put("default.replication.factor", "1");
        props.put("min.insync.replicas", "1");
        props.put("offsets.topic.replication.factor", "1");
        props.put("transaction.state.log.replication.factor", "1");
        props.put("transaction.state.log.min.isr", "1");
        props.put("share.coordinator.state.topic.replication.factor", "1");
        props.put("share.coordinator.state.topic.min.isr", "1");
        props.put("auto.leader.rebalance.enable", "false");
    }

    /** A killed broker may register again only when its old session has expired: short, but not so short that a busy machine misses it. */
    private static void restart(Properties props, EmbeddedBrokerConfig config) {
        props.put("controlled.shutdown.enable", "true");
        props.put("broker.session.timeout.ms", "3000");
        props.put("broker.heartbeat.interval.ms", "250");
        props.put(
                "server.max.startup.time.ms",
                Long.toString(config.startTimeout().toMillis()));
    }

    private static void topics(Properties props, EmbeddedBrokerConfig config) {
        String maxMessageBytes = Integer.toString(config.maxMessageBytes());
        props.put("auto.create.topics.enable", "false");
        props.put("message.max.bytes", maxMessageBytes);
        props.put("replica.fetch.max.bytes", maxMessageBytes);
        props.put("log.retention.ms", Long.toString(config.retention().toMillis()));
        props.put("log.retention.bytes", Long.toString(config.retentionBytes()));
        props.put("log.retention.check.interval.ms", "60000");
        // Retention works by whole segments, and the indexes below must cover one.
        props.put("log.segment.bytes", Integer.toString(128 * MIB));
        props.put("log.segment.delete.delay.ms", "10000");
        props.put("group.initial.rebalance.delay.ms", "0");
    }

    private static void smallFootprint(Properties props) {
        props.put("offsets.topic.num.partitions", "4");
        props.put("transaction.state.log.num.partitions", "4");
        props.put("share.coordinator.state.topic.num.partitions", "1");
        props.put("num.network.threads", "2");
        props.put("num.io.threads", "2");
        props.put("background.threads", "2");
        props.put("log.cleaner.threads", "1");
        // 128 MB of heap by default; 8 MB holds 300,000 distinct keys a pass.
        props.put("log.cleaner.dedupe.buffer.size", Integer.toString(8 * MIB));
        // 12 bytes an entry, one entry each 4 KiB of a 128 MiB segment; preallocated, twice a partition.
        props.put("log.index.size.max.bytes", Integer.toString(MIB / 2));
        // One heartbeat record each half second by default, only to show followers how far they lag.
        props.put("metadata.max.idle.interval.ms", "5000");
    }

    static String bracketed(String host) {
        return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    }
}
