package io.weir.advisor.host;

import io.weir.schemas.Confidence;
import io.weir.schemas.FlowClass;

/**
 * All flows that a host began with one service of one other host. Counted for each observation point, of which at most
 * {@value View#MAX_POINTS} are kept; {@link #view} is the one that saw most, so that what is seen at three places is not counted three times.
 */
public final class Contact extends EvidenceRow {

    /**
     * @param peer the responder
     * @param protocol IANA protocol number
     * @param port of the responder; ICMP type; {@link Observation#NO_PORT}
     */
    public record Key(HostKey peer, int protocol, int port) {

        /** By hand, as that of {@link HostKey}. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && protocol == key.protocol && port == key.port && peer.equals(key.peer);
        }

        @Override
        public int hashCode() {
            return (int) HostKey.mix(peer.hash64() ^ ((long) protocol << 32 | (port & 0xffff_ffffL)));
        }

        /** For people, for example {@code 192.0.2.7 tcp/445}. */
        @Override
        public String toString() {
            return peer + " " + ServiceText.of(protocol, port);
        }
    }

    private final Host host;
    private final Key key;

    /** The first of the observation points that see it, which stand in a chain: mostly there is one. */
    PointView first;

    FlowClass flowClass = FlowClass.unknown;
    Confidence confidence = Confidence.unknown;
    Outcome outcome = Outcome.UNKNOWN;

    /** Application that a payload showed, else the one that a port stands for; null when unknown. */
    String application;

    boolean isApplicationFromPayload;
    String serverName;

    /** Some flow failed or was odd, at least for a time; after a restart, of the flows that are remembered. */
    private boolean hadFailure;

    /** Names were looked up; not kept over a restart, after which it is not known until the next one. */
    private boolean hasNames;

    Contact(Host host, Key key) {
        this.host = host;
        this.key = key;
    }

    void add(Observation seen) {
        PointView view = View.find(first, seen.point());
        if (view == null && View.count(first) < View.MAX_POINTS) {
            view = addView(seen.point());
        }
        if (view != null) {
            view.add(seen);
        }
        if (seen.flowClass() != FlowClass.unknown) {
            flowClass = seen.flowClass();
        }
        if (seen.confidence().compareTo(confidence) > 0) {
            confidence = seen.confidence();
        }
        outcome = outcome.or(seen.outcome());
        hadFailure |= seen.outcome().isFailure() || seen.outcome() == Outcome.ODD;
        hasNames |= seen.application() != null && seen.application().dns() != null;
        if (first.next != null
                && (outcome == Outcome.UNANSWERED || outcome == Outcome.ONE_SIDED)
                && isAnsweredElsewhere()) {
            outcome = Outcome.ANSWERED;
        }
        if (seen.application() != null
                && !(isApplicationFromPayload && !seen.application().isFromPayload())) {
            application = seen.application().name();
            isApplicationFromPayload = seen.application().isFromPayload();
            if (serverName == null) {
                serverName = seen.application().serverName();
            }
        }
    }

    PointView addView(String point) {
        PointView added = new PointView(point);
        first = View.append(first, added);
        return added;
    }

    @Override
    Host owner() {
        return host;
    }

    @Override
    byte kind() {
        return HostRows.CONTACT;
    }

    @Override
    void writeKey(EvidenceOutput out) {
        HostRows.writeKey(key, out);
    }

    @Override
    void write(EvidenceOutput out) {
        HostRows.write(this, out);
    }

    /** One point sees what is asked and another what is answered: exporters that tell each direction by itself, or ways that differ. */
    private boolean isAnsweredElsewhere() {
        boolean isAsked = false;
        boolean isAnswered = false;
        for (PointView view = first; view != null; view = view.next) {
            Outcome best = view.flows.best();
            isAsked |= best == Outcome.UNANSWERED;
            isAnswered |= best == Outcome.ONE_SIDED;
        }
        return isAsked && isAnswered;
    }

    /** Who began the flows. */
    public Host host() {
        return host;
    }

    public Key key() {
        return key;
    }

    /** True when some flow was refused, unanswered or odd, at least for a time. One that never was is of no interest to rules about failures. */
    public boolean hadFailure() {
        return hadFailure;
    }

    /** True when names were looked up by it. */
    public boolean hasNames() {
        return hasNames;
    }

    /** True when the contact is no longer remembered. */
    public boolean isForgotten() {
        return isRemoved();
    }

    /** After it came back from the changelog. */
    void restored() {
        for (PointView view = first; view != null; view = view.next) {
            hadFailure |= view.flows.hasFailure();
        }
    }

    /** The observation point that saw most packets; of equal ones the first by name. */
    public PointView view() {
        PointView best = first;
        for (PointView one = first.next; one != null; one = one.next) {
            long more = one.packets() - best.packets();
            if (more > 0 || (more == 0 && one.point.compareTo(best.point) < 0)) {
                best = one;
            }
        }
        return best;
    }

    /** The latest flows where most was seen. */
    public RecentFlows flows() {
        return view().flows;
    }

    /** Class of the flow that came last. */
    public FlowClass flowClass() {
        return flowClass;
    }

    /** How sure it is who began: the best of all flows. */
    public Confidence confidence() {
        return confidence;
    }

    /** The greatest outcome at any observation point, ever. */
    public Outcome outcome() {
        return outcome;
    }

    /** True when no flow got more than a refusal, and one was refused, unanswered or odd. */
    public boolean failed() {
        return outcome.isFailure();
    }

    /** Name of the application, or null. */
    public String application() {
        return application;
    }

    /** True when a payload showed the application, not the port. */
    public boolean isApplicationFromPayload() {
        return isApplicationFromPayload;
    }

    /** TLS server name that was asked for first, or null. */
    public String serverName() {
        return serverName;
    }

    /** Start of the first flow, epoch microseconds. */
    public long firstMicros() {
        return View.earliest(first);
    }

    /** Last packet, epoch microseconds. */
    public long lastMicros() {
        return View.latest(first);
    }
}
