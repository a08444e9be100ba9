package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.CaptureFiles;
import io.weir.app.WeirProcess;
import io.weir.app.WeirRun;
import io.weir.app.failure.ExitCode;
import io.weir.schemas.Capture;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.rejected.RejectedRecord;
import io.weir.schemas.serde.Avro;
import io.weir.schemas.serde.WireFormat;
import io.weir.schemas.topic.TopicCreator;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import io.weir.testing.Await;
import io.weir.testing.KafkaExtension;
import java.io.OutputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Records that are not what they should be, on every topic, while a capture is metered: each is set aside, and nothing else is missed. */
class PoisonTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private static final int PACKETS = 200_000;
    private static final int PARTITIONS = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final byte[] KEY = "10.0.0.0/8".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;

    private final Topics topics = new Topics(KAFKA.uniqueName("poison") + ".");

    @Test
    void shouldSetAsideWhatCannotBeReadAndMissNothing() throws Exception {
        TopicCreator.createMissing(KAFKA.admin(), topics.all(), PARTITIONS);
        byte[] packets = Files.readAllBytes(CaptureFiles.udp(directory.resolve("c.pcap"), PACKETS, 1000, 5_000));
        int half = packets.length / 2;
        Set<String> written = new TreeSet<>();
        poison(1, written);
        try (DatagramSocket ipfixCollector = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                WeirProcess decoder = part("decoder");
                WeirProcess meter = part("meter");
                WeirProcess advisor = part("advisor");
                WeirProcess exporter = part(
                        "exporter",
                        "-s",
                        "sink.uri=" + directory.resolve("objects").toUri(),
                        "-s",
                        "sink.topics=findings,flows,edges,losses",
                        "-s",
                        "sink.object.delay=1s");
                WeirProcess ipfix = part("ipfix", "--to", "udp://127.0.0.1:" + ipfixCollector.getLocalPort());
                WeirProcess collector = part("collector", "--pcap", "-")) {
            OutputStream in = collector.in();
            in.write(packets, 0, half);
            in.flush();
            poison(2, written);
            in.write(packets, half, packets.length - half);
            in.close();
            assertThat(collector.awaitExit(PATIENCE)).as(collector.err()).isZero();
            poison(3, written);

            WeirRun audit = run("audit", "--json", "--wait", PATIENCE.toSeconds() + "s");
            assertThat(audit.exitCode()).as(audit.out() + audit.err()).isEqualTo(ExitCode.DONE);
            assertThat(audit.out()).contains("\"packets\":" + PACKETS);
            Await.untilAsserted(PATIENCE, "every poison record is set aside", () -> {
                for (WeirProcess part : List.of(decoder, meter, advisor, exporter, ipfix)) {
                    assertThat(part.isAlive()).as(part.err()).isTrue();
                }
                assertThat(List.copyOf(rejected())).isEqualTo(List.copyOf(written));
            });
            for (String command : List.of("flows", "edges", "findings", "losses", "drops")) {
                WeirRun read = run(command, "--json");
                assertThat(read.exitCode()).as(command + read.err()).isEqualTo(ExitCode.DONE);
            }
            assertThat(run("drops", "--filter", "packets == 1").err()).contains("records could not be read");
        }
    }

    private WeirProcess part(String name, String... more) {
        List<String> all = new ArrayList<>(List.of("run", name, "-s", "data-dir=" + directory.resolve(name)));
        all.addAll(List.of("-s", "meter.commit-interval=100ms"));
        all.addAll(List.of(more));
        return WeirProcess.start(directory, WeirRun.joining(KAFKA, topics.prefix(), all.toArray(String[]::new)));
    }

    private WeirRun run(String... args) {
        return WeirRun.of(directory, WeirRun.joining(KAFKA, topics.prefix(), args));
    }

    /** Records of every kind on every topic; what is to be found afterwards goes to {@code written}: which part, where, how long. */
    private void poison(int round, Set<String> written) throws Exception {
        Map<String, Object> configs = KAFKA.clientProps();
        configs.put(SchemaRegistryClient.URL_CONFIG, KAFKA.schemaRegistryUrl());
        try (Producer<byte[], byte[]> producer =
                        new KafkaProducer<>(configs, new ByteArraySerializer(), new ByteArraySerializer());
                SchemaRegistryClient registry = SchemaRegistryClient.create(configs)) {
            int otherId = registry.register("other-value", Capture.getClassSchema());
            for (TopicSpec<?> spec : topics.all()) {
                if (!spec.rejects() && !spec.equals(topics.drops())) {
                    continue;
                }
                int ownId = registry.register(spec.subject(), Avro.schemaOf(spec.valueType()));
                byte[] random = new byte[500];
                new Random(round).nextBytes(random);
                List<byte[]> values = new ArrayList<>(List.of(
                        new byte[0],
                        new byte[] {1, 2, 3},
                        framed(1_000_000, 10),
                        framed(otherId, 10),
                        framed(ownId, 1),
                        random));
                if (!spec.equals(topics.subnets())) {
                    // There it ends a prefix.
                    values.add(null);
                }
                for (byte[] value : values) {
                    // Compaction would take all but the last of a key.
                    byte[] key = spec.equals(topics.subnets())
                            ? ("10." + round + "." + written.size() + ".1/8").getBytes(StandardCharsets.UTF_8)
                            : KEY;
                    RecordMetadata at = producer.send(new ProducerRecord<>(spec.name(), key, value))
                            .get();
                    for (String reader : readers(spec)) {
                        written.add(place(
                                reader,
                                spec.name(),
                                Integer.toString(at.partition()),
                                Long.toString(at.offset()),
                                value));
                    }
                }
            }
        }
    }

    private List<String> readers(TopicSpec<?> spec) {
        String sink = topics.prefix() + "sink.objects";
        if (spec.equals(topics.sflow()) || spec.equals(topics.netflow())) {
            return List.of(topics.prefix() + "decoder");
        }
        if (spec.equals(topics.packets())) {
            return List.of(topics.prefix() + "meter");
        }
        if (spec.equals(topics.drops())) {
            // Read by a command only, which tells of them.
            return List.of();
        }
        if (spec.equals(topics.flows())) {
            return List.of(topics.prefix() + "advisor", sink, topics.prefix() + "sink.ipfix");
        }
        return List.of(spec.equals(topics.subnets()) ? topics.prefix() + "advisor" : sink);
    }

    private static byte[] framed(int schemaId, int octets) {
        byte[] value = new byte[WireFormat.HEADER_OCTETS + octets];
        WireFormat.writeHeader(value, schemaId);
        // A length that nothing follows.
        value[value.length - 1] = 100;
        return value;
    }

    private static String place(String reader, String topic, String partition, String offset, byte[] value) {
        return reader + ' ' + topic + '-' + partition + '@' + offset + ' ' + (value == null ? "null" : value.length);
    }

    /** What stands on the topics of rejected records. */
    private Set<String> rejected() {
        Set<String> found = new TreeSet<>();
        Map<String, Object> reading = KAFKA.clientProps();
        reading.put("isolation.level", "read_committed");
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = topics.all().stream()
                    .filter(TopicSpec::rejects)
                    .map(spec -> new TopicPartition(spec.rejectedName(), 0))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    found.add(place(
                            header(record, RejectedRecord.BY),
                            header(record, RejectedRecord.TOPIC),
                            header(record, RejectedRecord.PARTITION),
                            header(record, RejectedRecord.OFFSET),
                            record.value()));
                }
            }
        }
        return found;
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
