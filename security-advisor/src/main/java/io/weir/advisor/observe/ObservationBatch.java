package io.weir.advisor.observe;

import io.weir.advisor.host.EvidenceInput;
import io.weir.advisor.host.EvidenceOutput;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Observation.ApplicationGlance;
import io.weir.advisor.host.Observation.DnsGlance;
import io.weir.advisor.host.Observation.FlowSpan;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.advisor.host.Outcome;
import io.weir.schemas.Confidence;
import io.weir.schemas.FlowClass;
import io.weir.state.RowOutput;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Observations for one partition as the bytes of a record between the advisor's steps: an octet of format, then entries, each an octet of what it is and
 * its fields. Names of observation points stand in full once and then as their number. Used again after {@link #take}.
 */
final class ObservationBatch {

    private static final int FORMAT = 1;

    private static final int BEGAN = 1;
    private static final int ASKED = 2;
    private static final int EVENT_TIME = 4;

    /** Octets of an entry that are there whatever it says; for the bound on what waits. */
    static final int TYPICAL_OCTETS = 80;

    private static final Confidence[] CONFIDENCES = Confidence.values();
    private static final FlowClass[] CLASSES = FlowClass.values();

    private RowOutput octets = new RowOutput();
    private EvidenceOutput out = new EvidenceOutput(octets);
    private final Map<String, Integer> points = new HashMap<>(4);
    private int entries;

    /** Takes what is read out of a batch. */
    interface Reader {

        void began(Observation seen);

        void asked(Observation seen);

        void eventTime(String point, int partition, long eventTimeMs);
    }

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

    /** The bytes; the batch is empty then. */
    byte[] take() {
        byte[] bytes = octets.toArray();
        octets = new RowOutput();
        out = new EvidenceOutput(octets);
        points.clear();
        entries = 0;
        return bytes;
    }

    /** Reads a batch. */
    static void read(byte[] bytes, Reader reader) {
        try {
            EvidenceInput in = new EvidenceInput(bytes, 0);
            long format = in.number();
            if (format != FORMAT) {
                throw new SerializationException("A record between the advisor's steps has format " + format
                        + ", this version of Weir reads format " + FORMAT
                        + ": stop instances of other versions, let this one read on, or reset the advisor");
            }
            List<String> names = new ArrayList<>();
            while (!in.isAtEnd()) {
                readEntry(in, names, reader);
            }
        } catch (BufferUnderflowException | IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
            throw new SerializationException("A record between the advisor's steps is damaged: reset the advisor", e);
        }
    }

    private static void readEntry(EvidenceInput in, List<String> names, Reader reader) {
        int kind = in.integer();
        int number = in.integer();
        if (number == names.size()) {
            names.add(in.text());
        }
        String point = names.get(number);
        if (kind == EVENT_TIME) {
            reader.eventTime(point, in.integer(), in.number());
            return;
        }
        Observation seen = readObservation(in, point);
        if ((kind & BEGAN) != 0) {
            reader.began(seen);
        }
        if ((kind & ASKED) != 0) {
            reader.asked(seen);
        }
    }

    private static Observation readObservation(EvidenceInput in, String point) {
        var initiator = in.host();
        var responder = in.host();
        int protocol = in.integer();
        int initiatorPort = in.integer();
        int port = in.integer();
        FlowClass flowClass = CLASSES[in.integer()];
        Confidence confidence = CONFIDENCES[in.integer()];
        Outcome outcome = Outcome.of(in.integer());
        int samplingRate = in.integer();
        long idHigh = in.bits();
        long idLow = in.bits();
        long start = in.number();
        FlowSpan flow = new FlowSpan(idHigh, idLow, start, start + in.number(), in.flag());
        Traffic delta = new Traffic(in.number(), in.number(), in.number(), in.number());
        return new Observation(
                initiator,
                responder,
                protocol,
                initiatorPort,
                port,
                flowClass,
                confidence,
                outcome,
                samplingRate,
                point,
                flow,
                delta,
                in.flag() ? readApplication(in) : null);
    }

    private static ApplicationGlance readApplication(EvidenceInput in) {
        String name = in.text();
        boolean isFromPayload = in.flag();
        String serverName = in.text();
        DnsGlance dns = in.flag()
                ? new DnsGlance(in.text(), in.integer(), in.integer(), in.number(), in.number(), in.number())
                : null;
        return new ApplicationGlance(name, isFromPayload, serverName, dns);
    }
}
