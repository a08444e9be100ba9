package io.weir.app.pipeline;

import io.weir.app.config.Catalogue;
import io.weir.app.config.Settings;
import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.app.read.RuleList;
import io.weir.schemas.RuleDefinition;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** {@code weir rules put} and {@code weir rules remove}: what stands on the topic of rules. */
final class RuleTopicRun {

    private final RuleTopicRequest request;
    private final TopicSpec<RuleDefinition> topic;

    RuleTopicRun(RuleTopicRequest request) {
        this.request = request;
        Topics topics = ModuleConfigs.topics(request.settings());
        this.topic = topics.rules();
    }

    int run() {
        Settings settings = request.settings();
        try (Cluster cluster = Cluster.running(settings)) {
            cluster.prepare(List.of(topic), settings.get(Catalogue.TOPICS_PARTITIONS));
            RuleList there = RuleList.read(cluster.clientProperties(), topic, request.console());
            for (String id : request.removed()) {
                if (!there.ids().contains(id)) {
                    throw Failure.failed("there is no rule '" + id + "' on " + topic.name(), "see weir rules list");
                }
            }
            // A null takes the rule away.
            Map<String, String> changes = new TreeMap<>();
            removed(there).forEach(id -> changes.put(id, null));
            request.put().forEach((id, text) -> {
                if (!text.equals(there.text(id))) {
                    changes.put(id, text);
                }
            });
            write(cluster, changes);
            tell(there, changes);
        }
        return ExitCode.DONE;
    }

    private Set<String> removed(RuleList there) {
        Set<String> removed = new TreeSet<>(request.removed());
        if (request.prune()) {
            removed.addAll(there.ids());
            removed.removeAll(request.put().keySet());
        }
        return removed;
    }

    private void write(Cluster cluster, Map<String, String> changes) {
        Map<String, Object> properties = new HashMap<>(cluster.clientProperties());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        try (Serializer<RuleDefinition> values = AvroSerdes.serializer(RuleDefinition.class, properties);
                Producer<String, RuleDefinition> producer =
                        new KafkaProducer<>(properties, new StringSerializer(), values)) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            changes.forEach((id, text) -> sent.add(producer.send(
                    new ProducerRecord<>(topic.name(), id, text == null ? null : new RuleDefinition(text)))));
            producer.flush();
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw Failures.of("weir rules", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.failed("interrupted before all rules were written", "run it again");
        }
    }

    private void tell(RuleList there, Map<String, String> changes) {
        changes.forEach((id, text) -> request.console()
                .out()
                .println((text == null ? "removed " : !there.ids().contains(id) ? "added " : "changed ") + id));
        request.put().keySet().stream()
                .filter(id -> !changes.containsKey(id))
                .sorted()
                .forEach(id -> request.console().out().println("unchanged " + id));
        request.console().out().flush();
    }
}
