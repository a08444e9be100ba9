package io.weir.advisor.host;

import io.weir.advisor.host.Observation.ApplicationGlance;
import io.weir.advisor.host.Observation.FlowSpan;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.schemas.Confidence;
import io.weir.schemas.FlowClass;
import java.util.ArrayList;
import java.util.List;

/**
 * Observations for tests, in a notation of a timeline: {@code flow("10.0.0.1", "10.0.0.2").tcp(22).at(3.5).answered()}. Each is a flow of its own with an
 * id by count; unless something else is said it is an unanswered SYN inside of the cluster at time 0, seen at one point.
 */
public final class Observations {

    /** Time 0, epoch microseconds: a multiple of every length of bucket. */
    public static final long T0 = 1_700_000_040_000_000L;

    private static long ids;

    private HostKey initiator;
    private HostKey responder;
    private int protocol = Observation.TCP;
    private int port = 80;
    private FlowClass flowClass = FlowClass.internal;
    private Confidence confidence = Confidence.high;
    private Outcome outcome = Outcome.UNANSWERED;
    private int samplingRate = 1;
    private String point = "a|eth0|pcap";
    private long startMicros = T0;
    private long durationMicros;
    private Traffic delta = new Traffic(1, 60, 0, 0);
    private ApplicationGlance application;

    private Observations() {}

    public static Observations flow(String initiator, String responder) {
        Observations flow = new Observations();
        flow.initiator = v4(initiator);
        flow.responder = v4(responder);
        return flow;
    }

    /** A host by its IPv4 address. */
    public static HostKey v4(String address) {
        long bits = 0;
        for (String octet : address.split("\\.", -1)) {
            bits = bits << 8 | Integer.parseInt(octet);
        }
        return HostKey.of(bits << 32, 0, false);
    }

    public Observations tcp(int to) {
        return service(Observation.TCP, to);
    }

    public Observations udp(int to) {
        return service(Observation.UDP, to);
    }

    public Observations echo() {
        return service(Observation.ICMP, 8);
    }

    public Observations service(int ianaProtocol, int to) {
        protocol = ianaProtocol;
        port = to;
        return this;
    }

    /** Start, seconds after {@link #T0}. */
    public Observations at(double seconds) {
        startMicros = T0 + Math.round(seconds * 1e6);
        return this;
    }

    public Observations lasting(double seconds) {
        durationMicros = Math.round(seconds * 1e6);
        return this;
    }

    public Observations of(FlowClass is) {
        flowClass = is;
        return this;
    }

    public Observations sure(Confidence is) {
        confidence = is;
        return this;
    }

    public Observations seenAt(String observationPoint) {
        point = observationPoint;
        return this;
    }

    public Observations oneIn(int packets) {
        samplingRate = packets;
        return this;
    }

    public Observations traffic(long packetsOut, long octetsOut, long packetsIn, long octetsIn) {
        delta = new Traffic(packetsOut, octetsOut, packetsIn, octetsIn);
        return this;
    }

    public Observations application(ApplicationGlance is) {
        application = is;
        return this;
    }

    public Observation unanswered() {
        return outcome(Outcome.UNANSWERED);
    }

    public Observation refused() {
        return outcome(Outcome.REFUSED);
    }

    public Observation answered() {
        if (delta.packetsIn() == 0) {
            traffic(5, 600, 4, 900);
        }
        return outcome(Outcome.ANSWERED);
    }

    public Observation outcome(Outcome is) {
        outcome = is;
        long id = ++ids;
        return new Observation(
                initiator,
                responder,
                protocol,
                40_000,
                port,
                flowClass,
                confidence,
                outcome,
                samplingRate,
                point,
                new FlowSpan(id, HostKey.mix(id), startMicros, startMicros + durationMicros, true),
                delta,
                application);
    }

    /** A flow cut in records: the first says {@code first}, the second the outcome and nothing more of traffic. */
    public List<Observation> inTwoRecords(Outcome first, Outcome second) {
        Observation one = outcome(first);
        List<Observation> both = new ArrayList<>();
        both.add(one);
        both.add(new Observation(
                one.initiator(),
                one.responder(),
                one.protocol(),
                one.initiatorPort(),
                one.port(),
                one.flowClass(),
                one.confidence(),
                second,
                one.samplingRate(),
                one.point(),
                new FlowSpan(
                        one.flow().idHigh(),
                        one.flow().idLow(),
                        one.flow().startMicros(),
                        one.flow().endMicros() + 1_000_000,
                        false),
                Traffic.NONE,
                null));
        return both;
    }
}
