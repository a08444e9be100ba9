package io.weir.topology.conversation;

import io.weir.schemas.Conversation;
import io.weir.schemas.Counters;
import io.weir.schemas.Flow;
import io.weir.schemas.Hop;
import io.weir.schemas.HopTransfer;
import io.weir.schemas.Orientation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The way of a conversation through its observation points in one window, made of their flow records. */
final class Path {

    /** Proofs of who began, best first. */
    private static final List<Orientation> PROOFS = List.of(
            Orientation.handshake,
            Orientation.request,
            Orientation.reported,
            Orientation.known_service,
            Orientation.service_port,
            Orientation.first_seen,
            Orientation.unknown);

    /** In which order the records of a window come is not the same after a restart. */
    private static final Comparator<Sighting> AS_THEY_BEGAN = Comparator.<Sighting>comparingLong(
                    one -> one.flow().getFlowStartMicroseconds())
            .thenComparing(one -> one.flow().getFlowId());

    private static final long MICRO = 1000;

    /** One part in so many of the packets may be on its way between two places when a window ends. */
    private static final int STANDING_TOLERANCE = 8;

    private static final int UNKNOWN = -1;

    /** IANA numbers. */
    private static final int TCP = 6;

    private static final int UDP = 17;

    /**
     * Octets of headers that a segment has at most when an interface cuts or joins it: IPv6 and TCP with options. Where each missing packet
     * takes no more than that with it, its payload went on in a larger one.
     */
    private static final int MAX_HEADER_OCTETS = 40 + 60;

    private final List<Stop> stops;
    private final Stop standing;
    private final Flow proof;
    private final boolean initiatorIsA;

    /** Flow records of one place that follow each other. */
    private static final class Stop {

        private final long hopId;
        private final PacketDigests digests = new PacketDigests();
        private Flow flow;
        private Counters delta;

        /** Mean time by which packets to the responder come later here than at the reference, nanoseconds. */
        private long offsetNanos;

        private int initiatorTimeToLive;
        private int responderTimeToLive;

        private Stop(long hopId) {
            this.hopId = hopId;
        }

        private void add(Sighting sighting, boolean swapped) {
            flow = sighting.flow();
            Counters counters = swapped ? swapped(flow.getDelta()) : flow.getDelta();
            delta = delta == null ? counters : sum(delta, counters);
            if (sighting.digests() != null) {
                digests.addAll(sighting.digests());
            }
        }

        private int samplingRate() {
            return flow.getObservationPoint().getSamplingRate();
        }

        private long packets() {
            return delta.getInitiatorPackets() + delta.getResponderPackets();
        }

        /** Of the packets that one side sent; {@link #UNKNOWN} without digests. */
        private int timeToLive(boolean ofA) {
            for (int i = 0; i < digests.count(); i++) {
                if (digests.sentByA(i) == ofA) {
                    return digests.timeToLive(i);
                }
            }
            return UNKNOWN;
        }
    }

    /** Times between two places of the packets that both have noted. */
    private static final class Delays {

        private int count;
        private long sumNanos;
        private long minNanos = Long.MAX_VALUE;
        private long maxNanos = Long.MIN_VALUE;

        private static Delays between(Stop from, Stop to, boolean ofA) {
            Delays delays = new Delays();
            boolean[] taken = new boolean[to.digests.count()];
            for (int i = 0; i < from.digests.count(); i++) {
                int match = from.digests.sentByA(i) == ofA ? match(from.digests, i, to.digests, taken) : UNKNOWN;
                if (match != UNKNOWN) {
                    taken[match] = true;
                    delays.add(to.digests.timeNanos(match) - from.digests.timeNanos(i));
                }
            }
            return delays;
        }

        /** The first one with the same digest that is not taken: a segment that was sent again has the digest of the first. */
        private static int match(PacketDigests from, int index, PacketDigests to, boolean[] taken) {
            for (int i = 0; i < to.count(); i++) {
                if (!taken[i] && to.digest(i) == from.digest(index) && to.sentByA(i) == from.sentByA(index)) {
                    return i;
                }
            }
            return UNKNOWN;
        }

        private void add(long nanos) {
            count++;
            sumNanos += nanos;
            minNanos = Math.min(minNanos, nanos);
            maxNanos = Math.max(maxNanos, nanos);
        }

        private long meanNanos() {
            return Math.floorDiv(sumNanos, count);
        }
    }

    private Path(List<Stop> stops, Stop standing, Flow proof, boolean initiatorIsA) {
        this.stops = stops;
        this.standing = standing;
        this.proof = proof;
        this.initiatorIsA = initiatorIsA;
    }

