package io.weir.topology.netflow;

import static io.weir.topology.netflow.NetflowWriter.hex;
import static io.weir.topology.netflow.NetflowWriter.ipfix;
import static io.weir.topology.netflow.NetflowWriter.v9;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What exporters say in several ways, said in one. */
class DataRecordTest {
    private static final String ADDRESSES = "0a000001 0a000002 ";
    private static final long SECOND = 1_000_000_000L;
    private static final long NTP_EPOCH = 2_208_988_800L;

    private static Recording.Seen ipfixRecord(String hex, int... fields) {
        return Decoding.decode(ipfix().template(256, fields).data(256, hex(hex)).bytes())
                .records
                .get(0);
    }

    private static Recording.Seen v9Record(String hex, int... fields) {
        return Decoding.decode(v9().template(256, fields).data(256, hex(hex)).bytes())
                .records
                .get(0);
    }

    /** N-11: all of them by generic access, the last as number. */
    @Test
    void shouldKeepAnElementThatIsThereTwice() {
        Recording.Seen seen = ipfixRecord("0000 0929 0457", 7, 2, 7, 2, 11, 2);
        assertThat(seen.fields())
                .containsExactly("sourceTransportPort=0", "sourceTransportPort=2345", "destinationTransportPort=1111");
        assertThat(seen.get(RecordField.SOURCE_PORT)).isEqualTo(2345);
    }

    @Test
    void shouldPreferTheElementThatSaysItBest() {
        assertThat(ipfixRecord("0011 0022", 7, 2, 180, 2).get(RecordField.SOURCE_PORT))
                .isEqualTo(0x11);
        assertThat(ipfixRecord("0011 0022", 180, 2, 7, 2).get(RecordField.SOURCE_PORT))
                .isEqualTo(0x22);
        assertThat(ipfixRecord("0011 0022", 181, 2, 180, 2).get(RecordField.SOURCE_PORT))
                .isEqualTo(0x22);
    }

    /** N-13: 32 bits of uptime, before and behind their wrap. */
    @ParameterizedTest
    @CsvSource({
        "100000, 95000, 99000, -5000, -1000",
        "100, 4294967195, 50, -201, -50",
        "4294967295, 4294967290, 4294967295, -5, 0",
        "1000, 0, 2000, -1000, 1000"
    })
    void shouldCountUptimesBackFromTheExport(long uptime, long first, long last, long firstOff, long lastOff) {
        byte[] record =
                ByteBuffer.allocate(8).putInt((int) first).putInt((int) last).array();
        Recording.Seen seen = Decoding.decode(v9().uptime((int) uptime)
                        .template(256, 22, 4, 21, 4)
                        .data(256, record)
                        .bytes())
                .only();
        assertThat(seen.first()).isEqualTo(Decoding.NOW + firstOff * 1_000_000L);
        assertThat(seen.last()).isEqualTo(Decoding.NOW + lastOff * 1_000_000L);
        assertThat(seen.estimated()).isFalse();
    }

    /** N-13. */
    @Test
    void shouldReadEveryFormOfTime() {
        long seconds = NetflowWriter.EXPORT_SECONDS - 10;
        String epoch = "%08x %08x".formatted(seconds, seconds + 5);
        String millis = "%016x %016x".formatted(seconds * 1000 + 250, (seconds + 5) * 1000 + 250);
        // A quarter of a second: 2^30 of 2^32.
        String ntp = "%08x40000000 %08x40000000".formatted(seconds + NTP_EPOCH, seconds + 5 + NTP_EPOCH);
        List<Recording.Seen> seen = new ArrayList<>();
        seen.add(ipfixRecord(epoch, 150, 4, 151, 4));
        seen.add(ipfixRecord(millis, 152, 8, 153, 8));
        seen.add(ipfixRecord(ntp, 154, 8, 155, 8));
        seen.add(ipfixRecord(ntp, 156, 8, 157, 8));
        // Microseconds before the export.
        seen.add(ipfixRecord("%08x %08x".formatted(9_750_000, 4_750_000), 158, 4, 159, 4));
        // Since the exporter started, a thousand seconds ago.
        seen.add(ipfixRecord(
                "%08x %08x %016x".formatted(990_250, 995_250, (seconds + 10 - 1_000) * 1_000), 22, 4, 21, 4, 160, 8));
        for (int i = 0; i < seen.size(); i++) {
            long fraction = i == 0 ? 0 : 250_000_000L;
            assertThat(seen.get(i).first()).as("first of form %d", i).isEqualTo(seconds * SECOND + fraction);
            assertThat(seen.get(i).last()).as("last of form %d", i).isEqualTo((seconds + 5) * SECOND + fraction);
            assertThat(seen.get(i).estimated()).isFalse();
        }
    }

