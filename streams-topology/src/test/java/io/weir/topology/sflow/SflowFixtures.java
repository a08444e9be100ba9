package io.weir.topology.sflow;

import io.weir.topology.sflow.SflowWriter.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Datagrams made for tests. */
final class SflowFixtures {
    private SflowFixtures() {}

    /** One sample of each form, and with them each structure once, with values by chance. */
    static byte[] everyStructure(Random random) {
        List<Part> samples = new ArrayList<>();
        List<Structure> flow = SflowStructures.flow();
        int half = flow.size() / 2;
        samples.add(SflowWriter.flowSample(records(flow.subList(0, half), random)));
        samples.add(SflowWriter.expandedFlowSample(0, 3, 0, 4, records(flow.subList(half, flow.size()), random)));
        samples.add(SflowWriter.discardedPacket(258, records(flow.subList(0, half), random)));
        samples.add(SflowWriter.counterSample(records(SflowStructures.counters(), random)));
        samples.add(SflowWriter.expandedCounterSample(
                records(SflowStructures.counters().subList(0, 3), random)));
        samples.add(SflowWriter.block(4300, 1002, w -> w.u32(random.nextInt()).string("metric")));
        return SflowWriter.datagram(samples.toArray(Part[]::new));
    }

    /** A few samples with a few records by chance: small enough that a change by chance meets a length now and then. */
    static byte[] some(Random random) {
        Part[] samples = new Part[1 + random.nextInt(3)];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = switch (random.nextInt(5)) {
                case 0 -> SflowWriter.flowSample(records(pick(SflowStructures.flow(), random), random));
                case 1 ->
                    SflowWriter.expandedFlowSample(0, 3, 2, 0, records(pick(SflowStructures.flow(), random), random));
                case 2 -> SflowWriter.counterSample(records(pick(SflowStructures.counters(), random), random));
                case 3 -> SflowWriter.expandedCounterSample(records(pick(SflowStructures.counters(), random), random));
                default -> SflowWriter.discardedPacket(258, records(pick(SflowStructures.flow(), random), random));
            };
        }
        return SflowWriter.datagram(samples);
    }

    private static List<Structure> pick(List<Structure> from, Random random) {
        List<Structure> picked = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            // The first of each table are those of most agents.
            int most = random.nextBoolean() ? 8 : from.size();
            picked.add(from.get(random.nextInt(most)));
        }
        return picked;
    }

    private static Part[] records(List<Structure> structures, Random random) {
        return structures.stream()
                .map(structure -> SflowWriter.record(structure, random))
                .toArray(Part[]::new);
    }
}