    /**
     * The path of flow records of one conversation and window, at least one of them with packets.
     *
     * @param lastStandingHop who stood for the conversation in the window before; it goes on unless another place saw clearly more
     */
    static Path of(List<Sighting> unordered, long lastStandingHop) {
        List<Sighting> sightings = unordered.stream()
                .filter(Sighting::hasPackets)
                .sorted(AS_THEY_BEGAN)
                .toList();
        Sighting proof = sightings.stream()
                .min(Comparator.comparingInt(one -> PROOFS.indexOf(one.flow().getOrientation())))
                .orElseThrow();
        boolean initiatorIsA = proof.initiatorIsA();
        Map<Long, Stop> byHop = new LinkedHashMap<>();
        for (Sighting sighting : sightings) {
            byHop.computeIfAbsent(sighting.hopId(), Stop::new).add(sighting, sighting.initiatorIsA() != initiatorIsA);
        }
        List<Stop> stops = new ArrayList<>(byHop.values());
        if (stops.size() > 1) {
            sort(stops, initiatorIsA);
        }
        Stop standing = stops.stream()
                .min(Comparator.<Stop>comparingInt(Stop::samplingRate)
                        .thenComparing(Comparator.comparingLong(Stop::packets).reversed()))
                .orElseThrow();
        for (Stop stop : stops) {
            boolean nearly = stop.packets() >= standing.packets() - standing.packets() / STANDING_TOLERANCE;
            if (stop.hopId == lastStandingHop && stop.samplingRate() == standing.samplingRate() && nearly) {
                standing = stop;
            }
        }
        return new Path(stops, standing, proof.flow(), initiatorIsA);
    }

    /** Number of places. */
    int hops() {
        return stops.size();
    }

    /** {@link Sighting#hopId()} of the place whose flow stands for the conversation. */
    long standingHop() {
        return standing.hopId;
    }

    Conversation conversation() {
        return Conversation.newBuilder()
                .setCommunityId(proof.getCommunityId())
                .setWindowStart(proof.getWindowStart())
                .setWindowEnd(proof.getWindowEnd())
                .setProtocolIdentifier(proof.getProtocolIdentifier())
                .setInitiator(proof.getInitiator())
                .setResponder(proof.getResponder())
                .setOrientation(proof.getOrientation())
                .setFlowId(standing.flow.getFlowId())
                .setObservationPoint(standing.flow.getObservationPoint())
                .setDelta(standing.delta)
                .setPath(path())
                .build();
    }

    /**
     * By the initiator's time to live, which routers lower, where each place knows it, else by the responder's; within one network by when packets
     * pass, or, where no packet was noted at both places, by when the flow began there. Places without any difference are in the order of their names.
     */
    private static void sort(List<Stop> stops, boolean initiatorIsA) {
        Stop reference = stops.get(0);
        for (Stop stop : stops) {
            stop.initiatorTimeToLive = stop.timeToLive(initiatorIsA);
            stop.responderTimeToLive = stop.timeToLive(!initiatorIsA);
            if (stop.digests.count() > reference.digests.count()) {
                reference = stop;
            }
        }
        for (Stop stop : stops) {
            stop.offsetNanos = offsetNanos(reference, stop, initiatorIsA);
        }
        Comparator<Stop> byTime = Comparator.<Stop>comparingLong(stop -> stop.offsetNanos)
                .thenComparing(stop -> stop.flow.getObservationPoint().getHost())
                .thenComparing(stop -> stop.flow.getObservationPoint().getInterface$())
                .thenComparingLong(stop -> stop.hopId);
        if (stops.stream().allMatch(stop -> stop.initiatorTimeToLive != UNKNOWN)) {
            stops.sort(Comparator.<Stop>comparingInt(stop -> -stop.initiatorTimeToLive)
                    .thenComparing(byTime));
        } else if (stops.stream().allMatch(stop -> stop.responderTimeToLive != UNKNOWN)) {
            stops.sort(Comparator.<Stop>comparingInt(stop -> stop.responderTimeToLive)
                    .thenComparing(byTime));
        } else {
            stops.sort(byTime);
        }
    }

    private static long offsetNanos(Stop reference, Stop stop, boolean initiatorIsA) {
        if (stop == reference) {
            return 0;
        }
        Delays there = Delays.between(reference, stop, initiatorIsA);
        Delays back = Delays.between(stop, reference, !initiatorIsA);
        if (there.count > 0 && back.count > 0) {
            // What one clock is ahead of the other is in both, with opposite signs.
            return (there.meanNanos() + back.meanNanos()) / 2;
        }
        if (there.count + back.count > 0) {
            return there.count > 0 ? there.meanNanos() : back.meanNanos();
        }
        return (stop.flow.getFlowStartMicroseconds() - reference.flow.getFlowStartMicroseconds()) * MICRO;
    }

