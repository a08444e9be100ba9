package io.weir.topology.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.decoding.packet.FactKind;
import io.weir.schemas.DropDirection;
import io.weir.schemas.DropReasonRegistry;
import io.weir.schemas.DropReport;
import io.weir.schemas.DroppedPackets;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.topology.netflow.NetflowWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What flow records say of drops, with restarts in between. */
class NetflowDropsTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long NOW = TimeUnit.SECONDS.toNanos(NetflowWriter.EXPORT_SECONDS);
    private static final DatagramSender SENDER = DatagramSender.of(4, 0, 0xc000_0201L, 2055);
    private static final int PARTITIONS = 3;
    private static final String TCP_COMMUNITY_ID = "1:LQU9qZlK+B5F3KDmev6m5PMibrg=";

    /** Source, destination, ports, protocol, flags, in, out, first and last as uptime. */
    private static final int[] FLOW = {8, 4, 12, 4, 7, 2, 11, 2, 4, 1, 6, 1, 10, 4, 14, 4, 22, 4, 21, 4};

    private static final int FLOW_OCTETS = 30;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DecoderMetrics metrics = new DecoderMetrics(registry);
    private final List<DroppedPackets> drops = new ArrayList<>();
    private final List<Loss> losses = new ArrayList<>();
    private NetflowTable table;
    private PacketOutbox outbox;
    private DatagramLosses gathered;
    private NetflowIntake intake;
    private int sequence;

    NetflowDropsTest() {
        start(new NetflowTable("exporters", PARTITIONS));
    }

    private void start(NetflowTable of) {
        table = of;
        table.open(null, metrics.flushes());
        outbox = new PacketOutbox(
                1, PARTITIONS, table, (partition, value) -> assertThat(value).isNotEmpty());
        gathered = new DatagramLosses(losses::add);
        DecoderMetrics.Task counts = metrics.begin(DatagramKind.NETFLOW);
        intake = new NetflowIntake(
                table,
                new SampledPackets(outbox, 2, FactKind.ALL),
                new RecordedPackets(outbox, 10 * SECOND),
                new DropRecords(counts, drops::add),
                gathered,
                counts,
                () -> "netflow-0@" + sequence,
                table::forget,
                90 * SECOND);
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

    private void take(byte[] datagram) {
        intake.take(ByteBuffer.wrap(datagram), SENDER, "session", NOW);
    }

    private NetflowWriter message() {
        return NetflowWriter.v9().sequence(++sequence);
    }

    /** One record of a flow with more fields: element and length in turn, then a value for each. */
    private void take(int[] more, long... values) {
        take(message()
                .template(300, join(FLOW, more))
                .data(300, record(more, values))
                .bytes());
        flush();
    }

    private static int[] join(int[] one, int[] other) {
        int[] all = new int[one.length + other.length];
        System.arraycopy(one, 0, all, 0, one.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        return all;
    }

    /** 128.232.110.120:34855 to 66.35.250.204:80, from interface 12 to 13, ten to one second before the export. */
    private static byte[] record(int[] more, long... values) {
        int octets = FLOW_OCTETS;
        for (int i = 1; i < more.length; i += 2) {
            octets += more[i];
        }
        ByteBuffer record = ByteBuffer.allocate(octets)
                .putInt(0x80e86e78)
                .putInt(0x4223facc)
                .putShort((short) 34_855)
                .putShort((short) 80)
                .put((byte) 6)
                .put((byte) 0x12)
                .putInt(12)
                .putInt(13)
                .putInt(NetflowWriter.UPTIME_MILLIS - 10_000)
                .putInt(NetflowWriter.UPTIME_MILLIS - 1_000);
        for (int i = 0; i < values.length; i++) {
            for (int octet = more[2 * i + 1] - 1; octet >= 0; octet--) {
                record.put((byte) (values[i] >>> (8 * octet)));
            }
        }
        return record.array();
    }

    private DroppedPackets only() {
        assertThat(drops).hasSize(1);
        return drops.get(0);
    }

    private double count(String name, String... tags) {
        return registry.get("weir.decoder." + name).tags(tags).counter().count();
    }

    @Test
    void shouldTellWhoseWhereAndWhy() {
        take(new int[] {2, 4, 1, 4, 89, 1}, 31, 3100, 130);

        DroppedPackets one = only();
        assertThat(one.getObservationPoint().getHost()).isEqualTo("192.0.2.1");
        assertThat(one.getObservationPoint().getInterface$()).isEqualTo("1:12");
        assertThat(one.getObservationPoint().getCapture()).isEqualTo("netflow");
        assertThat(one.getReport()).isEqualTo(DropReport.flow_record);
        assertThat(one.getReason()).isEqualTo("acl_drop");
        assertThat(one.getReasonNumber()).isEqualTo(130);
        assertThat(one.getReasonRegistry()).isEqualTo(DropReasonRegistry.forwarding_status);
        assertThat(one.getFirstTimeMicroseconds()).isEqualTo((NOW - 10 * SECOND) / 1000);
        assertThat(one.getLastTimeMicroseconds()).isEqualTo((NOW - SECOND) / 1000);
        assertThat(one.getReceiveTimeMicroseconds()).isEqualTo(NOW / 1000);
        assertThat(one.getDirection()).isEqualTo(DropDirection.unknown);
        assertThat(one.getInputInterface()).isEqualTo("12");
        assertThat(one.getOutputInterface()).isEqualTo("13");
        assertThat(one.getPackets()).isEqualTo(31);
        assertThat(one.getOctets()).isEqualTo(3100);
        assertThat(one.getLayer2Octets()).isNull();
        assertThat(one.getIsCumulative()).isFalse();
        assertThat(one.getFlow().getCommunityId()).isEqualTo(TCP_COMMUNITY_ID);
        assertThat(one.getFlow().getSource().getPort()).isEqualTo(34_855);
        assertThat(one.getFlow().getTcpControlBits()).isEqualTo(0x12);
        assertThat(one.getSequenceNumber()).isNull();
        assertThat(one.getSubAgentId()).isNull();
        assertThat(DropRecords.keyOf(one)).isEqualTo(TCP_COMMUNITY_ID);
        assertThat(outbox.packets()).as("they came in, hence are in the flow").isEqualTo(31);
        assertThat(count("drop.records", "registry", "forwarding_status", "reason", "acl_drop"))
                .isOne();
        assertThat(count("dropped.packets", "registry", "forwarding_status")).isEqualTo(31);
    }

    @ParameterizedTest
    @CsvSource({
        "128, unknown",
        "129, acl_deny",
        "130, acl_drop",
        "131, unroutable",
        "132, adjacency",
        "133, fragmentation_and_df_set",
        "134, bad_header_checksum",
        "135, bad_total_length",
        "136, bad_header_length",
        "137, bad_ttl",
        "138, policer",
        "139, wred",
        "140, rpf",
        "141, for_us",
        "142, bad_output_interface",
        "143, hardware",
        "144, 144",
        "191, 191"
    })
    void shouldNameEveryReasonForADrop(int status, String reason) {
        take(new int[] {2, 4, 1, 4, 89, 1}, 1, 100, status);

        assertThat(only().getReason()).isEqualTo(reason);
        assertThat(only().getReasonNumber()).isEqualTo(status);
    }

    /** One octet is as good as four. */
    @Test
    void shouldReadTheStatusAtAnyLength() {
        take(new int[] {2, 4, 1, 4, 89, 4}, 1, 100, 139);

        assertThat(only().getReason()).isEqualTo("wred");
    }

    /** Forwarded, consumed, not known, and what is no octet. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65, 127, 192, 195, 255, 384, 32_768})
    void shouldTellNothingOfWhatWasNotDropped(int status) {
        take(new int[] {2, 4, 1, 4, 89, 2, 133, 4, 132, 4, 233, 1}, 5, 500, status, 0, 0, 2);

        assertThat(drops).isEmpty();
        assertThat(outbox.packets()).isEqualTo(5);
    }

    /** A part of the flow's packets: those that came in are counted, the dropped ones among them. */
    @Test
    void shouldTellOfCountsWithoutAReason() {
        take(new int[] {2, 4, 1, 4, 133, 4, 132, 4}, 31, 3100, 4, 250);

        assertThat(only().getPackets()).isEqualTo(4);
        assertThat(only().getOctets()).isEqualTo(250);
        assertThat(only().getIsCumulative()).isFalse();
        assertThat(only().getReason()).isEqualTo("unknown");
        assertThat(only().getReasonNumber()).isNull();
        assertThat(only().getReasonRegistry()).isEqualTo(DropReasonRegistry.none);
        assertThat(outbox.packets()).isEqualTo(31);
    }

    @Test
    void shouldMarkCountsSinceTheBegin() {
        take(new int[] {2, 4, 1, 4, 135, 8, 134, 8}, 31, 3100, 400, 25_000);

        assertThat(only().getPackets()).isEqualTo(400);
        assertThat(only().getOctets()).isEqualTo(25_000);
        assertThat(only().getIsCumulative()).isTrue();
        assertThat(count("dropped.packets", "registry", "none")).isZero();
        assertThat(count("drop.records", "registry", "none", "reason", "unknown"))
                .isOne();
    }

    @Test
    void shouldPreferWhatIsCountedSinceTheLastReport() {
        take(new int[] {2, 4, 1, 4, 133, 4, 135, 8, 89, 1}, 31, 3100, 4, 400, 138);

        assertThat(only().getPackets()).isEqualTo(4);
        assertThat(only().getOctets()).isNull();
        assertThat(only().getIsCumulative()).isFalse();
        assertThat(only().getReason()).isEqualTo("policer");
    }

    @ParameterizedTest
    @CsvSource({
        // Totals, frames, initiator; what left was not dropped.
        "86, 85, true",
        "430, 1, false",
        "298, 231, false"
    })
    void shouldTakeWhateverCountsWhatCameIn(int packets, int octets, boolean cumulative) {
        take(new int[] {packets, 4, octets, 4, 89, 1}, 9, 900, 129);

        assertThat(only().getPackets()).isEqualTo(9);
        assertThat(only().getOctets()).isEqualTo(900);
        assertThat(only().getIsCumulative()).isEqualTo(cumulative);
    }

    @Test
    void shouldNotCountWhatWentOut() {
        take(new int[] {24, 4, 23, 4, 89, 1}, 9, 900, 129);

        assertThat(only().getReport()).isEqualTo(DropReport.event);
        assertThat(only().getPackets()).isNull();
    }

    @Test
    void shouldTellOfConnectionsThatAFirewallDenied() {
        take(new int[] {233, 1, 33002, 2}, 3, 1001);
        take(new int[] {233, 1, 33002, 2}, 3, 1002);
        take(new int[] {233, 1, 33002, 2}, 3, 1003);
        take(new int[] {233, 1, 33002, 2}, 3, 1004);
        take(new int[] {233, 1, 33002, 2}, 3, 0);
        take(new int[] {40005, 1}, 3);
        take(new int[] {233, 1, 33002, 2}, 2, 1001);
        take(new int[] {233, 1}, 1);

        assertThat(drops)
                .extracting(
                        DroppedPackets::getReason, DroppedPackets::getReasonNumber, DroppedPackets::getReasonRegistry)
                .containsExactly(
                        tuple("ingress_acl", 1001L, DropReasonRegistry.firewall_extended_event),
                        tuple("egress_acl", 1002L, DropReasonRegistry.firewall_extended_event),
                        tuple("to_firewall_interface", 1003L, DropReasonRegistry.firewall_extended_event),
                        tuple("first_packet_not_syn", 1004L, DropReasonRegistry.firewall_extended_event),
                        tuple("denied", 3L, DropReasonRegistry.firewall_event),
                        tuple("denied", 3L, DropReasonRegistry.firewall_event));
        assertThat(drops).allSatisfy(one -> {
            assertThat(one.getReport()).isEqualTo(DropReport.event);
            assertThat(one.getPackets()).isNull();
            assertThat(one.getFlow().getCommunityId()).isEqualTo(TCP_COMMUNITY_ID);
            assertThat(one.getObservationPoint().getInterface$()).isEqualTo("1:12");
        });
        assertThat(table.points())
                .as("nothing that the meter would have to wait for")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, ingress, 1:12", "1, egress, 1:13"})
    void shouldTellTheSide(int direction, DropDirection side, String at) {
        take(new int[] {2, 4, 1, 4, 89, 1, 61, 1}, 1, 100, 128, direction);

        assertThat(only().getDirection()).isEqualTo(side);
        assertThat(only().getObservationPoint().getInterface$()).isEqualTo(at);
    }

    @Test
    void shouldNameTheSamplingRate() {
        take(new int[] {2, 4, 1, 4, 89, 1, 34, 4}, 3, 300, 139, 512);

        assertThat(only().getObservationPoint().getSamplingRate()).isEqualTo(512);
        assertThat(only().getPackets()).isEqualTo(3);
        assertThat(table.points()).singleElement().satisfies(point -> assertThat(point.point)
                .isEqualTo(only().getObservationPoint()));
    }

    /** A record of one packet with its start, as of a sampler behind the drop. */
    @Test
    void shouldReadThePacketThatWasDropped() {
        ByteBuffer packet = ByteBuffer.allocate(28)
                .putInt(0x4500_001c)
                .putInt(0)
                .putInt(0x4011_0000)
                .putInt(0x0a000001)
                .putInt(0x0a000002)
                .putShort((short) 40_000)
                .putShort((short) 53)
                .putInt(0x0008_0000);
        ByteBuffer record = ByteBuffer.allocate(28 + 1 + 8)
                .put(packet.array())
                .put((byte) 131)
                .putLong(TimeUnit.NANOSECONDS.toMillis(NOW - SECOND));
        take(NetflowWriter.ipfix()
                .template(300, 313, 28, 89, 1, 323, 8)
                .data(300, record.array())
                .bytes());
        flush();

        assertThat(only().getReport()).isEqualTo(DropReport.sampled_packet);
        assertThat(only().getReason()).isEqualTo("unroutable");
        assertThat(only().getPackets()).isOne();
        assertThat(only().getOctets()).isEqualTo(28);
        assertThat(only().getFlow().getDestination().getPort()).isEqualTo(53);
        assertThat(only().getFirstTimeMicroseconds()).isEqualTo((NOW - SECOND) / 1000);
        assertThat(outbox.packets()).isOne();
    }

    @Test
    void shouldTellOfSumsWithoutAFlow() {
        take(message()
                .template(300, 10, 4, 133, 4, 132, 4)
                .data(
                        300,
                        ByteBuffer.allocate(12)
                                .putInt(7)
                                .putInt(40)
                                .putInt(4000)
                                .array())
                .bytes());
        flush();

        assertThat(only().getFlow()).isNull();
        assertThat(only().getPackets()).isEqualTo(40);
        assertThat(DropRecords.keyOf(only())).isEqualTo("192.0.2.1|1:7");
        assertThat(outbox.packets()).isZero();
    }

    @Test
    void shouldTellOnceOverARestart() {
        int[] more = {2, 4, 1, 4, 89, 1};
        byte[] early = message().data(300, record(more, 2, 200, 139)).bytes();
        byte[] template = message().template(300, join(FLOW, more)).bytes();
        byte[] later = message().data(300, record(more, 3, 300, 138)).bytes();
        take(early);
        assertThat(drops).isEmpty();
        restart();
        take(early);
        take(template);
        restart();
        take(later);
        take(later);
        flush();

        assertThat(drops)
                .extracting(DroppedPackets::getReason, DroppedPackets::getPackets)
                .containsExactly(tuple("wred", 2L), tuple("policer", 3L));
        assertThat(losses).isEmpty();
    }

    @Test
    void shouldNotBelieveWhatNoLinkCanHaveCarried() {
        take(new int[] {2, 4, 1, 4, 133, 8}, 31, 3100, 1L << 40);
        take(new int[] {2, 4, 1, 4, 132, 8}, 31, 3100, -1L);
        take(new int[] {2, 4, 1, 8, 89, 1}, 31, -1L, 139);

        assertThat(drops).isEmpty();
        assertThat(outbox.packets()).isEqualTo(62);
        assertThat(losses).hasSize(3).allSatisfy(loss -> assertThat(loss.getReason())
                .isEqualTo(LossReason.implausible_record));
        assertThat(losses.get(0).getMessage()).contains("netflow-0@1", "1099511627776", "dropped");
    }

    /** However short its records are. */
    @Test
    void shouldBoundTheDropsOfADatagram() {
        byte[][] records = new byte[NetflowIntake.MAX_DROPS + 5][];
        Arrays.fill(records, new byte[] {1});
        take(message().template(300, 133, 1).data(300, records).bytes());
        flush();

        assertThat(drops).hasSize(NetflowIntake.MAX_DROPS);
        assertThat(losses).singleElement().satisfies(loss -> {
            assertThat(loss.getReason()).isEqualTo(LossReason.implausible_record);
            assertThat(loss.getFlowRecords()).isEqualTo(5);
        });
    }
}
