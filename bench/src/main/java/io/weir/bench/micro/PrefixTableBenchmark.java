package io.weir.bench.micro;

import io.weir.advisor.subnet.AddressBits;
import io.weir.advisor.subnet.AddressText;
import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.PrefixTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Look-ups in a table of prefixes whose lengths are spread as in the Internet's routing tables. Nine addresses of ten lie in a prefix, all are
 * in random order, so that tables that do not fit a cache pay for it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PrefixTableBenchmark {

    private static final int ADDRESSES = 1 << 16;

    @Param({"100", "1000", "10000", "100000"})
    int prefixes;

    @Param({"false", "true"})
    boolean v6;

    private final long[] high = new long[ADDRESSES];
    private final long[] low = new long[ADDRESSES];
    private final String[] text = new String[ADDRESSES];
    private final AddressBits bits = new AddressBits();
    private PrefixTable<Integer> table;
    private int next;

    /** Per cent of the prefixes of each length, rounded: about what public route collectors have held in the 2020s. */
    private static final int[][] V4_LENGTHS = {
        {24, 60}, {23, 10}, {22, 12}, {21, 5}, {20, 5}, {19, 3}, {18, 1}, {17, 1}, {16, 2}, {12, 1}
    };

    private static final int[][] V6_LENGTHS = {
        {48, 47}, {44, 11}, {40, 9}, {36, 5}, {32, 14}, {29, 4}, {46, 5}, {42, 3}, {33, 2}
    };

    @Setup
    public void build() {
        Random random = new Random(1);
        Map<Cidr, Integer> map = new LinkedHashMap<>();
        while (map.size() < prefixes) {
            long address = v6 ? 0x2000_0000_0000_0000L | random.nextLong() >>> 3 : (random.nextLong() >>> 32) << 32;
            map.put(Cidr.masked(address, 0, length(random.nextInt(100)), v6), map.size());
        }
        table = PrefixTable.of(map);
        List<Cidr> networks = new ArrayList<>(map.keySet());
        for (int i = 0; i < ADDRESSES; i++) {
            Cidr network = networks.get(random.nextInt(networks.size()));
            long host = random.nextLong() & (network.length() == 0 ? -1L : -1L >>> network.length());
            boolean hits = random.nextInt(10) != 0;
            high[i] = hits ? network.high() | (v6 ? host : host >>> 32 << 32) : random.nextLong() >>> 32 << 32;
            low[i] = v6 ? random.nextLong() : 0;
            text[i] = AddressText.of(high[i], low[i], v6);
        }
    }

    private int length(int percent) {
        int left = percent;
        for (int[] share : v6 ? V6_LENGTHS : V4_LENGTHS) {
            left -= share[1];
            if (left < 0) {
                return share[0];
            }
        }
        throw new IllegalStateException("the shares do not add up to 100");
    }

    @Benchmark
    public Integer lookup() {
        int i = next++ & (ADDRESSES - 1);
        return table.lookup(high[i], low[i], v6);
    }

    @Benchmark
    public Integer parseAndLookup() {
        bits.parse(text[next++ & (ADDRESSES - 1)]);
        return table.lookup(bits);
    }
}
