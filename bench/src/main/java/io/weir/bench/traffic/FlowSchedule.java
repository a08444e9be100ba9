package io.weir.bench.traffic;

import java.util.Arrays;

/** When each flow starts, how long it lives and how many packets it has; the packets sum to the plan's exactly. */
final class FlowSchedule {

    private static final int INDEX_BITS = 26;
    private static final int MIN_LIFE_MICROS = 1_000_000;
    private static final int MAX_LIFE_MICROS = 8_000_000;
    private static final int DNS_MAX_LIFE_MICROS = 50_000;

    /** Shape of the flow sizes: few flows carry most packets, the largest some fifty times the mean. */
    private static final double PARETO_SHAPE = 1.3;

    private static final double PARETO_CUT = 200;

    private final FlowKind[] kinds;
    private final int[] packets;
    private final int[] lifeMicros;
    private final long[] startMicrosAndIndex;

    FlowSchedule(TrafficPlan plan, Randomness randomness) {
        int flows = plan.flows();
        kinds = new FlowKind[flows];
        packets = new int[flows];
        lifeMicros = new int[flows];
        startMicrosAndIndex = new long[flows];
        long durationMicros = plan.seconds() * 1_000_000L;
        for (int i = 0; i < flows; i++) {
            // The first flow can always take what is left over.
            kinds[i] = i == 0 ? FlowKind.TCP : FlowKind.draw(randomness);
            lifeMicros[i] = plan.lifeSeconds() > 0
                    ? plan.lifeSeconds() * 1_000_000
                    : (int) Math.min(drawLife(kinds[i], randomness), durationMicros / 2);
            long start = (long) (randomness.unit() * (durationMicros - lifeMicros[i]));
            startMicrosAndIndex[i] = start << INDEX_BITS | i;
        }
        sharePackets(plan.packets(), randomness);
        Arrays.sort(startMicrosAndIndex);
    }

    private static int drawLife(FlowKind kind, Randomness randomness) {
        return kind == FlowKind.DNS
                ? 1_000 + randomness.below(DNS_MAX_LIFE_MICROS)
                : MIN_LIFE_MICROS + randomness.below(MAX_LIFE_MICROS - MIN_LIFE_MICROS);
    }

    private void sharePackets(long total, Randomness randomness) {
        double[] weights = new double[kinds.length];
        double weightSum = 0;
        long rest = total;
        for (int i = 0; i < kinds.length; i++) {
            packets[i] = kinds[i].minPackets;
            rest -= packets[i];
            if (kinds[i].grows()) {
                weights[i] = Math.min(Math.pow(1 - randomness.unit(), -1 / PARETO_SHAPE), PARETO_CUT);
                weightSum += weights[i];
            }
        }
        long extra = rest;
        for (int i = 0; i < kinds.length; i++) {
            int share = (int) (extra * (weights[i] / weightSum));
            packets[i] = Math.addExact(packets[i], share);
            rest -= share;
        }
        packets[0] = Math.addExact(packets[0], Math.toIntExact(rest));
    }

    int flows() {
        return kinds.length;
    }

    /** Flow number of the flow that starts as the n-th. */
    int flowAt(int order) {
        return (int) (startMicrosAndIndex[order] & ((1L << INDEX_BITS) - 1));
    }

    /** Start of the flow that starts as the n-th, µs since the start of the capture. */
    long startMicrosAt(int order) {
        return startMicrosAndIndex[order] >>> INDEX_BITS;
    }

    FlowKind kind(int flow) {
        return kinds[flow];
    }

    int packets(int flow) {
        return packets[flow];
    }

    int lifeMicros(int flow) {
        return lifeMicros[flow];
    }
}
