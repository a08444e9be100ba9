package io.weir.exporters.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.exporters.TestFindings;
import io.weir.exporters.finding.FindingFormat;
import io.weir.exporters.transport.TlsConfig;
import io.weir.schemas.Finding;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.Severity;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.rejected.RejectedRecord;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.Topics;
import io.weir.testing.Await;
import io.weir.testing.KafkaExtension;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From the findings topic to those who are told. */
class AlertsAppTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 3;

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final List<AlertsApp> apps = new ArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private Topics topics;
    private Map<String, Object> props;
    private Producer<byte[], byte[]> producer;
    private Serializer<Finding> serializer;
    private TestReceiver server;

    @BeforeEach
    void prepare() throws Exception {
        topics = new Topics(KAFKA.uniqueName("alerts") + ".");
        KAFKA.createTopic(topics.findings().name(), 1);
        KAFKA.createTopic(topics.findings().rejectedName(), 1);
        KAFKA.createTopic(topics.losses().name(), 1);
        props = KAFKA.clientProps();
        props.put(SchemaRegistryClient.URL_CONFIG, KAFKA.schemaRegistryUrl());
        serializer = AvroSerdes.serializer(Finding.class, props);
        producer = new KafkaProducer<>(KAFKA.clientProps(), new ByteArraySerializer(), new ByteArraySerializer());
        server = new TestReceiver();
    }

    @AfterEach
    void close() {
        apps.forEach(AlertsApp::kill);
        producer.close();
        serializer.close();
        server.close();
        assertThat(failures).isEmpty();
    }

    private WebhookConfig webhook() {
        return new WebhookConfig(server.uri("/hook"), FindingFormat.json, "key");
    }

    private AlertsApp start(
            WebhookConfig webhook, AlertmanagerConfig alertmanager, SlackConfig slack, SyslogConfig syslog) {
        return start(webhook, alertmanager, slack, syslog, finding -> true);
    }

    private AlertsApp start(
            WebhookConfig webhook,
            AlertmanagerConfig alertmanager,
            SlackConfig slack,
            SyslogConfig syslog,
            Predicate<Finding> filter) {
        AlertsApp app = new AlertsApp(
                new AlertsConfig(
                        "test",
                        Severity.medium,
                        ATTEMPTS,
                        Duration.ofMillis(20),
                        Duration.ofSeconds(5),
                        TlsConfig.defaults(),
                        webhook,
                        alertmanager,
                        slack,
                        syslog),
                filter,
                topics,
                props,
                registry,
                failures::add);
        apps.add(app);
        app.start();
        Await.until(PATIENCE, "the group gives it its share", app::isAssigned);
        return app;
    }

    private static String id(int number) {
        return String.format(Locale.ROOT, "%032x", number);
    }

    private static Finding finding(int number) {
        return TestFindings.opened().setFindingId(id(number)).build();
    }

    private void produce(Finding... findings) {
        for (Finding finding : findings) {
            send(serializer.serialize(topics.findings().name(), finding));
        }
        producer.flush();
    }

    private void send(byte[] value) {
        var unused = producer.send(new ProducerRecord<>(topics.findings().name(), 0, null, value));
        producer.flush();
    }

    private List<String> toldIds() {
        return server.requests.stream()
                .map(request -> request.header("Idempotency-Key").substring(0, 32))
                .toList();
    }

    private void awaitRequests(int requests) {
        Await.until(PATIENCE, requests + " requests", () -> server.requests.size() >= requests);
    }

    private void awaitCommitted(String receiver, long offset) {
        String group = topics.prefix() + "alerts.test." + receiver;
        Await.until(PATIENCE, "offset " + offset + " is committed", () -> {
            var at = KAFKA.admin()
                    .listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(new TopicPartition(topics.findings().name(), 0));
            return at != null && at.offset() == offset;
        });
    }

    private double count(String meter, String... tags) {
        return registry.get("weir.alerts." + meter).tags(tags).functionCounter().count();
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String topic, int records) {
        Map<String, Object> consumerProps = new HashMap<>(KAFKA.clientProps());
        consumerProps.put("isolation.level", "read_committed");
        List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(consumerProps, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            Set<TopicPartition> all = Set.of(new TopicPartition(topic, 0));
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Await.until(PATIENCE, records + " records of " + topic, () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(read::add);
                return read.size() >= records;
            });
        }
        return read;
    }

    private static String header(Headers headers, String name) {
        return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void shouldTellWhatPassesInOrderAndCountWhatDoesNot() {
        produce(finding(99));
        AlertsApp app =
                start(webhook(), null, null, null, finding -> !finding.getRule().equals("noise"));
        produce(
                finding(1),
                TestFindings.opened()
                        .setFindingId(id(2))
                        .setSeverity(Severity.low)
                        .build(),
                TestFindings.opened().setFindingId(id(3)).setRule("noise").build(),
                finding(4));
        awaitCommitted("webhook", 5);

        // What was there before it began was for nobody to tell.
        assertThat(toldIds()).containsExactly(id(1), id(4));
        assertThat(server.requests.get(0).body()).isEqualTo(FindingFormat.json.render(finding(1)));
        assertThat(count("sent.findings", "receiver", "webhook")).isEqualTo(2);
        assertThat(count("skipped.findings", "receiver", "webhook")).isEqualTo(2);
        app.close();
        assertThat(app.isAssigned()).isFalse();
    }

    @Test
    void shouldTryAgainAndKeepTheOrder() {
        start(webhook(), null, null, null);
        server.answer(500, "").answer(503, "");
        produce(finding(1), finding(2));
        awaitCommitted("webhook", 2);

        assertThat(toldIds()).containsExactly(id(1), id(1), id(1), id(2));
        assertThat(count("retries", "receiver", "webhook")).isEqualTo(2);
        assertThat(count("sent.findings", "receiver", "webhook")).isEqualTo(2);
        assertThat(server.requests.get(0).header("Idempotency-Key"))
                .isEqualTo(server.requests.get(2).header("Idempotency-Key"));
    }

    @Test
    void shouldWaitAsLongAsItIsAskedTo() {
        start(null, null, new SlackConfig(server.uri("/services/x")), null);
        server.answerTooMany("2");
        produce(finding(1));
        awaitRequests(2);

        long waited = server.requests.get(1).nanos() - server.requests.get(0).nanos();
        assertThat(Duration.ofNanos(waited)).isBetween(Duration.ofMillis(1990), Duration.ofSeconds(30));
        awaitCommitted("slack", 1);
    }

    @Test
    void shouldPutAsideWhatIsNotTakenWithTheLastAttempt() {
        start(webhook(), null, null, null);
        server.answer(500, "a").answer(500, "b").answer(500, "no room at /hook").answer(422, "what?");
        produce(finding(1), finding(2), finding(3));
        awaitCommitted("webhook", 3);

        assertThat(toldIds()).containsExactly(id(1), id(1), id(1), id(2), id(3));
        List<ConsumerRecord<byte[], byte[]>> rejected = read(topics.findings().rejectedName(), 2);
        assertThat(rejected).hasSize(2);
        Headers headers = rejected.get(0).headers();
        assertThat(header(headers, RejectedRecord.REASON)).isEqualTo("undeliverable");
        assertThat(header(headers, RejectedRecord.BY)).isEqualTo(topics.prefix() + "alerts.test.webhook");
        assertThat(header(headers, RejectedRecord.OFFSET)).isEqualTo("0");
        assertThat(header(headers, RejectedRecord.MESSAGE))
                .isEqualTo("not delivered to webhook with 3 attempts, the last: http://127.0.0.1:" + server.port()
                        + " answered 500: no room at …");
        assertThat(header(rejected.get(1).headers(), RejectedRecord.MESSAGE)).startsWith("refused by webhook: ");
        try (Deserializer<Finding> deserializer = AvroSerdes.deserializer(Finding.class, props)) {
            assertThat(deserializer.deserialize(
                            topics.findings().name(), rejected.get(0).value()))
                    .isEqualTo(finding(1));
        }
        assertThat(count("rejected.findings", "receiver", "webhook", "reason", "exhausted"))
                .isEqualTo(1);
        assertThat(count("rejected.findings", "receiver", "webhook", "reason", "refused"))
                .isEqualTo(1);
        assertThat(count("sent.findings", "receiver", "webhook")).isEqualTo(1);
    }

    @Test
    void shouldLeaveOutWhatCannotBeReadAndTellItAsALoss() {
        start(webhook(), null, null, null);
        send("no finding".getBytes(StandardCharsets.UTF_8));
        produce(finding(1));
        awaitCommitted("webhook", 2);

        assertThat(toldIds()).containsExactly(id(1));
        ConsumerRecord<byte[], byte[]> rejected =
                read(topics.findings().rejectedName(), 1).get(0);
        assertThat(rejected.value()).asString(StandardCharsets.UTF_8).isEqualTo("no finding");
        assertThat(header(rejected.headers(), RejectedRecord.REASON)).isEqualTo("undecodable_record");
        try (Deserializer<Loss> deserializer = AvroSerdes.deserializer(Loss.class, props)) {
            Loss loss = deserializer.deserialize(
                    topics.losses().name(),
                    read(topics.losses().name(), 1).get(0).value());
            assertThat(loss.getReason()).isEqualTo(LossReason.undecodable_record);
            assertThat(loss.getFirstOffset()).isZero();
        }
    }

    @Test
    void shouldRepeatNothingThatWasAcknowledgedAfterACrash() {
        AlertsApp first = start(webhook(), null, null, null);
        produce(finding(1), finding(2));
        awaitCommitted("webhook", 2);
        first.kill();
        produce(finding(3));
        start(webhook(), null, null, null);
        produce(finding(4));
        awaitRequests(4);

        assertThat(toldIds()).containsExactly(id(1), id(2), id(3), id(4));
    }

    @Test
    void shouldTellAgainWhatWasNotAcknowledgedWhenItEnded() {
        AlertsApp first = start(webhook(), null, null, null);
        server.answerAlways(500);
        produce(finding(1));
        awaitRequests(1);
        first.close();
        int before = server.requests.size();
        assertThat(before).isLessThanOrEqualTo(ATTEMPTS);
        server.answerAlways(200);
        start(webhook(), null, null, null);
        awaitRequests(before + 1);

        assertThat(toldIds()).hasSize(before + 1).containsOnly(id(1));
    }

    @Test
    void shouldGoOnWithOneReceiverWhileAnotherIsAway() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            AlertsApp app = start(
                    webhook(),
                    null,
                    new SlackConfig(URI.create("http://127.0.0.1:" + port + "/x")),
                    new SyslogConfig(URI.create("udp://127.0.0.1:" + socket.getLocalPort()), 4, "node-1"));
            produce(finding(1), finding(2));
            awaitCommitted("webhook", 2);
            awaitCommitted("syslog", 2);

            assertThat(toldIds()).containsExactly(id(1), id(2));
            assertThat(app.sender("syslog").stats().sent()).isEqualTo(2);
            // Who was away has found both on the topic of rejected records.
            awaitCommitted("slack", 2);
            assertThat(app.sender("slack").stats().exhausted()).isEqualTo(2);
            assertThat(app.sender("slack").stats().sent()).isZero();
        }
    }

    @Test
    void shouldKnowAfterARestartWhichAlertsStand() {
        AlertmanagerConfig config = new AlertmanagerConfig(server.uri(""), Duration.ofMillis(300));
        AlertsApp first = start(null, config, null, null);
        produce(
                finding(1),
                TestFindings.opened().setFindingId(id(2)).build(),
                TestFindings.closed().setFindingId(id(1)).build());
        awaitCommitted("alertmanager", 3);
        first.close();
        server.requests.clear();
        AlertsApp second = start(null, config, null, null);
        Await.until(PATIENCE, "what stands is told again", () -> !server.requests.isEmpty());

        assertThat(server.requests.get(0).body()).contains(id(2)).doesNotContain(id(1));
        assertThat(second.sender("alertmanager").stats().sent()).isZero();
    }

    @Test
    void shouldTellTheEndOfWhatStandsWhateverTheFilterSays() {
        AlertmanagerConfig config = new AlertmanagerConfig(server.uri(""), Duration.ofMinutes(1));
        start(null, config, null, null, finding -> finding.getSeverity() == Severity.high);
        produce(
                finding(1),
                TestFindings.closed().setFindingId(id(1)).build(),
                TestFindings.closed().setFindingId(id(2)).build());
        awaitCommitted("alertmanager", 3);

        assertThat(server.requests).hasSize(2);
        assertThat(server.requests.get(1).body()).contains(id(1)).contains("endsAt");
    }

    @Test
    void shouldTellWhatComesOnPartitionsThatWereAddedLater() throws Exception {
        Map<String, Object> quick = new HashMap<>(props);
        quick.put("metadata.max.age.ms", 500);
        props = quick;
        start(webhook(), null, null, null);
        KAFKA.admin()
                .createPartitions(Map.of(topics.findings().name(), NewPartitions.increaseTo(2)))
                .all()
                .get();
        try (Producer<byte[], byte[]> fresh =
                new KafkaProducer<>(KAFKA.clientProps(), new ByteArraySerializer(), new ByteArraySerializer())) {
            fresh.send(new ProducerRecord<>(
                            topics.findings().name(),
                            1,
                            null,
                            serializer.serialize(topics.findings().name(), finding(7))))
                    .get();
        }
        awaitRequests(1);
        assertThat(toldIds()).containsExactly(id(7));
    }
}
