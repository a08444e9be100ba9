package io.weir.decoding.packet;

import java.util.ArrayList;
import java.util.List;

/** One frame for everything that the decoder knows: for sweeps and as seeds of the fuzzer. */
final class FrameSamples {
    private FrameSamples() {}

    record Sample(String name, int linkType, FrameBuilder octets) {
        byte[] frame() {
            return octets.bytes();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** At least one frame for each layer, none of which has a problem. */
    static List<Sample> all() {
        List<Sample> samples = new ArrayList<>();
        samples.add(
                sample("tcp", 1, new FrameBuilder().ethernet(0x0800).ipv4(6, 40).tcp(1025, 443, 0x1ff)));
        samples.add(sample(
                "options",
                1,
                new FrameBuilder()
                        .ethernet(0x0800)
                        .ipv4(0x47, 17, 36, 0)
                        .hex("9404000001010100")
                        .udp(53, 1026)));
        samples.add(sample(
                "tags and icmp",
                1,
                new FrameBuilder()
                        .ethernet(0x88a8)
                        .tag(8, 0x8100)
                        .tag(10, 0x0800)
                        .ipv4(1, 28)
                        .icmp(8, 1)));
        samples.add(sample(
                "snap",
                1,
                new FrameBuilder()
                        .ethernet(40)
                        .hex("aaaa03 000000 0800")
                        .ipv4(17, 28)
                        .udp(1, 2)));
        samples.add(sample(
                "pppoe",
                1,
                new FrameBuilder()
                        .ethernet(0x8864)
                        .hex("1100 003d 0032 0057")
                        .ipv6(17, 8)
                        .udp(1, 2)));
        samples.add(sample(
                "fabricpath",
                1,
                new FrameBuilder()
                        .ethernet(0x8903)
                        .u16(0x4020)
                        .ethernet(0x0800)
                        .ipv4(132, 28)
                        .udp(1, 2)));
        samples.add(sample(
                "extension headers",
                1,
                new FrameBuilder()
                        .ethernet(0x86dd)
                        .ipv6(0, 52)
                        .hex("2b00 050200000100")
                        .hex("2c00 040000000000")
                        .hex("3c00 0001 00000007")
                        .hex("0600 010400000000")
                        .tcp(1, 2, 0x12)));
        samples.add(sample(
                "jumbo",
                1,
                new FrameBuilder()
                        .ethernet(0x86dd)
                        .ipv6(0, 0)
                        .hex("3a00 c204 00010010")
                        .icmp(128, 0)
                        .zeros(65536)));
        samples.add(sample(
                "sll",
                113,
                new FrameBuilder()
                        .hex("0000 0001 0006 02000000000a 0000 0800")
                        .ipv4(6, 40)
                        .tcp(1, 2, 2)));
        samples.add(sample(
                "sll2",
                276,
                new FrameBuilder()
                        .hex("86dd 0000 00000003 0001 00 06 02000000000a 0000")
                        .ipv6(58, 8)
                        .icmp(135, 0)));
        samples.add(sample(
                "null", 0, new FrameBuilder().hex("02000000").ipv4(17, 28).udp(1, 2)));
        samples.add(sample("raw", 101, new FrameBuilder().ipv6(17, 8).udp(1, 2)));
        samples.add(
                sample("ppp", 9, new FrameBuilder().hex("ff03 0057").ipv6(17, 8).udp(1, 2)));
        samples.add(sample(
                "compressed ppp", 50, new FrameBuilder().hex("21").ipv4(17, 28).udp(1, 2)));
        samples.add(sample(
                "pppoe alone",
                51,
                new FrameBuilder().hex("1100 003d 001e 0021").ipv4(17, 28).udp(1, 2)));
        samples.add(sample(
                "cisco hdlc",
                104,
                new FrameBuilder().hex("8f00 0800").ipv4(6, 40).tcp(1, 2, 2)));
        samples.add(sample(
                "frame relay",
                107,
                new FrameBuilder().hex("48e0fc03 0300cc").ipv4(6, 40).tcp(1, 2, 2)));
        samples.add(sample(
                "frame relay of Cisco",
                107,
                new FrameBuilder().hex("48e1 86dd").ipv6(17, 8).udp(1, 2)));
        samples.add(sample(
                "bridged frame relay",
                107,
                new FrameBuilder()
                        .hex("48e1 0300 80 0080c2 0007")
                        .ethernet(0x8100)
                        .tag(9, 0x0800)
                        .ipv4(17, 28)
                        .udp(1, 2)));
        samples.add(sample("wlan", 105, wlan(new FrameBuilder())));
        samples.add(sample("block ack", 105, new FrameBuilder().hex("9400 0000 020000000001 030000000002 0000")));
        samples.add(sample("beacon", 105, new FrameBuilder().hex("8000 0000 ffffffffffff 020000000002 020000000002")));
        samples.add(sample(
                "radiotap",
                127,
                wlan(new FrameBuilder().hex("00001400 03000080 00000000 0000000000000000 10 000000"))
                        .u32(0x12345678L)));
        samples.add(sample(
                "prism", 119, wlan(new FrameBuilder().hex("44000000 90000000").zeros(136))));
        samples.add(sample(
                "avs", 163, wlan(new FrameBuilder().hex("80211001 00000010").zeros(8))));
        samples.add(sample(
                "ppi",
                192,
                wlan(new FrameBuilder()
                                .hex("0000 2000 69000000 0200 1400")
                                .zeros(8)
                                .hex("0100")
                                .zeros(10))
                        .u32(0x12345678L)));
        samples.add(sample(
                "ppi of ppi",
                192,
                new FrameBuilder()
                        .hex("0000 0800 c0000000 0000 0800 01000000")
                        .ethernet(0x0800)
                        .ipv4(17, 28)
                        .udp(1, 2)));
        samples.add(sample(
                "nflog",
                239,
                new FrameBuilder()
                        .hex("0200 0014 0800 0100 0800 0100")
                        .hex("0800 0400 00000002")
                        .hex("1000 0800 0006 0000 02000000000a 0000")
                        .hex("1200 1000")
                        .ethernet(0x0800)
                        .u16(0)
                        .hex("2000 0900")
                        .ipv4(17, 28)
                        .udp(1, 2)));
        samples.add(sample(
                "ipoib",
                242,
                new FrameBuilder().zeros(40).hex("0800 0000").ipv4(17, 28).udp(1, 2)));
        samples.add(sample(
                "pktap",
                258,
                new FrameBuilder()
                        .hex("6c000000 01000000 01000000")
                        .zeros(96)
                        .ethernet(0x0800)
                        .ipv4(17, 28)
                        .udp(1, 2)));
        samples.add(sample("loop", 108, new FrameBuilder().u32(2).ipv4(17, 28).udp(1, 2)));
        addTransports(samples);
        addQuotes(samples);
        addPayloads(samples);
        addTags(samples);
        samples.add(udp("wireguard", 51820, "04000000", new FrameBuilder().zeros(60)));
        samples.addAll(tunnels());
        return samples;
    }

    static Sample named(String name) {
        return all().stream().filter(s -> s.name.equals(name)).findAny().orElseThrow();
    }

    /** Those that enclose packets, the innermost of which goes to port 2. */
    static List<Sample> tunnels() {
        List<Sample> samples = new ArrayList<>();
        addTunnels(samples);
        addUdpTunnels(samples);
        return samples;
    }

    private static void addTransports(List<Sample> samples) {
        FrameBuilder ports = new FrameBuilder().u16(1).u16(2).u32(0);
        samples.add(sample("dccp", 1, Tunnels.overIpv4(33, ports)));
        samples.add(sample("udp lite", 1, Tunnels.overIpv4(136, ports)));
        samples.add(sample("esp", 1, Tunnels.overIpv4(50, ports)));
        samples.add(sample(
                "ah",
                1,
                Tunnels.overIpv4(51, new FrameBuilder().hex("1104 0000").zeros(24))));
        samples.add(sample(
                "later fragment",
                1,
                new FrameBuilder().ethernet(0x0800).ipv4(0x45, 17, 28, 0x2001).zeros(8)));
        samples.add(sample(
                "later fragment of ipv6",
                101,
                new FrameBuilder().ipv6(44, 16).hex("1100 0009 00000007").zeros(8)));
    }

    /** Errors of ICMP with the packets that they are about, the second with extensions (RFC 4884) behind it. */
    private static void addQuotes(List<Sample> samples) {
        samples.add(sample(
                "icmp error",
                1,
                Tunnels.overIpv4(
                        1,
                        new FrameBuilder()
                                .icmp(3, 3)
                                .hex("45000024 00010000 01110000 c63364c8 c0000299")
                                .udp(1, 2, 16))));
        samples.add(sample(
                "icmpv6 error",
                101,
                new FrameBuilder()
                        .ipv6(58, 8 + 128 + 12)
                        .hex("0300 0000 10000000")
                        .hex("60000000 0010 2c 01")
                        .hex("fe800000000000000000000000000002 20010db8000000000000000000000099")
                        .hex("1100 0001 00000007")
                        .udp(1, 2)
                        .zeros(128 - 56)
                        .hex("2000 0000 0008 0101 06400140")));
    }

    /** Those that may show a fact. */
    private static void addPayloads(List<Sample> samples) {
        samples.add(sample(
                "arp",
                1,
                new FrameBuilder().ethernet(0x0806).hex("0001 0800 06 04 0001").zeros(20)));
        samples.add(segment("tls", 443, "16 0301 0020 01 00001c 0303 01020304"));
        samples.add(segment("http", 80, "474554202f20485454502f312e310d0a"));
        samples.add(segment("dns over tcp", 53, "0021 beef 0100 0001 0000 0000 0000"));
        samples.add(sample(
                "dhcp",
                1,
                Tunnels.overUdp(67, 68, new FrameBuilder().hex("0201 0600").zeros(236))));
        samples.add(udp("quic", 443, "c0 00000001 08", new FrameBuilder().zeros(40)));
    }

    private static Sample segment(String name, int port, String payload) {
        FrameBuilder octets = new FrameBuilder().hex(payload);
        return sample(
                name,
                1,
                Tunnels.overIpv4(6, new FrameBuilder().tcp(49152, port, 0x18).append(octets)));
    }

    private static void addTags(List<Sample> samples) {
        samples.add(tag("macsec", 0x88e5, "2c00 00000001 0800", Tunnels.ipv4()));
        samples.add(tag("mpls", 0x8847, "fffffe40 000641ff", Tunnels.ipv6()));
        samples.add(tag("pseudowire", 0x8848, "000641ff 00000001", Tunnels.ethernet()));
        samples.add(tag(
                "pseudowire in pseudowire",
                0x8847,
                "000641ff 00000000",
                new FrameBuilder().ethernet(0x8847).hex("000641ff 00000000").append(Tunnels.ethernet())));
        samples.add(tag(
                "nsh",
                0x894f,
                "0fc6 01 04 00002aff 00000000 00000000 00000000 00000000 0003 02 03 000001ff 00000000",
                Tunnels.ethernet()));
        samples.add(tag("pbb", 0x88e7, "30000042", Tunnels.ethernet()));
        samples.add(tag("vntag", 0x8926, "80010002 0800", Tunnels.ipv4()));
        samples.add(tag("etag", 0x893f, "600110020000 86dd", Tunnels.ipv6()));
        samples.add(tag("cisco metadata", 0x8909, "01 01 00010064 0800", Tunnels.ipv4()));
        samples.add(tag("arista time stamp", 0xd28b, "0001 0120 000012345678 8100 0009 0800", Tunnels.ipv4()));
    }

    private static Sample tag(String name, int etherType, String header, FrameBuilder packet) {
        return sample(
                name, 1, new FrameBuilder().ethernet(etherType).hex(header).append(packet));
    }

    private static void addTunnels(List<Sample> samples) {
        samples.add(sample("4in4", 1, Tunnels.overIpv4(4, Tunnels.ipv4())));
        samples.add(sample("6in4", 1, Tunnels.overIpv4(41, Tunnels.ipv6())));
        samples.add(sample("4in6", 101, new FrameBuilder().ipv6(4, 28).append(Tunnels.ipv4())));
        samples.add(sample(
                "6in6",
                101,
                new FrameBuilder()
                        .ipv6(43, 24 + 48)
                        .hex("29 02 04 00 00000000 20010db8000000000000000000000001")
                        .append(Tunnels.ipv6())));
        samples.add(sample(
                "4in4in4in4",
                101,
                new FrameBuilder().ipv4(4, 88).ipv4(4, 68).ipv4(4, 48).append(Tunnels.ipv4())));
        samples.add(sample(
                "etherip",
                1,
                Tunnels.overIpv4(97, new FrameBuilder().hex("3000").append(Tunnels.ethernet()))));
        samples.add(sample(
                "mpls in ip",
                1,
                Tunnels.overIpv4(137, new FrameBuilder().hex("000641ff").append(Tunnels.ipv4()))));
        samples.add(
                sample("ethernet in ipv6", 101, new FrameBuilder().ipv6(143, 42).append(Tunnels.ethernet())));
        samples.add(gre("gre", "f0000800 ffff0000 00000007 00000001 08000004c0000201 00000000", Tunnels.ipv4()));
        samples.add(gre("gre and mpls", "00008847 000641ff", Tunnels.ipv6()));
        samples.add(gre("nvgre", "20006558 00123456", Tunnels.ethernet()));
        samples.add(gre("pptp", "3081880b 0020 0001 00000002 00000003 ff03 0021", Tunnels.ipv4()));
        samples.add(gre("erspan I", "000088be", Tunnels.ethernet()));
        samples.add(gre("erspan II", "100088be 00000001 1064 0001 00000000", Tunnels.ethernet()));
        samples.add(gre(
                "erspan III", "100022eb 00000001 2064 0001 00000000 00000001 0000000000000000", Tunnels.ethernet()));
        samples.add(gre("erspan III of ip", "100022eb 00000001 2064 0001 00000000 00000800", Tunnels.ipv6()));
        samples.add(gre("wccp", "0000883e 80000100", Tunnels.ipv4()));
        samples.add(gre("cisco metadata in gre", "20008909 00000028 0800 01 01 00010064", Tunnels.ipv4()));
        samples.add(gre(
                "first fragment in gre",
                "00000800",
                new FrameBuilder().ipv4(0x45, 17, 28, 0x2000).udp(1, 2, 3000)));
    }

    private static Sample gre(String name, String header, FrameBuilder packet) {
        return sample(name, 1, Tunnels.overGre(header, packet));
    }

    private static void addUdpTunnels(List<Sample> samples) {
        samples.add(udp("vxlan", 4789, "08000000 00000100", Tunnels.ethernet()));
        samples.add(udp(
                "vxlan in vxlan",
                4789,
                "08000000 00000100",
                Tunnels.overUdp(
                        1, 8472, new FrameBuilder().hex("08000000 00000200").append(Tunnels.ethernet()))));
        samples.add(udp("vxlan-gpe", 4790, "0c000004 00000100 0002 02 03 000001ff", Tunnels.ethernet()));
        samples.add(udp("geneve", 6081, "02006558 00000100 0000000000000000", Tunnels.ethernet()));
        samples.add(udp("gtp-u", 2152, "34ff0028 00000001 00000085 01000185 01000100", Tunnels.ipv4()));
        samples.add(
                udp("teredo", 3544, "00010204 0102 01020304 0123456789abcdef 00 0000 fffe 3ffffdfe", Tunnels.ipv6()));
        samples.add(udp("ayiya", 5072, "21110129 00000000 00000000 00000000", Tunnels.ipv6()));
        samples.add(udp("l2tp", 1701, "4a020030 0001 0002 0003 0004 0002 0000 ff03 0021", Tunnels.ipv4()));
        samples.add(udp("capwap", 5247, "00200010 00000000 04020000 00000100", Tunnels.ethernet()));
        samples.add(udp(
                "capwap of 802.11",
                5247,
                "00100300 00000000 " + "0108 0000 020000000001 02000000000a 02000000000b 1f00 aaaa03 000000 0800",
                Tunnels.ipv4()));
        samples.add(udp("mpls over udp", 6635, "00064000 000641ff", Tunnels.ipv4()));
        samples.add(udp("pseudowire over udp", 51234, "000641ff 00000000", Tunnels.ethernet()));
        samples.add(udp("gue", 6080, "01290000 00000000", Tunnels.ipv6()));
        samples.add(udp("gue without header", 6080, "", Tunnels.ipv4()));
    }

    private static Sample udp(String name, int port, String header, FrameBuilder packet) {
        return sample(
                name,
                1,
                Tunnels.overUdp(49152, port, new FrameBuilder().hex(header).append(packet)));
    }

    /** A data frame with four addresses, QoS and HT control. */
    private static FrameBuilder wlan(FrameBuilder before) {
        return before.hex("8883 0000 020000000001 020000000002 02000000000b 0000 02000000000a 0000 00000000")
                .hex("aaaa03 000000 0800")
                .ipv4(6, 40)
                .tcp(1025, 443, 0x12);
    }

    private static Sample sample(String name, int linkType, FrameBuilder frame) {
        return new Sample(name, linkType, frame);
    }
}
