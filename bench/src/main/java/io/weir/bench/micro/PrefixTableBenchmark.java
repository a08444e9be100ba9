package io.weir.bench.micro;

import io.weir.advisor.subnet.AddressBits;
import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.PrefixTable;
import java.util.ArrayList;
import java.util.HashMap;
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

/** Look-ups of addresses that hit, in a table of mixed prefixes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PrefixTableBenchmark {

    private static final int ADDRESSES = 1 << 16;

    @Param({"100", "10000"})
    int prefixes;

    @Param({"false", "true"})
    boolean v6;

    private final long[] high = new long[ADDRESSES];
    private final long[] low = new long[ADDRESSES];
    private final String[] text = new String[ADDRESSES];
    private final AddressBits bits = new AddressBits();
    private PrefixTable<Integer> table;
    private int next;

    @Setup
    public void build() {
        Random random = new Random(1);
        Map<Cidr, Integer> map = new HashMap<>();
        List<String> networks = new ArrayList<>();
        while (map.size() < prefixes) {
            String network = v6
                    ? "fd42:" + Integer.toHexString(random.nextInt(1 << 16)) + ":"
                            + Integer.toHexString(random.nextInt(1 << 16)) + ":"
                    : "10." + random.nextInt(256) + "." + random.nextInt(256) + ".";
            map.put(Cidr.parse(network + (v6 ? ":/48" : "0/24")), map.size());
            networks.add(network);
        }
        table = PrefixTable.of(map);
        for (int i = 0; i < ADDRESSES; i++) {
            String network = networks.get(random.nextInt(networks.size()));
            text[i] = network + (v6 ? ":" + Integer.toHexString(1 + random.nextInt(0xfffe)) : random.nextInt(256));
            bits.parse(text[i]);
            high[i] = bits.high();
            low[i] = bits.low();
        }
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
