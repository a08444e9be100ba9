package io.weir.advisor.rule.ingress;

import io.weir.schemas.Endpoint;
import io.weir.schemas.Flow;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Orientation;
import io.weir.schemas.Sampling;
import io.weir.schemas.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * State of one episode. Everything in it but {@link #told} is a minimum, maximum, sum or bounded smallest-n of what the records say,
 * so that the order in which they come does not matter.
 *
 * <p>Counters are kept for each observation point, and each counter of the episode is the greatest among them: a connection that
 * was captured at three places is not counted three times. At most {@value #MAX_OBSERVATION_POINTS} are kept; further ones add
 * evidence and times but no counts.
 */
final class Episode {

    static final int MAX_EVIDENCE = 16;
    static final int MAX_OBSERVATION_POINTS = 16;

    private static final Comparator<Evidence> BY_TIME =
            Comparator.comparingLong(Evidence::flowStartMicros).thenComparing(Evidence::flowId);

    /** Of the earliest sighting, ties broken by flow id: endpoints, reason and place are its own. */
    Evidence first;

    /** What all initiators of the episode have in common. */
    String sourcePrefix;
    /** Name of the entry that permits all flows of the episode; null when they are not permitted. */
    String allowedBy;
    /** The entry in words, as it was when the episode began; null without. */
    String allowance;

    Endpoint initiator;
    Endpoint responder;
    Integer protocol;
    String classReason;
    ObservationPoint observationPoint;

    long firstMicros;
    long lastMicros;
    /** Observation point of the last packet; its event time decides when the episode is over. */
    String lastObservationPoint;

    Orientation orientation;
    /** Greatest among all sightings. */
    Exposure exposure;
    /** Greatest among the sightings that prove who began; null when none does. */
    Exposure provenExposure;

    final List<Evidence> evidence = new ArrayList<>(1);
    Initiators initiators = new Initiators();
    final List<Tally> tallies = new ArrayList<>(1);

    final Told told = new Told();

    /** A flow that belongs to the episode. */
    record Evidence(long flowStartMicros, String flowId) {}

    /** Counters at one observation point. */
    static final class Tally {
        final String observationPoint;
        long newFlows;
        long packets;
        long layer2Octets;
        long responderPackets;
        long responderOctets;
        /** Of the flows that prove who began. */
        long provenResponderOctets;
        /** The same, packets. */
        long provenResponderPackets;

        /** N where one packet in N was seen, the greatest; 1 where every packet was. */
        int samplingRate = 1;

        // Estimates of what was on the wire, rounded for each record, as sums of whole numbers do not depend on their
        // order.
        long estimatedPackets;
        long estimatedLayer2Octets;
        long estimatedProvenResponderOctets;
        /** Of the estimated packets: square of their standard error. */
        long packetsVariance;

        Tally(String observationPoint) {
            this.observationPoint = observationPoint;
        }

        private void add(Tally other) {
            newFlows += other.newFlows;
            packets += other.packets;
            layer2Octets += other.layer2Octets;
            responderPackets += other.responderPackets;
            responderOctets += other.responderOctets;
            provenResponderOctets += other.provenResponderOctets;
            provenResponderPackets += other.provenResponderPackets;
            samplingRate = Math.max(samplingRate, other.samplingRate);
            estimatedPackets += other.estimatedPackets;
            estimatedLayer2Octets += other.estimatedLayer2Octets;
            estimatedProvenResponderOctets += other.estimatedProvenResponderOctets;
            packetsVariance += other.packetsVariance;
        }

        private void estimate(Sampling sampled) {
            if (sampled == null) {
                estimatedPackets = packets;
                estimatedLayer2Octets = layer2Octets;
                estimatedProvenResponderOctets = provenResponderOctets;
                return;
            }
            samplingRate = Math.max(1, sampled.getSamplingRate());
            estimatedPackets = Math.round(sampled.getEstimatedPackets());
            estimatedLayer2Octets = Math.round(sampled.getEstimatedLayer2Octets());
            estimatedProvenResponderOctets = Math.round((double) provenResponderOctets * samplingRate);
            packetsVariance = Math.round(sampled.getPacketsStandardError() * sampled.getPacketsStandardError());
        }

        /**
         * What the responder sent at least: all where every packet was seen, else the estimate less two standard errors, each 1/√n of it for n
         * packets seen. One packet in a sample is no proof of much.
         */
        private long leastProvenResponderOctets() {
            if (samplingRate == 1) {
                return provenResponderOctets;
            }
            double seen = Math.max(1, provenResponderPackets);
            return Math.round(estimatedProvenResponderOctets * Math.max(0, 1 - 2 / Math.sqrt(seen)));
        }
    }

    /** What the findings topic knows of the episode. */
    static final class Told {
        /** Null until {@code opened} was published. */
        String findingId;

        Severity severity = Severity.unknown;
        /** Decimal digits of the number of flows. */
        int flowDigits;
        /** True when something changed since. */
        boolean stale = true;
    }

    void add(Sighting sighting) {
        Flow flow = sighting.flow();
        boolean proven = sighting.isProven();
        addTimes(sighting);
        addIdentity(sighting);
        addExposure(Exposure.of(flow), proven);
        orientation = better(orientation, flow.getOrientation());
        addEvidence(new Evidence(flow.getFlowStartMicroseconds(), flow.getFlowId()));
        Tally seen = new Tally(sighting.observationPoint());
        long responderOctets = flow.getDelta().getResponderOctets() == null
                ? 0
                : flow.getDelta().getResponderOctets();
        seen.newFlows = flow.getIsFirst() ? 1 : 0;
        seen.packets = flow.getDelta().getInitiatorPackets() + flow.getDelta().getResponderPackets();
        seen.layer2Octets =
                flow.getDelta().getInitiatorLayer2Octets() + flow.getDelta().getResponderLayer2Octets();
        seen.responderPackets = flow.getDelta().getResponderPackets();
        seen.responderOctets = responderOctets;
        seen.provenResponderOctets = proven ? responderOctets : 0;
        seen.provenResponderPackets = proven ? seen.responderPackets : 0;
        seen.estimate(flow.getSampled());
        initiators.add(
                new Initiators.Named(sighting.startMicros(), flow.getInitiator().getAddress()));
        addTally(seen);
        told.stale = true;
    }

    /** Takes over an episode of the same key that turned out to be the same one. Only for one that nobody was told of. */
    void merge(Episode other) {
        if (other.firstMicros < firstMicros || (other.firstMicros == firstMicros && precedes(other.first, first))) {
            takeIdentity(other);
        }
        firstMicros = Math.min(firstMicros, other.firstMicros);
        addLast(other.lastMicros, other.lastObservationPoint);
        addExposure(other.exposure, false);
        if (other.provenExposure != null) {
            addExposure(other.provenExposure, true);
        }
        orientation = better(orientation, other.orientation);
        other.evidence.forEach(this::addEvidence);
        initiators.merge(other.initiators);
        other.tallies.forEach(this::addTally);
        told.stale = true;
    }

    long flows() {
        // Flows that began before the episode did (the topic begins later, or the flow was quiet for the idle time)
        // count, too.
        return Math.max(1, greatest(tally -> tally.newFlows));
    }

    long packets() {
        return greatest(tally -> tally.packets);
    }

    long layer2Octets() {
        return greatest(tally -> tally.layer2Octets);
    }

    long responderPackets() {
        return greatest(tally -> tally.responderPackets);
    }

    long responderOctets() {
        return greatest(tally -> tally.responderOctets);
    }

    long provenResponderOctets() {
        return greatest(tally -> tally.provenResponderOctets);
    }

    /** What the responder sent at least in flows that prove who began. */
    long leastProvenResponderOctets() {
        return greatest(Tally::leastProvenResponderOctets);
    }

    long estimatedProvenResponderOctets() {
        return greatest(tally -> tally.estimatedProvenResponderOctets);
    }

    long estimatedPackets() {
        return greatest(tally -> tally.estimatedPackets);
    }

    long estimatedLayer2Octets() {
        return greatest(tally -> tally.estimatedLayer2Octets);
    }

    /** Of the estimated packets, packets. */
    double packetsStandardError() {
        return Math.sqrt((double) greatest(tally -> tally.packetsVariance));
    }

    /** N where one packet in N was seen, 1 where every packet was. An observation point that saw every packet makes up for others. */
    int samplingRate() {
        int least = Integer.MAX_VALUE;
        for (Tally tally : tallies) {
            least = Math.min(least, tally.samplingRate);
        }
        return least == Integer.MAX_VALUE ? 1 : least;
    }

    private long greatest(ToLongFunction<Tally> counter) {
        long most = 0;
        for (Tally tally : tallies) {
            most = Math.max(most, counter.applyAsLong(tally));
        }
        return most;
    }

    private void addTimes(Sighting sighting) {
        if (initiator == null) {
            lastMicros = sighting.endMicros();
            lastObservationPoint = sighting.observationPoint();
            return;
        }
        addLast(sighting.endMicros(), sighting.observationPoint());
    }

    private void addLast(long micros, String point) {
        if (micros > lastMicros || (micros == lastMicros && point.compareTo(lastObservationPoint) < 0)) {
            lastMicros = micros;
            lastObservationPoint = point;
        }
    }

    private void addIdentity(Sighting sighting) {
        Flow flow = sighting.flow();
        Evidence own = new Evidence(flow.getFlowStartMicroseconds(), flow.getFlowId());
        if (initiator != null
                && (sighting.startMicros() > firstMicros
                        || (sighting.startMicros() == firstMicros && !precedes(own, first)))) {
            return;
        }
        first = own;
        firstMicros = sighting.startMicros();
        sourcePrefix = sighting.sourcePrefix();
        allowedBy = sighting.allowedBy() == null ? null : sighting.allowedBy().name();
        allowance = sighting.allowedBy() == null ? null : sighting.allowedBy().toString();
        initiator = flow.getInitiator();
        responder = flow.getResponder();
        protocol = flow.getProtocolIdentifier();
        classReason = sighting.classification().reason();
        observationPoint = flow.getObservationPoint();
    }

    private void takeIdentity(Episode other) {
        first = other.first;
        sourcePrefix = other.sourcePrefix;
        allowedBy = other.allowedBy;
        allowance = other.allowance;
        initiator = other.initiator;
        responder = other.responder;
        protocol = other.protocol;
        classReason = other.classReason;
        observationPoint = other.observationPoint;
    }

    private void addExposure(Exposure seen, boolean proven) {
        exposure = exposure == null || seen.compareTo(exposure) > 0 ? seen : exposure;
        if (proven) {
            provenExposure = provenExposure == null || seen.compareTo(provenExposure) > 0 ? seen : provenExposure;
        }
    }

    private void addEvidence(Evidence one) {
        int at = 0;
        while (at < evidence.size() && BY_TIME.compare(evidence.get(at), one) < 0) {
            at++;
        }
        if (at < evidence.size() && evidence.get(at).equals(one)) {
            return;
        }
        if (at < MAX_EVIDENCE) {
            evidence.add(at, one);
            if (evidence.size() > MAX_EVIDENCE) {
                evidence.remove(MAX_EVIDENCE);
            }
        }
    }

    private void addTally(Tally seen) {
        for (Tally tally : tallies) {
            if (tally.observationPoint.equals(seen.observationPoint)) {
                tally.add(seen);
                return;
            }
        }
        if (tallies.size() < MAX_OBSERVATION_POINTS) {
            Tally own = new Tally(seen.observationPoint);
            own.add(seen);
            tallies.add(own);
        }
    }

    private static boolean precedes(Evidence one, Evidence other) {
        return BY_TIME.compare(one, other) < 0;
    }

    private static Orientation better(Orientation one, Orientation other) {
        return one == null || strength(other) > strength(one) ? other : one;
    }

    private static int strength(Orientation orientation) {
        return switch (orientation) {
            case handshake -> 6;
            case request -> 5;
            case reported -> 4;
            case known_service -> 3;
            case service_port -> 2;
            case first_seen -> 1;
            case unknown -> 0;
        };
    }
}
