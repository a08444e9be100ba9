package io.weir.collectors.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.collectors.capture.CaptureFileReader;
import io.weir.decoding.packet.FactKind;
import io.weir.schemas.FlowKey;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.PacketBatch;
import io.weir.schemas.RawPacket;
import io.weir.schemas.RawPacketBatch;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicCreator;
import io.weir.schemas.topic.Topics;
import io.weir.testing.KafkaExtension;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CaptureCollectorTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private static final int PARTITIONS = 3;
    private static final int FRAME_OCTETS = 60;

    private final Topics topics = new Topics(KAFKA.uniqueName("collect") + ".");

    @Test
    void shouldNumberBatchesWithoutGapsAndSayWhenTheInputEnds() throws Exception {
        CollectorReport report = collect(pcap(1000, 1), 100);

        assertThat(report.packets()).isEqualTo(1000);
        assertThat(report.seenPackets()).isEqualTo(1000);
        assertThat(report.layer2Octets()).isEqualTo(1000L * FRAME_OCTETS);
        long packets = 0;
        for (int partition = 0; partition < PARTITIONS; partition++) {
            List<PacketBatch> batches =
                    CommittedRecords.read(KAFKA, topics.packets().name(), partition, batches());
            long number = 0;
            for (PacketBatch batch : batches) {
                assertThat(batch.getSequenceNumber()).isEqualTo(number++);
                assertThat(batch.getTickNanoseconds()).isEqualTo(1000);
                assertThat(batch.getKey().size()).isLessThanOrEqualTo(100);
                assertThat(batch.getObservationPoint().getInterface$()).isEqualTo("test.pcap");
                packets += batch.getKey().size();
            }
            assertThat(batches.get(batches.size() - 1).getEndOfInput()).isTrue();
            assertThat(batches.subList(0, batches.size() - 1)).noneMatch(PacketBatch::getEndOfInput);
        }
        assertThat(packets).isEqualTo(1000);
    }

    @Test
    void shouldKeepNanoseconds() throws Exception {
        collect(nanosecondPcap(), 100);

        List<Long> times = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (PacketBatch batch :
                    CommittedRecords.read(KAFKA, topics.packets().name(), partition, batches())) {
                long time = batch.getBaseTimeNanoseconds();
                for (long delta : batch.getTimeDelta()) {
                    time += delta * batch.getTickNanoseconds();
                    times.add(time);
                }
            }
        }
        assertThat(times).containsExactlyInAnyOrder(1_000_000_002_000L, 1_000_000_002_001L);
    }

    @Test
    void shouldRecordACutFileAsALoss() throws Exception {
        byte[] whole = pcap(5, 1);
        CollectorReport report = collect(Arrays.copyOf(whole, whole.length - 10), 100);

        assertThat(report.packets()).isEqualTo(4);
        assertThat(report.seenPackets()).isEqualTo(5);
        List<Loss> losses = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            losses.addAll(CommittedRecords.read(KAFKA, topics.losses().name(), partition, losses()));
        }
        assertThat(losses).hasSize(1);
        assertThat(losses.get(0).getReason()).isEqualTo(LossReason.truncated_file);
        assertThat(losses.get(0).getPackets()).isEqualTo(1);
        assertThat(losses.get(0).getFirstOffset()).isNotNull();
    }

    @Test
    void shouldCopyTheFirstPacketsOfEachFlow() throws Exception {
        byte[] capture = pcap(100, 10, 4);
        CollectorReport report = collect(capture, 100, new RawPacketConfig(3, 64, Duration.ofSeconds(60), Map.of()));

        assertThat(report.packets()).isEqualTo(100);
        List<RawPacket> packets = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (RawPacketBatch batch :
                    CommittedRecords.read(KAFKA, topics.rawPackets().name(), partition, rawPackets())) {
                assertThat(batch.getObservationPoint().getInterface$()).isEqualTo("test.pcap");
                packets.addAll(batch.getPackets());
            }
        }
        assertThat(packets)
                .extracting(RawPacket::getTimeNanoseconds)
                .containsExactlyInAnyOrderElementsOf(LongStream.range(0, 12)
                        .mapToObj(i -> 1_000_000_000_000L + i * 10_000)
                        .toList());
        RawPacket first = packets.stream()
                .min(Comparator.comparingLong(RawPacket::getTimeNanoseconds))
                .orElseThrow();
        assertThat(first.getFrame()).isEqualTo(ByteBuffer.wrap(capture, 40, FRAME_OCTETS));
        assertThat(first.getLinkType()).isEqualTo(1);
        assertThat(first.getLayer2Octets()).isEqualTo(FRAME_OCTETS);
        assertThat(first.getKeys()).extracting(FlowKey::getPortB).containsExactly(40_000);
    }

    private static Deserializer<RawPacketBatch> rawPackets() {
        return AvroSerdes.deserializer(RawPacketBatch.class, clientProperties());
    }

    private static Deserializer<PacketBatch> batches() {
        return AvroSerdes.deserializer(PacketBatch.class, clientProperties());
    }

    private static Deserializer<Loss> losses() {
        return AvroSerdes.deserializer(Loss.class, clientProperties());
    }

    private static Map<String, Object> clientProperties() {
        return CommittedRecords.clientProperties(KAFKA);
    }

    private CollectorReport collect(byte[] capture, int batchPackets) throws Exception {
        return collect(capture, batchPackets, RawPacketConfig.OFF);
    }

    private CollectorReport collect(byte[] capture, int batchPackets, RawPacketConfig rawPackets) throws Exception {
        TopicCreator.createMissing(
                KAFKA.admin(), List.of(topics.packets(), topics.rawPackets(), topics.losses()), PARTITIONS);
        CollectorConfig config = new CollectorConfig(
                "node-1",
                batchPackets,
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                16L << 20,
                "lz4",
                8,
                FactKind.ALL,
                true,
                0,
                1,
                false,
                rawPackets);
        try (BatchSender sender = new BatchSender(config, topics, clientProperties());
                CaptureFileReader reader =
                        CaptureFileReader.open("test.pcap", Channels.newChannel(new ByteArrayInputStream(capture)))) {
            CollectorReport report = new CaptureCollector(
                            config,
                            List.of(reader),
                            CaptureCollector.Kind.FILE,
                            "test.pcap",
                            sender,
                            InstantSource.system(),
                            () -> "session-1")
                    .run();
            sender.flush();
            assertThat(sender.sentPackets()).isEqualTo(report.packets());
            assertThat(sender.lostPackets()).isZero();
            return report;
        }
    }

    /** Microsecond pcap, UDP packets of as many flows as packets. */
    private static byte[] pcap(int packets, long stepMicros) {
        return pcap(packets, stepMicros, 20_000);
    }

    private static byte[] pcap(int packets, long stepMicros, int flows) {
        byte[] file = new byte[24 + packets * (16 + FRAME_OCTETS)];
        ByteBuffer out = ByteBuffer.wrap(file);
        header(out, 0xa1b2c3d4);
        for (int i = 0; i < packets; i++) {
            out.putInt(1000).putInt((int) (i * stepMicros)).putInt(FRAME_OCTETS).putInt(FRAME_OCTETS);
            frame(out, 40000 + i % flows);
        }
        return file;
    }

    private static byte[] nanosecondPcap() {
        byte[] file = new byte[24 + 2 * (16 + FRAME_OCTETS)];
        ByteBuffer out = ByteBuffer.wrap(file);
        header(out, 0xa1b23c4d);
        for (int i = 0; i < 2; i++) {
            out.putInt(1000).putInt(2000 + i).putInt(FRAME_OCTETS).putInt(FRAME_OCTETS);
            frame(out, 40000);
        }
        return file;
    }

    private static void header(ByteBuffer out, int magic) {
        out.putInt(magic)
                .putShort((short) 2)
                .putShort((short) 4)
                .putInt(0)
                .putInt(0)
                .putInt(65535)
                .putInt(1);
    }

    private static void frame(ByteBuffer out, int sourcePort) {
        int start = out.position();
        out.put(new byte[] {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2}).putShort((short) 0x0800);
        out.put((byte) 0x45)
                .put((byte) 0)
                .putShort((short) 46)
                .putInt(0)
                .put((byte) 64)
                .put((byte) 17)
                .putShort((short) 0);
        out.putInt(0x0a000002).putInt(0x0a000001);
        out.putShort((short) sourcePort)
                .putShort((short) 53)
                .putShort((short) 26)
                .putShort((short) 0);
        out.position(start + FRAME_OCTETS);
    }
}
