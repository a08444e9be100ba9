package io.weir.schemas.packets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CanonicalKeyTest {

    private final Random random = new Random(4);

    @Test
    void shouldBeTheSameForBothDirections() {
        for (int i = 0; i < 10_000; i++) {
            long[] a = {random.nextLong(), random.nextLong(), random.nextInt(65_536), random.nextInt()};
            long[] b = random.nextInt(5) == 0
                    ? new long[] {a[0], a[1], random.nextInt(65_536), 1}
                    : new long[] {random.nextLong(), random.nextLong(), random.nextInt(65_536), random.nextInt()};
            CanonicalKey there = new CanonicalKey();
            CanonicalKey back = new CanonicalKey();
            boolean thereByA = set(there, a, b);
            boolean backByA = set(back, b, a);
            assertThat(words(there)).containsExactly(words(back));
            assertThat(there.hash()).isEqualTo(back.hash());
            if (a[0] != b[0] || a[1] != b[1] || a[2] != b[2]) {
                assertThat(thereByA).isNotEqualTo(backByA);
            }
        }
    }

    @Test
    void shouldComeBackFromItsWords() {
        for (int i = 0; i < 10_000; i++) {
            CanonicalKey key = new CanonicalKey();
            key.etherType = random.nextInt(65_537) - 1;
            key.laterFragment = random.nextBoolean();
            key.encloses = random.nextBoolean();
            key.tunnel = random.nextLong();
            key.vlanCount = random.nextInt(5);
            key.vlanIds = random.nextLong() & ((1L << (12 * key.vlanCount)) - 1);
            if (random.nextBoolean()) {
                key.setEndpoints(
                        random.nextBoolean() ? 4 : 6,
                        random.nextInt(256),
                        random.nextLong(),
                        random.nextLong(),
                        random.nextInt(65_537) - 1,
                        1,
                        random.nextLong(),
                        random.nextLong(),
                        random.nextInt(65_537) - 1,
                        2,
                        false);
            } else {
                key.setMacEndpoints(random.nextLong() >>> 16, random.nextLong() >>> 16);
            }
            CanonicalKey back = new CanonicalKey();
            back.setWords(key.word0(), key.word1(), key.word2(), key.word3(), key.word4(), key.word5(), key.word6());
            assertThat(words(back)).containsExactly(words(key));
            assertThat(back.hash()).isEqualTo(key.hash());
            assertThat(back.ipVersion).isEqualTo(key.ipVersion);
            assertThat(back.protocolIdentifier).isEqualTo(key.protocolIdentifier);
            assertThat(back.etherType).isEqualTo(key.etherType);
            assertThat(back.portA).isEqualTo(key.portA);
            assertThat(back.portB).isEqualTo(key.portB);
            assertThat(back.laterFragment).isEqualTo(key.laterFragment);
            assertThat(back.encloses).isEqualTo(key.encloses);
        }
    }

    @Test
    void shouldKeepTheSenderOfAOneWayMessageAsSideA() {
        CanonicalKey key = new CanonicalKey();
        boolean byA = key.setEndpoints(4, CanonicalKey.ICMP, 0, 9, 3, 1, 0, 2, 1, 2, true);
        assertThat(byA).isTrue();
        assertThat(key.addressALow).isEqualTo(9);
        assertThat(key.portA).isEqualTo(3);
        assertThat(key.portB).isEqualTo(1);
    }

    @Test
    void shouldOrderAddressesAndMacsUnsigned() {
        CanonicalKey key = new CanonicalKey();
        assertThat(key.setEndpoints(6, 6, -1L, 0, 1, 1, 1L, 0, 1, 2, false)).isFalse();
        assertThat(key.addressAHigh).isEqualTo(1);
        assertThat(key.setMacEndpoints(0xffff_ffff_ffffL, 0x0200_0000_0001L)).isFalse();
        assertThat(key.macA).isEqualTo(0x0200_0000_0001L);
    }

    @Test
    void shouldSpreadOverPartitionsEvenly() {
        int partitions = 7;
        int[] counts = new int[partitions];
        CanonicalKey key = new CanonicalKey();
        for (int i = 0; i < 70_000; i++) {
            key.setEndpoints(4, 6, 0, 0x0a000000L + i / 100, 30_000 + i % 100, 1, 0, 0x0a000001L, 443, 2, false);
            counts[CanonicalKey.partition(key.hash(), partitions)]++;
        }
        for (int count : counts) {
            assertThat(count).isBetween(9_500, 10_500);
        }
    }

    /** The hash decides the partition on a topic that other versions write, too: it must never change. */
    @Test
    void shouldHashAsVersionOneOfTheTopicDoes() {
        CanonicalKey key = new CanonicalKey();
        key.setEndpoints(4, 6, 0, 0x0a000001L, 80, 1, 0, 0x0a000002L, 40_000, 2, false);
        assertThat(key.hash()).isEqualTo(HASH_TCP);
        key.setMacEndpoints(1, 2);
        assertThat(key.hash()).isEqualTo(HASH_ARP);
    }

    private static final long HASH_TCP = 2627354648811147296L;
    private static final long HASH_ARP = 7782304378299991753L;

    private static boolean set(CanonicalKey key, long[] from, long[] to) {
        return key.setEndpoints(
                6, 6, from[0], from[1], (int) from[2], from[3], to[0], to[1], (int) to[2], to[3], false);
    }

    private static long[] words(CanonicalKey key) {
        return new long[] {key.word0(), key.word1(), key.word2(), key.word3(), key.word4(), key.word5(), key.word6()};
    }
}