    /** N-13: what is finer than microseconds says nothing in an element of microseconds (RFC 7011 section 6.1.9). */
    @Test
    void shouldIgnoreWhatIsFinerThanMicroseconds() {
        String ntp = "%08x400007ff".formatted(NetflowWriter.EXPORT_SECONDS + NTP_EPOCH);
        assertThat(ipfixRecord(ntp, 155, 8).last()).isEqualTo(Decoding.NOW + 250_000_000L);
        assertThat(ipfixRecord(ntp, 157, 8).last()).isEqualTo(Decoding.NOW + 250_000_476L);
    }

    /** N-13: NTP time stamps wrap in 2036. */
    @Test
    void shouldReadNtpTimesOfTheNextEra() {
        int seconds = 2_100_000_000;
        Recording told = new Recording();
        byte[] datagram = ipfix().seconds(seconds)
                .template(256, 156, 8, 157, 8)
                .data(256, hex("%08x00000000 %08x80000000".formatted((int) (seconds + NTP_EPOCH), (int)
                                (seconds + NTP_EPOCH))))
                .bytes();
        Decoding.decode(Decoding.decoder(), told, datagram, Decoding.EXPORTER, seconds * SECOND);
        assertThat(told.only().first()).isEqualTo(seconds * SECOND);
        assertThat(told.only().last()).isEqualTo(seconds * SECOND + SECOND / 2);
        assertThat(told.only().fields().get(1)).isEqualTo("flowEndNanoseconds=2036-07-18T13:20:00.500Z");
    }

    /** N-13: an exporter that is up for longer than 32 bits of milliseconds. */
    @Test
    void shouldCountUptimesOfALongRunningExporter() {
        long up = (1L << 32) + 5_000;
        long init = NetflowWriter.EXPORT_SECONDS * 1000L - up;
        Recording.Seen seen = ipfixRecord("%08x %08x %016x".formatted(3_000, 4_000, init), 22, 4, 21, 4, 160, 8);
        assertThat(seen.first()).isEqualTo(Decoding.NOW - 2 * SECOND);
        assertThat(seen.last()).isEqualTo(Decoding.NOW - SECOND);
    }

    /** N-13: the start of the exporter in an options record. */
    @Test
    void shouldTakeTheStartOfTheExporterFromItsOptions() {
        long init = NetflowWriter.EXPORT_SECONDS * 1000L - 60_000;
        Recording told = Decoding.decode(ipfix().options(300, 1, 149, 4, 160, 8)
                .data(300, hex("00000001 %016x".formatted(init)))
                .template(256, 22, 4, 21, 4)
                .data(256, hex("%08x %08x".formatted(50_000, 55_000)))
                .bytes());
        assertThat(told.records.get(1).first()).isEqualTo(Decoding.NOW - 10 * SECOND);
        assertThat(told.records.get(1).last()).isEqualTo(Decoding.NOW - 5 * SECOND);
    }

    /** N-13: uptimes of IPFIX say nothing without the exporter's start but how long. */
    @Test
    void shouldEstimateWhenNothingTellsTheTime() {
        Recording.Seen seen = ipfixRecord("%08x %08x".formatted(50_000, 55_000), 22, 4, 21, 4);
        assertThat(seen.last()).isEqualTo(Decoding.NOW);
        assertThat(seen.first()).isEqualTo(Decoding.NOW - 5 * SECOND);
        assertThat(seen.estimated()).isTrue();
        Recording.Seen timeless = ipfixRecord(ADDRESSES, 8, 4, 12, 4);
        assertThat(timeless.first()).isEqualTo(Decoding.NOW);
        assertThat(timeless.estimated()).isTrue();
    }

    @Test
    void shouldAddTheDurationToTheOnlyTime() {
        long millis = (NetflowWriter.EXPORT_SECONDS - 10) * 1000L;
        Recording.Seen first = ipfixRecord("%016x %08x".formatted(millis, 2_000), 152, 8, 161, 4);
        assertThat(first.last() - first.first()).isEqualTo(2 * SECOND);
        Recording.Seen last = ipfixRecord("%016x %08x".formatted(millis, 3_000_000), 153, 8, 162, 4);
        assertThat(last.last() - last.first()).isEqualTo(3 * SECOND);
        assertThat(last.last()).isEqualTo(millis * 1_000_000L);
    }

