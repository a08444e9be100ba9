package io.weir.advisor.host;

import io.weir.schemas.Confidence;
import io.weir.schemas.FlowClass;

/** What others began with one service of a host. Counted for each observation point, as {@link Contact} does. */
public final class ServedPort extends EvidenceRow {

    /**
     * @param protocol IANA protocol number
     * @param port of the responder; ICMP type; {@link Observation#NO_PORT}
     */
    public record Key(int protocol, int port) {

        /** For people, for example {@code tcp/445}. */
        @Override
        public String toString() {
            return ServiceText.of(protocol, port);
        }
    }

    private final Host host;
    private final Key key;

    /** The first of the observation points that see it, which stand in a chain: mostly there is one. */
    ServiceView first;

    /** A flow from outside of the cluster, or null: the first that was answered, else the first. */
    HostKey outsider;

    boolean outsiderAnswered;

    /** When the first flow from outside that was answered began, epoch microseconds; {@link Long#MAX_VALUE} without one. */
    long outsiderMicros = Long.MAX_VALUE;

    /** When the latest flow from outside that was answered began, epoch microseconds; {@link Long#MIN_VALUE} without one. */
    long lastOutsiderMicros = Long.MIN_VALUE;

    boolean answered;
    Confidence confidence = Confidence.unknown;
    String application;
    boolean isApplicationFromPayload;

    /** Flow that was first seen, by start; 0 and 0 without one. */
    long evidenceHigh;

    long evidenceLow;
    private long evidenceStart = Long.MAX_VALUE;

    ServedPort(Host host, Key key) {
        this.host = host;
        this.key = key;
    }

    void add(Observation seen) {
        ServiceView view = View.find(first, seen.point());
        if (view == null && View.count(first) < View.MAX_POINTS) {
            view = addView(seen.point());
        }
        if (view != null) {
            view.add(seen);
        }
        answered |= seen.outcome() == Outcome.ANSWERED;
        if (seen.confidence().compareTo(confidence) > 0) {
            confidence = seen.confidence();
        }
        if (seen.flow().startMicros() < evidenceStart) {
            evidenceStart = seen.flow().startMicros();
            evidenceHigh = seen.flow().idHigh();
            evidenceLow = seen.flow().idLow();
        }
        if (seen.application() != null
                && !(isApplicationFromPayload && !seen.application().isFromPayload())) {
            application = seen.application().name();
            isApplicationFromPayload = seen.application().isFromPayload();
        }
        if (seen.flowClass() == FlowClass.ingress) {
            boolean isAnswer = seen.outcome() == Outcome.ANSWERED;
            if (isAnswer) {
                lastOutsiderMicros = Math.max(lastOutsiderMicros, seen.flow().startMicros());
            }
            if (isAnswer && seen.flow().startMicros() < outsiderMicros) {
                outsiderMicros = seen.flow().startMicros();
                outsider = seen.initiator();
                outsiderAnswered = true;
            } else if (outsider == null) {
                outsider = seen.initiator();
            }
        }
    }

    ServiceView addView(String point) {
        ServiceView added = new ServiceView(point);
        first = View.append(first, added);
        return added;
    }

    @Override
    Host owner() {
        return host;
    }

    @Override
    byte kind() {
        return HostRows.SERVICE;
    }

    @Override
    void writeKey(EvidenceOutput out) {
        HostRows.writeKey(key, out);
    }

    @Override
    void write(EvidenceOutput out) {
        HostRows.write(this, out);
    }

    /** Who was asked. */
    public Host host() {
        return host;
    }

    public Key key() {
        return key;
    }

    /** True when the service is no longer remembered. */
    public boolean isForgotten() {
        return isRemoved();
    }

    /** The observation point that saw most flows; of equal ones the first by name. */
    public ServiceView view() {
        ServiceView best = first;
        for (ServiceView one = first.next; one != null; one = one.next) {
            if (one.flowCount > best.flowCount
                    || (one.flowCount == best.flowCount && one.point.compareTo(best.point) < 0)) {
                best = one;
            }
        }
        return best;
    }

    /** True when the service has answered anybody. */
    public boolean isAnswered() {
        return answered;
    }

    /** How sure it is who began: the best of all flows. */
    public Confidence confidence() {
        return confidence;
    }

    /** Somebody from outside of the cluster who began a flow, one that was answered where there is one; null when nobody did. */
    public HostKey outsider() {
        return outsider;
    }

    /** When the first flow from outside that was answered began, epoch microseconds; {@link Long#MAX_VALUE} without one. */
    public long outsiderMicros() {
        return outsiderMicros;
    }

    /** When the latest flow from outside that was answered began, epoch microseconds; {@link Long#MIN_VALUE} without one. */
    public long lastOutsiderMicros() {
        return lastOutsiderMicros;
    }

    /** Name of the application, or null. */
    public String application() {
        return application;
    }

    /** True when a payload showed the application, not the port. */
    public boolean isApplicationFromPayload() {
        return isApplicationFromPayload;
    }

    /** Id of the earliest flow, 32 hex digits. */
    public String evidenceFlowId() {
        return String.format("%016x%016x", evidenceHigh, evidenceLow);
    }

    long evidenceStart() {
        return evidenceStart;
    }

    void restoreEvidence(long startMicros, long idHigh, long idLow) {
        evidenceStart = startMicros;
        evidenceHigh = idHigh;
        evidenceLow = idLow;
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
