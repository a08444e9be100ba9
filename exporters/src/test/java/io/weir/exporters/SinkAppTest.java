package io.weir.exporters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.exporters.compress.Compression;
import io.weir.exporters.finding.FindingFormat;
import io.weir.exporters.object.CutLimits;
import io.weir.exporters.run.SinkException;
import io.weir.exporters.store.ObjectStore;
import io.weir.exporters.store.file.DirectoryStore;
import io.weir.exporters.store.s3.S3Config;
import io.weir.exporters.store.s3.S3Store;
import io.weir.exporters.store.s3.TestS3;
import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.rejected.RejectedRecord;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.Topics;
import io.weir.testing.Await;
import io.weir.testing.KafkaExtension;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SinkAppTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private static final int PARTITIONS = 3;
    private static final long HOUR_MS = 3_600_000;
    private static final long START_MS = 1_700_000_000_000L / HOUR_MS * HOUR_MS;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration NEVER = Duration.ofDays(1);
    private static final Duration SOON = Duration.ofMillis(50);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final List<SinkApp> apps = new ArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private Map<String, Object> props;
    private Topics topics;
    private Producer<byte[], byte[]> producer;
    private Serializer<Flow> serializer;
    private int produced;

    @BeforeEach
    void createTopics() {
        topics = new Topics(KAFKA.uniqueName("sink") + ".");
        KAFKA.createTopic(topics.flows().name(), PARTITIONS);
        KAFKA.createTopic(topics.losses().name(), 1);
        KAFKA.createTopic(topics.flows().rejectedName(), 1);
        props = KAFKA.clientProps();
        props.put(SchemaRegistryClient.URL_CONFIG, KAFKA.schemaRegistryUrl());
        serializer = AvroSerdes.serializer(Flow.class, props);
        producer = newProducer();
    }

    private Producer<byte[], byte[]> newProducer() {
        Map<String, Object> transactional = KAFKA.clientProps();
        transactional.put("transactional.id", topics.prefix());
        Producer<byte[], byte[]> fresh =
                new KafkaProducer<>(transactional, new ByteArraySerializer(), new ByteArraySerializer());
        fresh.initTransactions();
        return fresh;
    }

    @AfterEach
    void close() {
        apps.forEach(SinkApp::kill);
        producer.close();
        serializer.close();
    }

    @Test
    void shouldWriteTheSameObjectsByteForByteWhenRunAgainFromScratch() throws IOException {
        for (int part = 0; part < 8; part++) {
            // Three hours, the second one ending in the middle of an object.
            long hour = part < 3 ? 0 : part < 6 ? 1 : 2;
            produceToEveryPartition(100, START_MS + hour * HOUR_MS);
            abort();
        }
        SinkConfig config = config(200, NEVER);
        Path first = directory.resolve("first");
        Path again = directory.resolve("again");

        SinkApp app = start(config, new DirectoryStore(first));
        awaitRecords(app, 800 * PARTITIONS);
        app.close();
        start(named(config, "again"), new DirectoryStore(again));
        awaitRecords(apps.get(1), 800 * PARTITIONS);

        SortedMap<String, byte[]> objects = objects(first);
        assertThat(objects).hasSize(5 * PARTITIONS);
        assertThat(objects.keySet())
                .anyMatch(key -> key.contains("/hour=22/"))
                .anyMatch(key -> key.contains("/hour=23/"))
                .anyMatch(key -> key.contains("/hour=00/"));
        assertThat(objects(again)).usingRecursiveComparison().isEqualTo(objects);
        assertHoldsEveryFlowOnce(objects);
        assertNamesTileThePartitions(objects.keySet());
    }

    @Test
    void shouldGoOnWhereItEndedAndStoreTheRestWhenClosed() throws IOException {
        produceToEveryPartition(150, START_MS);
        SinkApp first = start(config(100, NEVER), new DirectoryStore(directory));
        awaitRecords(first, 100 * PARTITIONS);
        assertThat(first.isAssigned()).isTrue();
        assertThat(registry.get("weir.exporter.records").functionCounter().count())
                .isEqualTo(100 * PARTITIONS);
        assertThat(registry.get("weir.exporter.objects").functionCounter().count())
                .isEqualTo(PARTITIONS);
        assertThat(registry.get("weir.exporter.last.object.age").gauge().value())
                .isNotNegative();
        first.close();
        assertThat(first.isAssigned()).isFalse();
        assertHoldsEveryFlowOnce(objects(directory));

        produceToEveryPartition(150, START_MS);
        start(config(100, SOON), new DirectoryStore(directory));
        awaitFlows(directory);

        assertHoldsEveryFlowOnce(objects(directory));
        assertNamesTileThePartitions(objects(directory).keySet());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldMakeTheSameObjectAfterACrashBeforeTheCommit(boolean afterPut) throws Exception {
        produce(0, 50, START_MS);
        FaultyStore stuck = FaultyStore.stuck(new DirectoryStore(directory), afterPut);
        SinkApp crashing = start(config(1000, SOON), stuck);
        Await.until(TIMEOUT, "the store is stuck", stuck::isStuck);
        assertThat(committed(0)).isEqualTo(new OffsetAndMetadata(0, "cut=49;format=ndjson.gz"));
        crashing.kill();
        assertThat(objects(directory)).hasSize(afterPut ? 1 : 0);
        // What arrives meanwhile, and another configuration, would make other objects.
        produce(0, 50, START_MS);

        SinkConfig other = config(25, NEVER);
        SinkApp next = start(
                new SinkConfig(
                        other.name(),
                        other.topics(),
                        other.uri(),
                        other.findingFormat(),
                        Compression.NONE,
                        other.limits(),
                        other.memoryOctets(),
                        other.s3()),
                new DirectoryStore(directory));
        awaitRecords(next, 100);

        String flows = topics.flows().name();
        assertThat(objects(directory).keySet())
                .extracting(key -> key.substring(key.lastIndexOf('/') + 1))
                .containsExactly(
                        flows + "-0-00000000000000000000-00000000000000000049.ndjson.gz",
                        flows + "-0-00000000000000000051-00000000000000000075.ndjson",
                        flows + "-0-00000000000000000076-00000000000000000100.ndjson");
        assertHoldsEveryFlowOnce(objects(directory));
        assertThat(committed(0)).isEqualTo(new OffsetAndMetadata(101, ""));
    }

    @Test
    void shouldExportTheTopicExactlyWithTwoInstancesRebalancesCrashesAndAFailingStore() throws IOException {
        SinkConfig config = config(70, SOON);
        produceToEveryPartition(300, START_MS);
        SinkApp first = start(config, failing(1));
        awaitRecords(first, 1);
        SinkApp second = start(config, failing(2));
        Await.until(TIMEOUT, "the second instance has its share", () -> {
            produceToEveryPartition(1, START_MS + HOUR_MS);
            return second.stats().records() > 0 || !failures.isEmpty();
        });
        first.kill();
        produceToEveryPartition(300, START_MS + 2 * HOUR_MS);
        start(config, failing(3));
        produceToEveryPartition(300, START_MS + 3 * HOUR_MS);
        second.close();

        awaitFlows(directory);

        assertHoldsEveryFlowOnce(objects(directory));
        assertNamesTileThePartitions(objects(directory).keySet());
        assertThat(failures).isEmpty();
    }

    @Test
    void shouldTellUnreadableRecordsOnceInTheLosses() throws IOException {
        produce(1, 10, START_MS);
        transact(() -> {
            for (byte[] bad : new byte[][] {{1, 2, 3}, {0, 0, 0, 0, 1}, {0, 9, 9, 9, 9, 1}, null}) {
                send(1, bad);
            }
        });
        produce(1, 10, START_MS);
        transact(() -> send(2, new byte[] {9}));

        SinkApp app = start(config(1000, SOON), new DirectoryStore(directory));
        awaitRecords(app, 20);
        Await.until(TIMEOUT, "five records counted", () -> app.stats().undecodable() == 5);
        app.close();
        start(config(1000, SOON), new DirectoryStore(directory)).close();

        assertHoldsEveryFlowOnce(objects(directory));
        List<Loss> losses = losses();
        assertThat(losses).hasSize(2).allSatisfy(loss -> {
            assertThat(loss.getStage()).isEqualTo("exporter");
            assertThat(loss.getReason()).isEqualTo(LossReason.undecodable_record);
        });
        assertThat(losses)
                .extracting(Loss::getSource, Loss::getFirstOffset, Loss::getLastOffset)
                .containsExactlyInAnyOrder(
                        tuple(topics.flows().name() + "-1", 11L, 14L),
                        tuple(topics.flows().name() + "-2", 0L, 0L));
        assertThat(committed(topics.flows().rejectedName()))
                .extracting(
                        record -> record.value() == null ? -1 : record.value().length,
                        record ->
                                header(record, RejectedRecord.PARTITION) + '@' + header(record, RejectedRecord.OFFSET),
                        record -> header(record, RejectedRecord.BY))
                .containsExactlyInAnyOrder(
                        tuple(3, "1@11", topics.prefix() + "sink.test"),
                        tuple(5, "1@12", topics.prefix() + "sink.test"),
                        tuple(6, "1@13", topics.prefix() + "sink.test"),
                        tuple(-1, "1@14", topics.prefix() + "sink.test"),
                        tuple(1, "2@0", topics.prefix() + "sink.test"));
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void shouldTellWhatRetentionTookBeforeItWasStored() throws Exception {
        produce(0, 10, START_MS);
        SinkApp first = start(config(10, NEVER), new DirectoryStore(directory));
        awaitRecords(first, 10);
        first.close();
        produce(0, 10, START_MS);
        TopicPartition partition = new TopicPartition(topics.flows().name(), 0);
        // Offset 10 is the marker of the first transaction.
        KAFKA.admin()
                .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(16)))
                .all()
                .get();

        SinkApp second = start(config(5, NEVER), new DirectoryStore(directory));
        awaitRecords(second, 5);

        assertThat(second.stats().expired()).isEqualTo(6);
        assertThat(flows(objects(directory))).hasSize(15);
        assertThat(losses()).singleElement().satisfies(loss -> {
            assertThat(loss.getReason()).isEqualTo(LossReason.retention);
            assertThat(loss.getFirstOffset()).isEqualTo(10);
            assertThat(loss.getLastOffset()).isEqualTo(15);
        });
    }

    @Test
    void shouldHoldBoundedMemoryWhileTheStoreIsAwayAndLoseNothing() throws IOException {
        long memory = 200_000;
        SinkConfig config = new SinkConfig(
                "away",
                List.of("flows"),
                directory.toUri(),
                FindingFormat.json,
                Compression.NONE,
                new CutLimits(100_000, 100_000, NEVER),
                memory,
                S3Config.defaults());
        FaultyStore store = FaultyStore.away(new DirectoryStore(directory));
        produceToEveryPartition(500, START_MS);
        SinkApp app = start(config, store);
        Await.until(TIMEOUT, "memory is full", () -> app.stats().heldOctets() >= memory);
        int puts = store.puts();
        Await.until(TIMEOUT, "it tries again", () -> store.puts() > puts + 1);
        // The buffers double as they grow.
        assertThat(app.stats().heldOctets()).isLessThan(2 * memory);
        assertThat(app.stats().failedPuts()).isPositive();
        assertThat(app.stats().records()).isZero();

        store.comeBack();
        Await.until(TIMEOUT, "most is stored", () -> app.stats().records() > 1000);
        app.close();
        start(named(config(1000, SOON), "away"), new DirectoryStore(directory));
        awaitFlows(directory);

        assertHoldsEveryFlowOnce(objects(directory));
        assertNamesTileThePartitions(objects(directory).keySet());
    }

    @Test
    void shouldWaitForTheRegistryRatherThanTakeItsAbsenceForBadRecords() throws IOException {
        produceToEveryPartition(20, START_MS);
        AtomicBoolean away = new AtomicBoolean(true);
        AtomicInteger calls = new AtomicInteger();
        HttpServer door = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        door.createContext("/", exchange -> {
            calls.incrementAndGet();
            byte[] answer = {};
            if (!away.get()) {
                URI target = URI.create(KAFKA.schemaRegistryUrl()).resolve(exchange.getRequestURI());
                try (InputStream in = target.toURL().openStream()) {
                    answer = in.readAllBytes();
                }
            }
            exchange.sendResponseHeaders(away.get() ? 503 : 200, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        door.start();
        try {
            props.put(
                    SchemaRegistryClient.URL_CONFIG,
                    "http://127.0.0.1:" + door.getAddress().getPort());
            SinkApp app = start(config(20, NEVER), new DirectoryStore(directory));
            Await.until(TIMEOUT, "it asks again", () -> calls.get() >= 3);
            assertThat(app.stats().records() + app.stats().undecodable()).isZero();
            away.set(false);
            awaitRecords(app, 20 * PARTITIONS);
        } finally {
            door.stop(0);
        }
        assertHoldsEveryFlowOnce(objects(directory));
    }

    @Test
    void shouldStopRatherThanReplaceAnotherObject() throws IOException {
        produce(0, 10, START_MS);
        SinkApp first = start(config(10, NEVER), new DirectoryStore(directory));
        awaitRecords(first, 10);
        first.close();
        Path object;
        try (Stream<Path> files = Files.walk(directory)) {
            object = files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        Files.writeString(object, "of another cluster");

        SinkApp again = start(named(config(10, NEVER), "again"), new DirectoryStore(directory));
        Await.until(TIMEOUT, "failure is told", () -> !failures.isEmpty());
        again.close();

        assertThat(failures).singleElement().satisfies(failure -> assertThat(failure)
                .isInstanceOf(SinkException.class)
                .hasMessageContaining(object.toString()));
        assertThat(object).hasContent("of another cluster");
    }

    @Test
    void shouldNotStartWithAUselessStore() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> start(config(10, NEVER), new DirectoryStore(file)))
                .isInstanceOf(SinkException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void shouldExportToS3() throws Exception {
        TestS3 s3 = new TestS3();
        s3.start();
        try {
            s3.client().createBucket(request -> request.bucket("flows"));
            produceToEveryPartition(200, START_MS);
            SinkApp app = start(config(100, NEVER), new S3Store("flows", "prod/", s3.config()));
            awaitRecords(app, 200 * PARTITIONS);

            SortedMap<String, byte[]> objects = new TreeMap<>();
            s3.client()
                    .listObjectsV2(request -> request.bucket("flows").prefix("prod/"))
                    .contents()
                    .forEach(object -> objects.put(
                            object.key(),
                            s3.client()
                                    .getObjectAsBytes(get -> get.bucket("flows").key(object.key()))
                                    .asByteArray()));
            assertHoldsEveryFlowOnce(objects);
            assertThat(objects).hasSize(2 * PARTITIONS);
        } finally {
            apps.forEach(SinkApp::kill);
            apps.clear();
            s3.stop();
        }
    }

    // ---- doing

    private SinkConfig config(int records, Duration delay) {
        return new SinkConfig(
                "test",
                List.of("flows"),
                directory.toUri(),
                FindingFormat.json,
                Compression.GZIP,
                new CutLimits(records, 1 << 20, delay),
                16 << 20,
                S3Config.defaults());
    }

    private static SinkConfig named(SinkConfig config, String name) {
        return new SinkConfig(
                name,
                config.topics(),
                config.uri(),
                config.findingFormat(),
                config.compression(),
                config.limits(),
                config.memoryOctets(),
                config.s3());
    }

    private ObjectStore failing(long seed) {
        return FaultyStore.failing(new DirectoryStore(directory), 0.3, seed);
    }

    private SinkApp start(SinkConfig config, ObjectStore store) {
        SinkApp app = new SinkApp(config, topics, props, registry, failures::add, store);
        apps.add(app);
        app.start();
        return app;
    }

    private void produceToEveryPartition(int count, long windowStartMs) {
        transact(() -> {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                sendFlows(partition, count, windowStartMs);
            }
        });
    }

    private void produce(int partition, int count, long windowStartMs) {
        transact(() -> sendFlows(partition, count, windowStartMs));
    }

    private void sendFlows(int partition, int count, long windowStartMs) {
        for (int i = 0; i < count; i++) {
            send(partition, serializer.serialize(topics.flows().name(), Samples.flow(produced++, windowStartMs)));
        }
    }

    /** A transaction that a busy broker refused before its commit is done again. */
    private void transact(Runnable sends) {
        int before = produced;
        try {
            producer.beginTransaction();
            sends.run();
            producer.flush();
        } catch (KafkaException e) {
            producer.close(Duration.ZERO);
            producer = newProducer();
            produced = before;
            producer.beginTransaction();
            sends.run();
        }
        producer.commitTransaction();
    }

    private void abort() {
        producer.beginTransaction();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            send(partition, new byte[] {1});
        }
        producer.flush();
        producer.abortTransaction();
    }

    private void send(int partition, byte[] value) {
        var unused = producer.send(new ProducerRecord<>(topics.flows().name(), partition, null, value));
    }

    private void awaitRecords(SinkApp app, long records) {
        Await.until(TIMEOUT, records + " records, have " + app.stats(), () -> {
            assertThat(failures).isEmpty();
            return app.stats().records() >= records;
        });
    }

    private void awaitFlows(Path where) {
        Await.until(
                TIMEOUT,
                produced + " flows in " + where,
                () -> flows(objects(where)).size() >= produced);
    }

    private OffsetAndMetadata committed(int partition) throws Exception {
        String group = SinkApp.groupId(config(1, NEVER), topics);
        return KAFKA.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet().stream()
                .filter(entry -> entry.getKey().partition() == partition)
                .map(entry -> new OffsetAndMetadata(
                        entry.getValue().offset(), entry.getValue().metadata()))
                .findFirst()
                .orElse(null);
    }

    private List<Loss> losses() {
        try (Deserializer<Loss> deserializer = AvroSerdes.deserializer(Loss.class, props)) {
            return committed(topics.losses().name()).stream()
                    .map(record -> deserializer.deserialize(record.topic(), record.value()))
                    .toList();
        }
    }

    /** Committed records of a topic with one partition. */
    private static List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
        Map<String, Object> reading = KAFKA.clientProps();
        reading.put("isolation.level", "read_committed");
        TopicPartition partition = new TopicPartition(topic, 0);
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    // ---- looking

    private static SortedMap<String, byte[]> objects(Path root) throws IOException {
        SortedMap<String, byte[]> objects = new TreeMap<>();
        if (!Files.exists(root)) {
            return objects;
        }
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().endsWith(".tmp"))
                    .toList()) {
                objects.put(root.relativize(file).toString(), Files.readAllBytes(file));
            }
        } catch (UncheckedIOException e) {
            // A temporary file was renamed while the tree was walked.
            throw e.getCause();
        }
        return objects;
    }

    private static List<String> flows(SortedMap<String, byte[]> objects) throws IOException {
        List<String> ids = new ArrayList<>();
        for (Map.Entry<String, byte[]> object : objects.entrySet()) {
            InputStream bytes = new ByteArrayInputStream(object.getValue());
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                    object.getKey().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    ids.add(JSON.readTree(line).get("flowId").textValue());
                }
            }
        }
        return ids;
    }

    private void assertHoldsEveryFlowOnce(SortedMap<String, byte[]> objects) throws IOException {
        assertThat(flows(objects))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, produced).mapToObj(Samples::flowId).toList());
    }

    /** Offset ranges in the names do not overlap. */
    private static void assertNamesTileThePartitions(Iterable<String> keys) {
        Map<String, TreeMap<Long, Long>> ranges = new TreeMap<>();
        for (String key : keys) {
            String[] parts = key.substring(key.lastIndexOf('/') + 1)
                    .split("\\.ndjson")[0]
                    .split("-");
            int last = parts.length - 1;
            Long other = ranges.computeIfAbsent(parts[last - 2], ignored -> new TreeMap<>())
                    .put(Long.parseLong(parts[last - 1]), Long.parseLong(parts[last]));
            assertThat(other).as(key).isNull();
        }
        ranges.forEach((partition, tiles) -> {
            long next = 0;
            for (Map.Entry<Long, Long> tile : tiles.entrySet()) {
                assertThat(tile.getKey()).as("partition %s", partition).isGreaterThanOrEqualTo(next);
                next = tile.getValue() + 1;
            }
        });
    }
}