    /** Observations, as of NAT events, have one time. */
    @Test
    void shouldTakeTheTimeOfAnObservationForBoth() {
        long millis = (NetflowWriter.EXPORT_SECONDS - 1) * 1000L;
        Recording.Seen seen = ipfixRecord("%016x 01".formatted(millis), 323, 8, 230, 1);
        assertThat(seen.first()).isEqualTo(millis * 1_000_000L).isEqualTo(seen.last());
        assertThat(seen.get(RecordField.NAT_EVENT)).isEqualTo(1);
    }

    /** N-13: times that cannot be. */
    @Test
    void shouldNotBelieveTimesFarFromTheExport() {
        long seconds = NetflowWriter.EXPORT_SECONDS - 200_000L;
        Recording.Seen seen = ipfixRecord("%08x %08x".formatted(seconds, seconds + 7), 150, 4, 151, 4);
        assertThat(seen.last()).isEqualTo(Decoding.NOW);
        assertThat(seen.first()).isEqualTo(Decoding.NOW - 7 * SECOND);
        assertThat(seen.estimated()).isTrue();
        Recording.Seen reversed = ipfixRecord(
                "%08x %08x".formatted(NetflowWriter.EXPORT_SECONDS, NetflowWriter.EXPORT_SECONDS - 5), 150, 4, 151, 4);
        assertThat(reversed.first()).isEqualTo(reversed.last()).isEqualTo(Decoding.NOW - 5 * SECOND);
        assertThat(reversed.estimated()).isTrue();
    }

    /** N-13: a clock that is years off still tells how long before the export. */
    @Test
    void shouldCountFromTheReceptionWhenTheClockIsOff() {
        int seconds = NetflowWriter.EXPORT_SECONDS - 100_000_000;
        Recording told = Decoding.decode(ipfix().seconds(seconds)
                .template(256, 150, 4, 151, 4)
                .data(256, hex("%08x %08x".formatted(seconds - 9, seconds - 4)))
                .bytes());
        assertThat(told.problemKinds()).containsExactly(NetflowProblem.CLOCK_SKEW);
        assertThat(told.only().first()).isEqualTo(Decoding.NOW - 9 * SECOND);
        assertThat(told.only().last()).isEqualTo(Decoding.NOW - 4 * SECOND);
        assertThat(told.only().estimated()).isFalse();
    }

    /** N-17: one record, both directions. */
    @Test
    void shouldKeepBothDirectionsOfABiflow() {
        long seconds = NetflowWriter.EXPORT_SECONDS - 10L;
        Recording told = Decoding.decode(ipfix().enterpriseTemplate(
                        256, 0, 1, 4, 0, 2, 4, 29_305, 1, 4, 29_305, 2, 4, 0, 150, 4, 0, 151, 4, 29_305, 150, 4, 29_305,
                        151, 4, 0, 239, 1, 29_305, 6, 1)
                .data(
                        256,
                        hex("00000064 00000001 000000c8 00000002 %08x %08x %08x %08x 01 12"
                                .formatted(seconds, seconds + 2, seconds + 1, seconds + 3)))
                .bytes());
        Recording.Seen seen = told.only();
        assertThat(seen.get(RecordField.OCTETS)).isEqualTo(100);
        assertThat(seen.get(RecordField.REVERSE_OCTETS)).isEqualTo(200);
        assertThat(seen.get(RecordField.REVERSE_PACKETS)).isEqualTo(2);
        assertThat(seen.get(RecordField.BIFLOW_DIRECTION)).isEqualTo(1);
        assertThat(seen.get(RecordField.REVERSE_TCP_CONTROL_BITS)).isEqualTo(0x12);
        assertThat(seen.first()).isEqualTo(seconds * SECOND);
        assertThat(seen.reverseFirst()).isEqualTo((seconds + 1) * SECOND);
        assertThat(seen.reverseLast()).isEqualTo((seconds + 3) * SECOND);
    }

    /** N-17: a firewall's event has counters of its own. */
    @Test
    void shouldKeepCountersOfInitiatorAndResponder() {
        Recording.Seen seen =
                v9Record("00000051 000002fb 00000003 00000004 02", 231, 4, 232, 4, 298, 4, 299, 4, 233, 1);
        assertThat(seen.get(RecordField.INITIATOR_OCTETS)).isEqualTo(81);
        assertThat(seen.get(RecordField.RESPONDER_OCTETS)).isEqualTo(763);
        assertThat(seen.get(RecordField.INITIATOR_PACKETS)).isEqualTo(3);
        assertThat(seen.get(RecordField.RESPONDER_PACKETS)).isEqualTo(4);
        assertThat(seen.get(RecordField.FIREWALL_EVENT)).isEqualTo(2);
        assertThat(seen.values()).doesNotContainKeys(RecordField.OCTETS, RecordField.PACKETS);
        assertThat(seen.ipVersion()).isZero();
    }

