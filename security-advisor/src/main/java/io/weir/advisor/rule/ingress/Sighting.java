package io.weir.advisor.rule.ingress;

import io.weir.advisor.allow.AllowEntry;
import io.weir.advisor.allow.AllowList;
import io.weir.advisor.allow.AllowQuery;
import io.weir.advisor.classify.Classification;
import io.weir.advisor.host.ObservationPoints;
import io.weir.advisor.subnet.AddressBits;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Flow;
import io.weir.schemas.IcmpFacts;
import io.weir.schemas.Orientation;

/**
 * What the rule takes from one flow record. Depends on the record and the settings alone.
 *
 * @param sourcePrefix that the initiator belongs to
 * @param allowedBy entry that permits it at the time of the record; null when none does
 */
record Sighting(
        Flow flow,
        Classification classification,
        String observationPoint,
        long startMicros,
        long endMicros,
        String sourcePrefix,
        AllowEntry allowedBy) {

    /** In the place of the initiator's prefix in keys of crowds: no prefix is written like that. */
    private static final String EVERYBODY = "*";

    private static final long MAX_MS = 253_402_300_799_999L;
    private static final int ICMP = 1;
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;
    private static final int UDP_LITE = 136;

    static Sighting of(Flow flow, Classification classification, SourcePrefixes sources, AllowList allowList) {
        long start = Math.max(bounded(flow.getFlowStartMicroseconds()), microsOf(flow.getWindowStart()));
        long end = Math.min(bounded(flow.getFlowEndMicroseconds()), microsOf(flow.getWindowEnd()) - 1);
        return new Sighting(
                flow,
                classification,
                ObservationPoints.nameOf(flow.getObservationPoint()),
                start,
                Math.max(start, end),
                sources.of(flow.getInitiator().getAddress()),
                allowance(flow, classification, allowList, start / 1000));
    }

    private static AllowEntry allowance(
            Flow flow, Classification classification, AllowList allowList, long eventTimeMs) {
        if (allowList.isEmpty()) {
            return null;
        }
        AddressBits source = new AddressBits();
        AddressBits destination = new AddressBits();
        return source.parse(flow.getInitiator().getAddress())
                        && destination.parse(flow.getResponder().getAddress())
                ? allowList.find(new AllowQuery(
                        Findings.RULE,
                        AllowQuery.rangeOf(source),
                        AllowQuery.rangeOf(destination),
                        classification.responder(),
                        flow.getProtocolIdentifier(),
                        flow.getResponder().getPort(),
                        eventTimeMs))
                : null;
    }

    /**
     * True when the rule cares: a flow that began outside and entered. ICMP errors do not count, as they answer packets of the
     * other side, nor do neighbour discovery and multicast listener messages, which never pass a router.
     */
    static boolean isIngress(Flow flow, Classification classification) {
        return IngressRule.mayConcern(classification.flowClass()) && !isIcmpWithoutRequest(flow);
    }

    private static boolean isIcmpWithoutRequest(Flow flow) {
        IcmpFacts icmp = flow.getIcmp();
        Integer protocol = flow.getProtocolIdentifier();
        if (icmp == null || protocol == null) {
            return false;
        }
        int type = icmp.getType();
        if (protocol == ICMP) {
            // RFC 792: unreachable, quench, redirect, time exceeded, parameter problem; RFC 1256: router messages.
            return switch (type) {
                case 3, 4, 5, 9, 10, 11, 12 -> true;
                default -> false;
            };
        }
        // RFC 4443: errors are below 128. RFC 2710, 4861, 3810: 130 to 137 and 143.
        return protocol == ICMPV6 && (type < 128 || (type >= 130 && type <= 137) || type == 143);
    }

    /** Responder, protocol and responder's port: episodes of one service meet, so that they can be counted. */
    static String serviceOf(Flow flow, EpisodeScope scope) {
        Integer protocol = flow.getProtocolIdentifier();
        Integer port = flow.getResponder().getPort();
        String service = flow.getResponder().getAddress() + "|" + (protocol == null ? "-" : protocol) + "|"
                + (port == null ? "-" : port);
        return scope == EpisodeScope.CLUSTER
                ? service
                : service + "|" + ObservationPoints.nameOf(flow.getObservationPoint());
    }

    /** The same; flows that are permitted and flows that are not are counted each for themselves. */
    String service(EpisodeScope scope) {
        String service = serviceOf(flow, scope);
        return allowedBy == null ? service : service + "|allowed by " + allowedBy.name();
    }

    /** Initiator's prefix and {@link #service}: the initiator's port differs from flow to flow. */
    String episodeKey(String service) {
        return sourcePrefix + "|" + service;
    }

    /** Of all initiators of a service that have no episode of their own, those that got an answer for themselves. */
    String crowdKey(String service) {
        return EVERYBODY + "|" + service + (isAnswered() ? "|crowd, answered" : "|crowd");
    }

    static boolean isCrowd(String episodeKey) {
        return episodeKey.startsWith(EVERYBODY);
    }

    /** Service of the episodes of a key; a crowd is one of its own. */
    static String serviceOf(String episodeKey) {
        return episodeKey.substring(episodeKey.indexOf('|') + 1);
    }

    /** As one of many: nothing but the service tells what these have in common. */
    Sighting inCrowd() {
        String everybody = flow.getInitiator().getAddress().indexOf(':') < 0 ? "0.0.0.0/0" : "::/0";
        return new Sighting(flow, classification, observationPoint, startMicros, endMicros, everybody, allowedBy);
    }

    boolean isAnswered() {
        return Exposure.of(flow) == Exposure.ANSWERED;
    }

    /**
     * True when it is proven that the outside began: a handshake or a request was seen, the responder is known to accept connections
     * there, the exporter says so, or, for UDP, the ports leave no doubt. For TCP a port is no proof: in a capture that starts in the middle
     * of a connection any side may have begun.
     */
    boolean isProven() {
        Orientation orientation = flow.getOrientation();
        return switch (orientation) {
            case handshake, request, known_service, reported -> true;
            case service_port -> isUdpToService();
            case first_seen, unknown -> false;
        };
    }

    private boolean isUdpToService() {
        Integer protocol = flow.getProtocolIdentifier();
        Endpoint from = flow.getInitiator();
        Endpoint to = flow.getResponder();
        return protocol != null
                && (protocol == UDP || protocol == UDP_LITE)
                && from.getPort() != null
                && to.getPort() != null
                && ServicePorts.tellsWhoAsked(from.getPort(), to.getPort());
    }

    static long microsOf(long epochMs) {
        return boundedMs(epochMs) * 1000;
    }

    /** Times from 1970 to the year 9999, so that no record can make sums overflow. */
    static long boundedMs(long epochMs) {
        return Math.max(0, Math.min(epochMs, MAX_MS));
    }

    private static long bounded(long epochMicros) {
        return Math.max(0, Math.min(epochMicros, MAX_MS * 1000));
    }
}
