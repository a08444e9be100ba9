package io.weir.advisor.observe;

import io.weir.advisor.host.EvidenceOutput;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Observation.ApplicationGlance;
import io.weir.advisor.host.Observation.DnsGlance;
import io.weir.advisor.host.Observation.FlowSpan;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.state.RowOutput;
import java.util.HashMap;
import java.util.Map;

/**
 * Observations for one partition as the bytes of a record between the advisor's steps: an octet of format, then entries, each an octet of what it is and
 * its fields. Names of observation points stand in full once and then as their number. Used again after {@link #clear}.
 */
final class ObservationBatch {

    static final int FORMAT = 1;
    static final int BEGAN = 1;
    static final int ASKED = 2;
    static final int EVENT_TIME = 4;

    /** Octets of an entry that are there whatever it says; for the bound on what waits. */
    static final int TYPICAL_OCTETS = 80;

    private final RowOutput octets = new RowOutput();
    private final EvidenceOutput out = new EvidenceOutput(octets);
    private final Map<String, Integer> points = new HashMap<>(4);
    private int entries;

    boolean isEmpty() {
        return entries == 0;
    }

    /**
     * Adds an observation.
     *
     * @param began the initiator's host is remembered there
     * @param asked the responder's host is remembered there
     */
    void add(Observation seen, boolean began, boolean asked) {
        begin((began ? BEGAN : 0) | (asked ? ASKED : 0), seen.point());
        out.host(seen.initiator());
        out.host(seen.responder());
        out.number(seen.protocol());
        out.number(seen.initiatorPort());
        out.number(seen.port());
        out.number(seen.flowClass().ordinal());
        out.number(seen.confidence().ordinal());
        out.number(seen.outcome().ordinal());
        out.number(seen.samplingRate());
        FlowSpan flow = seen.flow();
        out.bits(flow.idHigh());
        out.bits(flow.idLow());
        out.number(flow.startMicros());
        out.number(flow.endMicros() - flow.startMicros());
        out.flag(flow.isFirst());
        Traffic delta = seen.delta();
        out.number(delta.packetsOut());
        out.number(delta.octetsOut());
        out.number(delta.packetsIn());
        out.number(delta.octetsIn());
        write(seen.application());
    }

    private void write(ApplicationGlance application) {
        out.flag(application != null);
        if (application == null) {
            return;
        }
        out.text(application.name());
        out.flag(application.isFromPayload());
        out.text(application.serverName());
        DnsGlance dns = application.dns();
        out.flag(dns != null);
        if (dns != null) {
            out.text(dns.name());
            out.number(dns.type());
            out.number(dns.code());
            out.number(dns.queries());
            out.number(dns.responses());
            out.number(dns.errors());
        }
    }

    void addEventTime(String point, int partition, long eventTimeMs) {
        begin(EVENT_TIME, point);
        out.number(partition);
        out.number(eventTimeMs);
    }

    private void begin(int kind, String point) {
        if (entries == 0) {
            out.number(FORMAT);
        }
        entries++;
        out.number(kind);
        Integer number = points.get(point);
        if (number == null) {
            out.number(points.size());
            out.text(point);
            points.put(point, points.size());
        } else {
            out.number(number);
        }
    }

    /** The bytes. */
    byte[] octets() {
        return octets.toArray();
    }

    /** Makes it empty. */
    void clear() {
        octets.clear();
        points.clear();
        entries = 0;
    }
}
