package io.weir.topology.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.decoding.packet.FactKind;
import io.weir.schemas.ExporterStatus;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.ForwardingAddress;
import io.weir.schemas.packets.ForwardingNumber;
import io.weir.schemas.packets.MalformedBatchException;
import io.weir.schemas.packets.PacketBatchDecoder;
import io.weir.schemas.packets.ReportedForwarding;
import io.weir.schemas.packets.TcpControlBits;
import io.weir.testing.CapturedDatagrams;
import io.weir.testing.Captures;
import io.weir.topology.netflow.NetflowWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Flow records to packet summaries, with restarts in between. */
class NetflowIntakeTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long NOW = TimeUnit.SECONDS.toNanos(NetflowWriter.EXPORT_SECONDS);
    private static final DatagramSender SENDER = DatagramSender.of(4, 0, 0xc000_0201L, 2055);
    private static final int PARTITIONS = 3;

    /** Source, destination, ports, protocol, flags, packets, octets, first and last as uptime. */
    private static final int[] FIELDS = {8, 4, 12, 4, 7, 2, 11, 2, 4, 1, 6, 1, 2, 4, 1, 4, 22, 4, 21, 4};

    private final List<Loss> losses = new ArrayList<>();
    private final List<Summary> summaries = new ArrayList<>();
    private final List<ReportedForwarding> ways = new ArrayList<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DecoderMetrics metrics = new DecoderMetrics(registry);
    private NetflowTable table;
    private PacketOutbox outbox;
    private DatagramLosses gathered;
    private NetflowIntake intake;
    private int place;
    private int ended;

    private record Summary(
            String point,
            int samplingRate,
            int protocol,
            int portA,
            boolean sentByA,
            long timeNanos,
            int packets,
            int octets,
            int flags) {}

    NetflowIntakeTest() {
        start(new NetflowTable("exporters", PARTITIONS));
    }

    private void start(NetflowTable of) {
        table = of;
        table.open(null, metrics.flushes());
        outbox = new PacketOutbox(1, PARTITIONS, table, (partition, value) -> read(value));
        gathered = new DatagramLosses(losses::add);
        DecoderMetrics.Task counts = metrics.begin(DatagramKind.NETFLOW);
        intake = new NetflowIntake(
                table,
                new SampledPackets(outbox, 2, FactKind.ALL),
                new RecordedPackets(outbox, 10 * SECOND),
                new DropRecords(counts, dropped -> {}),
                gathered,
                counts,
                () -> "netflow-0@" + place,
                this::end,
                90 * SECOND);
    }

    private void end(PointRow row) {
        outbox.flush();
        outbox.sendLife(row, true);
        table.forget(row);
        ended++;
    }

    /** As after a commit and a crash: what the changelog holds goes on. */
    private void restart() {
        flush();
        NetflowTable fresh = new NetflowTable("exporters", PARTITIONS);
        table.writeAll(fresh::restore);
        start(fresh);
    }

    private void flush() {
        outbox.flush();
        gathered.tell();
    }

    private void read(byte[] value) {
        PacketBatchDecoder batch = new PacketBatchDecoder();
        try {
            batch.decode(value, 5);
        } catch (MalformedBatchException e) {
            throw new AssertionError(e);
        }
        for (int i = 0; i < batch.forwardingCount(); i++) {
            ways.add(batch.forwarding(i));
        }
        for (int i = 0; i < batch.packetCount(); i++) {
            int index = batch.keyColumn()[i];
            CanonicalKey key = batch.key(index >= 0 ? index : -1 - index);
            summaries.add(new Summary(
                    batch.observationPoint().getHost() + "|"
                            + batch.observationPoint().getInterface$(),
                    batch.observationPoint().getSamplingRate(),
                    key.protocolIdentifier,
                    key.portA,
                    index >= 0,
                    batch.timeNanosecondsColumn()[i],
                    batch.packetsColumn()[i],
                    batch.octetsColumn()[i],
                    batch.tcpControlBitsColumn()[i]));
        }
    }

    private void take(byte[] datagram) {
        take(datagram, NOW);
    }

    private void take(byte[] datagram, long receiveNanos) {
        place++;
        intake.take(ByteBuffer.wrap(datagram), SENDER, "session", receiveNanos);
    }

    private static byte[] record(int flags, int packets, int octets, int firstUptime, int lastUptime) {
        return ByteBuffer.allocate(34)
                .putInt(0x0a000002)
                .putInt(0x0a000001)
                .putShort((short) 40_000)
                .putShort((short) 443)
                .put((byte) 6)
                .put((byte) flags)
                .putInt(packets)
                .putInt(octets)
                .putInt(firstUptime)
                .putInt(lastUptime)
                .array();
    }

    private static NetflowWriter message(int sequence) {
        return NetflowWriter.v9().sequence(sequence);
    }

    /** One conversation, in windows, each with its share; flags where they belong. */
    @Test
    void shouldSpreadARecordOverItsWindows() {
        // The exporter has been up for 100 s at NOW, a multiple of ten seconds.
        take(message(1)
                .template(300, FIELDS)
                .data(300, record(0x1b, 31, 3100, 75_000, 99_000))
                .bytes());
        flush();

        int union = TcpControlBits.UNION;
        assertThat(summaries)
                .extracting(
                        one -> (one.timeNanos - NOW) / SECOND, one -> one.packets, one -> one.octets, one -> one.flags)
                .containsExactly(
                        tuple(-25L, 7, 700, 0x1a | union),
                        tuple(-20L, 12, 1200, 0x18 | union),
                        tuple(-1L, 12, 1200, 0x19 | union));
        assertThat(table.points()).singleElement().satisfies(point -> {
            assertThat(point.watermarkNanos).isEqualTo(NOW - 90 * SECOND);
            assertThat(point.delayNanos).isEqualTo(90 * SECOND);
        });
    }

    @Test
    void shouldKeepTheFlagsOfOnePacketAsTheyAre() {
        take(message(1)
                .template(300, FIELDS)
                .data(300, record(0x02, 1, 60, 98_000, 98_000))
                .bytes());
        flush();

        assertThat(summaries).singleElement().satisfies(one -> assertThat(one.flags)
                .isEqualTo(0x02));
    }

    @Test
    void shouldDecodeDataThatCameBeforeItsTemplateAndARestart() {
        take(message(1).data(300, record(0x10, 4, 400, 90_000, 95_000)).bytes());
        restart();
        assertThat(summaries).isEmpty();
        assertThat(table.pendingSetCount()).isEqualTo(1);
        take(message(2).template(300, FIELDS).bytes());
        flush();

        assertThat(summaries.stream().mapToInt(Summary::packets).sum()).isEqualTo(4);
        assertThat(table.pendingSetCount()).isZero();
        restart();
        take(message(3).data(300, record(0x10, 5, 500, 90_000, 95_000)).bytes());
        flush();
        assertThat(summaries.stream().mapToInt(Summary::octets).sum()).isEqualTo(900);
        assertThat(losses).isEmpty();
    }

    /** An exporter that was heard of until just now has its templates, however long ago it sent them. */
    @Test
    void shouldKnowOldTemplatesAfterARestart() {
        take(message(1).template(300, FIELDS).bytes());
        long later = NOW + TimeUnit.HOURS.toNanos(3);
        for (long time = NOW; time < later; time += 60 * SECOND) {
            intake.advance(time);
            take(
                    message(2 + (int) ((time - NOW) / SECOND))
                            .data(300, record(0x10, 1, 100, 90_000, 95_000))
                            .bytes(),
                    time);
        }
        restart();
        intake.advance(later);
        summaries.clear();
        take(message(99_999).data(300, record(0x10, 7, 700, 90_000, 95_000)).bytes(), later);
        flush();

        assertThat(summaries.stream().mapToInt(Summary::packets).sum()).isEqualTo(7);
    }

    @Test
    void shouldKnowTheSamplingRateAfterARestart() {
        take(message(1)
                .template(300, FIELDS)
                .options(301, 1, 1, 4, 34, 4)
                .data(301, ByteBuffer.allocate(8).putInt(7).putInt(512).array())
                .bytes());
        restart();
        take(message(2).data(300, record(0x10, 4, 400, 90_000, 95_000)).bytes());
        flush();

        assertThat(summaries).isNotEmpty().allMatch(one -> one.samplingRate == 512);
    }

    @Test
    void shouldCountADatagramOnceThatComesTwice() {
        byte[] template = message(1).template(300, FIELDS).bytes();
        byte[] data = message(2).data(300, record(0x10, 4, 400, 90_000, 95_000)).bytes();
        byte[] waiting =
                message(3).data(305, record(0x10, 4, 400, 90_000, 95_000)).bytes();
        take(template);
        take(data);
        take(waiting);
        restart();
        take(data);
        take(waiting);
        take(template);
        take(message(4).template(305, FIELDS).bytes());
        flush();

        assertThat(summaries.stream().mapToInt(Summary::packets).sum()).isEqualTo(8);
        assertThat(registry.get("weir.decoder.disordered.datagrams")
                        .tags("protocol", "netflow", "kind", "duplicate")
                        .counter()
                        .count())
                .isEqualTo(3);
    }

    @Test
    void shouldTellOfDatagramsAndRecordsThatNeverCame() {
        take(message(1).template(300, FIELDS).bytes());
        take(message(5).data(300, record(0x10, 1, 100, 90_000, 95_000)).bytes(), NOW + 2 * SECOND);
        take(NetflowWriter.v5(1, 100, 0, 0, NetflowWriter.v5Record(1, 2, 3, 4, 5, 600)));
        restart();
        take(NetflowWriter.v5(1, 111, 0, 0, NetflowWriter.v5Record(1, 2, 3, 4, 6, 700)), NOW + 2 * SECOND);
        flush();

        assertThat(losses)
                .extracting(Loss::getReason, Loss::getDatagrams, Loss::getFlowRecords)
                .containsExactlyInAnyOrder(
                        tuple(LossReason.missing_datagrams, 3L, null), tuple(LossReason.missing_records, null, 10L));
    }

    @Test
    void shouldTellOfSetsWhoseTemplateNeverCame() {
        take(message(1).data(300, record(0x10, 4, 400, 90_000, 95_000)).bytes());
        intake.advance(NOW + TimeUnit.MINUTES.toNanos(31));
        flush();

        assertThat(losses).singleElement().satisfies(loss -> {
            assertThat(loss.getReason()).isEqualTo(LossReason.missing_template);
            assertThat(loss.getSets()).isEqualTo(1);
            assertThat(loss.getMessage()).contains("192.0.2.1", "template 300");
        });
        assertThat(table.pendingSetCount()).isZero();
    }

    private Map<String, ExporterStatus> statuses() {
        Map<String, ExporterStatus> statuses = new TreeMap<>();
        for (ExporterRow row : table.exporters()) {
            statuses.put(
                    ExporterStatuses.key(row), table.statuses(NOW / 1_000_000).apply(row));
        }
        return statuses;
    }

    @Test
    void shouldSayHowDomainsStandOverARestart() {
        byte[] record = record(0x10, 4, 400, 90_000, 95_000);
        take(
                message(1)
                        .template(300, FIELDS)
                        .options(301, 1, 1, 4, 34, 4)
                        .data(301, ByteBuffer.allocate(8).putInt(7).putInt(512).array())
                        .data(300, record, record)
                        .bytes(),
                NOW + 1_500_000_000L);
        take(message(3).data(300, record).bytes(), NOW + 250_000_000L);
        take(message(3).data(300, record).bytes(), NOW + 350_000_000L);
        take(message(1).domain(7).data(300, record).bytes(), NOW - 2 * SECOND);
        restart();
        take(message(4).data(300, record).data(306, record).bytes(), NOW + SECOND);
        take(NetflowWriter.v5(1, 100, 3, 0x4000 | 10, NetflowWriter.v5Record(1, 2, 3, 4, 5, 600)), NOW);

        assertThat(statuses()).containsOnlyKeys("192.0.2.1|netflow9|1", "192.0.2.1|netflow9|7", "192.0.2.1|netflow5|3");
        ExporterStatus status = statuses().get("192.0.2.1|netflow9|1");
        assertThat(status.getDatagrams()).isEqualTo(4);
        assertThat(status.getFirstHeardMilliseconds()).isEqualTo(NOW / 1_000_000 + 1_500);
        assertThat(status.getLastHeardMilliseconds()).isEqualTo(NOW / 1_000_000 + 1_500);
        assertThat(status.getDuplicateDatagrams()).isEqualTo(1);
        assertThat(status.getFlowRecords()).isEqualTo(4);
        assertThat(status.getOptionsRecords()).isEqualTo(1);
        assertThat(status.getMissingDatagrams()).isEqualTo(1);
        assertThat(status.getMissingFlowRecords()).isNull();
        assertThat(status.getTemplates()).isEqualTo(1);
        assertThat(status.getOptionsTemplates()).isEqualTo(1);
        assertThat(status.getPendingSets()).isEqualTo(1);
        assertThat(status.getClockOffsetMilliseconds()).isEqualTo(-1_000);
        assertThat(status.getLeastClockOffsetMilliseconds()).isEqualTo(-1_500);
        assertThat(status.getGreatestClockOffsetMilliseconds()).isEqualTo(-250);
        assertThat(status.getSampling().getLeastSamplingRate()).isEqualTo(512);
        assertThat(status.getSampling().getGreatestSamplingRate()).isEqualTo(512);
        assertThat(status.getSampling().getEffectiveSamplingRate()).isNull();

        ExporterStatus other = statuses().get("192.0.2.1|netflow9|7");
        assertThat(other.getObservationDomainId()).isEqualTo(7);
        assertThat(other.getDatagrams()).isEqualTo(1);
        assertThat(other.getTemplates()).isZero();
        assertThat(other.getPendingSets()).isEqualTo(1);
        assertThat(other.getClockOffsetMilliseconds()).isEqualTo(2_000);
        assertThat(other.getMissingDatagrams()).isZero();

        ExporterStatus fifth = statuses().get("192.0.2.1|netflow5|3");
        assertThat(fifth.getTemplates()).isNull();
        assertThat(fifth.getMissingFlowRecords()).isZero();
        assertThat(fifth.getClockOffsetMilliseconds()).isEqualTo(500);
        assertThat(fifth.getSampling().getLeastSamplingRate()).isEqualTo(10);

        intake.advance(NOW + TimeUnit.MINUTES.toNanos(31));
        assertThat(statuses().get("192.0.2.1|netflow9|1").getGivenUpSets()).isEqualTo(1);
        assertThat(statuses().get("192.0.2.1|netflow9|1").getPendingSets()).isZero();
    }

    @Test
    void shouldTellPortsApartThatAreExportersOfTheirOwn() {
        DatagramSender other = DatagramSender.of(4, 0, SENDER.addressLow(), SENDER.port() + 1);
        byte[] fields = message(1).template(300, FIELDS).bytes();
        byte[] others = message(500).template(300, 8, 4, 12, 4, 2, 4).bytes();
        take(fields);
        intake.take(ByteBuffer.wrap(others), other, "session", NOW);
        take(message(2).template(300, FIELDS).bytes());
        take(message(3).data(300, record(0x10, 4, 400, 90_000, 95_000)).bytes());
        intake.take(
                ByteBuffer.wrap(message(501)
                        .template(300, 8, 4, 12, 4, 2, 4)
                        .data(300, new byte[12])
                        .bytes()),
                other,
                "session",
                NOW);
        restart();

        Map<String, ExporterStatus> statuses = statuses();
        assertThat(statuses)
                .containsOnlyKeys("192.0.2.1|netflow9|1", "192.0.2.1|netflow9|1|2055", "192.0.2.1|netflow9|1|2056");
        assertThat(statuses.get("192.0.2.1|netflow9|1").getExporterTransportPort())
                .isNull();
        ExporterStatus one = statuses.get("192.0.2.1|netflow9|1|2055");
        assertThat(one.getExporterTransportPort()).isEqualTo(2055);
        assertThat(one.getTemplates()).isEqualTo(1);
        assertThat(one.getFlowRecords()).isEqualTo(1);
        ExporterStatus two = statuses.get("192.0.2.1|netflow9|1|2056");
        assertThat(two.getExporterTransportPort()).isEqualTo(2056);
        assertThat(two.getTemplates()).isEqualTo(1);
        assertThat(two.getMissingDatagrams()).isZero();
    }

    @Test
    void shouldRefuseARecordThatNoLinkCanHaveCarried() {
        take(message(1)
                .template(300, 8, 4, 12, 4, 2, 8, 1, 8)
                .data(
                        300,
                        ByteBuffer.allocate(24)
                                .putInt(1)
                                .putInt(2)
                                .putLong(3)
                                .putLong(-1)
                                .array())
                .bytes());
        flush();

        assertThat(summaries).isEmpty();
        assertThat(losses).singleElement().satisfies(loss -> {
            assertThat(loss.getReason()).isEqualTo(LossReason.implausible_record);
            assertThat(loss.getFlowRecords()).isEqualTo(1);
            assertThat(loss.getMessage()).contains("netflow-0@1", "18446744073709551615");
        });
    }

    /** More than a column holds is parted. */
    @Test
    void shouldCountALargeRecordWhole() {
        take(message(1)
                .template(300, 8, 4, 12, 4, 2, 8, 1, 8)
                .data(
                        300,
                        ByteBuffer.allocate(24)
                                .putInt(1)
                                .putInt(2)
                                .putLong(1L << 33)
                                .putLong(1L << 41)
                                .array())
                .bytes());
        flush();

        assertThat(summaries.stream().mapToLong(Summary::packets).sum()).isEqualTo(1L << 33);
        assertThat(summaries.stream().mapToLong(Summary::octets).sum()).isEqualTo(1L << 41);
    }

    @Test
    void shouldTellOfADatagramOfWhichNothingCanBeRead() {
        take(new byte[] {0, 9, 0});
        flush();

        assertThat(losses).singleElement().satisfies(loss -> {
            assertThat(loss.getReason()).isEqualTo(LossReason.malformed_datagram);
            assertThat(loss.getDatagrams()).isEqualTo(1);
        });
    }

    /** What was open at the point is given, and its time begins anew. */
    @Test
    void shouldBeginAPointAnewWhenTheClockOfItsExporterIsSetBack() {
        int ahead = NetflowWriter.EXPORT_SECONDS + 7_200;
        byte[] record = record(0x10, 4, 400, 90_000, 95_000);
        take(message(1).seconds(ahead).template(300, FIELDS).data(300, record).bytes());
        take(message(2).seconds(ahead + 1).data(300, record).bytes(), NOW + SECOND);
        String before = table.points().iterator().next().sessionId;
        assertThat(ended).isZero();
        take(message(3).data(300, record).bytes(), NOW + 2 * SECOND);
        flush();

        assertThat(ended).isEqualTo(1);
        assertThat(table.points()).singleElement().satisfies(point -> {
            assertThat(point.sessionId).isNotEqualTo(before);
            assertThat(point.watermarkNanos).isEqualTo(NOW - 90 * SECOND);
        });
        assertThat(summaries.stream().mapToInt(Summary::packets).sum()).isEqualTo(12);
    }

    /** An exporter tells of what has been. */
    @Test
    void shouldNotBelieveThatAPacketIsYetToCome() {
        take(message(1)
                .template(300, FIELDS)
                .data(300, record(0x10, 2, 200, 3_695_000, 3_700_000))
                .bytes());
        flush();

        assertThat(summaries).extracting(Summary::timeNanos).containsExactly(NOW - 5 * SECOND, NOW);
    }

    /** However much one datagram's records say that they count. */
    @Test
    void shouldBoundTheSummariesOfADatagram() {
        byte[] record = ByteBuffer.allocate(28)
                .putInt(1)
                .putInt(2)
                .putLong(1L << 36)
                .putLong(1L << 42)
                .putInt(1_000_000_000)
                .array();
        byte[][] records = new byte[200][];
        Arrays.fill(records, record);
        take(message(1)
                .template(300, 8, 4, 12, 4, 2, 8, 1, 8, 161, 4)
                .data(300, records)
                .bytes());
        flush();

        assertThat(summaries.size()).isBetween(RecordedPackets.MAX_SUMMARIES, 2 * RecordedPackets.MAX_SUMMARIES);
        assertThat(summaries).allMatch(one -> one.packets > 0);
        long counted = summaries.stream().mapToLong(Summary::packets).sum() >> 36;
        assertThat(losses).singleElement().satisfies(loss -> {
            assertThat(loss.getReason()).isEqualTo(LossReason.implausible_record);
            assertThat(loss.getFlowRecords()).isEqualTo(200 - counted);
        });
    }

    /** Tables of samplers name the exporter as their scope in every record. */
    @Test
    void shouldKnowEverySamplerAfterARestart() {
        int[] fields = {8, 4, 12, 4, 48, 2, 2, 4, 1, 4};
        take(message(1)
                .template(300, fields)
                .options(301, 1, 1, 4, 48, 2, 50, 4)
                .data(
                        301,
                        ByteBuffer.allocate(10)
                                .putInt(7)
                                .putShort((short) 1)
                                .putInt(1000)
                                .array(),
                        ByteBuffer.allocate(10)
                                .putInt(7)
                                .putShort((short) 2)
                                .putInt(100)
                                .array())
                .bytes());
        restart();
        for (int sampler = 1; sampler <= 2; sampler++) {
            byte[] record = ByteBuffer.allocate(18)
                    .putInt(1)
                    .putInt(2)
                    .putShort((short) sampler)
                    .putInt(sampler)
                    .putInt(100)
                    .array();
            take(message(1 + sampler).data(300, record).bytes());
        }
        flush();

        assertThat(summaries)
                .extracting(one -> one.packets * 10_000 + one.samplingRate)
                .containsExactly(11_000, 20_100);
    }

    @Test
    void shouldTellInterfacesOfDomainsApart() {
        for (int domain = 0; domain <= 1; domain++) {
            take(message(1)
                    .domain(domain)
                    .template(300, 8, 4, 12, 4, 10, 4, 2, 4, 1, 4)
                    .data(
                            300,
                            ByteBuffer.allocate(20)
                                    .putInt(1)
                                    .putInt(2)
                                    .putInt(12)
                                    .putInt(3)
                                    .putInt(400)
                                    .array())
                    .bytes());
        }
        flush();

        assertThat(summaries).extracting(Summary::point).containsExactly("192.0.2.1|12", "192.0.2.1|1:12");
    }

    /** What cannot be, what is the same as before, and what stands behind the bottom of the stack is not told. */
    @Test
    void shouldTellOfTheWayWhatARecordSays() {
        take(message(1)
                .template(
                        300, 8, 4, 12, 4, 4, 1, 2, 4, 1, 4, 252, 4, 58, 2, 59, 2, 9, 1, 13, 1, 225, 4, 227, 2, 228, 2,
                        239, 1, 234, 4, 89, 1, 70, 3, 71, 3, 72, 3)
                .data(
                        300,
                        ByteBuffer.allocate(50)
                                .putInt(0x0a00_0001)
                                .putInt(0x0a00_0002)
                                .put((byte) 17)
                                .putInt(3)
                                .putInt(400)
                                .putInt(77)
                                .putShort((short) 10)
                                .putShort((short) 20)
                                .put((byte) 33)
                                .put((byte) 24)
                                .putInt(0xcb00_7109)
                                .putShort((short) 50_000)
                                .putShort((short) 0)
                                .put((byte) 2)
                                .putInt(0)
                                .put((byte) 64)
                                .put(new byte[] {0, 0x06, 0x40, 0, 0x0c, (byte) 0x81, 0, 0x12, (byte) 0xc0})
                                .array())
                .bytes());
        flush();

        assertThat(ways).singleElement().satisfies(said -> {
            Map<ForwardingNumber, Long> told = new EnumMap<>(ForwardingNumber.class);
            for (ForwardingNumber number : ForwardingNumber.values()) {
                if (said.has(number)) {
                    told.put(number, said.get(number));
                }
            }
            assertThat(told)
                    .isEqualTo(Map.of(
                            ForwardingNumber.INGRESS_INTERFACE, 77L,
                            ForwardingNumber.POST_VLAN_ID, 20L,
                            ForwardingNumber.DESTINATION_PREFIX_LENGTH, 24L,
                            ForwardingNumber.POST_NAPT_SOURCE_PORT, 50_000L,
                            ForwardingNumber.BIFLOW_DIRECTION, 2L,
                            ForwardingNumber.INGRESS_VRF_ID, 0L,
                            ForwardingNumber.FORWARDING_STATUS, 64L));
            assertThat(said.low(ForwardingAddress.POST_NAT_SOURCE)).isEqualTo(0xcb00_7109L);
            assertThat(said.has(ForwardingAddress.POST_NAT_DESTINATION)).isFalse();
            assertThat(said.labelCount()).isEqualTo(2);
            assertThat(said.label(0)).isEqualTo(100);
            assertThat(said.label(1)).isEqualTo(200);
        });
    }

    /** Wherever the process ends, what comes out is the same. */
    @ParameterizedTest
    @ValueSource(
            strings = {"ipfix-vendors", "nf9-templates-data", "nf9-cisco-sampling", "nfx-telegraf", "nf5-akvorado"})
    void shouldGoOnAfterARestartAnywhere(String capture) {
        List<CapturedDatagrams.Datagram> datagrams = CapturedDatagrams.of(Captures.require(capture + ".pcap"));
        Map<String, Long> whole = sums(datagrams, -1);
        assertThat(whole).isNotEmpty();
        for (int cut = 0; cut < datagrams.size(); cut++) {
            assertThat(sums(datagrams, cut))
                    .as("restarted behind datagram %d", cut)
                    .isEqualTo(whole);
        }
    }

    private Map<String, Long> sums(List<CapturedDatagrams.Datagram> datagrams, int cut) {
        start(new NetflowTable("exporters", PARTITIONS));
        summaries.clear();
        losses.clear();
        for (int i = 0; i < datagrams.size(); i++) {
            CapturedDatagrams.Datagram datagram = datagrams.get(i);
            ByteBuffer address = datagram.address();
            boolean ipv4 = address.remaining() == 4;
            DatagramSender sender = DatagramSender.of(
                    ipv4 ? 4 : 6,
                    ipv4 ? 0 : address.getLong(address.position()),
                    ipv4 ? address.getInt(address.position()) & 0xffff_ffffL : address.getLong(address.position() + 8),
                    datagram.sourcePort());
            intake.take(datagram.payload(), sender, "session", datagram.timeNanos());
            if (i == cut) {
                restart();
            }
        }
        flush();
        Map<String, Long> sums = new TreeMap<>();
        for (Summary one : summaries) {
            String key = one.point + " 1:" + one.samplingRate + " " + one.protocol + " " + one.portA + " " + one.sentByA
                    + " " + one.timeNanos + " " + one.flags;
            sums.merge(key + " packets", (long) one.packets, Long::sum);
            sums.merge(key + " octets", (long) one.octets, Long::sum);
        }
        return sums;
    }
}
