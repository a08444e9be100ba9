package io.weir.topology.sflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.Captures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** No octets can hurt: cut, flipped and random datagrams are decoded without a throw and without a look beside them. */
class SflowDecoderRobustnessTest {
    private static final int FLIPPED_DATAGRAMS = 15_000;
    private static final int RANDOM_DATAGRAMS = 20_000;
    private static final int EXTREME_DATAGRAMS = 20;
    private static final long[] EXTREMES = {0, 1, 3, 4, 5, 0x7fff_ffffL, 0x8000_0000L, 0xffff_fffcL, 0xffff_ffffL};
    private static final long SEED = 20_261_129;

    private final SflowInvariants invariants = new SflowInvariants();

    @Test
    void shouldBearEveryCutOfEveryStructure() {
        byte[] whole = SflowFixtures.everyStructure(new Random(SEED));
        List<String> all = invariants.check(whole, "whole").lines;
        assertThat(all).noneMatch(line -> line.startsWith("problem")).hasSize(8);
        int kept = 0;
        // In units of XDR; each octet is cut at in the next test.
        for (int length = 0; length <= whole.length; length += XdrCursor.UNIT) {
            List<String> lines = invariants.check(Arrays.copyOf(whole, length), "cut at " + length).lines;
            int same = 0;
            while (same < lines.size() && lines.get(same).equals(all.get(same))) {
                same++;
            }
            assertThat(same).as("samples kept at %d", length).isGreaterThanOrEqualTo(kept);
            kept = same;
        }
    }

    /** At each octet: what comes before the cut is as in the whole datagram, but for the sample that was cut. */
    @Test
    void shouldKeepTheSamplesBeforeACutOfEachCapture() throws IOException {
        SflowDecoder decoder = new SflowDecoder();
        for (byte[] whole : fixtures()) {
            SflowDigest full = SflowDigest.of(decoder, ByteBuffer.wrap(whole), whole.length);
            int kept = 0;
            for (int length = 0; length <= whole.length; length++) {
                // The octets behind the cut are those of another datagram.
                byte[] around = whole.clone();
                Arrays.fill(around, length, whole.length, (byte) (length * 31));
                SflowDigest cut = SflowDigest.of(decoder, ByteBuffer.wrap(around), length);
                SflowDigest alone = SflowDigest.of(decoder, ByteBuffer.wrap(Arrays.copyOf(whole, length)), length);
                assertThat(cut.reports).as("cut at %d", length).isEqualTo(alone.reports);
                int same = full.commonPrefix(cut);
                assertThat(same).as("reports kept at %d", length).isGreaterThanOrEqualTo(kept);
                kept = same;
            }
            assertThat(kept).isEqualTo(full.reports.size());
        }
    }

    @Test
    void shouldBearEachWordAtItsExtremes() {
        Random random = new Random(SEED);
        for (int i = 0; i < EXTREME_DATAGRAMS; i++) {
            byte[] whole = SflowFixtures.some(random);
            for (int at = 0; at + Integer.BYTES <= whole.length; at += Integer.BYTES) {
                byte[] changed = whole.clone();
                ByteBuffer.wrap(changed).putInt(at, (int) EXTREMES[random.nextInt(EXTREMES.length)]);
                invariants.check(changed, "datagram " + i + " word at " + at);
            }
        }
    }

    @Test
    void shouldSurviveFlippedBits() {
        Random random = new Random(SEED);
        for (int i = 0; i < FLIPPED_DATAGRAMS; i++) {
            byte[] octets = SflowFixtures.some(random);
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                octets[random.nextInt(octets.length)] ^= (byte) (1 << random.nextInt(8));
            }
            invariants.check(Arrays.copyOf(octets, random.nextInt(octets.length + 1)), "datagram " + i);
        }
    }

    @Test
    void shouldSurviveRandomOctets() {
        Random random = new Random(SEED);
        byte[] head = SflowWriter.bytes(SflowWriter.head(9));
        for (int i = 0; i < RANDOM_DATAGRAMS; i++) {
            byte[] octets = new byte[random.nextInt(300)];
            random.nextBytes(octets);
            // Few bits set: formats that are known, lengths that are short.
            for (int octet = random.nextInt(2) * octets.length; octet < octets.length; octet++) {
                octets[octet] &= (byte) random.nextInt();
                octets[octet] &= (byte) random.nextInt();
                if ((octet & 3) < 3) {
                    octets[octet] = 0;
                }
            }
            if (random.nextInt(8) > 0) {
                System.arraycopy(head, 0, octets, 0, Math.min(head.length, octets.length));
            }
            invariants.check(octets, "datagram " + i);
        }
    }

    /** Random bodies of each structure, to the reader of the table alone. */
    @Test
    void shouldReadAnyOctetsAsAnyStructure() {
        Random random = new Random(SEED);
        List<Structure> structures = new ArrayList<>(SflowStructures.flow());
        structures.addAll(SflowStructures.counters());
        for (Structure structure : structures) {
            for (int i = 0; i < 300; i++) {
                byte[] body = new byte[random.nextInt(160)];
                random.nextBytes(body);
                for (int octet = 0; octet < body.length; octet++) {
                    body[octet] = (octet & 3) < 3 && random.nextBoolean() ? 0 : (byte) (body[octet] & 0x1f);
                }
                FieldLog log = FieldLog.of(structure, body);
                // An element of an array may be of one field of four octets, with a line before and one behind.
                assertThat(log.lines.size()).as(structure.name()).isLessThanOrEqualTo(4 + body.length);
            }
        }
    }

    private static List<byte[]> fixtures() throws IOException {
        List<byte[]> fixtures = new ArrayList<>();
        fixtures.add(SflowFixtures.everyStructure(new Random(SEED)));
        for (Path capture : Captures.all("sflow-")) {
            fixtures.addAll(UdpPayloads.of(capture).values());
        }
        return fixtures;
    }
}
