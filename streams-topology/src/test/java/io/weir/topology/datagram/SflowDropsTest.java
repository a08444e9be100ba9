package io.weir.topology.datagram;

import static io.weir.topology.sflow.SflowWriter.all;
import static io.weir.topology.sflow.SflowWriter.block;
import static io.weir.topology.sflow.SflowWriter.bytes;
import static io.weir.topology.sflow.SflowWriter.compactFlowSample;
import static io.weir.topology.sflow.SflowWriter.discardedPacket;
import static io.weir.topology.sflow.SflowWriter.discardedPacketOf;
import static io.weir.topology.sflow.SflowWriter.expandedFlowSample;
import static io.weir.topology.sflow.SflowWriter.head;
import static io.weir.topology.sflow.SflowWriter.header;
import static io.weir.topology.sflow.SflowWriter.words;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.decoding.packet.FactKind;
import io.weir.schemas.DropDirection;
import io.weir.schemas.DropReasonRegistry;
import io.weir.schemas.DropReport;
import io.weir.schemas.DroppedFlow;
import io.weir.schemas.DroppedPackets;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Loss;
import io.weir.topology.sflow.DropReasons;
import io.weir.topology.sflow.SflowWriter;
import io.weir.topology.sflow.SflowWriter.Part;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Notifications of drops to records, with restarts in between. */
class SflowDropsTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long NOW = 1_700_000_000L * SECOND;
    private static final int PARTITIONS = 3;
    private static final DatagramSender SENDER = DatagramSender.of(4, 0, 0x7f00_0001L, 50_000);

    /** Of the baseline that the specification of Community ID publishes. */
    private static final String TCP_COMMUNITY_ID = "1:LQU9qZlK+B5F3KDmev6m5PMibrg=";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DecoderMetrics metrics = new DecoderMetrics(registry);
    private final List<DroppedPackets> drops = new ArrayList<>();
    private final List<Loss> losses = new ArrayList<>();
    private SflowTable table;
    private PacketOutbox outbox;
    private DatagramLosses gathered;
    private SflowIntake intake;
    private long sequence = SflowWriter.SEQUENCE;

    SflowDropsTest() {
        start(new SflowTable("agents", PARTITIONS));
    }

    private void start(SflowTable of) {
        table = of;
        table.open(null, metrics.flushes());
        outbox = new PacketOutbox(
                1, PARTITIONS, table, (partition, value) -> assertThat(value).isNotEmpty());
        gathered = new DatagramLosses(losses::add);
        DecoderMetrics.Task counts = metrics.begin(DatagramKind.SFLOW);
        intake = new SflowIntake(
                table,
                new SampledPackets(outbox, 2, FactKind.ALL),
                new DropRecords(counts, drops::add),
                gathered,
                counts,
                counters -> {},
                () -> "sflow-0@1");
    }

    /** As after a commit and a crash: what the changelog holds goes on. */
    private void restart() {
        flush();
        SflowTable fresh = new SflowTable("agents", PARTITIONS);
        table.writeAll(fresh::restore);
        start(fresh);
    }

    private void flush() {
        outbox.flush();
        gathered.tell();
    }

    /** A datagram, the next one of its agent. */
    private void take(Part... samples) {
        take(SflowWriter.UPTIME_MS, samples);
    }

    private void take(long uptimeMs, Part... samples) {
        take(bytes(head(sequence++, uptimeMs, samples.length), all(samples)));
    }

    private void take(byte[] datagram) {
        intake.take(ByteBuffer.wrap(datagram), SENDER, "session", NOW);
    }

    private DroppedPackets only() {
        assertThat(drops).hasSize(1);
        return drops.get(0);
    }

    private double count(String name, String... tags) {
        return registry.get("weir.decoder." + name).tags(tags).counter().count();
    }

    /** Ethernet, a tag of VLAN 7, IPv4, TCP with SYN: 128.232.110.120:34855 to 66.35.250.204:80, 62 octets. */
    private static byte[] tcpFrame() {
        return ByteBuffer.allocate(14 + 4 + 20 + 20)
                .putShort((short) 0x0200)
                .putInt(2)
                .putShort((short) 0x0200)
                .putInt(1)
                .putShort((short) 0x8100)
                .putShort((short) 7)
                .putShort((short) 0x0800)
                .put(ipv4(40, 6, 0x80e86e78, 0x4223facc))
                .putShort((short) 34_855)
                .putShort((short) 80)
                .putInt(1)
                .putInt(0)
                .put((byte) 0x50)
                .put((byte) 0x02)
                .putShort((short) 1024)
                .putInt(0)
                .array();
    }

    private static byte[] ipv4(int octets, int protocol, int source, int destination) {
        return ByteBuffer.allocate(20)
                .putShort((short) 0x4500)
                .putShort((short) octets)
                .putInt(0)
                .put((byte) 64)
                .put((byte) protocol)
                .putShort((short) 0)
                .putInt(source)
                .putInt(destination)
                .array();
    }

    @Test
    void shouldTellWhoseWhereAndWhy() {
        long dropped = NOW - 3 * SECOND / 2;
        take(discardedPacket(
                257,
                header(tcpFrame()),
                words(1036, 6),
                block(0, 1037, w -> w.u32(12).string("edge-in").u32(1)),
                block(0, 1038, w -> w.string("tcp_v4_rcv+0x4b/0xd90")),
                words(1040, 1500),
                block(0, 1041, w -> w.string("l3_drops").string("ttl_value_is_too_small")),
                block(0, 1042, w -> w.string("NO_SOCKET")),
                block(0, 1043, w -> w.u64(dropped))));

        DroppedPackets one = only();
        assertThat(one.getObservationPoint().getHost()).isEqualTo("192.0.2.1");
        assertThat(one.getObservationPoint().getInterface$()).isEqualTo("3");
        assertThat(one.getObservationPoint().getCapture()).isEqualTo("sflow");
        assertThat(one.getObservationPoint().getSamplingRate()).isOne();
        assertThat(one.getReport()).isEqualTo(DropReport.notification);
        assertThat(one.getReason()).isEqualTo("ttl_exceeded");
        assertThat(one.getReasonNumber()).isEqualTo(257);
        assertThat(one.getReasonRegistry()).isEqualTo(DropReasonRegistry.sflow);
        assertThat(one.getFirstTimeMicroseconds()).isEqualTo(dropped / 1000);
        assertThat(one.getLastTimeMicroseconds()).isEqualTo(dropped / 1000);
        assertThat(one.getReceiveTimeMicroseconds()).isEqualTo(NOW / 1000);
        assertThat(one.getDirection()).isEqualTo(DropDirection.ingress);
        assertThat(one.getInputInterface()).isEqualTo("3");
        assertThat(one.getOutputInterface()).isEqualTo("4");
        assertThat(one.getPackets()).isOne();
        assertThat(one.getOctets()).isEqualTo(40);
        assertThat(one.getLayer2Octets()).isEqualTo(58);
        assertThat(one.getIsCumulative()).isFalse();
        assertThat(one.getQueue()).isEqualTo(6);
        assertThat(one.getQueueDepthOctets()).isEqualTo(1500);
        assertThat(one.getAclNumber()).isEqualTo(12);
        assertThat(one.getAclName()).isEqualTo("edge-in");
        assertThat(one.getFunction()).isEqualTo("tcp_v4_rcv+0x4b/0xd90");
        assertThat(one.getLinuxDropReason()).isEqualTo("NO_SOCKET");
        assertThat(one.getHardwareTrapGroup()).isEqualTo("l3_drops");
        assertThat(one.getHardwareTrap()).isEqualTo("ttl_value_is_too_small");
        assertThat(one.getSubAgentId()).isEqualTo(SflowWriter.SUB_AGENT);
        assertThat(one.getSequenceNumber()).isEqualTo(21);
        assertThat(one.getSuppressedNotifications())
                .as("nothing to compare with")
                .isNull();
        assertThat(one.getMissingNotifications()).isNull();
        assertThat(one.getEnclosedFlow()).isNull();
        DroppedFlow flow = one.getFlow();
        assertThat(flow.getCommunityId()).isEqualTo(TCP_COMMUNITY_ID);
        assertThat(flow.getEtherType()).isEqualTo(0x0800);
        assertThat(flow.getVlanIds()).containsExactly(7);
        assertThat(flow.getIpVersion()).isEqualTo(4);
        assertThat(flow.getProtocolIdentifier()).isEqualTo(6);
        assertThat(flow.getSource())
                .isEqualTo(new Endpoint("128.232.110.120", 34_855, "02:00:00:00:00:01", "128.232.110.120"));
        assertThat(flow.getDestination())
                .isEqualTo(new Endpoint("66.35.250.204", 80, "02:00:00:00:00:02", "66.35.250.204"));
        assertThat(flow.getTcpControlBits()).isEqualTo(0x02);
        assertThat(flow.getIcmpType()).isNull();
        assertThat(DropRecords.keyOf(one)).isEqualTo(TCP_COMMUNITY_ID);
        assertThat(outbox.packets())
                .as("a packet that was not sampled is in no flow")
                .isZero();
        assertThat(count("drop.records", "registry", "sflow", "reason", "ttl_exceeded"))
                .isOne();
        assertThat(count("dropped.packets", "registry", "sflow")).isOne();
    }

    static LongStream reasons() {
        return LongStream.concat(LongStream.range(0, 400), LongStream.of(0x3fff_ffffL, 0x8000_0000L, 0xffff_ffffL));
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void shouldKeepEveryReason(long reason) {
        take(discardedPacket(reason));

        String name = DropReasons.name(reason);
        assertThat(only().getReasonNumber()).isEqualTo(reason);
        assertThat(only().getReason()).isEqualTo(name == null ? Long.toString(reason) : name);
        assertThat(count("drop.records", "registry", "sflow", "reason", name == null ? "other" : name))
                .isOne();
    }

    /** The source is interface 3. */
    @ParameterizedTest
    @CsvSource({
        "3, 0, 3, , ingress",
        "0, 3, , 3, egress",
        "3, 3, 3, 3, unknown",
        "5, 6, 5, 6, unknown",
        "0, 0, , , unknown",
        "0x3fffffff, 3, local, 3, egress",
        "3, 0xffffffff, 3, local, ingress",
        "0x16000064, 0x80000001, 369098852, 2147483649, unknown"
    })
    void shouldReadInterfacesRight(String input, String output, String in, String out, DropDirection direction) {
        take(discardedPacket(1, 0, Long.decode(input), Long.decode(output), 256));

        assertThat(only().getInputInterface()).isEqualTo(in);
        assertThat(only().getOutputInterface()).isEqualTo(out);
        assertThat(only().getDirection()).isEqualTo(direction);
    }

    @ParameterizedTest
    @CsvSource({"0, unknown", "1, ingress", "2, egress", "9, unknown"})
    void shouldTakeTheSideFromTheAccessListWhereInterfacesDoNotTell(long side, DropDirection direction) {
        take(discardedPacket(
                1, 0, 5, 6, 258, block(0, 1037, w -> w.u32(1).string("").u32(side))));

        assertThat(only().getDirection()).isEqualTo(direction);
        assertThat(only().getAclName()).as("an empty name").isNull();
    }

    @Test
    void shouldTellOfDropsThatNobodyWasNotifiedOf() {
        take(discardedPacket(7, 100, 3, 0, 258));
        take(discardedPacket(8, 103, 3, 0, 258));
        take(discardedPacket(11, 103, 3, 0, 258));
        restart();
        take(discardedPacket(9, 103, 3, 0, 258));
        take(discardedPacket(12, 110, 3, 0, 258));

        assertThat(drops)
                .extracting(
                        DroppedPackets::getSequenceNumber,
                        DroppedPackets::getMissingNotifications,
                        DroppedPackets::getSuppressedNotifications)
                .containsExactly(
                        tuple(7L, null, null),
                        tuple(8L, 0L, 3L),
                        tuple(11L, 2L, 0L),
                        tuple(9L, null, null),
                        tuple(12L, 0L, 7L));
        assertThat(count("unnotified.drops", "kind", "suppressed")).isEqualTo(10);
        assertThat(count("unnotified.drops", "kind", "missing")).isEqualTo(2);
        flush();
        assertThat(losses).as("they are the device's, not Weir's").isEmpty();
    }

    @Test
    void shouldCountOverTheEndOf32Bits() {
        take(discardedPacket(0xffff_fffeL, 0xffff_fff0L, 3, 0, 258));
        take(discardedPacket(1, 5, 3, 0, 258));

        assertThat(drops.get(1).getMissingNotifications()).isEqualTo(2);
        assertThat(drops.get(1).getSuppressedNotifications()).isEqualTo(21);
    }

    /** As host-sflow counts: what one source has told of is not told by another again. */
    @Test
    void shouldTellOnceWhatAnAgentCountsForAllSources() {
        take(discardedPacketOf(3, 1, 0, 0, 0, 258));
        take(discardedPacketOf(4, 1, 10, 0, 0, 258));
        take(discardedPacketOf(3, 2, 100, 0, 0, 258));
        restart();
        take(discardedPacketOf(4, 2, 100, 0, 0, 258));
        take(discardedPacketOf(4, 3, 107, 0, 0, 258));

        assertThat(drops)
                .extracting(DroppedPackets::getSuppressedNotifications)
                .containsExactly(null, null, 90L, 0L, 7L);
    }

    @Test
    void shouldTellWhatAnAgentCountsForEachSource() {
        take(discardedPacketOf(3, 1, 1000, 0, 0, 258));
        take(discardedPacketOf(4, 1, 10, 0, 0, 258));
        take(discardedPacketOf(3, 2, 1003, 0, 0, 258));
        take(discardedPacketOf(4, 2, 15, 0, 0, 258));
        restart();
        take(discardedPacketOf(4, 3, 22, 0, 0, 258));
        take(discardedPacketOf(3, 3, 1003, 0, 0, 258));

        assertThat(drops)
                .extracting(DroppedPackets::getSuppressedNotifications)
                .containsExactly(null, null, 3L, 5L, 7L, 0L);
    }

    /** A datagram that was overtaken does not look like a count of each source. */
    @Test
    void shouldNotBeMisledByALateDatagram() {
        take(discardedPacketOf(3, 1, 10, 0, 0, 258), discardedPacketOf(4, 1, 10, 0, 0, 258));
        byte[] overtaken = bytes(head(sequence++, SflowWriter.UPTIME_MS, 1), discardedPacketOf(3, 2, 20, 0, 0, 258));
        take(discardedPacketOf(4, 2, 30, 0, 0, 258));
        take(overtaken);
        take(discardedPacketOf(3, 3, 35, 0, 0, 258));

        assertThat(drops)
                .extracting(DroppedPackets::getSuppressedNotifications)
                .containsExactly(null, null, 20L, 0L, 5L);
    }

    /** Numbers begin anew with the agent: nothing is missing, however they compare. */
    @ParameterizedTest
    @CsvSource({"1, 0", "600, 4", "70000, 1"})
    void shouldNotTakeAnAgentThatBeganAnewForLosses(long number, long notSent) {
        long hours = TimeUnit.HOURS.toMillis(5);
        take(hours, discardedPacket(500, 100, 3, 0, 258));
        take(1, discardedPacket(number, notSent, 3, 0, 258));

        assertThat(drops.get(1).getMissingNotifications()).isNull();
        assertThat(drops.get(1).getSuppressedNotifications()).isNull();
    }

    /** A counter that falls is not one that has wrapped. */
    @Test
    void shouldNotBelieveACounterThatIsSetBack() {
        take(discardedPacket(1, 100, 3, 0, 258));
        take(discardedPacket(2, 0, 3, 0, 258));
        take(discardedPacket(3, 6, 3, 0, 258));

        assertThat(drops).extracting(DroppedPackets::getSuppressedNotifications).containsExactly(null, null, 6L);
    }

    @Test
    void shouldTellADatagramOnceThatComesTwice() {
        byte[] datagram = bytes(head(sequence, SflowWriter.UPTIME_MS, 1), discardedPacket(258, header(tcpFrame())));
        take(datagram);
        restart();
        take(datagram);

        assertThat(drops).hasSize(1);
    }

    /** Flow samples whose output is a reason: in the flow, and dropped. */
    @Test
    void shouldTellOfSampledPacketsThatWereDropped() {
        take(
                compactFlowSample(3, 1 << 30 | 258, header(tcpFrame())),
                expandedFlowSample(0, 0x1600_0064L, 1, 306, header(tcpFrame())),
                compactFlowSample(3, 4, header(tcpFrame())),
                compactFlowSample(3, 2 << 30 | 2, header(tcpFrame())));
        flush();

        assertThat(outbox.packets()).isEqualTo(4);
        assertThat(drops)
                .extracting(
                        DroppedPackets::getReason,
                        one -> one.getObservationPoint().getInterface$(),
                        one -> one.getObservationPoint().getSamplingRate(),
                        DroppedPackets::getInputInterface,
                        DroppedPackets::getOutputInterface,
                        one -> one.getFlow().getCommunityId())
                .containsExactly(
                        tuple("acl", "3", 100, "3", null, TCP_COMMUNITY_ID),
                        tuple("blackhole_nexthop", "369098852", 100, "369098852", null, TCP_COMMUNITY_ID));
        assertThat(drops).allSatisfy(one -> {
            assertThat(one.getReport()).isEqualTo(DropReport.sampled_packet);
            assertThat(one.getDirection()).isEqualTo(DropDirection.ingress);
            assertThat(one.getPackets()).isOne();
            assertThat(one.getSequenceNumber()).isNull();
        });
    }

    @Test
    void shouldTellOfAPacketOfWhichNothingIsKnown() {
        take(discardedPacket(256));

        assertThat(only().getFlow()).isNull();
        assertThat(only().getOctets()).isNull();
        assertThat(only().getLayer2Octets()).isNull();
        assertThat(only().getPackets()).isOne();
        assertThat(only().getFirstTimeMicroseconds()).isEqualTo(NOW / 1000);
        assertThat(DropRecords.keyOf(only())).isEqualTo("192.0.2.1|3");
    }

    @Test
    void shouldReadWhatTheAgentSaysOfThePacketWhereThereIsNoHeader() {
        take(discardedPacket(258, words(1001, 7, 0, 8, 0), block(0, 4, w -> w.u32(80)
                .u32(58)
                .ip(6, 0x2001_0db8_0000_0000L, 1)
                .ip(6, 0x2001_0db8_0000_0000L, 2)
                .u32(135)
                .u32(0)
                .u32(0)
                .u32(0))));

        DroppedFlow flow = only().getFlow();
        assertThat(flow.getSource().getAddress()).isEqualTo("2001:db8::1");
        assertThat(flow.getDestination()).isEqualTo(new Endpoint("2001:db8::2", null, null, "2001:db8::2"));
        assertThat(flow.getIcmpType()).isEqualTo(135);
        assertThat(flow.getIcmpCode()).isZero();
        assertThat(flow.getVlanIds()).containsExactly(7);
        assertThat(only().getOctets()).isEqualTo(80);
    }

    @Test
    void shouldTellOfFramesWithoutIp() {
        byte[] arp = Arrays.copyOf(
                ByteBuffer.allocate(14)
                        .putShort((short) -1)
                        .putInt(-1)
                        .putShort((short) 0x0200)
                        .putInt(1)
                        .putShort((short) 0x0806)
                        .array(),
                60);
        take(discardedPacket(265, header(arp)));

        DroppedFlow flow = only().getFlow();
        assertThat(flow.getCommunityId()).isNull();
        assertThat(flow.getEtherType()).isEqualTo(0x0806);
        assertThat(flow.getIpVersion()).isNull();
        assertThat(flow.getProtocolIdentifier()).isNull();
        assertThat(flow.getSource()).isEqualTo(new Endpoint(null, null, "02:00:00:00:00:01", "02:00:00:00:00:01"));
        assertThat(only().getOctets()).isNull();
        assertThat(only().getLayer2Octets()).isEqualTo(60);
        assertThat(DropRecords.keyOf(only())).isEqualTo("192.0.2.1|3");
    }

    @Test
    void shouldNameTheFlowInATunnel() {
        byte[] tunnel = ByteBuffer.allocate(14 + 20 + 20 + 20)
                .putShort((short) 0x0200)
                .putInt(2)
                .putShort((short) 0x0200)
                .putInt(1)
                .putShort((short) 0x0800)
                .put(ipv4(60, 4, 0x0a000001, 0x0a000002))
                .put(ipv4(40, 6, 0x80e86e78, 0x4223facc))
                .putShort((short) 34_855)
                .putShort((short) 80)
                .putInt(1)
                .putInt(0)
                .putShort((short) 0x5010)
                .putShort((short) 1024)
                .putInt(0)
                .array();
        take(discardedPacket(282, header(tunnel)));

        assertThat(only().getFlow().getProtocolIdentifier()).isEqualTo(4);
        assertThat(only().getFlow().getSource().getAddress()).isEqualTo("10.0.0.1");
        assertThat(only().getEnclosedFlow().getCommunityId()).isEqualTo(TCP_COMMUNITY_ID);
        assertThat(only().getEnclosedFlow().getTcpControlBits()).isEqualTo(0x10);
        assertThat(only().getOctets()).isEqualTo(60);
    }

    /** More than a day off, before 1970, all ones. */
    @ParameterizedTest
    @CsvSource({"1600000000000000000", "1800000000000000000", "0", "-1"})
    void shouldNotBelieveAClockThatIsFarOff(long nanos) {
        take(discardedPacket(256, block(0, 1043, w -> w.u64(nanos))));

        assertThat(only().getFirstTimeMicroseconds()).isEqualTo(NOW / 1000);
    }

    /** What is there is told, and nothing is read that is not. */
    @Test
    void shouldTakeADatagramThatIsCutAnywhere() {
        byte[] whole = bytes(
                head(1, 1, 1),
                discardedPacket(
                        258,
                        header(tcpFrame()),
                        block(0, 1037, w -> w.u32(12).string("edge-in").u32(1)),
                        block(0, 1041, w -> w.string("l3_drops").string("blackhole_route"))));
        int told = 0;
        for (int octets = 0; octets <= whole.length; octets++) {
            start(new SflowTable("agents", PARTITIONS));
            drops.clear();
            take(Arrays.copyOf(whole, octets));
            assertThat(drops).hasSizeLessThanOrEqualTo(1);
            told += drops.size();
        }
        assertThat(only().getHardwareTrap()).isEqualTo("blackhole_route");
        // From the fixed fields on: the head has 28 octets, the sample 8 and 32.
        assertThat(told).isEqualTo(whole.length - (28 + 8 + 32) + 1);
    }

    /** Sources beyond those that are remembered are told all the same. */
    @Test
    void shouldTellOfSourcesThatAreNotRemembered() {
        for (int i = 0; i <= SflowTable.MAX_SOURCES_OF_ONE; i++) {
            take(discardedPacketOf(i + 1, 1, 0, 0, 0, 256));
        }

        assertThat(drops).hasSize(SflowTable.MAX_SOURCES_OF_ONE + 1);
        assertThat(table.exporters()).singleElement().satisfies(agent -> assertThat(agent.sources)
                .hasSize(SflowTable.MAX_SOURCES_OF_ONE));
    }
}
