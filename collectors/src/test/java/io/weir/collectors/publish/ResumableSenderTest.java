package io.weir.collectors.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.collectors.capture.CaptureFileReader;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.FrameSink;
import io.weir.decoding.packet.FactKind;
import io.weir.schemas.CapturePosition;
import io.weir.schemas.FlowKey;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.PacketBatch;
import io.weir.schemas.PacketDigest;
import io.weir.schemas.PacketFact;
import io.weir.schemas.TcpNote;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicCreator;
import io.weir.schemas.topic.Topics;
import io.weir.testing.KafkaExtension;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What several runs over one file send together is what one run sends. */
class ResumableSenderTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private static final int PARTITIONS = 3;
    private static final int FRAMES_PER_POLL = 50;

    /** Time that passes between two looks at the clock: every third poll commits. */
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    private final Topics topics = new Topics(KAFKA.uniqueName("resume") + ".");

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void makeCapture() throws IOException {
        file = directory.resolve("test.pcap");
        Files.write(file, pcap(0, 500));
    }

    @Test
    void shouldSendTogetherWhatOneRunSends() throws Exception {
        Sent whole = collect(new Topics(topics.prefix() + "whole."), run -> {});

        for (int frames : new int[] {100, 101, 260, 499}) {
            assertThatThrownBy(() -> collect(topics, run -> run.breakAfter = frames))
                    .hasMessage("broken");
        }
        Sent parts = collect(topics, run -> {});

        assertThat(parts.packets).isEqualTo(whole.packets);
        assertThat(parts.packets.values().stream().mapToInt(List::size).sum()).isEqualTo(500);
        assertThat(parts.packets.values().toString()).contains("note 1 ");
        assertThat(parts.sessions).hasSize(1);
        assertThat(parts.ends).isEqualTo(PARTITIONS);
    }

    @Test
    void shouldGoOnWhereAStoppedRunGotTo() throws Exception {
        Sent stopped = collect(topics, run -> run.stopAfter = 250);
        assertThat(stopped.count()).isEqualTo(250);
        assertThat(stopped.ends).as("its flows may go on").isZero();

        Sent rest = collect(topics, run -> {});

        assertThat(rest.report.packets()).isEqualTo(250);
        assertThat(rest.count()).isEqualTo(500);
        assertThat(rest.ends).isEqualTo(PARTITIONS);
        assertThat(rest.sessions).hasSize(1);
    }

    @Test
    void shouldSendNothingOfAFileThatWasReadToItsEnd() throws Exception {
        Sent first = collect(topics, run -> {});
        Sent second = collect(topics, run -> {});

        assertThat(second.report.packets()).isZero();
        assertThat(second.packets).isEqualTo(first.packets);
        assertThat(second.ends).isEqualTo(PARTITIONS);
    }

    @Test
    void shouldReadOnBehindTheFormerEndOfAFileThatHasGrown() throws Exception {
        collect(topics, run -> {});
        Files.write(
                file,
                Arrays.copyOfRange(pcap(500, 40), HEADER_OCTETS, HEADER_OCTETS + 40 * RECORD_OCTETS),
                StandardOpenOption.APPEND);

        Sent grown = collect(topics, run -> {});

        assertThat(grown.report.packets()).isEqualTo(40);
        assertThat(grown.count()).isEqualTo(540);
        assertThat(grown.sessions).as("the first session has told its end").hasSize(2);
        assertThat(grown.ends).isEqualTo(2L * PARTITIONS);
    }

    @Test
    void shouldReadAnotherFileOfTheSameNameFromItsStart() throws Exception {
        collect(topics, run -> {});
        Files.write(file, pcap(1000, 30));

        Sent other = collect(topics, run -> {});

        assertThat(other.report.packets()).isEqualTo(30);
        assertThat(other.count()).isEqualTo(530);
    }

    @Test
    void shouldTellEachLossOnce() throws Exception {
        byte[] whole = pcap(0, 500);
        Files.write(file, Arrays.copyOf(whole, whole.length - 10));

        Sent first = collect(topics, run -> {});
        assertThat(first.losses).extracting(Loss::getReason).containsExactly(LossReason.truncated_file);
        Sent second = collect(topics, run -> {});

        assertThat(second.losses).hasSize(1);
        assertThat(second.report.seenPackets()).isZero();
    }

    @Test
    void shouldCountThePacketThatAFileEndedWithinAsLostAlsoWhenItHasGrown() throws Exception {
        byte[] whole = pcap(0, 540);
        int cut = HEADER_OCTETS + 500 * RECORD_OCTETS + 30;
        Files.write(file, Arrays.copyOf(whole, cut));
        assertThat(collect(topics, run -> {}).losses).hasSize(1);
        // The rest of the packet, and an impossible header behind all others.
        Files.write(file, Arrays.copyOfRange(whole, cut, whole.length), StandardOpenOption.APPEND);
        byte[] damage = new byte[16];
        Arrays.fill(damage, (byte) 0xff);
        Files.write(file, damage, StandardOpenOption.APPEND);

        Sent grown = collect(topics, run -> {});

        assertThat(grown.report.packets()).isEqualTo(39);
        assertThat(grown.count()).as("all but the one that is told as lost").isEqualTo(539);
        assertThat(grown.losses)
                .extracting(Loss::getReason)
                .containsExactlyInAnyOrder(LossReason.truncated_file, LossReason.corrupt_packet_header);
        assertThat(collect(topics, run -> {}).losses)
                .as("nothing is told twice")
                .hasSize(2);
    }

    /** The header of a record is cut: no packet is lost yet, and what stands there later may be damage. */
    @Test
    void shouldTellWhatIsBehindACutBetweenPackets() throws Exception {
        byte[] whole = pcap(0, 501);
        int cut = HEADER_OCTETS + 500 * RECORD_OCTETS + 7;
        Files.write(file, Arrays.copyOf(whole, cut));
        assertThat(collect(topics, run -> {}).losses)
                .extracting(Loss::getReason, Loss::getPackets)
                .containsExactly(tuple(LossReason.truncated_file, null));
        assertThat(collect(topics, run -> {}).losses).as("told once").hasSize(1);

        ByteBuffer.wrap(whole).putInt(HEADER_OCTETS + 500 * RECORD_OCTETS + 12, -1);
        Files.write(file, whole);
        Sent grown = collect(topics, run -> {});
        assertThat(grown.count()).isEqualTo(500);
        assertThat(grown.losses)
                .extracting(Loss::getReason, Loss::getPackets)
                .containsExactlyInAnyOrder(
                        tuple(LossReason.truncated_file, null), tuple(LossReason.corrupt_packet_header, 1L));
        assertThat(collect(topics, run -> {}).losses)
                .as("nothing is told twice")
                .hasSize(2);
    }

    /** One poll would join what two had told. */
    @Test
    void shouldTellDamageOnceHoweverItIsRead() throws Exception {
        damage(100, 103, 300);
        assertThatThrownBy(() -> collect(topics, run -> {
                    run.framesPerPoll = 2;
                    run.breakAfter = 200;
                }))
                .hasMessage("broken");

        Sent rest = collect(topics, run -> run.framesPerPoll = 500);

        assertThat(rest.losses)
                .extracting(Loss::getReason, Loss::getPackets)
                .containsExactlyElementsOf(Collections.nCopies(3, tuple(LossReason.corrupt_packet_header, (Long) 1L)));
        assertThat(rest.count()).isEqualTo(497);
    }

    /** Behind an open transaction there may be a word that nobody may read yet. */
    @Test
    void shouldNotTakeAnOlderPositionWhileAnotherTransactionIsOpen() throws Exception {
        collect(topics, run -> run.stopAfter = 100);
        Map<String, Object> other = clientProperties();
        other.put("transactional.id", KAFKA.uniqueName("other"));
        byte[] key = ("node-1|" + file.toAbsolutePath()).getBytes(StandardCharsets.UTF_8);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(other, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topics.capturePositions().name(), 0, key, null))
                    .get();
            assertThatThrownBy(() -> position(key, Duration.ofMillis(500)))
                    .isInstanceOf(TimeoutException.class)
                    .hasMessageContaining("a transaction on it is open");
            producer.abortTransaction();
        }
        assertThat(position(key, CapturePositions.PATIENCE))
                .hasValueSatisfying(found -> assertThat(found.getPackets()).isEqualTo(100));
    }

    private Optional<CapturePosition> position(byte[] key, Duration patience) {
        return CapturePositions.find(topics.capturePositions(), key, clientProperties(), patience);
    }

    /** Packets whose records claim a length that no link carries, so that they are left out. */
    private void damage(int... packets) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file));
        for (int packet : packets) {
            all.putInt(HEADER_OCTETS + packet * RECORD_OCTETS + 12, -1);
        }
        Files.write(file, all.array());
    }

    @Test
    void shouldRefuseAFileThatWasCut() throws Exception {
        byte[] whole = pcap(0, 1000);
        Files.write(file, whole);
        collect(topics, run -> run.framesPerPoll = 500);
        Files.write(file, Arrays.copyOf(whole, HEADER_OCTETS + 900 * RECORD_OCTETS));

        assertThatThrownBy(() -> collect(topics, run -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it holds 900 packets, and an earlier run has sent 1000 of it");
    }

    @Test
    void shouldEndARunWhenAnotherOneTakesTheFileUp() throws Exception {
        assertThatThrownBy(() -> collect(topics, run -> run.atFrame(150, () -> collect(topics, other -> {}))))
                .isInstanceOf(NotCommittedException.class)
                .hasMessageContaining("another collector has taken over " + file);

        assertThat(sent(topics, null).count()).isEqualTo(500);
    }

    /** The options of one run. */
    private static final class Run {
        private int framesPerPoll = FRAMES_PER_POLL;
        private int breakAfter = Integer.MAX_VALUE;
        private int stopAfter = Integer.MAX_VALUE;
        private int actAfter = Integer.MAX_VALUE;
        private Action action;

        void atFrame(int frame, Action action) {
            actAfter = frame;
            this.action = action;
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    private interface Options {
        void of(Run run);
    }

    /**
     * What is on the topics, committed.
     *
     * @param packets by partition, in order
     * @param ends batches that say that nothing follows
     */
    private record Sent(
            CollectorReport report,
            Map<Integer, List<String>> packets,
            List<String> sessions,
            long ends,
            List<Loss> losses) {

        int count() {
            return packets.values().stream().mapToInt(List::size).sum();
        }
    }

    private Sent collect(Topics topics, Options options) throws Exception {
        Run run = new Run();
        options.of(run);
        TopicCreator.createMissing(
                KAFKA.admin(), List.of(topics.packets(), topics.losses(), topics.capturePositions()), PARTITIONS);
        CollectorConfig config = new CollectorConfig(
                "node-1",
                20,
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                16L << 20,
                "lz4",
                8,
                FactKind.ALL,
                true,
                4,
                1,
                false,
                RawPacketConfig.OFF);
        AtomicLong nanos = new AtomicLong();
        try (BatchSender counts = new BatchSender(config, topics, clientProperties());
                ResumableSender sender = new ResumableSender(
                        counts,
                        config,
                        topics,
                        clientProperties(),
                        file,
                        InstantSource.system(),
                        () -> nanos.getAndAdd(STEP_NANOS));
                Source source = new Source(CaptureFileReader.open(file), run)) {
            CaptureCollector collector = CaptureCollector.resumable(
                    config, source, CaptureCollector.Kind.FILE, "test.pcap", sender, InstantSource.system());
            source.collector = collector;
            CollectorReport report = collector.run();
            assertThat(counts.sentPackets()).isEqualTo(report.packets());
            return sent(topics, report);
        }
    }

    private static Sent sent(Topics topics, CollectorReport report) {
        Map<Integer, List<String>> packets = new TreeMap<>();
        List<String> sessions = new ArrayList<>();
        long ends = 0;
        List<Loss> losses = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            Map<String, Long> next = new HashMap<>();
            List<String> lines = new ArrayList<>();
            for (PacketBatch batch : CommittedRecords.read(
                    KAFKA,
                    topics.packets().name(),
                    partition,
                    AvroSerdes.deserializer(PacketBatch.class, clientProperties()))) {
                assertThat(batch.getSequenceNumber())
                        .as("batches of a session have no gap")
                        .isEqualTo(next.merge(batch.getSessionId(), 1L, Long::sum) - 1);
                if (!sessions.contains(batch.getSessionId())) {
                    sessions.add(batch.getSessionId());
                }
                lines.addAll(lines(batch));
                ends += batch.getEndOfInput() ? 1 : 0;
            }
            packets.put(partition, lines);
            losses.addAll(CommittedRecords.read(
                    KAFKA, topics.losses().name(), partition, AvroSerdes.deserializer(Loss.class, clientProperties())));
        }
        return new Sent(report, packets, sessions, ends, losses);
    }

    /** A line for each packet with all that is said of it. */
    private static List<String> lines(PacketBatch batch) {
        List<String> lines = new ArrayList<>();
        long time = batch.getBaseTimeNanoseconds();
        for (int i = 0; i < batch.getKey().size(); i++) {
            int packet = i;
            time += batch.getTimeDelta().get(i) * batch.getTickNanoseconds();
            int index = batch.getKey().get(i);
            FlowKey key = batch.getKeys().get(index >= 0 ? index : -1 - index);
            StringBuilder line = new StringBuilder()
                    .append(time)
                    .append(' ')
                    .append(index >= 0)
                    .append(' ')
                    .append(key)
                    .append(' ')
                    .append(batch.getOctets().get(i))
                    .append(' ')
                    .append(batch.getTcpControlBits().get(i));
            for (TcpNote note : batch.getTcpNotes()) {
                if (note.getPacket() == packet) {
                    line.append(" note ").append(note.getMarks()).append(' ').append(note.getRoundTripMicroseconds());
                }
            }
            for (PacketFact fact : batch.getFacts()) {
                if (fact.getPacket() == packet) {
                    line.append(" fact ").append(fact.getDns());
                }
            }
            for (PacketDigest digest : batch.getDigests()) {
                if (digest.getPacket() == packet) {
                    line.append(" digest ").append(digest.getDigest());
                }
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private static Map<String, Object> clientProperties() {
        return CommittedRecords.clientProperties(KAFKA);
    }

    /** Hands few frames over at once, and breaks off or is stopped behind one. */
    private static final class Source implements CaptureSource {
        private final CaptureSource whole;
        private final Run run;
        private CaptureCollector collector;
        private int frames;

        Source(CaptureSource whole, Run run) {
            this.whole = whole;
            this.run = run;
        }

        @Override
        public int poll(FrameSink sink, int maxFrames) throws IOException {
            if (frames >= run.breakAfter) {
                throw new IOException("broken");
            }
            if (frames >= run.actAfter) {
                run.actAfter = Integer.MAX_VALUE;
                try {
                    run.action.run();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
            if (frames >= run.stopAfter) {
                collector.stop();
            }
            int last = Math.min(run.breakAfter, run.stopAfter);
            int wanted = Math.min(run.framesPerPoll, Math.min(maxFrames, Math.max(last - frames, 1)));
            int delivered = whole.poll(sink, wanted);
            frames += Math.max(delivered, 0);
            return delivered;
        }

        @Override
        public void stop() {
            whole.stop();
        }

        @Override
        public String name() {
            return whole.name();
        }

        @Override
        public void close() throws IOException {
            whole.close();
        }
    }

    private static final int HEADER_OCTETS = 24;
    private static final int FRAME_OCTETS = 60;
    private static final int RECORD_OCTETS = 16 + FRAME_OCTETS;
    private static final int CONNECTIONS = 11;

    /** Segments of six octets of several connections, 1 ms apart; each fiftieth is sent again at once. */
    private static byte[] pcap(int first, int packets) {
        ByteBuffer out = ByteBuffer.allocate(HEADER_OCTETS + packets * RECORD_OCTETS);
        out.putInt(0xa1b2c3d4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(65535)
                .putInt(1);
        for (int i = first; i < first + packets; i++) {
            out.putInt(1000 + i / 1000)
                    .putInt(i % 1000 * 1000)
                    .putInt(FRAME_OCTETS)
                    .putInt(FRAME_OCTETS);
            int segment = i % 50 == 49 ? i - CONNECTIONS : i;
            segment(out, segment % CONNECTIONS, segment / CONNECTIONS);
        }
        return out.array();
    }

    private static void segment(ByteBuffer out, int connection, int number) {
        int start = out.position();
        out.put(new byte[] {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2}).putShort((short) 0x0800);
        out.putShort((short) 0x4500)
                .putShort((short) 46)
                .putShort((short) number)
                .putShort((short) 0);
        out.put((byte) 64).put((byte) 6).putShort((short) 0).putInt(0x0a000002).putInt(0x0a000001);
        out.putShort((short) (40_000 + connection))
                .putShort((short) 80)
                .putInt(1 + 6 * number)
                .putInt(1);
        out.put((byte) 0x50).put((byte) 0x18).putShort((short) 1000).putInt(0);
        out.position(start + FRAME_OCTETS);
    }
}
