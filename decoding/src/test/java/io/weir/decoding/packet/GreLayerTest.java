package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GreLayerTest {
    private static final int CHECKSUM = 0x8000;
    private static final int ROUTING = 0x4000;
    private static final int KEY = 0x2000;
    private static final int SEQUENCE = 0x1000;
    private static final long GREATEST_KEY = 0xfffffffeL;

    /** All fields that the flags announce; no source route but the one that ends the list. */
    private static FrameBuilder header(int flags, int protocol, long key) {
        FrameBuilder header = new FrameBuilder().u16(flags).u16(protocol);
        if ((flags & (CHECKSUM | ROUTING)) != 0) {
            header.u16(0xffff).u16(0);
        }
        if ((flags & KEY) != 0) {
            header.u32(key);
        }
        if ((flags & SEQUENCE) != 0) {
            header.u32(0xffffffffL);
        }
        return (flags & ROUTING) != 0 ? header.u32(0) : header;
    }

    private static PacketHeaders decode(FrameBuilder greAndMore) {
        return Decoding.ethernet(Tunnels.overIpv4(Tunnels.GRE, greAndMore));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0x0000, 0x1000, 0x2000, 0x3000, 0x4000, 0x5000, 0x6000, 0x7000, 0x8000, 0x9000, 0xa000, 0xb000, 0xc000,
                0xd000, 0xe000, 0xf000
            })
    void shouldStepOverEveryCombinationOfFields(int flags) {
        PacketHeaders outer = decode(header(flags, 0x0800, GREATEST_KEY).append(Tunnels.ipv4()));
        boolean key = (flags & KEY) != 0;
        PacketHeaders inner = Tunnels.assertEncloses(outer, Layer.gre, key ? GREATEST_KEY : -1, key, 28);
        assertThat(inner.ipVersion).isEqualTo(4);
        assertThat(inner.destinationPort).isEqualTo(2);
        assertThat(outer.protocol).isEqualTo(47);
        assertThat(outer.sourcePort).isEqualTo(-1);
        assertThat(PacketHeaders.layerNames(outer.layers)).containsExactly("ethernet", "ipv4", "gre");
        assertThat(PacketHeaders.layerNames(inner.layers)).containsExactly("ipv4", "udp");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x0000, 0x5000, 0xf000})
    void shouldReportACutInEveryField(int flags) {
        FrameBuilder header = header(flags, 0x0800, 7);
        int headerEnd = 34 + header.length();
        byte[] frame =
                Tunnels.overIpv4(Tunnels.GRE, header.append(Tunnels.ipv4())).bytes();
        for (int captured = 34; captured < 36; captured++) {
            Tunnels.assertClosed(
                    Decoding.decode(Decoding.ETHERNET, frame, captured, frame.length),
                    DecodingProblem.truncated,
                    "ethernet",
                    "ipv4");
        }
        for (int captured = 36; captured < headerEnd + 20; captured++) {
            Tunnels.assertClosed(
                    Decoding.decode(Decoding.ETHERNET, frame, captured, frame.length),
                    DecodingProblem.truncated,
                    "ethernet",
                    "ipv4",
                    "gre");
        }
    }

    @Test
    void shouldStepOverSourceRoutes() {
        PacketHeaders outer = decode(new FrameBuilder()
                .hex("4000 0800 0000 0000") // 0 flags, protocol, checksum, offset
                .hex("0800 00 04 c0000201") // 8 route over one IPv4 address
                .hex("0000 00 02 0000") // 16 address family 0, but not the end
                .u32(0) // 22 end of routes
                .append(Tunnels.ipv4())); // 26
        Tunnels.assertEncloses(outer, Layer.gre, -1, false, 28);
    }

    @Test
    void shouldNotFollowSourceRoutesWithoutEnd() {
        FrameBuilder header = new FrameBuilder().hex("4000 0800 0000 0000");
        for (int i = 0; i < 1000; i++) {
            header.hex("0800 00 00");
        }
        assertThat(decode(header).problem).isEqualTo(DecodingProblem.bad_tunnel_header);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0800 00 ff", "0000 00"})
    void shouldReportASourceRouteThatEndsBehindThePacket(String route) {
        Tunnels.assertClosed(
                decode(new FrameBuilder().hex("4000 0800 0000 0000").hex(route)),
                DecodingProblem.packet_too_short,
                "ethernet",
                "ipv4",
                "gre");
    }

    @ParameterizedTest
    @CsvSource({"86dd, 6", "0800, 4"})
    void shouldEnterBothVersionsOfIp(String etherType, int version) {
        FrameBuilder payload = version == 4 ? Tunnels.ipv4() : Tunnels.ipv6();
        PacketHeaders inner = Tunnels.assertEncloses(
                Decoding.ethernet(Tunnels.overGre("0000" + etherType, payload)),
                Layer.gre,
                -1,
                false,
                payload.length());
        assertThat(inner.ipVersion).isEqualTo(version);
    }

    @Test
    void shouldEnterMpls() {
        FrameBuilder mpls = new FrameBuilder().hex("000641ff").append(Tunnels.ipv4());
        PacketHeaders inner =
                Tunnels.assertEncloses(Decoding.ethernet(Tunnels.overGre("00008847", mpls)), Layer.gre, -1, false, 32);
        assertThat(PacketHeaders.layerNames(inner.layers)).containsExactly("mpls", "ipv4", "udp");
    }

    @ParameterizedTest
    @CsvSource({
        // Key alone: a virtual subnet id and a flow id.
        "0x2000, 0x00123456, 0x1234",
        "0x2000, 0xfffffeff, 0xfffffe",
        // RFC 7637 section 3.2 reserves what is below 0x1000: a key of plain GRE.
        "0x2000, 0x000fff01, 0x000fff01",
        "0x2000, 100, 100",
        // NVGRE has neither checksum nor sequence number.
        "0x3000, 0x12345678, 0x12345678",
        "0xa000, 0x12345678, 0x12345678",
    })
    void shouldTellAVirtualSubnetFromAKey(String flags, String key, String identifier) {
        PacketHeaders outer =
                decode(header(Integer.decode(flags), 0x6558, Long.decode(key)).append(Tunnels.ethernet()));
        PacketHeaders inner = Tunnels.assertEncloses(outer, Layer.gre, Long.decode(identifier), true, 42);
        assertThat(inner.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(inner.destinationPort).isEqualTo(2);
    }

    @Test
    void shouldEnterABridgedFrameWithoutKey() {
        Tunnels.assertEncloses(
                Decoding.ethernet(Tunnels.overGre("00006558", Tunnels.ethernet())), Layer.gre, -1, false, 42);
    }

    @Test
    void shouldEncloseAFrameThatIsNotIp() {
        FrameBuilder arp = new FrameBuilder().ethernet(0x0806).zeros(28);
        PacketHeaders inner =
                Tunnels.assertEncloses(Decoding.ethernet(Tunnels.overGre("00006558", arp)), Layer.gre, -1, false, 42);
        assertThat(inner.ipVersion).isZero();
        assertThat(inner.etherType).isEqualTo(0x0806);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000", "00000001", "000005ff", "00000806", "0000876b", "0000ffff"})
    void shouldLeaveOtherProtocolsClosed(String header) {
        Tunnels.assertClosed(
                Decoding.ethernet(Tunnels.overGre(header, Tunnels.ipv4())),
                DecodingProblem.none,
                "ethernet",
                "ipv4",
                "gre");
    }

    @Test
    void shouldTakeAnEmptyHeaderAndAKeepalive() {
        Tunnels.assertClosed(
                Decoding.ethernet(Tunnels.overGre("00000000", new FrameBuilder())),
                DecodingProblem.none,
                "ethernet",
                "ipv4",
                "gre");
        FrameBuilder answer = new FrameBuilder().ipv4(47, 24).hex("00000000");
        PacketHeaders inner = Tunnels.assertEncloses(
                Decoding.ethernet(Tunnels.overGre("00000800", answer)), Layer.gre, -1, false, 24);
        assertThat(inner.protocol).isEqualTo(47);
        assertThat(PacketHeaders.layerNames(inner.layers)).containsExactly("ipv4", "gre");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7})
    void shouldReportOtherVersions(int version) {
        Tunnels.assertClosed(
                decode(new FrameBuilder().u16(version).u16(0x0800).append(Tunnels.ipv4())),
                DecodingProblem.bad_tunnel_header,
                "ethernet",
                "ipv4",
                "gre");
    }

    @Test
    void shouldReportAPacketThatIsNotWhatTheHeaderAnnounces() {
        Tunnels.assertClosed(
                Decoding.ethernet(Tunnels.overGre("000086dd", Tunnels.ipv4().zeros(20))),
                DecodingProblem.bad_tunnel_header,
                "ethernet",
                "ipv4",
                "gre");
    }

    @Test
    void shouldEnterPppOfVersionZero() {
        FrameBuilder ppp = new FrameBuilder().hex("ff03 0021").append(Tunnels.ipv4());
        PacketHeaders inner = Tunnels.assertEncloses(
                Decoding.ethernet(Tunnels.overGre("2000880b 00000009", ppp)), Layer.gre, 9, false, 32);
        assertThat(PacketHeaders.layerNames(inner.layers)).containsExactly("ppp", "ipv4", "udp");
    }

    // PPTP, RFC 2637

    @ParameterizedTest
    @CsvSource({"3001, ''", "3081, 00000002"})
    void shouldEnterPptpWithItsCallId(String flags, String acknowledgement) {
        FrameBuilder ppp = new FrameBuilder().hex("ff03 0021").append(Tunnels.ipv4());
        // flags, protocol, payload length, call id, sequence number
        PacketHeaders outer =
                Decoding.ethernet(Tunnels.overGre(flags + "880b 0020 fffe ffffffff" + acknowledgement, ppp));
        PacketHeaders inner = Tunnels.assertEncloses(outer, Layer.pptp, 0xfffe, false, 32);
        assertThat(inner.destinationPort).isEqualTo(2);
        assertThat(PacketHeaders.layerNames(outer.layers)).containsExactly("ethernet", "ipv4", "pptp");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2081880b 0000 0001 00000002",
                "3001880b 0000 0001 00000002",
                "3001880b 0004 0001 00000002 c021 0901"
            })
    void shouldLeaveAcknowledgementsAndControlProtocolsClosed(String pptp) {
        Tunnels.assertClosed(decode(new FrameBuilder().hex(pptp)), DecodingProblem.none, "ethernet", "ipv4", "pptp");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1001880b", "30010800", "b001880b", "7001880b"})
    void shouldReportAPptpHeaderThatCannotBe(String start) {
        Tunnels.assertClosed(
                Decoding.ethernet(Tunnels.overGre(start + "0020 0001 00000002", Tunnels.ipv4())),
                DecodingProblem.bad_tunnel_header,
                "ethernet",
                "ipv4",
                "pptp");
    }

    @ParameterizedTest
    @ValueSource(ints = {36, 37, 38, 41, 42, 45, 46, 50, 53})
    void shouldReportACutPptpHeader(int captured) {
        byte[] frame = Tunnels.overGre(
                        "3081880b 001e 0001 00000002 00000003",
                        new FrameBuilder().hex("0021").append(Tunnels.ipv4()))
                .bytes();
        Tunnels.assertClosed(
                Decoding.decode(Decoding.ETHERNET, frame, captured, frame.length),
                DecodingProblem.truncated,
                "ethernet",
                "ipv4",
                "pptp");
    }

    // ERSPAN

    @Test
    void shouldEnterErspanOfTypeOne() {
        PacketHeaders outer = Decoding.ethernet(Tunnels.overGre("000088be", Tunnels.ethernet()));
        Tunnels.assertEncloses(outer, Layer.erspan, -1, false, 42);
        assertThat(PacketHeaders.layerNames(outer.layers)).containsExactly("ethernet", "ipv4", "gre", "erspan");
    }

    @Test
    void shouldEnterErspanOfTypeTwo() {
        // version 1 and VLAN, class, encapsulation, session 1023; index
        PacketHeaders outer =
                Decoding.ethernet(Tunnels.overGre("100088be 00000001 1fff fbff ffffffff", Tunnels.ethernet()));
        Tunnels.assertEncloses(outer, Layer.erspan, 1023, true, 42);
    }

    @ParameterizedTest
    @CsvSource({"0000, '', 0", "0001, 0000000000000000, 0", "0801, 0000000000000000, 4", "0800, '', 6"})
    void shouldEnterErspanOfTypeThree(String flags, String subheader, int ipVersion) {
        FrameBuilder payload =
                switch (ipVersion) {
                    case 4 -> Tunnels.ipv4();
                    case 6 -> Tunnels.ipv6();
                    default -> Tunnels.ethernet();
                };
        // version 2 and VLAN, session 513; time stamp, group, flags
        PacketHeaders outer = Decoding.ethernet(
                Tunnels.overGre("100022eb 00000001 2064 0201 ffffffff ffff" + flags + subheader, payload));
        PacketHeaders inner = Tunnels.assertEncloses(outer, Layer.erspan, 513, true, payload.length());
        assertThat(inner.destinationPort).isEqualTo(2);
        assertThat(inner.sourceMac >= 0).isEqualTo(ipVersion == 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 31})
    void shouldLeaveOtherFrameTypesOfErspanClosed(int frameType) {
        Tunnels.assertClosed(
                Decoding.ethernet(Tunnels.overGre(
                        "100022eb 00000001 2064 0201 00000000 0000",
                        new FrameBuilder().u16(frameType << 10).append(Tunnels.ipv4()))),
                DecodingProblem.none,
                "ethernet",
                "ipv4",
                "gre",
                "erspan");
    }

    @ParameterizedTest
    @ValueSource(strings = {"100088be 00000001 2000 0001 00000000", "100022eb 00000001 1000 0001 00000000 00000000"})
    void shouldReportAnotherVersionOfErspan(String header) {
        Tunnels.assertClosed(
                Decoding.ethernet(Tunnels.overGre(header, Tunnels.ethernet())),
                DecodingProblem.bad_tunnel_header,
                "ethernet",
                "ipv4",
                "gre",
                "erspan");
    }

    @ParameterizedTest
    @CsvSource({
        "100088be 00000001 1000 0001 00000000, 43, 55",
        "100022eb 00000001 2000 0001 00000000 00000001 0000000000000000, 43, 67",
        "000088be, 39, 43",
    })
    void shouldReportACutErspanHeader(String header, int from, int to) {
        byte[] frame = Tunnels.overGre(header, Tunnels.ethernet()).bytes();
        for (int captured = from; captured <= to; captured++) {
            Tunnels.assertClosed(
                    Decoding.decode(Decoding.ETHERNET, frame, captured, frame.length),
                    DecodingProblem.truncated,
                    "ethernet",
                    "ipv4",
                    "gre",
                    "erspan");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "100088be 00000001 1000 0001 00000000, bad_ip_total_length",
        "100088be 00000001 1000 0401 00000000, none",
        "100022eb 00000001 2000 0001 00000000 00000000, bad_ip_total_length",
        "100022eb 00000001 2000 0401 00000000 00000000, none",
    })
    void shouldNotReportTheLengthOfAFrameThatTheMirrorCut(String header, DecodingProblem problem) {
        FrameBuilder cut = new FrameBuilder().ethernet(0x0800).ipv4(17, 1500).udp(1, 2, 1480);
        PacketHeaders outer = Decoding.ethernet(Tunnels.overGre(header, cut));
        assertThat(outer.problem).isEqualTo(DecodingProblem.none);
        assertThat(outer.enclosed().octets).isEqualTo(1500);
        assertThat(outer.enclosed().problem).isEqualTo(problem);
    }

    // WCCP, Cisco metadata

    @ParameterizedTest
    @ValueSource(strings = {"", "80000100"})
    void shouldEnterARedirectedPacketWithOrWithoutRedirectHeader(String redirect) {
        Tunnels.assertEncloses(
                Decoding.ethernet(Tunnels.overGre("0000883e" + redirect, Tunnels.ipv4())), Layer.gre, -1, false, 28);
    }

    @ParameterizedTest
    @ValueSource(ints = {38, 39, 42, 61})
    void shouldReportACutRedirectedPacket(int captured) {
        byte[] frame = Tunnels.overGre("0000883e 80000100", Tunnels.ipv4()).bytes();
        Tunnels.assertClosed(
                Decoding.decode(Decoding.ETHERNET, frame, captured, frame.length),
                DecodingProblem.truncated,
                "ethernet",
                "ipv4",
                "gre");
    }

    @ParameterizedTest
    @CsvSource({"0800 01 00, 0", "0800 01 01 00010064, 0", "86dd 01 02 00010064 00000000, 6"})
    void shouldStepOverCiscoMetadata(String metadata, int version) {
        FrameBuilder payload = version == 6 ? Tunnels.ipv6() : Tunnels.ipv4();
        PacketHeaders outer = Decoding.ethernet(Tunnels.overGre("20008909 00000028" + metadata, payload));
        Tunnels.assertEncloses(outer, Layer.gre, 0x28, true, payload.length());
        assertThat(PacketHeaders.layerNames(outer.layers)).containsExactly("ethernet", "ipv4", "gre", "cisco_metadata");
    }

    @ParameterizedTest
    @ValueSource(ints = {43, 45, 46, 49, 50, 69})
    void shouldReportCutCiscoMetadata(int captured) {
        byte[] frame = Tunnels.overGre("20008909 00000028 0800 01 01 00010064", Tunnels.ipv4())
                .bytes();
        Tunnels.assertClosed(
                Decoding.decode(Decoding.ETHERNET, frame, captured, frame.length),
                DecodingProblem.truncated,
                "ethernet",
                "ipv4",
                "gre",
                "cisco_metadata");
    }
}
