package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.DecodingProblem;
import io.weir.testing.Sweep;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
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
    private static final DecoderInvariants INVARIANTS = new DecoderInvariants(PacketDecoder.DEFAULT_TUNNEL_DEPTH);
    /** Octets of a sample that are changed: all headers lie within. */
    private static final int MAX_CHANGED = 160;

    @ParameterizedTest
    @MethodSource("io.weir.decoding.packet.FrameSamples#tunnels")
    void shouldOpenTheTunnelOfEachSample(FrameSamples.Sample sample) {
        PacketHeaders innermost = Decoding.decode(sample.linkType(), sample.frame());
        assertThat(innermost.enclosed()).isNotNull();
        while (innermost.enclosed() != null) {
            innermost = innermost.enclosed();
        }
        assertThat(innermost.destinationPort).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("io.weir.decoding.packet.FrameSamples#all")
    void shouldKeepWhatItReadAtEveryCut(FrameSamples.Sample sample) {
        byte[] frame = sample.frame();
        PacketHeaders whole = Decoding.decode(sample.linkType(), frame);
        for (PacketHeaders level = whole; level != null; level = level.enclosed()) {
            assertThat(level.problem).isEqualTo(DecodingProblem.none);
        }
        int sweep = Math.min(frame.length, 256);
        int known = 0;
        for (int captured = 0; captured <= sweep; captured++) {
            PacketHeaders cut = Decoding.decode(sample.linkType(), frame, captured, frame.length);
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
        assertThat(Decoding.decode(sample.linkType(), frame, sweep, frame.length))
                .hasToString(whole.toString());
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
    @MethodSource("io.weir.decoding.packet.FrameSamples#all")
    void shouldBearEveryCutAndEveryExtreme(FrameSamples.Sample sample) {
        byte[] whole = sample.frame();
        byte[] headers = Arrays.copyOf(whole, Math.min(whole.length, MAX_CHANGED));
        Sweep.cuts(headers, cut -> INVARIANTS.check(sample.linkType(), cut, whole.length, sample.name()));
        Sweep.extremes(headers, variant -> INVARIANTS.check(sample.linkType(), variant, whole.length, sample.name()));
    }

    @Test
    void shouldSurviveFlippedBits() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<FrameSamples.Sample> samples = FrameSamples.all();
        for (int i = 0; i < FLIPPED_FRAMES; i++) {
            FrameSamples.Sample sample = samples.get(random.nextInt(samples.size()));
            byte[] whole = sample.frame();
            byte[] frame = Arrays.copyOf(whole, Math.min(whole.length, MAX_CHANGED));
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
            }
            byte[] captured = Arrays.copyOf(frame, random.nextInt(frame.length + 1));
            INVARIANTS.check(sample.linkType(), captured, frame.length, "seed " + seed + " frame " + i);
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
            INVARIANTS.check(linkType, frame, random.nextInt(), "seed " + seed + " frame " + i);
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
            INVARIANTS.check(1, frame, layer2Octets, "seed " + seed + " frame " + i);
        }
    }
}
