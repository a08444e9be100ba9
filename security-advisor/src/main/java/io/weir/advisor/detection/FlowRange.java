package io.weir.advisor.detection;

import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.advisor.host.RecentFlows;
import java.util.ArrayList;
import java.util.List;

/** Some of the flows of a contact that are remembered, one after the other by start. */
record FlowRange(Contact contact, int from, int to) {

    /**
     * Those that began within a time.
     *
     * @param fromMicros included
     * @param untilMicros included
     */
    static FlowRange between(Contact contact, long fromMicros, long untilMicros) {
        RecentFlows flows = contact.flows();
        int from = 0;
        while (from < flows.size() && flows.startMicros(from) < fromMicros) {
            from++;
        }
        int to = flows.size();
        while (to > from && flows.startMicros(to - 1) > untilMicros) {
            to--;
        }
        return new FlowRange(contact, from, to);
    }

    /** Those that began up to a time, included; see {@link #effectiveUntil}. */
    static FlowRange until(Contact contact, long untilMicros) {
        return between(contact, Long.MIN_VALUE, effectiveUntil(contact, untilMicros));
    }

    /**
     * Up to when flows of the contact are looked at by a rule that waits. Of a contact so busy that all flows that are remembered are younger, all are: those that it
     * should have waited for will be forgotten before their time has come.
     */
    static long effectiveUntil(Contact contact, long untilMicros) {
        RecentFlows flows = contact.flows();
        boolean isFull = flows.size() == RecentFlows.MAX_FLOWS;
        return isFull && flows.startMicros(0) > untilMicros ? Long.MAX_VALUE : untilMicros;
    }

    int size() {
        return to - from;
    }

    boolean isEmpty() {
        return to == from;
    }

    RecentFlows flows() {
        return contact.flows();
    }

    long firstMicros() {
        return flows().startMicros(from);
    }

    long lastStartMicros() {
        return flows().startMicros(to - 1);
    }

    /** Last packet. */
    long lastMicros() {
        long last = Long.MIN_VALUE;
        for (int i = from; i < to; i++) {
            last = Math.max(last, endMicros(i));
        }
        return last;
    }

    long endMicros(int index) {
        return flows().startMicros(index) + flows().durationMs(index) * 1000;
    }

    /** As observed. When these are not all flows of the contact, packets of one flow count to {@link RecentFlows#MAX_PACKETS} each way. */
    Traffic traffic() {
        if (size() == flows().size() && contact.view().flowCount() <= size()) {
            return contact.view().traffic();
        }
        Traffic sum = Traffic.NONE;
        for (int i = from; i < to; i++) {
            sum = sum.plus(new Traffic(
                    flows().packetsOut(i), flows().octetsOut(i), flows().packetsIn(i), flows().octetsIn(i)));
        }
        return sum;
    }

    /** Says in a verdict which flows it is about. */
    Verdict tell(Verdict verdict) {
        List<String> ids = new ArrayList<>();
        for (int i = from; i < to && ids.size() < Verdict.MAX_EVIDENCE; i++) {
            ids.add(flows().flowId(i));
        }
        return verdict.flowClass(contact.flowClass())
                .confidence(contact.confidence())
                .point(contact.view().point())
                .span(firstMicros(), lastMicros())
                .counts(size(), traffic())
                .evidence(List.of(), ids);
    }
}
