package io.weir.app.operations;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Chooses from what Kafka's clients and Kafka Streams measure: some hundreds of names, most of which nobody looks at. Labels are left as
 * they come, as what measures the clients finds its meters again by them.
 */
final class KafkaMeters implements MeterFilter {

    private static final String PREFIX = "kafka.";

    /** What Prometheus's names of counters end in. */
    private static final String COUNTER = "_total";

    private static final Pattern VERSION_WITHOUT_DOT = Pattern.compile("[^.]*_v[0-9]+");

    /** What is kept, by the name that Prometheus sees, and what it is. */
    static final Map<String, String> KEPT = new TreeMap<>(Map.ofEntries(
            Map.entry(
                    "kafka_consumer_fetch_manager_records_lag",
                    "Records of a partition that are not read yet; uncommitted ones count."),
            Map.entry("kafka_consumer_fetch_manager_records_consumed_total", "Records read, by topic."),
            Map.entry("kafka_consumer_coordinator_rebalance_total", "Times that the group shared its work anew."),
            Map.entry("kafka_consumer_coordinator_failed_rebalance_total", "Times that this failed."),
            Map.entry("kafka_producer_record_send_total", "Records sent."),
            Map.entry("kafka_producer_record_error_total", "Records that Kafka did not take."),
            Map.entry("kafka_producer_record_retry_total", "Records sent again."),
            Map.entry("kafka_producer_outgoing_byte_total", "Octets sent to brokers, compressed."),
            Map.entry("kafka_producer_request_latency_avg", "Milliseconds that a broker takes for a request."),
            Map.entry("kafka_producer_buffer_available_bytes", "Octets free in the producer's own buffer."),
            Map.entry("kafka_stream_alive_stream_threads", "Threads of a Kafka Streams application that work."),
            Map.entry("kafka_stream_failed_stream_threads_total", "Threads that have failed since its start."),
            Map.entry("kafka_stream_thread_commit_total", "Commits of a thread."),
            Map.entry("kafka_stream_thread_commit_latency_avg", "Milliseconds that a commit takes."),
            Map.entry("kafka_stream_thread_commit_latency_max", "Milliseconds that the longest commit took."),
            Map.entry("kafka_stream_thread_process_total", "Records that a thread has worked on."),
            Map.entry("kafka_stream_thread_process_latency_avg", "Milliseconds for a record."),
            Map.entry("kafka_stream_thread_process_ratio", "Share of its time that a thread works on records."),
            Map.entry("kafka_stream_task_dropped_records_total", "Records that a task did not work on.")));

    private final String topicsPrefix;

    /** @param topicsPrefix what names of topics begin with */
    KafkaMeters(String topicsPrefix) {
        this.topicsPrefix = topicsPrefix;
    }

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        if (!id.getName().startsWith(PREFIX)) {
            return MeterFilterReply.NEUTRAL;
        }
        String name = id.getName().replace('.', '_');
        boolean kept = KEPT.containsKey(name) || KEPT.containsKey(name + COUNTER);
        String topic = id.getTag("topic");
        return kept && (topic == null || isName(topic)) ? MeterFilterReply.NEUTRAL : MeterFilterReply.DENY;
    }

    /** Consumers measure topics whose names have dots twice, once with underscores in their place, which would double each sum. */
    private boolean isName(String topic) {
        return topic.startsWith(topicsPrefix)
                && !VERSION_WITHOUT_DOT.matcher(topic).matches();
    }
}
