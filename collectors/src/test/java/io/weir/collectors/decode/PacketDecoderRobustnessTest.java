package io.weir.collectors.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No octets can hurt: cut, flipped and random frames are decoded without a throw and without a look beside them. */
class PacketDecoderRobustnessTest {
    private static final int[] LINK_TYPES = {
        0, 1, 9, 12, 14, 50, 51, 101, 104, 105, 107, 108, 113, 119, 127, 163, 192, 228, 229, 239, 242, 258, 276, 147
    };
    private static final int FLIPPED_FRAMES = 100_000;
    private static final int RANDOM_FRAMES = 100_000;
    private static final int MARGIN = 64;
    /** Octets of a sample that are changed: all headers lie within. */
    private static final int MAX_CHANGED = 160;
    /** Least and greatest of the fields of 4 to 8 bits that headers have, for lengths above all. */
    private static final int[] EXTREMES = {
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x08, 0x0f, 0x10, 0x1f, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xf0, 0xfe, 0xff
    };

    record Sample(String name, int linkType, FrameBuilder octets) {
        byte[] frame() {
            return octets.bytes();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Sample> samples() {
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
        addTags(samples);
        samples.add(udp("wireguard", 51820, "04000000", new FrameBuilder().zeros(60)));
        samples.addAll(tunnels());
        return samples.stream();
    }

    static List<Sample> tunnels() {
        List<Sample> samples = new ArrayList<>();
        addTunnels(samples);
        addUdpTunnels(samples);
        return samples;
    }

    private static void addTags(List<Sample> samples) {
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

    @ParameterizedTest
    @MethodSource("tunnels")
    void shouldOpenTheTunnelOfEachSample(Sample sample) {
        PacketHeaders innermost = Decoding.decode(sample.linkType, sample.frame());
        assertThat(innermost.enclosed()).isNotNull();
        while (innermost.enclosed() != null) {
            innermost = innermost.enclosed();
        }
        assertThat(innermost.destinationPort).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void shouldKeepWhatItReadAtEveryCut(Sample sample) {
        byte[] frame = sample.frame();
        PacketHeaders whole = Decoding.decode(sample.linkType, frame);
        for (PacketHeaders level = whole; level != null; level = level.enclosed()) {
            assertThat(level.problem).isEqualTo(DecodingProblem.none);
        }
        int sweep = Math.min(frame.length, 256);
        int known = 0;
        for (int captured = 0; captured <= sweep; captured++) {
            PacketHeaders cut = Decoding.decode(sample.linkType, frame, captured, frame.length);
            int knownNow = 0;
            PacketHeaders full = whole;
            for (PacketHeaders level = cut; level != null; level = level.enclosed()) {
                assertThat(full).as("as deep at %d octets", captured).isNotNull();
                knownNow += fieldsKnown(level, full, captured);
                assertThat(level.problem).isIn(DecodingProblem.none, DecodingProblem.truncated);
                full = full.enclosed();
            }
            assertThat(knownNow).as("fields known at %d octets", captured).isGreaterThanOrEqualTo(known);
            known = knownNow;
        }
        assertThat(Decoding.decode(sample.linkType, frame, sweep, frame.length)).hasToString(whole.toString());
    }

    /** Counts the fields that are there, each of which must be what the whole frame has. */
    private static int fieldsKnown(PacketHeaders cut, PacketHeaders whole, int captured) {
        long[] part = numbers(cut);
        long[] full = numbers(whole);
        int known = 0;
        for (int i = 0; i < part.length; i++) {
            if (part[i] != -1) {
                assertThat(part[i]).as("field %d at %d octets", i, captured).isEqualTo(full[i]);
                known++;
            }
        }
        List<String> layers = PacketHeaders.layerNames(cut.layers);
        assertThat(PacketHeaders.layerNames(whole.layers).subList(0, layers.size()))
                .isEqualTo(layers);
        return known + layers.size();
    }

    private static long[] numbers(PacketHeaders headers) {
        boolean ip = headers.ipVersion != 0;
        boolean complete = headers.problem == DecodingProblem.none || headers.sourcePort >= 0;
        return new long[] {
            headers.sourceMac,
            headers.destinationMac,
            // Until the chain is complete these two name the last header seen, not the last of the packet.
            ip ? headers.etherType : -1,
            complete ? headers.protocol : -1,
            ip ? headers.ipVersion : -1,
            ip ? headers.sourceAddressHigh : -1,
            ip ? headers.sourceAddressLow : -1,
            ip ? headers.destinationAddressHigh : -1,
            ip ? headers.destinationAddressLow : -1,
            headers.octets,
            headers.sourcePort,
            headers.destinationPort,
            headers.icmpType,
            headers.icmpCode,
            headers.tcpControlBits,
            headers.laterFragment ? 1 : -1,
            headers.interfaceIndex == 0 ? -1 : headers.interfaceIndex,
            headers.tunnel.ordinal(),
            headers.tunnelIdentifier,
            headers.tunnelIsNetwork ? 1 : -1,
            headers.enclosedOctets,
        };
    }

    @ParameterizedTest
    @MethodSource("samples")
    void shouldSeeNothingBesideTheFrame(Sample sample) {
        byte[] frame = sample.frame();
        for (int captured = 0; captured <= Math.min(frame.length, 256); captured++) {
            assertSurroundingsDoNotMatter(sample.linkType, Arrays.copyOf(frame, captured), frame.length, sample.name);
        }
    }

    /** Every length field, among the rest, lies: too short, too long, the greatest there is. */
    @ParameterizedTest
    @MethodSource("samples")
    void shouldSurviveEveryOctetAtItsExtremes(Sample sample) {
        byte[] whole = sample.frame();
        byte[] frame = Arrays.copyOf(whole, Math.min(whole.length, MAX_CHANGED));
        for (int i = 0; i < frame.length; i++) {
            byte right = frame[i];
            for (int extreme : EXTREMES) {
                frame[i] = (byte) extreme;
                assertSurroundingsDoNotMatter(
                        sample.linkType, frame, whole.length, sample.name + ": " + extreme + " at " + i);
            }
            frame[i] = right;
        }
    }

    @Test
    void shouldSurviveFlippedBits() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Sample> samples = samples().toList();
        for (int i = 0; i < FLIPPED_FRAMES; i++) {
            Sample sample = samples.get(random.nextInt(samples.size()));
            byte[] whole = sample.frame();
            byte[] frame = Arrays.copyOf(whole, Math.min(whole.length, MAX_CHANGED));
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
            }
            byte[] captured = Arrays.copyOf(frame, random.nextInt(frame.length + 1));
            assertSurroundingsDoNotMatter(sample.linkType, captured, frame.length, "seed " + seed + " frame " + i);
        }
    }

    @Test
    void shouldSurviveRandomOctets() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < RANDOM_FRAMES; i++) {
            byte[] frame = new byte[random.nextInt(200)];
            random.nextBytes(frame);
            // Most random octets end at the first header; these go on into the deeper ones.
            if (frame.length > 14 && random.nextBoolean()) {
                byte[] type = random.nextBoolean()
                        ? new byte[] {0x08, 0x00, 0x45}
                        : new byte[] {(byte) 0x86, (byte) 0xdd, 0x60};
                System.arraycopy(type, 0, frame, 12, 3);
            }
            int linkType = random.nextBoolean() ? 1 : LINK_TYPES[random.nextInt(LINK_TYPES.length)];
            assertSurroundingsDoNotMatter(linkType, frame, random.nextInt(), "seed " + seed + " frame " + i);
        }
    }

