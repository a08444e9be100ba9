package io.weir.advisor.detection;

import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.advisor.host.Outcome;
import io.weir.advisor.host.RecentFlows;
import io.weir.schemas.FlowClass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** One flow of a contact, of those that are remembered. */
record Attempt(Contact contact, RecentFlows flows, int index) {

    /** By start; of those at the same time by id, so that the order in which records came does not matter. */
    static final Comparator<Attempt> BY_START =
            Comparator.comparingLong(Attempt::startMicros).thenComparing(Attempt::flowId);

    /** Adds the flows that began up to a time, included. */
    static void addTo(List<Attempt> attempts, Contact contact, long untilMicros) {
        RecentFlows flows = contact.flows();
        long until = FlowRange.effectiveUntil(contact, untilMicros);
        for (int i = 0; i < flows.size() && flows.startMicros(i) <= until; i++) {
            attempts.add(new Attempt(contact, flows, i));
        }
    }

    /** The greatest outcome of the flows that began up to a time; that of all where the early ones are no longer remembered. */
    static Outcome outcome(Contact contact, long untilMicros) {
        RecentFlows flows = contact.flows();
        if (contact.view().flowCount() > flows.size()
                || flows.size() == 0
                || flows.startMicros(flows.size() - 1) <= untilMicros) {
            return contact.outcome();
        }
        Outcome greatest = Outcome.UNKNOWN;
        for (int i = 0; i < flows.size() && flows.startMicros(i) <= untilMicros; i++) {
            greatest = greatest.or(flows.outcome(i));
        }
        return greatest;
    }

    long startMicros() {
        return flows.startMicros(index);
    }

    long endMicros() {
        return flows.startMicros(index) + flows.durationMs(index) * 1000;
    }

    Outcome outcome() {
        return flows.outcome(index);
    }

    String flowId() {
        return flows.flowId(index);
    }

    Traffic traffic() {
        return new Traffic(
                flows.packetsOut(index), flows.octetsOut(index), flows.packetsIn(index), flows.octetsIn(index));
    }

    /** Says in a verdict which flows it is about, in the order of their start; how sure it is who began is for the rule to say. */
    static Verdict tell(Verdict verdict, List<Attempt> attempts) {
        Traffic sum = Traffic.NONE;
        List<String> ids = new ArrayList<>();
        List<String> peers = new ArrayList<>();
        FlowClass common = null;
        for (Attempt one : attempts) {
            sum = sum.plus(one.traffic());
            verdict.span(one.startMicros(), one.endMicros());
            FlowClass flowClass = one.contact.flowClass();
            common = common == null || common == flowClass ? flowClass : FlowClass.unknown;
            if (ids.size() < Verdict.MAX_EVIDENCE) {
                ids.add(one.flowId());
            }
            String peer = one.contact.key().toString();
            if (peers.size() < Verdict.MAX_EVIDENCE && !peers.contains(peer)) {
                peers.add(peer);
            }
        }
        return verdict.flowClass(common == null ? FlowClass.unknown : common)
                .point(attempts.get(0).contact.view().point())
                .counts(attempts.size(), sum)
                .evidence(peers.size() > 1 ? peers : List.of(), ids);
    }
}