    /** N-18: both families in one template. */
    @ParameterizedTest
    @CsvSource({
        // IPv4 pair, IPv6 pair, ipVersion, expected family
        "0a0000010a000002, 0, , 4",
        "0, 1, , 6",
        "0a0000010a000002, 1, , 4",
        "0, 0, , 4",
        "0, 1, 4, 4",
        "0a0000010a000002, 0, 6, 6",
        "0a0000010a000002, 1, 6, 6",
        "0, 1, 0, 6",
    })
    void shouldTellTheFamily(String ipv4, String ipv6, String version, int expected) {
        String four = ipv4.equals("0") ? "00".repeat(8) : ipv4;
        String six = ipv6.equals("0")
                ? "00".repeat(32)
                : "20010db8" + "00".repeat(11) + "0120010db8" + "00".repeat(11) + "02";
        Recording.Seen seen = version == null
                ? v9Record(four + six, 8, 4, 12, 4, 27, 16, 28, 16)
                : v9Record(four + six + "0" + version, 8, 4, 12, 4, 27, 16, 28, 16, 60, 1);
        assertThat(seen.ipVersion()).isEqualTo(expected);
        if (expected == 6 && ipv6.equals("1")) {
            assertThat(seen.source()).isEqualTo("2001:db8:0:0:0:0:0:1");
            assertThat(seen.destination()).isEqualTo("2001:db8:0:0:0:0:0:2");
        }
        if (expected == 4 && !ipv4.equals("0")) {
            assertThat(seen.source()).isEqualTo("10.0.0.1");
        }
    }

    @Test
    void shouldHaveNoFamilyWithHalfAPair() {
        assertThat(v9Record("0a000001", 8, 4).ipVersion()).isZero();
        assertThat(v9Record("0a000001 " + "20010db8" + "00".repeat(12), 8, 4, 28, 16)
                        .ipVersion())
                .isZero();
    }

    /** N-19: type and code wherever they are. */
    @ParameterizedTest
    @CsvSource({
        // protocol, element, octets, value, type, code
        "1, 32, 2, 0301, 3, 1",
        "1, 11, 2, 0800, 8, 0",
        "1, 11, 2, 0000, 0, 0",
        "1, 176, 1, 0b, 11, 0",
        "58, 139, 2, 8000, 128, 0",
        "58, 11, 2, 0104, 1, 4",
        "58, 178, 1, 87, 135, 0",
        "6, 11, 2, 0800, -1, -1",
        "17, 32, 2, 0301, -1, -1",
    })
    void shouldFindIcmpTypeAndCode(int protocol, int element, int octets, String value, int type, int code) {
        Recording.Seen seen = v9Record("%02x".formatted(protocol) + value, 4, 1, element, octets);
        assertThat(seen.icmpType()).isEqualTo(type);
        assertThat(seen.icmpCode()).isEqualTo(code);
    }

    /** N-19: an element that is zero does not hide the port that says it. */
    @Test
    void shouldFindIcmpInThePortWhenTheElementIsZero() {
        Recording.Seen seen = v9Record("01 0000 0303", 4, 1, 32, 2, 11, 2);
        assertThat(seen.icmpType()).isEqualTo(3);
        assertThat(seen.icmpCode()).isEqualTo(3);
        Recording.Seen both = v9Record("01 05 02 0000", 4, 1, 176, 1, 177, 1, 32, 2);
        assertThat(both.icmpType()).isEqualTo(5);
        assertThat(both.icmpCode()).isEqualTo(2);
    }

    /** N-20: two octets or four, and what was dropped. */
    @Test
    void shouldReadInterfacesOfEitherLength() {
        Recording.Seen seen = v9Record("0007 16000064 00000008 00000009 80", 10, 2, 14, 4, 252, 4, 253, 4, 89, 1);
        assertThat(seen.get(RecordField.INGRESS_INTERFACE)).isEqualTo(7);
        assertThat(seen.get(RecordField.EGRESS_INTERFACE)).isEqualTo(0x16000064L);
        assertThat(seen.get(RecordField.INGRESS_PHYSICAL_INTERFACE)).isEqualTo(8);
        assertThat(seen.get(RecordField.EGRESS_PHYSICAL_INTERFACE)).isEqualTo(9);
        assertThat(seen.get(RecordField.FORWARDING_STATUS) >>> 6).isEqualTo(2);
    }

