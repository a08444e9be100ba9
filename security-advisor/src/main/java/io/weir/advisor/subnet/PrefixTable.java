package io.weir.advisor.subnet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Longest-prefix match for IPv4 and IPv6. Immutable and thread-safe; built again when the prefixes change, which takes milliseconds
 * for thousands of them.
 *
 * <p>A multibit trie: the first 16 bits index an array, each further node takes 6 bits. Two compressions keep it small and flat. A node
 * holds runs of equal entries once (Degermark, Brodnik, Carlsson and Pink, "Small Forwarding Tables for Fast Routing Lookups", 1997): a
 * bitmap of 64 bits in which a set bit starts a run, so that one population count finds the entry. And where all prefixes below
 * an entry begin with the same bits, a jump compares these at once (path compression; Morrison's PATRICIA, 1968); below a lone
 * prefix there is nothing but one jump. At most 4 steps for IPv4 and 20 for IPv6, mostly 2 or 3. Memory: 256 KiB for each of
 * the two roots, 12 bytes for each node, 4 for each run, 44 for each jump.
 *
 * @param <V> what a prefix stands for
 */
public final class PrefixTable<V> {

    private static final int ROOT_BITS = 16;
    private static final int NODE_BITS = 6;
    private static final int NODE_SLOTS = 1 << NODE_BITS;
    private static final int JUMP_LONGS = 4;
    private static final int JUMP_INTS = 3;

    private final Object[] values;
    // Entries, here and in runs: n ≥ 0 is values[n]; else ~n is twice the index of a node, or that of a jump and one
    // more.
    private final int[] rootV4;
    private final int[] rootV6;
    /** Bit i, counted from the lowest, says that slot i begins a run. Bit 0 is always set. */
    private final long[] runStarts;
    /** Where the runs of a node begin in {@link #runs}. */
    private final int[] firstRun;

    private final int[] runs;
    /** Of each jump: bits 0 to 63 that an address must have, those that count, bits 64 to 127, those that count. */
    private final long[] jumpBits;
    /** Of each jump: entry when the bits are there, entry when not, depth behind them. */
    private final int[] jumpEntries;

    private PrefixTable(Builder builder, Object[] values, int[] rootV4, int[] rootV6) {
        this.values = values;
        this.rootV4 = rootV4;
        this.rootV6 = rootV6;
        this.runStarts = Arrays.copyOf(builder.runStarts, builder.nodes);
        this.firstRun = Arrays.copyOf(builder.firstRun, builder.nodes);
        this.runs = Arrays.copyOf(builder.runs, builder.runCount);
        this.jumpBits = Arrays.copyOf(builder.jumpBits, builder.jumps * JUMP_LONGS);
        this.jumpEntries = Arrays.copyOf(builder.jumpEntries, builder.jumps * JUMP_INTS);
    }

    /** A table of these prefixes. */
    public static <V> PrefixTable<V> of(Map<Cidr, V> prefixes) {
        Object[] values = new Object[prefixes.size() + 1];
        List<Prefix> v4 = new ArrayList<>();
        List<Prefix> v6 = new ArrayList<>();
        int index = 0;
        for (Map.Entry<Cidr, V> entry : prefixes.entrySet()) {
            values[++index] = entry.getValue();
            (entry.getKey().v6() ? v6 : v4).add(new Prefix(entry.getKey(), index));
        }
        Builder builder = new Builder();
        return new PrefixTable<>(builder, values, builder.root(v4), builder.root(v6));
    }

    /**
     * The value of the longest prefix that holds the address, or null.
     *
     * @param high bits 0 to 63 of the address, left-aligned; IPv4 fills the upper 32
     * @param low bits 64 to 127
     */
    @SuppressWarnings("unchecked")
    public V lookup(long high, long low, boolean v6) {
        int entry = (v6 ? rootV6 : rootV4)[(int) (high >>> (64 - ROOT_BITS))];
        int depth = ROOT_BITS;
        while (entry < 0) {
            int index = ~entry >> 1;
            if ((~entry & 1) == 0) {
                // Shifts count modulo 64, so that depth needs no correction in the lower word. 16 + 8 * 6 = 64: no slot
                // spans both.
                int slot = (int) (((depth < 64 ? high : low) << depth) >>> (64 - NODE_BITS));
                entry = runs[firstRun[index] + Long.bitCount(runStarts[index] << (NODE_SLOTS - 1 - slot)) - 1];
                depth += NODE_BITS;
            } else {
                int bits = index * JUMP_LONGS;
                int to = index * JUMP_INTS;
                long differs = ((high ^ jumpBits[bits]) & jumpBits[bits + 1])
                        | ((low ^ jumpBits[bits + 2]) & jumpBits[bits + 3]);
                if (differs != 0) {
                    entry = jumpEntries[to + 1];
                    break;
                }
                entry = jumpEntries[to];
                depth = jumpEntries[to + 2];
            }
        }
        return (V) values[entry];
    }

    /** The value of the longest prefix that holds the address, or null. */
    public V lookup(AddressBits address) {
        return lookup(address.high(), address.low(), address.isV6());
    }

    /** Memory of the trie without the values, octets. */
    public long trieOctets() {
        return 4L * (rootV4.length + rootV6.length + runs.length + jumpEntries.length)
                + 12L * runStarts.length
                + 8L * jumpBits.length;
    }

    private record Prefix(Cidr cidr, int value) {}

    private static final class Builder {
        private long[] runStarts = new long[64];
        private int[] firstRun = new int[64];
        private int nodes;
        private int[] runs = new int[256];
        private int runCount;
        private long[] jumpBits = new long[64 * JUMP_LONGS];
        private int[] jumpEntries = new int[64 * JUMP_INTS];
        private int jumps;

        int[] root(List<Prefix> prefixes) {
            prefixes.sort(Comparator.comparingInt(p -> p.cidr.length()));
            return slots(prefixes, 0, ROOT_BITS, 0);
        }

        /** Entries of a node at {@code depth} bits that spans {@code bits} more; {@code prefixes} are sorted by length. */
        private int[] slots(List<Prefix> prefixes, int depth, int bits, int inherited) {
            int[] slots = new int[1 << bits];
            Arrays.fill(slots, inherited);
            List<List<Prefix>> deeper = new ArrayList<>();
            List<Integer> deeperSlots = new ArrayList<>();
            int[] deeperIndex = new int[1 << bits];
            for (Prefix prefix : prefixes) {
                Cidr cidr = prefix.cidr;
                long word = depth < 64 ? cidr.high() : cidr.low();
                int slot = (int) ((word << depth) >>> (64 - bits));
                if (cidr.length() <= depth + bits) {
                    Arrays.fill(slots, slot, slot + (1 << (depth + bits - cidr.length())), prefix.value);
                    continue;
                }
                if (deeperIndex[slot] == 0) {
                    deeper.add(new ArrayList<>());
                    deeperSlots.add(slot);
                    deeperIndex[slot] = deeper.size();
                }
                deeper.get(deeperIndex[slot] - 1).add(prefix);
            }
            for (int i = 0; i < deeper.size(); i++) {
                int slot = deeperSlots.get(i);
                slots[slot] = entry(deeper.get(i), depth + bits, slots[slot]);
            }
            return slots;
        }

        /** What stands for the prefixes that are longer than {@code depth} and agree so far. */
        private int entry(List<Prefix> prefixes, int depth, int inherited) {
            Cidr shortest = prefixes.get(0).cidr;
            if (prefixes.size() == 1) {
                return jump(shortest, prefixes.get(0).value, inherited, 0);
            }
            int common = shortest.length();
            for (Prefix prefix : prefixes) {
                common = Math.min(common, commonBits(shortest, prefix.cidr));
            }
            int behind = depth + (common - depth) / NODE_BITS * NODE_BITS;
            int node = node(slots(prefixes, behind, NODE_BITS, inherited));
            return behind == depth
                    ? node
                    : jump(
                            Cidr.masked(shortest.high(), shortest.low(), behind, shortest.v6()),
                            node,
                            inherited,
                            behind);
        }

        private static int commonBits(Cidr one, Cidr other) {
            long high = one.high() ^ other.high();
            return high != 0
                    ? Long.numberOfLeadingZeros(high)
                    : 64 + Long.numberOfLeadingZeros(one.low() ^ other.low());
        }

        private int jump(Cidr bits, int there, int elsewhere, int depth) {
            if (jumps * JUMP_INTS == jumpEntries.length) {
                jumpBits = Arrays.copyOf(jumpBits, jumpBits.length * 2);
                jumpEntries = Arrays.copyOf(jumpEntries, jumpEntries.length * 2);
            }
            Cidr mask = Cidr.masked(-1L, -1L, bits.length(), bits.v6());
            jumpBits[jumps * JUMP_LONGS] = bits.high();
            jumpBits[jumps * JUMP_LONGS + 1] = mask.high();
            jumpBits[jumps * JUMP_LONGS + 2] = bits.low();
            jumpBits[jumps * JUMP_LONGS + 3] = mask.low();
            jumpEntries[jumps * JUMP_INTS] = there;
            jumpEntries[jumps * JUMP_INTS + 1] = elsewhere;
            jumpEntries[jumps * JUMP_INTS + 2] = depth;
            return ~(2 * jumps++ + 1);
        }

        private int node(int[] slots) {
            if (nodes == runStarts.length) {
                runStarts = Arrays.copyOf(runStarts, nodes * 2);
                firstRun = Arrays.copyOf(firstRun, nodes * 2);
            }
            if (runCount + NODE_SLOTS > runs.length) {
                runs = Arrays.copyOf(runs, runs.length * 2);
            }
            firstRun[nodes] = runCount;
            long starts = 0;
            for (int slot = 0; slot < NODE_SLOTS; slot++) {
                if (slot == 0 || slots[slot] != slots[slot - 1]) {
                    starts |= 1L << slot;
                    runs[runCount++] = slots[slot];
                }
            }
            runStarts[nodes] = starts;
            return ~(2 * nodes++);
        }
    }
}
