package io.weir.app.read;

import io.weir.app.terminal.SummaryModel;
import io.weir.schemas.Edge;
import io.weir.schemas.Finding;
import io.weir.schemas.Loss;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Feeds a {@link SummaryModel} from the edges, findings and losses topics in a thread of its own, from where it starts on. */
public final class SummaryFeed implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SummaryFeed.class);
    private static final long CLOSE_MS = 5_000;

    private final Topics topics;
    private final SummaryModel model;
    private final TopicReader reader;
    private final Deserializer<Edge> edges;
    private final Deserializer<Finding> findings;
    private final Deserializer<Loss> losses;
    private final Thread thread;

    /**
     * Starts. The topics must exist.
     *
     * @param clientProperties with {@code bootstrap.servers} and {@code schema.registry.url}
     * @param start from where; the end for what happens from now on
     * @throws io.weir.app.failure.Failure when the cluster does not answer
     */
    public SummaryFeed(Map<String, Object> clientProperties, Topics topics, SummaryModel model, StartPosition start) {
        this.topics = topics;
        this.model = model;
        this.edges = AvroSerdes.deserializer(Edge.class, clientProperties);
        this.findings = AvroSerdes.deserializer(Finding.class, clientProperties);
        this.losses = AvroSerdes.deserializer(Loss.class, clientProperties);
        this.reader = new TopicReader(
                clientProperties,
                List.of(
                        topics.edges().name(),
                        topics.findings().name(),
                        topics.losses().name()),
                true);
        reader.seek(start);
        // An end is looked up when first needed; what comes before that would be missed.
        reader.settle();
        this.thread = new Thread(this::run, "weir-summary");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            reader.follow(this::accept);
        } catch (RuntimeException e) {
            LOG.warn("The summary stands still, the pipeline goes on", e);
        } finally {
            reader.close();
            edges.close();
            findings.close();
            losses.close();
        }
    }

    private boolean accept(ConsumerRecord<byte[], byte[]> record) {
        String topic = record.topic();
        byte[] value = record.value();
        if (value == null) {
            return true;
        }
        try {
            if (topic.equals(topics.edges().name())) {
                model.edge(edges.deserialize(topic, value), System.currentTimeMillis());
            } else if (topic.equals(topics.findings().name())) {
                model.finding(findings.deserialize(topic, value));
            } else {
                model.loss(losses.deserialize(topic, value));
            }
        } catch (SerializationException e) {
            LOG.debug(
                    "{} partition {} offset {} left out of the summary", topic, record.partition(), record.offset(), e);
        } catch (KafkaException e) {
            LOG.warn("The summary leaves out {} partition {} offset {}", topic, record.partition(), record.offset(), e);
        }
        return true;
    }

    /** Ends the thread; waits up to {@value #CLOSE_MS} ms for it. */
    @Override
    public void close() {
        reader.stop();
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