    /** N-21. */
    @Test
    void shouldGiveThePlaceOfAPacketSection() {
        int[] fields = {312, 2, 315, 0xffff, 410, 2};
        byte[] frame = hex("020000000001 020000000002 0800 45000000");
        byte[] datagram = ipfix().template(256, fields)
                .data(256, NetflowWriter.join(hex("05dc 12"), frame, hex("0010")))
                .bytes();
        Recording.Seen seen = Decoding.decode(datagram).only();
        assertThat(seen.get(RecordField.FRAME_OCTETS)).isEqualTo(1500);
        int position = (int) (seen.get(RecordField.FRAME_SECTION) >>> 32);
        assertThat(ByteBuffer.wrap(datagram, position, 18)).isEqualTo(ByteBuffer.wrap(frame));
        assertThat(seen.get(RecordField.SECTION_EXPORTED_OCTETS)).isEqualTo(16);
        Recording.Seen fixed = ipfixRecord("0102030405060708", 313, 8);
        assertThat((int) fixed.get(RecordField.IP_HEADER_SECTION)).isEqualTo(8);
    }

    /** N-23. */
    @Test
    void shouldKeepTheExporterThatTheRecordNames() {
        Recording.Seen seen = ipfixRecord("c0000263", 130, 4);
        assertThat(seen.get(RecordField.EXPORTER_IPV4)).isEqualTo(0xc0000263L);
        assertThat(seen.exporter()).isEqualTo(Decoding.EXPORTER);
    }

    /** N-25. */
    @Test
    void shouldKeepEventsOfAddressTranslation() {
        Recording.Seen seen = v9Record(
                ADDRESSES + "c0000201 cb007105 1234 0050 0401 0000",
                8,
                4,
                12,
                4,
                225,
                4,
                226,
                4,
                227,
                2,
                228,
                2,
                230,
                1,
                361,
                1,
                362,
                2);
        assertThat(seen.get(RecordField.POST_NAT_SOURCE_IPV4)).isEqualTo(0xc0000201L);
        assertThat(seen.get(RecordField.POST_NAT_DESTINATION_IPV4)).isEqualTo(0xcb007105L);
        assertThat(seen.get(RecordField.POST_NAPT_SOURCE_PORT)).isEqualTo(0x1234);
        assertThat(seen.get(RecordField.NAT_EVENT)).isEqualTo(4);
        assertThat(seen.get(RecordField.PORT_RANGE_START)).isEqualTo(1);
        assertThat(seen.values()).doesNotContainKeys(RecordField.OCTETS, RecordField.PACKETS);
    }

    @Test
    void shouldReadWhatLayerTwoAndOverlaysSay() {
        Recording.Seen seen = ipfixRecord(
                "020000000001 020000000002 0064 00c8 0007d1 0100000000001388 0000000000000bb8",
                56,
                6,
                80,
                6,
                243,
                2,
                245,
                2,
                70,
                3,
                351,
                8,
                352,
                8);
        assertThat(seen.get(RecordField.SOURCE_MAC)).isEqualTo(0x020000000001L);
        assertThat(seen.get(RecordField.DESTINATION_MAC)).isEqualTo(0x020000000002L);
        assertThat(seen.get(RecordField.DOT1Q_VLAN)).isEqualTo(100);
        assertThat(seen.get(RecordField.DOT1Q_CUSTOMER_VLAN)).isEqualTo(200);
        assertThat(seen.get(RecordField.MPLS_LABEL_1) >>> 4).isEqualTo(125);
        assertThat(seen.get(RecordField.LAYER2_SEGMENT) & 0xffffff).isEqualTo(5000);
        assertThat(seen.get(RecordField.LAYER2_SEGMENT) >>> 56).isEqualTo(1);
        assertThat(seen.get(RecordField.LAYER2_OCTETS)).isEqualTo(3000);
    }

    /** Every element that has a constant of its own lands under it, and there alone. */
    @Test
    void shouldPutEveryElementUnderItsConstant() {
        int constants = 0;
        for (int id = 1; id < 512; id++) {
            RecordField field = RecordField.of(0, id);
            if (field != null && field.kind() == RecordField.Kind.NUMBER) {
                Recording.Seen seen = ipfixRecord("5a", id, 1);
                assertThat(seen.values())
                        .as("element %d", id)
                        .containsOnlyKeys(field)
                        .containsValue(0x5aL);
                constants++;
            }
        }
        assertThat(constants).isGreaterThan(130);
    }
}
