package io.weir.rules;

import static io.weir.rules.TestTraffic.flow;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.advisor.AdvisorConfig;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.Flow;
import io.weir.schemas.RuleDefinition;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicCreator;
import io.weir.schemas.topic.Topics;
import io.weir.testing.Await;
import io.weir.testing.KafkaExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RulesAppTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private static final int PARTITIONS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final RulesConfig CONFIG = RulesConfig.ofTopic(100, AdvisorConfig.defaults());
    private static final String RULE = """
            - id: tries
              title: Many tries
              over: flow
              groupBy: [responder.address]
              window: 1m
              measure: flows
              threshold: 4
            """;

    @TempDir
    Path directory;

    /** The rule comes while they run, and is still there after the restart. */
    @Test
    void shouldCountAcrossPartitionsAndARestart() throws Exception {
        Topics topics = new Topics(KAFKA.uniqueName("rules") + ".");
        TopicCreator.createMissing(KAFKA.admin(), topics.all(), PARTITIONS);
        Map<String, Object> props = KAFKA.clientProps();
        props.put("schema.registry.url", KAFKA.schemaRegistryUrl());
        Map<String, Object> reading = new HashMap<>(props);
        reading.put("isolation.level", "read_committed");
        reading.put("auto.offset.reset", "earliest");
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        List<Finding> told = new ArrayList<>();
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (KafkaProducer<String, byte[]> producer =
                        new KafkaProducer<>(props, new StringSerializer(), new ByteArraySerializer());
                KafkaConsumer<String, Finding> findings = new KafkaConsumer<>(
                        reading, new StringDeserializer(), AvroSerdes.deserializer(Finding.class, props))) {
            findings.assign(List.of(
                    new TopicPartition(topics.findings().name(), 0),
                    new TopicPartition(topics.findings().name(), 1)));
            try (RulesApp app = start("first", topics, props, registry, failures)) {
                byte[] rule = AvroSerdes.serializer(RuleDefinition.class, props)
                        .serialize(topics.rules().name(), new RuleDefinition(RULE));
                producer.send(new ProducerRecord<>(topics.rules().name(), "tries", rule))
                        .get();
                Await.until(
                        PATIENCE,
                        "the rule holds",
                        () -> registry.get("weir.rules.active").gauge().value() == 1);
                send(producer, topics, props, 0, 2);
                Await.until(
                        PATIENCE,
                        "both records read",
                        () -> registry.get("weir.rules.matches").counter().count() == 2);
                assertThat(app.state().isRunningOrRebalancing()).isTrue();
            }
            try (RulesApp app = start("second", topics, props, new SimpleMeterRegistry(), failures)) {
                send(producer, topics, props, 2, 4);
                Await.until(PATIENCE, "a finding", () -> {
                    findings.poll(Duration.ofMillis(100)).forEach(record -> told.add(record.value()));
                    return !told.isEmpty();
                });
                assertThat(app.state().isRunningOrRebalancing()).isTrue();
            }
        }
        assertThat(failures).isEmpty();
        assertThat(told).singleElement().satisfies(finding -> {
            assertThat(finding.getStatus()).isEqualTo(FindingStatus.opened);
            assertThat(finding.getRule()).isEqualTo("user.tries");
            assertThat(finding.getFlows()).isEqualTo(4);
            assertThat(finding.getEvidenceFlowIds()).containsExactly("f0", "f1", "f2", "f3");
        });
    }

    private RulesApp start(
            String name,
            Topics topics,
            Map<String, Object> props,
            SimpleMeterRegistry registry,
            List<Throwable> failures) {
        Map<String, Object> own = new HashMap<>(props);
        own.put("state.dir", directory.resolve(name).toString());
        RulesApp app = new RulesApp(CONFIG, topics, own, registry, failures::add);
        app.start();
        return app;
    }

    private static void send(
            KafkaProducer<String, byte[]> producer, Topics topics, Map<String, Object> props, int from, int to)
            throws Exception {
        for (int i = from; i < to; i++) {
            Flow flow = flow(10L * i, "f" + i);
            byte[] octets = AvroSerdes.serializer(Flow.class, props)
                    .serialize(topics.flows().name(), flow);
            producer.send(new ProducerRecord<>(topics.flows().name(), i % PARTITIONS, flow.getFlowId(), octets))
                    .get();
        }
    }
}