    /** Random octets behind the ports and protocols of tunnels, where the first of them decide. */
    @Test
    void shouldSurviveRandomOctetsInTunnels() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int[] ports = {1701, 2152, 3544, 4789, 4790, 5072, 5247, 6080, 6081, 6635, 8472, 51234, 51820};
        int[] protocols = {4, 41, 47, 97, 137, 143};
        byte[] overUdp = Tunnels.overUdp(49152, 0, new FrameBuilder()).bytes();
        byte[] overIp = Tunnels.overIpv4(0, new FrameBuilder()).bytes();
        for (int i = 0; i < RANDOM_FRAMES; i++) {
            boolean udp = random.nextBoolean();
            byte[] headers = udp ? overUdp : overIp;
            byte[] frame = new byte[headers.length + random.nextInt(100)];
            random.nextBytes(frame);
            // Few bits set: most flags absent, most lengths short.
            for (int octet = random.nextInt(2) * frame.length; octet < frame.length; octet++) {
                frame[octet] &= (byte) random.nextInt();
                frame[octet] &= (byte) random.nextInt();
            }
            System.arraycopy(headers, 0, frame, 0, headers.length);
            frame[17] = (byte) (frame.length - 14);
            if (udp) {
                int port = ports[random.nextInt(ports.length)];
                frame[36] = (byte) (port >>> 8);
                frame[37] = (byte) port;
                frame[39] = (byte) (frame.length - 34);
            } else {
                frame[23] = (byte) protocols[random.nextInt(protocols.length)];
            }
            int layer2Octets = frame.length + random.nextInt(2) * random.nextInt(2000);
            assertSurroundingsDoNotMatter(1, frame, layer2Octets, "seed " + seed + " frame " + i);
        }
    }

    private static void assertSurroundingsDoNotMatter(int linkType, byte[] captured, int layer2Octets, String what) {
        PacketHeaders alone = Decoding.decode(linkType, captured, layer2Octets, 0, (byte) 0);
        assertConsistent(alone, what);
        String expected = alone.toString();
        for (int surrounding : new int[] {0x00, 0xff, 0x45}) {
            PacketHeaders amid = Decoding.decode(linkType, captured, layer2Octets, MARGIN, (byte) surrounding);
            if (!amid.toString().equals(expected)) {
                assertThat(amid).as(what).hasToString(expected);
            }
        }
    }

    private static void assertConsistent(PacketHeaders outermost, String what) {
        int depth = 0;
        int room = Integer.MAX_VALUE;
        for (PacketHeaders headers = outermost; headers != null; headers = headers.enclosed()) {
            boolean enclosed = depth > 0;
            boolean consistent = isConsistent(headers)
                    && (headers.tunnel != Layer.unknown) == enclosed
                    && (headers.enclosedOctets > 0) == enclosed
                    && headers.enclosedOctets <= room
                    && (!enclosed || headers.ipVersion != 0 || headers.sourceMac >= 0 || headers.destinationMac >= 0)
                    && (headers.enclosed() == null || (headers.ipVersion != 0 && !headers.laterFragment))
                    && depth++ <= PacketDecoder.DEFAULT_TUNNEL_DEPTH;
            assertThat(consistent).as("%s: %s", what, outermost).isTrue();
            room = enclosed ? headers.enclosedOctets : room;
        }
    }

    private static boolean isConsistent(PacketHeaders headers) {
        boolean ip = headers.ipVersion != 0;
        return (headers.protocol >= 0) == ip
                && (headers.octets >= 0) == ip
                && (headers.sourcePort >= 0) == (headers.destinationPort >= 0)
                && (headers.icmpType >= 0) == (headers.icmpCode >= 0)
                && (headers.sourcePort < 0 || (ip && !headers.laterFragment))
                && (headers.tcpControlBits < 0 || (headers.protocol == 6 && headers.sourcePort >= 0))
                && (!headers.laterFragment || headers.fragment)
                && headers.vlanCount < PacketHeaders.MAX_LAYERS;
    }
}
