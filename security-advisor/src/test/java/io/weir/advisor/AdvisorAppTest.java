package io.weir.advisor;

import static io.weir.advisor.TestFlow.aFlow;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.Flow;
import io.weir.schemas.Subnet;
import io.weir.schemas.SubnetKind;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicCreator;
import io.weir.schemas.topic.Topics;
import io.weir.testing.Await;
import io.weir.testing.KafkaExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class AdvisorAppTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private static final int PARTITIONS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();
    private final List<Finding> told = new ArrayList<>();

    @TempDir
    Path directory;

    private Topics topics;
    private Map<String, Object> props;
    private Producer<String, byte[]> producer;
    private Serializer<Flow> flowSerializer;
    private Consumer<String, Finding> findings;

    @BeforeEach
    void connect() {
        topics = new Topics(KAFKA.uniqueName("advisor") + ".");
        TopicCreator.createMissing(KAFKA.admin(), topics.all(), PARTITIONS);
        props = KAFKA.clientProps();
        props.put("schema.registry.url", KAFKA.schemaRegistryUrl());
        producer = new KafkaProducer<>(props, new StringSerializer(), new ByteArraySerializer());
        flowSerializer = AvroSerdes.serializer(Flow.class, props);
        Map<String, Object> readCommitted = new HashMap<>(props);
        readCommitted.put("isolation.level", "read_committed");
        readCommitted.put("auto.offset.reset", "earliest");
        findings = new KafkaConsumer<>(
                readCommitted, new StringDeserializer(), AvroSerdes.deserializer(Finding.class, props));
        List<TopicPartition> partitions = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            partitions.add(new TopicPartition(topics.findings().name(), i));
        }
        findings.assign(partitions);
    }

    @AfterEach
    void disconnect() throws Exception {
        for (Future<RecordMetadata> one : sent) {
            one.get();
        }
        producer.close();
        findings.close();
        assertThat(failures).isEmpty();
    }

    @Test
    void shouldKnowSubnetsAndEpisodesAfterARestart() throws Exception {
        String topic = topics.subnets().name();
        Subnet subnet = new Subnet("192.0.2.0/24", SubnetKind.node, null, 0L);
        byte[] bytes = AvroSerdes.serializer(Subnet.class, props).serialize(topic, subnet);
        producer.send(new ProducerRecord<>(topic, subnet.getCidr(), bytes)).get();
        try (AdvisorApp app = start("first")) {
            see(aFlow().id("f1").to("192.0.2.1").at(0));
            awaitTold(1);
            assertThat(app.state().isRunningOrRebalancing()).isTrue();
        }
        assertThat(told.get(0).getClassReason()).endsWith("responder in 192.0.2.0/24 (node); node");

        try (AdvisorApp app = start("second")) {
            see(aFlow().id("f2").to("192.0.2.1").at(1));
            see(aFlow().id("f3").to("192.0.2.2").at(1));
            awaitTold(3);
            assertThat(app.state().isRunningOrRebalancing()).isTrue();
        }
        Map<String, List<Finding>> byId = byId();
        List<Finding> first = byId.get(told.get(0).getFindingId());
        assertThat(first).extracting(Finding::getStatus).containsExactly(FindingStatus.opened, FindingStatus.updated);
        assertThat(first.get(1).getFlows()).isEqualTo(2);
        assertThat(byId).hasSize(2);
    }

    @Test
    void shouldLoseAndRepeatNothingWhenKilled() throws Exception {
        int keys = 20;
        int perKey = 60;
        Process process = startProcess("killed");
        try {
            for (int i = 0; i < perKey; i++) {
                for (int key = 0; key < keys; key++) {
                    see(aFlow().id("f" + key + "-" + i)
                            .from("198.18." + key + ".7")
                            .at(i));
                }
                if (i == perKey / 2) {
                    awaitTold(keys);
                    process.destroyForcibly().waitFor();
                    process = startProcess("restarted");
                }
            }
            Await.untilAsserted(PATIENCE, "final counters of all episodes", () -> {
                poll();
                assertThat(byId().values()).hasSize(keys).allSatisfy(records -> assertThat(
                                records.get(records.size() - 1).getFlows())
                        .isEqualTo(perKey));
            });
            assertThat(byId().values()).allSatisfy(records -> assertThat(records)
                    .filteredOn(finding -> finding.getStatus() == FindingStatus.opened)
                    .hasSize(1));
            Set<String> initiators = new HashSet<>();
            told.forEach(finding -> initiators.add(finding.getInitiator().getAddress()));
            assertThat(initiators).hasSize(keys);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void shouldFindScansOnceWhenKilled() throws Exception {
        int hosts = 20;
        int ports = 60;
        Process process = startProcess("killed");
        try {
            for (int port = 1; port <= ports; port++) {
                for (int host = 0; host < hosts; host++) {
                    see(aFlow().id(String.format("%016x%016x", host, port))
                            .from("10.0.1." + host)
                            .to("10.0.2." + host)
                            .toPort(port)
                            .refused()
                            .at(port / 10.0));
                }
                if (port == ports / 2) {
                    awaitTold(hosts);
                    process.destroyForcibly().waitFor();
                    process = startProcess("restarted");
                }
            }
            Await.untilAsserted(PATIENCE, "final counters of all scans", () -> {
                poll();
                assertThat(byId().values()).hasSize(hosts).allSatisfy(records -> assertThat(
                                records.get(records.size() - 1).getFlows())
                        .isEqualTo(ports));
            });
            assertThat(byId().values()).allSatisfy(records -> {
                assertThat(records).extracting(Finding::getRule).containsOnly("scan_vertical");
                assertThat(records)
                        .filteredOn(finding -> finding.getStatus() == FindingStatus.opened)
                        .hasSize(1);
            });
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private AdvisorApp start(String stateDirectory) {
        Map<String, Object> own = new HashMap<>(props);
        own.put("state.dir", directory.resolve(stateDirectory).toString());
        AdvisorApp app =
                new AdvisorApp(AdvisorProcess.config(List.of()), topics, own, new SimpleMeterRegistry(), failures::add);
        app.start();
        return app;
    }

    private Process startProcess(String name) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AdvisorProcess.class.getName(),
                        topics.prefix(),
                        "10.0.0.0/8",
                        "bootstrap.servers=" + KAFKA.bootstrapServers(),
                        "schema.registry.url=" + KAFKA.schemaRegistryUrl(),
                        "state.dir=" + directory.resolve(name),
                        // A killed member and its open transaction are given up early.
                        "consumer.session.timeout.ms=6000",
                        "consumer.heartbeat.interval.ms=2000",
                        "producer.transaction.timeout.ms=5000")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".log").toFile())
                .start();
    }

    private void see(TestFlow flow) {
        Flow built = flow.build();
        String topic = topics.flows().name();
        byte[] bytes = flowSerializer.serialize(topic, built);
        sent.add(producer.send(new ProducerRecord<>(topic, built.getFlowId(), bytes)));
    }

    private void awaitTold(int count) {
        Await.until(PATIENCE, count + " findings", () -> {
            poll();
            return told.size() >= count;
        });
    }

    private void poll() {
        findings.poll(Duration.ofMillis(50)).forEach(record -> told.add(record.value()));
    }

    private Map<String, List<Finding>> byId() {
        Map<String, List<Finding>> byId = new TreeMap<>();
        told.forEach(finding -> byId.computeIfAbsent(finding.getFindingId(), ignored -> new ArrayList<>())
                .add(finding));
        return byId;
    }
}