    private List<Hop> path() {
        List<Hop> path = new ArrayList<>(stops.size());
        for (int i = 0; i < stops.size(); i++) {
            Stop stop = stops.get(i);
            Hop hop = new Hop();
            hop.setObservationPoint(stop.flow.getObservationPoint());
            hop.setFlowId(stop.flow.getFlowId());
            hop.setVlanIds(stop.flow.getVlanIds());
            hop.setEncapsulation(stop.flow.getEncapsulation());
            hop.setDelta(stop.delta);
            hop.setInitiatorTimeToLive(optional(stop.initiatorTimeToLive));
            hop.setResponderTimeToLive(optional(stop.responderTimeToLive));
            if (i + 1 < stops.size()) {
                Stop next = stops.get(i + 1);
                hop.setInitiatorTransfer(transfer(stop, next, true));
                hop.setResponderTransfer(transfer(next, stop, false));
            }
            path.add(hop);
        }
        return path;
    }

    private HopTransfer transfer(Stop from, Stop to, boolean ofInitiator) {
        HopTransfer transfer = new HopTransfer();
        transfer.setMissingPackets(missingPackets(from, to, ofInitiator));
        Delays delays = Delays.between(from, to, ofInitiator == initiatorIsA);
        transfer.setMatchedPackets((long) delays.count);
        if (delays.count > 0) {
            transfer.setMinDelayMicroseconds(Math.floorDiv(delays.minNanos, MICRO));
            transfer.setMeanDelayMicroseconds(Math.floorDiv(delays.meanNanos(), MICRO));
            transfer.setMaxDelayMicroseconds(Math.floorDiv(delays.maxNanos, MICRO));
        }
        return transfer;
    }

    /** Null where the counts do not compare: see {@link HopTransfer}. A place that saw nothing of a direction is not on its way. */
    private static Long missingPackets(Stop from, Stop to, boolean ofInitiator) {
        long left = packets(from, ofInitiator);
        long arrived = packets(to, ofInitiator);
        if (from.samplingRate() > 1 || to.samplingRate() > 1 || left == 0 || arrived == 0) {
            return null;
        }
        long missing = left - arrived;
        int protocol = from.flow.getProtocolIdentifier();
        if (missing != 0 && (protocol == TCP || protocol == UDP)) {
            long octets = octets(from, ofInitiator) - octets(to, ofInitiator);
            Stop fewer = missing > 0 ? to : from;
            boolean headersOnly = octets(fewer, ofInitiator) <= packets(fewer, ofInitiator) * MAX_HEADER_OCTETS;
            boolean onlyHeadersMissing = Math.abs(octets) <= Math.abs(missing) * MAX_HEADER_OCTETS;
            boolean opposite = Long.signum(octets) == -Long.signum(missing);
            if (opposite || (onlyHeadersMissing && !headersOnly)) {
                return null;
            }
        }
        return missing;
    }

    private static long packets(Stop stop, boolean ofInitiator) {
        return ofInitiator ? stop.delta.getInitiatorPackets() : stop.delta.getResponderPackets();
    }

    /** Conversations have a Community ID, hence IP. */
    private static long octets(Stop stop, boolean ofInitiator) {
        return ofInitiator ? stop.delta.getInitiatorOctets() : stop.delta.getResponderOctets();
    }

    private static Counters swapped(Counters counters) {
        return new Counters(
                counters.getResponderPackets(),
                counters.getResponderOctets(),
                counters.getResponderLayer2Octets(),
                counters.getResponderTcpControlBits(),
                counters.getInitiatorPackets(),
                counters.getInitiatorOctets(),
                counters.getInitiatorLayer2Octets(),
                counters.getInitiatorTcpControlBits());
    }

    private static Counters sum(Counters left, Counters right) {
        return new Counters(
                left.getInitiatorPackets() + right.getInitiatorPackets(),
                left.getInitiatorOctets() + right.getInitiatorOctets(),
                left.getInitiatorLayer2Octets() + right.getInitiatorLayer2Octets(),
                or(left.getInitiatorTcpControlBits(), right.getInitiatorTcpControlBits()),
                left.getResponderPackets() + right.getResponderPackets(),
                left.getResponderOctets() + right.getResponderOctets(),
                left.getResponderLayer2Octets() + right.getResponderLayer2Octets(),
                or(left.getResponderTcpControlBits(), right.getResponderTcpControlBits()));
    }

    private static Integer or(Integer left, Integer right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        return left | right;
    }

    private static Integer optional(int value) {
        return value == UNKNOWN ? null : (Integer) value;
    }
}
