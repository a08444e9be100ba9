package io.weir.advisor.subnet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixTableTest {

    private final AddressBits address = new AddressBits();

    @Test
    void shouldFindNothingInAnEmptyTable() {
        PrefixTable<String> table = PrefixTable.of(Map.of());
        assertThat(lookup(table, "10.0.0.1")).isNull();
        assertThat(lookup(table, "::")).isNull();
    }

    @Test
    void shouldPreferTheLongestPrefix() {
        PrefixTable<String> table = tableOf(
                "0.0.0.0/0",
                "10.0.0.0/8",
                "10.1.0.0/16",
                "10.1.2.0/24",
                "10.1.2.3/32",
                "fd00::/8",
                "fd42::/48",
                "fd42::1/128");
        assertThat(lookup(table, "9.255.255.255")).isEqualTo("0.0.0.0/0");
        assertThat(lookup(table, "10.255.255.255")).isEqualTo("10.0.0.0/8");
        assertThat(lookup(table, "10.1.3.0")).isEqualTo("10.1.0.0/16");
        assertThat(lookup(table, "10.1.2.2")).isEqualTo("10.1.2.0/24");
        assertThat(lookup(table, "10.1.2.3")).isEqualTo("10.1.2.3/32");
        assertThat(lookup(table, "10.1.2.4")).isEqualTo("10.1.2.0/24");
        assertThat(lookup(table, "fd42:0:1::")).isEqualTo("fd00::/8");
        assertThat(lookup(table, "fd42::2")).isEqualTo("fd42::/48");
        assertThat(lookup(table, "fd42::1")).isEqualTo("fd42::1/128");
        assertThat(lookup(table, "fe00::")).isNull();
    }

    @Test
    void shouldKeepTheFamiliesApart() {
        PrefixTable<String> table = tableOf("0.0.0.0/0");
        assertThat(lookup(table, "::")).isNull();
        assertThat(lookup(table, "::ffff:10.0.0.1")).isEqualTo("0.0.0.0/0");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldAgreeWithALinearScan(long seed) {
        Random random = new Random(seed);
        Map<Cidr, Cidr> prefixes = new HashMap<>();
        int count = random.nextInt(400);
        while (prefixes.size() < count) {
            boolean v6 = random.nextBoolean();
            Cidr prefix =
                    Cidr.masked(clustered(random, v6), v6 ? random.nextLong() : 0, random.nextInt(v6 ? 129 : 33), v6);
            prefixes.put(prefix, prefix);
        }
        PrefixTable<Cidr> table = PrefixTable.of(prefixes);
        List<Cidr> all = new ArrayList<>(prefixes.keySet());
        for (int i = 0; i < 20_000; i++) {
            boolean v6 = random.nextBoolean();
            long high = clustered(random, v6);
            long low = v6 ? random.nextLong() : 0;
            if (!all.isEmpty() && random.nextInt(2) == 0) {
                // Near a prefix: at its first address, its last one, or one beside them.
                Cidr near = all.get(random.nextInt(all.size()));
                v6 = near.v6();
                high = near.high();
                low = near.low();
                if (v6) {
                    low += random.nextInt(3) - 1;
                    high += low == -1 ? -1 : 0;
                } else {
                    high += (random.nextInt(3) - 1) * (1L << 32);
                }
            }
            assertThat(table.lookup(high, low, v6)).isEqualTo(naive(all, high, low, v6));
        }
    }

    @Test
    void shouldBeSmallForThousandsOfPrefixes() {
        Random random = new Random(42);
        Map<Cidr, Cidr> prefixes = new HashMap<>();
        while (prefixes.size() < 10_000) {
            boolean v6 = random.nextInt(4) == 0;
            Cidr prefix =
                    Cidr.masked(random.nextLong() & (v6 ? -1L : -1L << 32), 0, v6 ? 48 : 16 + random.nextInt(17), v6);
            prefixes.put(prefix, prefix);
        }
        assertThat(PrefixTable.of(prefixes).trieOctets()).isLessThan(4L << 20);
    }

    private static long clustered(Random random, boolean v6) {
        long high = v6 ? random.nextLong() : random.nextLong() & -1L << 32;
        // Few different first bits, so that prefixes lie within each other.
        return random.nextInt(4) == 0 ? high : (high & 0x0003_ffff_ffff_ffffL) | 0x0a00_0000_0000_0000L;
    }

    private static Cidr naive(List<Cidr> prefixes, long high, long low, boolean v6) {
        Cidr best = null;
        for (Cidr prefix : prefixes) {
            if (prefix.v6() == v6
                    && Cidr.masked(high, low, prefix.length(), v6).equals(prefix)
                    && (best == null || prefix.length() > best.length())) {
                best = prefix;
            }
        }
        return best;
    }

    private String lookup(PrefixTable<String> table, String text) {
        assertThat(address.parse(text)).isTrue();
        return table.lookup(address);
    }

    private static PrefixTable<String> tableOf(String... prefixes) {
        Map<Cidr, String> map = new HashMap<>();
        for (String prefix : prefixes) {
            map.put(Cidr.parse(prefix), prefix);
        }
        return PrefixTable.of(map);
    }
}
