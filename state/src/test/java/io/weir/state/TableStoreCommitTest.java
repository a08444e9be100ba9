package io.weir.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.Await;
import io.weir.testing.KafkaExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@link TableStore} rests on inside Kafka Streams: that the table is asked for its changes before the offsets are committed, in
 * the same transaction. The application commits only when told to, so that what a reader of committed records finds in the changelog
 * was written by that commit and by no later one.
 */
class TableStoreCommitTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path stateDir;

    private String name;
    private String input;

    @BeforeEach
    void nameThings() {
        name = KAFKA.uniqueName("count");
        input = name + "-input";
    }

    @Test
    void shouldWriteChangesInTheTransactionOfTheirOffsets() {
        KAFKA.createTopic(input, 1);
        try (CountApp app = start("one")) {
            send(0, "a", CountApp.COUNT, "a", CountApp.COUNT, "b", CountApp.COUNT);
            Await.until(PATIENCE, "three records processed", () -> app.processed.get() == 3);
            assertThat(changelog()).isEmpty();

            send(0, "-", CountApp.COMMIT);
            Await.until(PATIENCE, "offset 4 committed", () -> committed(0) == 4);

            assertThat(changelog()).isEqualTo(Map.of("a", "2", "b", "1"));
        }
        try (CountApp app = start("one")) {
            send(0, "a", CountApp.COUNT, "b", CountApp.REMOVE, "-", CountApp.COMMIT);
            Await.until(PATIENCE, "offset 7 committed", () -> committed(0) == 7);

            assertThat(app.processed).hasValue(3);
            assertThat(changelog()).isEqualTo(Map.of("a", "3"));
        }
    }

    @Test
    void shouldWriteChangesOnACleanClose() {
        KAFKA.createTopic(input, 1);
        try (CountApp app = start("one")) {
            send(0, "a", CountApp.COUNT);
            Await.until(PATIENCE, "one record processed", () -> app.processed.get() == 1);
            assertThat(changelog()).isEmpty();
        }

        assertThat(committed(0)).isEqualTo(1);
        assertThat(changelog()).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void shouldWriteChangesBeforeATaskMovesToAnotherInstance() {
        KAFKA.createTopic(input, 2);
        try (CountApp first = start("one")) {
            send(0, "a", CountApp.COUNT);
            send(1, "b", CountApp.COUNT);
            Await.until(PATIENCE, "two records processed", () -> first.processed.get() == 2);
            assertThat(changelog()).isEmpty();

            try (CountApp second = start("two")) {
                Await.until(PATIENCE, "one task each", () -> first.tasks() == 1 && second.tasks() == 1);
                send(0, "a", CountApp.COUNT, "-", CountApp.COMMIT);
                send(1, "b", CountApp.COUNT, "-", CountApp.COMMIT);
                Await.until(PATIENCE, "both committed", () -> committed(0) == 3 && committed(1) == 3);

                assertThat(first.processed.get() + second.processed.get()).isEqualTo(6);
                assertThat(changelog()).isEqualTo(Map.of("a", "2", "b", "2"));
            }
        }
    }

    /** A broker refuses a record of more than a mebibyte. */
    @Test
    void shouldPartAPageThatIsTooLongForARecord() {
        KAFKA.createTopic(input, 1);
        String[] keys = {"a".repeat(300_000), "b".repeat(300_000), "c".repeat(300_000), "d".repeat(300_000)};
        try (CountApp app = start("one")) {
            for (String key : keys) {
                send(0, key, CountApp.COUNT);
            }
            send(0, "-", CountApp.COMMIT);
            Await.until(PATIENCE, "offset 5 committed", () -> committed(0) == 5);
            assertThat(pages().get(0)).hasSize(4);
        }
        try (CountApp app = start("one")) {
            send(0, keys[0], CountApp.COUNT, keys[1], CountApp.REMOVE, "-", CountApp.COMMIT);
            Await.until(PATIENCE, "offset 8 committed", () -> committed(0) == 8);
            assertThat(app.processed).hasValue(3);
            assertThat(changelog()).isEqualTo(Map.of(keys[0], "2", keys[2], "1", keys[3], "1"));
        }
    }

    @Test
    void shouldLeaveNothingOfWhatWasNotCommitted() {
        KAFKA.createTopic(input, 1);
        try (CountApp app = start("one")) {
            send(0, "a", CountApp.COUNT, "-", CountApp.COMMIT);
            Await.until(PATIENCE, "offset 2 committed", () -> committed(0) == 2);
            send(0, "a", CountApp.COUNT, "c", CountApp.COUNT, "-", CountApp.CRASH);
            Await.until(PATIENCE, "the crash", () -> app.state() == KafkaStreams.State.ERROR);
        }

        assertThat(committed(0)).isEqualTo(2);
        assertThat(changelog()).isEqualTo(Map.of("a", "1"));
    }

    /** What Kafka Streams does with a store when its task changes between active and standby on one instance. */
    @Test
    void shouldKeepItsRowsWhenATaskBecomesAStandbyAndActiveAgain() {
        CountTable table = new CountTable();
        table.open(null, null);
        table.add("a");
        table.add("b");

        table.clearCache();
        assertThat(table.text()).isEqualTo("[]");
        table.clearCache();
        table.open(null, null);

        assertThat(table.text()).isEqualTo("[a=1, b=1]");
    }

    private CountApp start(String instance) {
        return new CountApp(name, input, stateDir.resolve(instance), KAFKA.clientProps());
    }

    /** Keys and values in turn. */
    private void send(int partition, String... records) {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(KAFKA.clientProps(), new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < records.length; i += 2) {
                producer.send(new ProducerRecord<>(input, partition, records[i], records[i + 1]))
                        .get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private long committed(int partition) {
        try {
            var offset = KAFKA.admin()
                    .listConsumerGroupOffsets(name)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(new TopicPartition(input, partition));
            return offset == null ? 0 : offset.offset();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The changelog as a table, of committed records only. */
    private Map<String, String> changelog() {
        Map<String, String> rows = new TreeMap<>();
        pages().values()
                .forEach(pages -> pages.forEach((number, page) ->
                        Page.read(CountTable.NAME, page, (key, value) -> rows.put(text(key), text(value)))));
        return rows;
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.UTF_8);
    }

    /** By partition of the changelog and number. */
    private Map<Integer, Map<Integer, byte[]>> pages() {
        Map<String, Object> props = new HashMap<>(KAFKA.clientProps());
        props.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        Map<Integer, Map<Integer, byte[]>> pages = new TreeMap<>();
        try (KafkaConsumer<Integer, byte[]> consumer =
                new KafkaConsumer<>(props, new IntegerDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(name + "-" + CountTable.NAME + "-changelog").stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    Map<Integer, byte[]> known = pages.computeIfAbsent(record.partition(), any -> new TreeMap<>());
                    if (record.value() == null) {
                        known.remove(record.key());
                    } else {
                        known.put(record.key(), record.value());
                    }
                });
            }
        }
        return pages;
    }
}
