package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UdpTunnelLayerTest {
    /** Where the payload of {@link Tunnels#overUdp} begins. */
    private static final int PAYLOAD = 42;

    private static final int AYIYA = 5072;
    private static final int CAPWAP = 5247;
    private static final int GENEVE = 6081;
    private static final int GTP_U = 2152;
    private static final int GUE = 6080;
    private static final int L2TP = 1701;
    private static final int MPLS = 6635;
    private static final int MPLS_CONTRAIL = 51234;
    private static final int TEREDO = 3544;
    private static final int VXLAN = 4789;
    private static final int VXLAN_GPE = 4790;
    private static final int WIREGUARD = 51820;

    private static PacketHeaders to(int destinationPort, FrameBuilder payload) {
        return Decoding.ethernet(Tunnels.overUdp(49152, destinationPort, payload));
    }

    private static PacketHeaders to(int destinationPort, String header, FrameBuilder packet) {
        return to(destinationPort, new FrameBuilder().hex(header).append(packet));
    }

    private static PacketHeaders cut(int destinationPort, FrameBuilder payload, int captured) {
        byte[] frame = Tunnels.overUdp(49152, destinationPort, payload).bytes();
        return Decoding.decode(Decoding.ETHERNET, frame, captured, frame.length);
    }

    private static void assertLayers(PacketHeaders outer, String tunnel) {
        assertThat(PacketHeaders.layerNames(outer.layers)).containsExactly("ethernet", "ipv4", "udp", tunnel);
    }

    // VXLAN

    @ParameterizedTest
    @ValueSource(ints = {VXLAN, 8472})
    void shouldEnterVxlanWhateverItsReservedBits(int port) {
        PacketHeaders outer = to(port, "ff ffffff fffffe ff", Tunnels.ethernet());
        PacketHeaders inner = Tunnels.assertEncloses(outer, Layer.vxlan, 0xfffffe, true, 42);
        assertLayers(outer, "vxlan");
        assertThat(outer.destinationPort).isEqualTo(port);
        assertThat(inner.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(PacketHeaders.layerNames(inner.layers)).containsExactly("ethernet", "ipv4", "udp");
    }

    @Test
    void shouldTakeNetworkZeroForANetwork() {
        Tunnels.assertEncloses(to(VXLAN, "08000000 000000 00", Tunnels.ethernet()), Layer.vxlan, 0, true, 42);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000 00000100", "f7ffffff 00000100", "08000000 000001"})
    void shouldTakeVxlanWithoutNetworkForPlainUdp(String header) {
        Tunnels.assertPlainUdp(to(VXLAN, header, new FrameBuilder()));
    }

    @ParameterizedTest
    @ValueSource(ints = {VXLAN, VXLAN_GPE, 8472, GENEVE, GTP_U, GUE, MPLS, MPLS_CONTRAIL})
    void shouldLookAtTheDestinationPortOfTunnelsThatAreNotAnsweredToTheirSource(int port) {
        FrameBuilder vxlan = new FrameBuilder().hex("0c000003 00000100").append(Tunnels.ethernet());
        Tunnels.assertPlainUdp(Decoding.ethernet(Tunnels.overUdp(port, 53, vxlan)));
    }

    @Test
    void shouldTakeAnyPortForPlainUdp() {
        Tunnels.assertPlainUdp(to(4788, "08000000 00000100", Tunnels.ethernet()));
    }

    // VXLAN-GPE

    @ParameterizedTest
    @CsvSource({
        "0c000001 00000100, 4, 28",
        "0c000002 00000100, 6, 48",
        "0c000003 00000100, 0, 42",
        // Without next protocol it is Ethernet.
        "08000001 00000100, 0, 42",
    })
    void shouldEnterTheNextProtocolOfVxlanGpe(String header, int ipVersion, int octets) {
        FrameBuilder packet =
                switch (ipVersion) {
                    case 4 -> Tunnels.ipv4();
                    case 6 -> Tunnels.ipv6();
                    default -> Tunnels.ethernet();
                };
        PacketHeaders outer = to(VXLAN_GPE, header, packet);
        Tunnels.assertEncloses(outer, Layer.vxlan_gpe, 1, true, octets);
        assertLayers(outer, "vxlan_gpe");
    }

    @Test
    void shouldEnterNshAndMplsInVxlanGpe() {
        PacketHeaders nsh = Tunnels.assertEncloses(
                to(VXLAN_GPE, "0c000004 00000100 0002 02 03 000001ff", Tunnels.ethernet()),
                Layer.vxlan_gpe,
                1,
                true,
                50);
        assertThat(nsh.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(PacketHeaders.layerNames(nsh.layers)).containsExactly("nsh", "ethernet", "ipv4", "udp");
        PacketHeaders mpls = Tunnels.assertEncloses(
                to(VXLAN_GPE, "0c000005 00000100 000641ff", Tunnels.ipv4()), Layer.vxlan_gpe, 1, true, 32);
        assertThat(PacketHeaders.layerNames(mpls.layers)).containsExactly("mpls", "ipv4", "udp");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0c000000 00000100", "0c000006 00000100", "0c000081 00000100", "0c0000ff 00000100"})
    void shouldLeaveOtherNextProtocolsOfVxlanGpeClosed(String header) {
        Tunnels.assertClosed(
                to(VXLAN_GPE, header, Tunnels.ipv4()), DecodingProblem.none, "ethernet", "ipv4", "udp", "vxlan_gpe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"04000001 00000100", "1c000001 00000100", "2c000001 00000100", "0c000001 000001"})
    void shouldTakeVxlanGpeOfAnotherVersionForPlainUdp(String header) {
        Tunnels.assertPlainUdp(to(VXLAN_GPE, header, new FrameBuilder()));
    }

    // Geneve

    @ParameterizedTest
    @CsvSource({
        "00 00 6558 ffffff 00, 0, 0",
        "01 40 6558 ffffff 00, 4, 0",
        "3f 00 6558 ffffff ff, 252, 0",
        "00 3f 0800 ffffff 00, 0, 4",
        "02 00 86dd ffffff 00, 8, 6",
    })
    void shouldStepOverTheOptionsOfGeneve(String header, int options, int ipVersion) {
        FrameBuilder packet =
                switch (ipVersion) {
                    case 4 -> Tunnels.ipv4();
                    case 6 -> Tunnels.ipv6();
                    default -> Tunnels.ethernet();
                };
        PacketHeaders outer =
                to(GENEVE, header, new FrameBuilder().zeros(options).append(packet));
        PacketHeaders inner = Tunnels.assertEncloses(outer, Layer.geneve, 0xffffff, true, packet.length());
        assertThat(inner.destinationPort).isEqualTo(2);
        assertLayers(outer, "geneve");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"00 80 6558 000001 00", "00 00 0000 000001 00", "00 00 05ff 000001 00", "00 00 0806 000001 00"})
    void shouldLeaveControlMessagesAndOtherProtocolsOfGeneveClosed(String header) {
        Tunnels.assertClosed(
                to(GENEVE, header, Tunnels.ethernet()), DecodingProblem.none, "ethernet", "ipv4", "udp", "geneve");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "40 00 6558 000001 00",
                "80 00 6558 000001 00",
                "00 00 6558 000001",
                "01 00 6558 000001 00 000000"
            })
    void shouldTakeAnotherVersionOfGeneveAndOptionsBehindTheDatagramForPlainUdp(String header) {
        Tunnels.assertPlainUdp(to(GENEVE, header, new FrameBuilder()));
    }

    // GTP-U

    @ParameterizedTest
    @CsvSource({
        "30 ff 001c fffffffe",
        "38 ff 001c fffffffe",
        "32 ff 0020 fffffffe 0001 00 00",
        "31 ff 0020 fffffffe 0000 01 00",
        // Without the flag of an extension there is none, whatever its type says.
        "32 ff 0020 fffffffe 0001 00 85",
        "34 ff 0020 fffffffe 0000 00 00",
        "34 ff 0024 fffffffe 0000 00 85 01 0001 00",
        "37 ff 002c fffffffe 0001 01 85 01 0001 c0 02 000000000000 00",
    })
    void shouldEnterAPacketBehindTheExtensionsOfGtp(String header) {
        PacketHeaders outer = to(GTP_U, header, Tunnels.ipv4());
        PacketHeaders inner = Tunnels.assertEncloses(outer, Layer.gtp_u, 0xfffffffeL, false, 28);
        assertThat(inner.destinationPort).isEqualTo(2);
        assertLayers(outer, "gtp_u");
    }

    @Test
    void shouldEnterIpv6InGtp() {
        Tunnels.assertEncloses(to(GTP_U, "30 ff 0030 00000000", Tunnels.ipv6()), Layer.gtp_u, 0, false, 48);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "30 01 001c 00000001",
                "30 1a 001c 00000001",
                "32 fe 001c 00000001",
                // A frame of an Ethernet session.
                "30 ff 001c 00000001 02",
                "30 ff 001c 00000001 ff",
            })
    void shouldLeaveOtherMessagesAndPayloadsOfGtpClosed(String header) {
        Tunnels.assertClosed(
                to(GTP_U, header, Tunnels.ipv4()), DecodingProblem.none, "ethernet", "ipv4", "udp", "gtp_u");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10 ff 0000 00000001",
                "50 ff 0000 00000001",
                "20 ff 0000 00000001",
                "b0 ff 0000 00000001",
                "30 ff 0001 00000001",
                "30 ff ffff 00000001",
                "30 ff 0000 000001"
            })
    void shouldTakeAnotherVersionOfGtpAndALengthBehindTheDatagramForPlainUdp(String header) {
        Tunnels.assertPlainUdp(to(GTP_U, header, new FrameBuilder()));
    }

    @Test
    void shouldReportExtensionsOfGtpThatCannotBe() {
        Tunnels.assertClosed(
                to(GTP_U, "34 ff 0020 00000001 0000 00 85 00 0001 00", Tunnels.ipv4()),
                DecodingProblem.bad_tunnel_header,
                "ethernet",
                "ipv4",
                "udp",
                "gtp_u");
        FrameBuilder endless = new FrameBuilder().hex("34 ff 0020 00000001 0000 00 85");
        for (int i = 0; i < 100; i++) {
            endless.hex("01 0001 85");
        }
        Tunnels.assertClosed(to(GTP_U, endless), DecodingProblem.bad_tunnel_header, "ethernet", "ipv4", "udp", "gtp_u");
    }

    @ParameterizedTest
    @CsvSource({"8, none", "9, bad_tunnel_header"})
    void shouldWalkEightExtensionsOfGtp(int extensions, DecodingProblem problem) {
        FrameBuilder gtp = new FrameBuilder().hex("34 ff 0028 00000001 0000 00 85");
        for (int i = 1; i < extensions; i++) {
            gtp.hex("01 0001 85");
        }
        PacketHeaders outer = to(GTP_U, gtp.hex("01 0001 00").append(Tunnels.ipv4()));
        assertThat(outer.problem).isEqualTo(problem);
        assertThat(outer.enclosed() != null).isEqualTo(extensions == 8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"34 ff 0004 00000001 0000 00 85", "34 ff 0006 00000001 0000 00 85 01 00", "30 ff 0000 00000001"})
    void shouldReportAGtpPacketThatEndsBeforeItsPayload(String gtp) {
        Tunnels.assertClosed(
                to(GTP_U, new FrameBuilder().hex(gtp)),
                DecodingProblem.packet_too_short,
                "ethernet",
                "ipv4",
                "udp",
                "gtp_u");
    }

    // Teredo

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                // authentication: lengths 0, nonce, confirmation
                "0001 00 00 0123456789abcdef 00",
                // authentication with client id and value
                "0001 04 10 01020304 000102030405060708090a0b0c0d0e0f 0123456789abcdef 01",
                // origin: port and address, obfuscated
                "0000 fffe 3ffffdfe",
                "0001 00 00 0123456789abcdef 00 0000 fffe 3ffffdfe",
            })
    void shouldEnterTeredoBehindItsIndications(String indications) {
        PacketHeaders outer = to(TEREDO, indications, Tunnels.ipv6());
        PacketHeaders inner = Tunnels.assertEncloses(outer, Layer.teredo, -1, false, 48);
        assertThat(inner.destinationPort).isEqualTo(2);
        assertLayers(outer, "teredo");
    }

    @Test
    void shouldEnterTeredoFromItsPort() {
        Tunnels.assertEncloses(
                Decoding.ethernet(Tunnels.overUdp(TEREDO, 49152, Tunnels.ipv6())), Layer.teredo, -1, false, 48);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "45",
                "00",
                "0001 00 00 0123456789abcdef 00",
                "0001 ff ff 0123456789abcdef 00",
                "0000 fffe 3ffffdfe",
                // IPv6 with a payload that the datagram does not hold
                "60000000 0009 11 40",
            })
    void shouldTakeTeredoWithoutIpv6ForPlainUdp(String payload) {
        Tunnels.assertPlainUdp(to(TEREDO, payload, new FrameBuilder()));
    }

    // AYIYA

    @ParameterizedTest
    @CsvSource({
        // identity of 16 octets, signature of 20, SHA-1, shared secret, forward
        "42 52 11, 36, 6",
        "42 52 11, 36, 4",
        "00 00 01, 1, 6",
        "f0 f0 01, 32828, 6",
    })
    void shouldEnterAyiyaBehindIdentityAndSignature(String start, int identityAndSignature, int version) {
        FrameBuilder packet = version == 4 ? Tunnels.ipv4() : Tunnels.ipv6();
        FrameBuilder payload = new FrameBuilder()
                .hex(start)
                .u8(version == 4 ? 4 : 41) // 3 next header
                .u32(0x5f5e1000L) // 4 time
                .zeros(identityAndSignature) // 8
                .append(packet);
        Tunnels.assertEncloses(to(AYIYA, payload), Layer.ayiya, -1, false, packet.length());
        PacketHeaders back = Decoding.ethernet(Tunnels.overUdp(AYIYA, 49152, payload));
        Tunnels.assertEncloses(back, Layer.ayiya, -1, false, packet.length());
        assertLayers(back, "ayiya");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // another operation
                "00 00 00 29 00000000 00 6000",
                "00 00 02 29 00000000 00 6000",
                // another next header, even where the packet begins with 0
                "00 00 01 3b 00000000 00 0000",
                "00 00 01 06 00000000 00 6000",
                // another version than announced
                "00 00 01 29 00000000 00 4500",
                "00 00 01 04 00000000 00 6000",
                // the header alone, and less
                "00 00 01 29 00000000 00",
                "42 52 11 29 00000000 6000",
                "00 00 01 29 000000",
            })
    void shouldTakeAnotherUseOfThePortOfAyiyaForPlainUdp(String payload) {
        Tunnels.assertPlainUdp(to(AYIYA, payload, new FrameBuilder()));
    }

    // L2TP

    @ParameterizedTest
    @CsvSource({
        "0002 1111 fffe",
        "4002 0028 1111 fffe",
        "0802 1111 fffe 0001 0002",
        "0202 1111 fffe 0000",
        "0202 1111 fffe 0003 000000",
        "4a02 0030 1111 fffe 0001 0002 0002 0000",
        "0102 1111 fffe",
    })
    void shouldEnterPppBehindEveryFieldOfL2tp(String header) {
        FrameBuilder ppp = new FrameBuilder().hex("ff03 0021").append(Tunnels.ipv4());
        PacketHeaders outer = to(L2TP, header, ppp);
        PacketHeaders inner = Tunnels.assertEncloses(outer, Layer.l2tp, 0xfffe, false, 32);
        assertThat(PacketHeaders.layerNames(inner.layers)).containsExactly("ppp", "ipv4", "udp");
        assertLayers(outer, "l2tp");
        FrameBuilder back = new FrameBuilder().hex(header).append(ppp);
        Tunnels.assertEncloses(Decoding.ethernet(Tunnels.overUdp(L2TP, 49152, back)), Layer.l2tp, 0xfffe, false, 32);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // control messages of versions 2 and 3
                "c802 000c 0000 0000 0000 0001",
                "c803 000c 00000000 0000 0001",
                // data of version 3, whose cookie only its ends know
                "0003 0000 00000001 ff03 0021",
                // PPP without a network protocol
                "0002 0001 0001 ff03 c021 0901 0008 00000000",
            })
    void shouldLeaveControlMessagesAndVersionThreeOfL2tpClosed(String l2tp) {
        Tunnels.assertClosed(
                to(L2TP, new FrameBuilder().hex(l2tp)), DecodingProblem.none, "ethernet", "ipv4", "udp", "l2tp");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0001 1111 0001",
                "0000 1111 0001",
                "0004 1111 0001",
                "000f 1111 0001",
                // reserved bits
                "1002 1111 0001",
                "2002 1111 0001",
                "0402 1111 0001",
                "0012 1111 0001",
                "0082 1111 0001",
                // control without length or sequence number
                "8002 1111 0001",
                "c002 000c 1111 0001",
                "8802 1111 0001",
                // a length that the datagram does not hold
                "4002 00ff 1111 0001",
                "00",
            })
    void shouldTakeAnotherUseOfThePortOfL2tpForPlainUdp(String payload) {
        Tunnels.assertPlainUdp(to(L2TP, payload, new FrameBuilder()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0002 1111", "0202 1111 0001", "0202 1111 0001 ffff ff03 0021", "0802 1111 0001 0001"})
    void shouldReportAnL2tpHeaderThatTheDatagramDoesNotHold(String l2tp) {
        Tunnels.assertClosed(
                to(L2TP, new FrameBuilder().hex(l2tp)),
                DecodingProblem.packet_too_short,
                "ethernet",
                "ipv4",
                "udp",
                "l2tp");
    }

    // CAPWAP

    private static FrameBuilder wlan(String frameControl) {
        return new FrameBuilder()
                .hex(frameControl)
                .hex("0000 020000000001 02000000000a 02000000000b 1f00") // to the distribution system, fragment 15
                .hex("aaaa03 000000 0800")
                .append(Tunnels.ipv4());
    }

    @ParameterizedTest
    @ValueSource(strings = {"00 10 0000 0000 0000", "00 20 0010 0000 0000 04 020000000001 00", "00 f8 0000 0000 0000"})
    void shouldEnterAnEthernetFrameOfCapwap(String header) {
        int length = Integer.parseInt(header.substring(3, 5), 16) >> 3 << 2;
        FrameBuilder capwap = new FrameBuilder().hex(header);
        capwap.zeros(length - capwap.length()).append(Tunnels.ethernet());
        PacketHeaders outer = to(CAPWAP, capwap);
        Tunnels.assertEncloses(outer, Layer.capwap, -1, false, 42);
        assertLayers(outer, "capwap");
        Tunnels.assertEncloses(Decoding.ethernet(Tunnels.overUdp(CAPWAP, 49152, capwap)), Layer.capwap, -1, false, 42);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0801", "0108"})
    void shouldEnterA80211FrameOfCapwapInBothOctetOrders(String frameControl) {
        PacketHeaders outer = to(CAPWAP, "00 10 0300 0000 0000", wlan(frameControl));
        PacketHeaders inner = Tunnels.assertEncloses(outer, Layer.capwap, -1, false, 60);
        assertThat(inner.sourceMac).isEqualTo(FrameBuilder.MAC_A);
        assertThat(inner.destinationMac).isEqualTo(FrameBuilder.MAC_B);
        assertThat(inner.destinationPort).isEqualTo(2);
        assertThat(PacketHeaders.layerNames(inner.layers)).containsExactly("wlan", "llc", "snap", "ipv4", "udp");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // keep-alive
                "00 10 0208 0000 0000",
                // a later fragment, and the last
                "00 10 0280 0001 0008",
                "00 10 02c0 0001 fff8",
                // frames of another binding
                "00 10 0100 0000 0000",
                "00 10 0700 0000 0000",
            })
    void shouldLeaveWhatCarriesNoHeaderInCapwapClosed(String header) {
        Tunnels.assertClosed(
                to(CAPWAP, header, Tunnels.ethernet()), DecodingProblem.none, "ethernet", "ipv4", "udp", "capwap");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // DTLS, another version, a header shorter than its first fields
                "01 000000 16fefd00",
                "10 10 0000 0000 0000",
                "00 08 0000 0000 0000",
                "00 00 0000 0000 0000",
                "00 10 0000 0000 00",
            })
    void shouldTakeAnotherUseOfThePortOfCapwapForPlainUdp(String payload) {
        Tunnels.assertPlainUdp(to(CAPWAP, payload, new FrameBuilder()));
    }

    @ParameterizedTest
    @CsvSource({"00 10 0080 0001 0000, none", "00 10 0000 0001 0000, bad_ip_total_length"})
    void shouldTakeTheLengthInAFirstFragmentOfCapwapAsItIs(String header, DecodingProblem problem) {
        FrameBuilder start = new FrameBuilder().ethernet(0x0800).ipv4(17, 1500).udp(1, 2, 1480);
        PacketHeaders outer = to(CAPWAP, header, start);
        assertThat(outer.problem).isEqualTo(DecodingProblem.none);
        assertThat(outer.enclosed().octets).isEqualTo(1500);
        assertThat(outer.enclosed().problem).isEqualTo(problem);
    }

    @Test
    void shouldReportACapwapHeaderThatTheDatagramDoesNotHold() {
        Tunnels.assertClosed(
                to(CAPWAP, "00 18 0000 0000 0000", new FrameBuilder().zeros(4)),
                DecodingProblem.packet_too_short,
                "ethernet",
                "ipv4",
                "udp",
                "capwap");
    }

    // MPLS

    @ParameterizedTest
    @CsvSource({
        "6635, 000641ff, 4",
        "51234, 000641ff, 4",
        "6635, fffffe40000641ff, 6",
        "51234, 00002140, 6",
        "6635, 00000140, 4"
    })
    void shouldEnterIpBehindLabels(int port, String labels, int version) {
        FrameBuilder packet = version == 4 ? Tunnels.ipv4() : Tunnels.ipv6();
        PacketHeaders outer = to(port, labels, packet);
        PacketHeaders inner =
                Tunnels.assertEncloses(outer, Layer.mpls, -1, false, labels.length() / 2 + packet.length());
        assertThat(inner.ipVersion).isEqualTo(version);
        assertThat(PacketHeaders.layerNames(outer.layers)).containsExactly("ethernet", "ipv4", "udp");
        assertThat(PacketHeaders.layerNames(inner.layers))
                .containsExactly("mpls", version == 4 ? "ipv4" : "ipv6", "udp");
    }

    @Test
    void shouldEnterAPseudowireBehindLabels() {
        PacketHeaders inner =
                Tunnels.assertEncloses(to(MPLS, "000641ff 00000000", Tunnels.ethernet()), Layer.mpls, -1, false, 50);
        assertThat(inner.sourceMac).isEqualTo(FrameBuilder.MAC_A);
    }

    /** The second port is one that clients get: answers to them are nothing like MPLS. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // answers of a name server, with and without recursion desired
                "1a2b 8180 0001 0002 0000 0001 03777777 0765 7861 6d70 6c65 0363 6f6d 0000 0100 01",
                "1a2b 8400 0000 0001 0000 0000 03777777 0765 7861 6d70 6c65 0363 6f6d 0000 0100 01",
                // no bottom of the stack
                "00064000",
                "00",
                "",
                "00000000 00000000 00000000 00000000 00000000",
                // nothing behind it
                "000641ff",
                // IP that cannot be
                "000641ff 44000008 00000000",
                "000641ff 4500001d 00000000 4011 0000 c0000201 c63364c8 0001000200080000",
                "000641ff 45000013 00000000 4011 0000 c0000201 c63364c8 0001000200080000",
                "000641ff 60000000 0009 1140",
                "00000140 60000000 0000 1140 00",
                // nothing known
                "000641ff 10000000 00000000",
                "0000d1ff 45000000 00000000",
                "000641ff 0270 7f82 12ab 0247 1072 2d5b",
            })
    void shouldTakeWhatIsNoLabelStackForPlainUdp(String payload) {
        Tunnels.assertPlainUdp(to(MPLS_CONTRAIL, payload, new FrameBuilder()));
        Tunnels.assertPlainUdp(to(MPLS, payload, new FrameBuilder()));
    }

    @Test
    void shouldTakeMoreLabelsThanAreWalkedForPlainUdp() {
        FrameBuilder labels = new FrameBuilder();
        for (int i = 0; i < 16; i++) {
            labels.hex("00064000");
        }
        Tunnels.assertPlainUdp(to(MPLS, labels.hex("000641ff").append(Tunnels.ipv4())));
    }

    // GUE

    @ParameterizedTest
    @CsvSource({"00 04 0000, 0, 4", "01 04 0001, 4, 4", "1f 29 ffff, 124, 6", "'', 0, 4", "'', 0, 6"})
    void shouldEnterGueOfBothVariants(String header, int options, int version) {
        FrameBuilder packet = version == 4 ? Tunnels.ipv4() : Tunnels.ipv6();
        PacketHeaders outer = to(GUE, header, new FrameBuilder().zeros(options).append(packet));
        PacketHeaders inner = Tunnels.assertEncloses(outer, Layer.gue, -1, false, packet.length());
        assertThat(inner.ipVersion).isEqualTo(version);
        assertLayers(outer, "gue");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // control, other variants, another protocol
                "20 04 0000 4500",
                "80 04 0000 4500",
                "c0 04 0000 4500",
                "00 06 0000 4500",
                "00 89 0000 4500",
                // a packet of another version than announced
                "00 04 0000 6000",
                "00 29 0000 4500",
                // IP versions 5 and 7, a header too short, a length that the datagram does not hold
                "50000000",
                "70000000",
                "44000000",
                "4500 001d",
                "60000000 0001",
                // nothing behind the header
                "00 04 0000",
                "01 04 0000 45",
                "00 04 00",
            })
    void shouldTakeAnotherUseOfThePortOfGueForPlainUdp(String payload) {
        Tunnels.assertPlainUdp(to(GUE, payload, new FrameBuilder()));
    }

    // WireGuard

    @ParameterizedTest
    @CsvSource({"1, 148", "2, 92", "3, 64", "4, 32", "4, 48", "4, 1456"})
    void shouldRecogniseWireGuardByTypeAndLength(int type, int length) {
        FrameBuilder message = new FrameBuilder().u8(type).zeros(length - 1);
        Tunnels.assertClosed(to(WIREGUARD, message), DecodingProblem.none, "ethernet", "ipv4", "udp", "wireguard");
        FrameBuilder back = Tunnels.overUdp(WIREGUARD, 49152, message);
        assertLayers(Decoding.ethernet(back), "wireguard");
        byte[] withTrailer = back.zeros(4).bytes();
        assertLayers(Decoding.decode(Decoding.ETHERNET, withTrailer, 46, withTrailer.length), "wireguard");
    }

    @ParameterizedTest
    @CsvSource({"0, 148", "1, 147", "1, 149", "2, 64", "3, 92", "4, 16", "4, 33", "4, 47", "5, 64", "255, 64", "4, 3"})
    void shouldTakeOtherTypesAndLengthsForPlainUdp(int type, int length) {
        Tunnels.assertPlainUdp(to(WIREGUARD, new FrameBuilder().u8(type).zeros(length - 1)));
    }

    @Test
    void shouldTakeWireGuardWithoutItsThreeZerosForPlainUdp() {
        Tunnels.assertPlainUdp(to(WIREGUARD, "04000001", new FrameBuilder().zeros(28)));
    }

    // What the UDP header says

    @Test
    void shouldTakeALengthOfZeroForOneThatWasLeftOut() {
        FrameBuilder vxlan = new FrameBuilder().hex("08000000 00000100").append(Tunnels.ethernet());
        PacketHeaders outer = Decoding.ethernet(
                Tunnels.overIpv4(17, new FrameBuilder().udp(49152, VXLAN, 0).append(vxlan)));
        Tunnels.assertEncloses(outer, Layer.vxlan, 1, true, 42);
    }

    @Test
    void shouldNotLookBehindTheEndOfTheDatagram() {
        FrameBuilder vxlan = new FrameBuilder().hex("08000000 00000100").append(Tunnels.ethernet());
        PacketHeaders outer = Decoding.ethernet(Tunnels.overIpv4(
                17,
                new FrameBuilder().udp(49152, VXLAN, 8 + 8 + 42).append(vxlan).zeros(100)));
        Tunnels.assertEncloses(outer, Layer.vxlan, 1, true, 42);
        PacketHeaders shorter = Decoding.ethernet(Tunnels.overIpv4(
                17, new FrameBuilder().udp(49152, VXLAN, 8 + 8 + 41).append(vxlan)));
        assertThat(shorter.enclosed().enclosedOctets).isEqualTo(41);
        assertThat(shorter.enclosed().problem).isEqualTo(DecodingProblem.bad_ip_total_length);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 15})
    void shouldTakeADatagramTooShortForATunnelForPlainUdp(int length) {
        for (int port : new int[] {
            VXLAN, 8472, VXLAN_GPE, GENEVE, GTP_U, GUE, MPLS, MPLS_CONTRAIL, TEREDO, AYIYA, CAPWAP, WIREGUARD
        }) {
            FrameBuilder payload = new FrameBuilder().udp(49152, port, length).zeros(100);
            Tunnels.assertPlainUdp(Decoding.ethernet(Tunnels.overIpv4(17, payload)));
        }
    }

    @Test
    void shouldBelieveTheOctetsThatAreThereWhenTheDatagramClaimsMore() {
        FrameBuilder vxlan = new FrameBuilder().hex("08000000 00000100").append(Tunnels.ethernet());
        PacketHeaders outer = Decoding.ethernet(Tunnels.overIpv4(
                17, new FrameBuilder().udp(49152, VXLAN, 0xffff).append(vxlan)));
        Tunnels.assertEncloses(outer, Layer.vxlan, 1, true, 42);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 70, 92, 96, 100})
    void shouldNotCountATrailerAsEnclosed(int captured) {
        FrameBuilder vxlan = new FrameBuilder().hex("08000000 00000100").append(Tunnels.ethernet());
        byte[] frame = Tunnels.overUdp(49152, VXLAN, vxlan).zeros(8).bytes();
        PacketHeaders outer = Decoding.decode(Decoding.ETHERNET, frame, captured, frame.length);
        assertThat(outer.enclosed().enclosedOctets).isEqualTo(42);
    }

    /** The tunnels whose packets cannot be told without their header: a cut in it is a problem. */
    @ParameterizedTest
    @CsvSource({
        "4789, 08000000 00000100",
        "4790, 0c000003 00000100",
        "6081, 01006558 00000100 00000000",
        "2152, 34ff0024 00000001 00000085 01000100",
        "6080, 01040000 00000000",
        "6635, 00064000 000641ff",
        "3544, 00010000 0123456789abcdef 00",
        "5072, 42521129 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000",
        "1701, 0202 1111 0001 0002 0000",
        "5247, 00100000 00000000",
    })
    void shouldReportACutAtEveryOctetOfAHeader(int port, String header) {
        FrameBuilder packet =
                switch (port) {
                    case 4789, 4790, 6081, 5247 -> Tunnels.ethernet();
                    case 3544, 5072 -> Tunnels.ipv6();
                    case 1701 -> new FrameBuilder().hex("ff03 0021").append(Tunnels.ipv4());
                    default -> Tunnels.ipv4();
                };
        FrameBuilder payload = new FrameBuilder().hex(header);
        int headerLength = payload.length();
        payload.append(packet);
        assertThat(to(port, payload).enclosed()).isNotNull();
        for (int captured = PAYLOAD; captured <= PAYLOAD + headerLength; captured++) {
            PacketHeaders headers = cut(port, payload, captured);
            assertThat(headers.enclosed()).isNull();
            assertThat(headers.problem).as("%d octets", captured).isEqualTo(DecodingProblem.truncated);
        }
    }
}
