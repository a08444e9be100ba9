package io.weir.rules;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.weir.advisor.AdvisorSettings;
import io.weir.advisor.StreamsInstance;
import io.weir.schemas.topic.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One instance of the rules that users write. More instances with the same topic prefix share the partitions. */
public final class RulesApp implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RulesApp.class);

    private final StreamsInstance streams;
    private final RuleBook book;

    /** Null when the rules come from a file. */
    private final String topic;

    /**
     * @param kafkaProps Kafka client and Streams properties as the user gave them, with {@code bootstrap.servers} and {@code
     *     schema.registry.url}; application id, processing guarantee and naming are ours
     * @param registry takes the metrics, {@code weir.rules.*}
     * @param onFailure told of what stops this instance, once for each thread; runs on the failing thread, so it must not call {@link
     *     #close}
     */
    public RulesApp(
            RulesConfig config,
            Topics topics,
            Map<String, Object> kafkaProps,
            MeterRegistry registry,
            Consumer<Throwable> onFailure) {
        book = new RuleBook(config.rules());
        topic = config.isFromTopic() ? topics.rules().name() : null;
        streams = new StreamsInstance(
                "rules",
                RulesTopology.build(config, topics, kafkaProps, new RulesMetrics(registry), book),
                AdvisorSettings.of(groupId(topics), kafkaProps),
                onFailure);
    }

    /** The topic between the steps: when its group has read the flows, the edges and this one, it knows everything. */
    public static String topicBetweenSteps(Topics topics) {
        return groupId(topics) + "-" + RulesTopology.BY_GROUP + "-repartition";
    }

    /** Consumer group of the rules, for lag. */
    public static String groupId(Topics topics) {
        return RulesTopology.applicationId(topics);
    }

    /** Reads the topics of subnets and of rules, then begins with the records. Returns once these two are read. */
    public void start() {
        streams.start();
        if (topic != null && book.size() == 0) {
            LOG.warn(
                    "{} holds no rule that can be used: nothing is found until weir rules put FILE puts one there, or rules.file names a file",
                    topic);
        }
    }

    public KafkaStreams.State state() {
        return streams.state();
    }

    /** {@link StreamsInstance#kafkaMetrics}. */
    public KafkaStreamsMetrics kafkaMetrics(ScheduledExecutorService looks, Duration every) {
        return streams.kafkaMetrics(looks, every);
    }

    /** {@link StreamsInstance#close(Duration)}. */
    public boolean close(Duration timeout) {
        return streams.close(timeout);
    }

    @Override
    public void close() {
        streams.close();
    }
}
