package io.weir.app.operations;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.util.Map;
import java.util.TreeMap;

/**
 * Chooses from what Kafka's clients and Kafka Streams measure: some hundreds of names, most of which nobody looks at. Labels are left as
 * they come, as what measures the clients finds its meters again by them.
 */
final class KafkaMeters implements MeterFilter {

    private static final String PREFIX = "kafka.";

    /** What is kept, by name, and what it is. */
    static final Map<String, String> KEPT = new TreeMap<>(Map.ofEntries(
            Map.entry(
                    "kafka.consumer.fetch.manager.records.lag",
                    "Records of a partition that are not read yet; uncommitted ones count."),
            Map.entry("kafka.consumer.fetch.manager.records.consumed.total", "Records read, by topic."),
            Map.entry("kafka.consumer.coordinator.rebalance.total", "Times that the group shared its work anew."),
            Map.entry("kafka.consumer.coordinator.failed.rebalance.total", "Times that this failed."),
            Map.entry("kafka.producer.record.send.total", "Records sent."),
            Map.entry("kafka.producer.record.error.total", "Records that Kafka did not take."),
            Map.entry("kafka.producer.record.retry.total", "Records sent again."),
            Map.entry("kafka.producer.outgoing.byte.total", "Octets sent to brokers, compressed."),
            Map.entry("kafka.producer.request.latency.avg", "Milliseconds that a broker takes for a request."),
            Map.entry("kafka.producer.buffer.available.bytes", "Octets free in the producer's own buffer."),
            Map.entry("kafka.stream.alive.stream.threads", "Threads of a Kafka Streams application that work."),
            Map.entry("kafka.stream.failed.stream.threads", "Threads that have failed since its start."),
            Map.entry("kafka.stream.thread.commit.total", "Commits of a thread."),
            Map.entry("kafka.stream.thread.commit.latency.avg", "Milliseconds that a commit takes."),
            Map.entry("kafka.stream.thread.commit.latency.max", "Milliseconds that the longest commit took."),
            Map.entry("kafka.stream.thread.process.total", "Records that a thread has worked on."),
            Map.entry("kafka.stream.thread.process.latency.avg", "Milliseconds for a record."),
            Map.entry("kafka.stream.thread.process.ratio", "Share of its time that a thread works on records."),
            Map.entry("kafka.stream.task.dropped.records.total", "Records that a task did not work on.")));

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        boolean left = id.getName().startsWith(PREFIX) && !KEPT.containsKey(id.getName());
        return left ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
    }
}
