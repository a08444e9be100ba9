package io.weir.app.read;

import io.weir.app.failure.Failure;
import io.weir.schemas.Flow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The flows that a filter chose, and which packets are theirs: those of their identity in the time of their life. A flow is chosen as a
 * whole when one of its records passes the filter.
 */
final class FlowSelection {

    static final int MAX_FLOWS = 250_000;

    /** A flow, and how many of its packets were written. */
    static final class Chosen {

        private long firstMicros = Long.MAX_VALUE;
        private long lastMicros = Long.MIN_VALUE;
        private boolean ended;
        private long written;

        private void widen(Flow flow) {
            firstMicros = Math.min(firstMicros, flow.getFlowStartMicroseconds());
            lastMicros = Math.max(lastMicros, flow.getFlowEndMicroseconds());
            ended |= flow.getIsLast();
        }

        /** What comes behind the newest record of a flow that goes on is its own. */
        private boolean holds(long timeMicros) {
            return timeMicros >= firstMicros && (!ended || timeMicros <= lastMicros);
        }

        long written() {
            return written;
        }

        void countWritten() {
            written++;
        }
    }

    private final Map<String, Chosen> byFlowId = new HashMap<>();
    private final Map<FlowIdentity, List<Chosen>> byIdentity = new HashMap<>();

    /**
     * Takes the next record of the flows topic.
     *
     * @throws Failure when too many are chosen
     */
    void add(Flow flow, boolean passes) {
        Chosen chosen = byFlowId.get(flow.getFlowId());
        if (chosen == null && passes) {
            if (byFlowId.size() >= MAX_FLOWS) {
                throw tooMany();
            }
            chosen = new Chosen();
            byFlowId.put(flow.getFlowId(), chosen);
            byIdentity
                    .computeIfAbsent(FlowIdentity.of(flow), ignored -> new ArrayList<>(1))
                    .add(chosen);
        }
        if (chosen != null) {
            chosen.widen(flow);
        }
    }

    static Failure tooMany() {
        return Failure.failed(
                "these are more than " + MAX_FLOWS + " flows",
                "choose fewer with --filter, or less time with --from and --to");
    }

    /** Adds to {@code found} the chosen flows that a packet of this identity and time belongs to. */
    void find(FlowIdentity identity, long timeMicros, List<Chosen> found) {
        for (Chosen chosen : byIdentity.getOrDefault(identity, List.of())) {
            if (chosen.holds(timeMicros)) {
                found.add(chosen);
            }
        }
    }

    /** How many are chosen. */
    int size() {
        return byFlowId.size();
    }
}
