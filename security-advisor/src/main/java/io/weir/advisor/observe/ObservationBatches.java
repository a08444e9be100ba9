package io.weir.advisor.observe;

import io.weir.advisor.host.EvidenceInput;
import io.weir.advisor.host.HostKey;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Observation.ApplicationGlance;
import io.weir.advisor.host.Observation.DnsGlance;
import io.weir.advisor.host.Observation.FlowSpan;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.advisor.host.Outcome;
import io.weir.schemas.Confidence;
import io.weir.schemas.FlowClass;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;

/** Reads what {@link ObservationBatch} wrote. */
public final class ObservationBatches {

    private static final Confidence[] CONFIDENCES = Confidence.values();
    private static final FlowClass[] CLASSES = FlowClass.values();

    private ObservationBatches() {}

    /** Takes what is read out of a batch. */
    public interface Reader {

        /** The host of the initiator is remembered here. */
        void began(Observation seen);

        /** The host of the responder is remembered here. */
        void asked(Observation seen);

        /** Every flow of an observation point in a partition of the flows topic, up to an event time, has come before. */
        void eventTime(String point, int partition, long eventTimeMs);
    }

    /**
     * Reads a batch.
     *
     * @throws SerializationException when it is damaged or of another version
     */
    public static void read(byte[] bytes, Reader reader) {
        try {
            EvidenceInput in = new EvidenceInput(bytes, 0);
            long format = in.number();
            if (format != ObservationBatch.FORMAT) {
                throw new SerializationException("A record between the advisor's steps has format " + format
                        + ", this version of Weir reads format " + ObservationBatch.FORMAT
                        + ": stop instances of other versions, let this one read on, or reset the advisor");
            }
            List<String> names = new ArrayList<>();
            while (!in.isAtEnd()) {
                readEntry(in, names, reader);
            }
        } catch (BufferUnderflowException
                | IllegalArgumentException
                | ArithmeticException
                | IndexOutOfBoundsException
                | NullPointerException e) {
            throw new SerializationException("A record between the advisor's steps is damaged: reset the advisor", e);
        }
    }

    private static void readEntry(EvidenceInput in, List<String> names, Reader reader) {
        int kind = in.integer();
        int number = in.integer();
        if (number == names.size()) {
            // Contacts keep the name: one object for all of them, and all batches.
            names.add(in.text().intern());
        }
        String point = names.get(number);
        if (kind == ObservationBatch.EVENT_TIME) {
            reader.eventTime(point, in.integer(), in.number());
            return;
        }
        Observation seen = readObservation(in, point);
        if ((kind & ObservationBatch.BEGAN) != 0) {
            reader.began(seen);
        }
        if ((kind & ObservationBatch.ASKED) != 0) {
            reader.asked(seen);
        }
    }

    private static Observation readObservation(EvidenceInput in, String point) {
        HostKey initiator = in.host();
        HostKey responder = in.host();
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
