package io.weir.topology.edge;

import io.weir.schemas.Counters;
import io.weir.schemas.Edge;
import io.weir.schemas.Flow;
import io.weir.schemas.IcmpErrorFacts;
import io.weir.schemas.IcmpErrors;
import io.weir.schemas.Service;
import io.weir.schemas.TcpFacts;
import io.weir.schemas.TcpState;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.IcmpErrorKind;
import java.util.Locale;

/** What makes an edge, and how two become one. */
public final class Edges {

    /** Name of the service of edges that others were folded into; no protocol is called so. */
    static final String OTHER = "other";

    private Edges() {}

    /**
     * What one flow record adds to its edge.
     *
     * @param handshakeInWindow the handshake was answered in the record's window
     * @param duplicate another observation point's record stands for the same packets
     */
    public static Edge of(Flow flow, boolean handshakeInWindow, boolean duplicate) {
        Counters delta = flow.getDelta();
        TcpFacts tcp = flow.getTcp();
        boolean active = delta.getInitiatorPackets() + delta.getResponderPackets() > 0;
        Long serverHalf = tcp == null ? null : tcp.getHandshakeServerMicroseconds();
        boolean handshake = handshakeInWindow && serverHalf != null;
        boolean refused = flow.getIsLast() && tcp != null && tcp.getState() == TcpState.refused;
        Edge edge = new Edge();
        edge.setObservationPoint(flow.getObservationPoint());
        edge.setWindowStart(flow.getWindowStart());
        edge.setWindowEnd(flow.getWindowEnd());
        edge.setIsLate(flow.getIsLate());
        edge.setInitiatorEntity(flow.getInitiator().getEntity());
        edge.setResponderEntity(flow.getResponder().getEntity());
        edge.setService(service(flow));
        edge.setActiveFlows(active ? 1 : 0);
        edge.setNewFlows(flow.getIsFirst() ? 1 : 0);
        edge.setRefusedFlows(refused ? 1 : 0);
        edge.setInitiatorPackets(delta.getInitiatorPackets());
        edge.setInitiatorLayer2Octets(delta.getInitiatorLayer2Octets());
        edge.setResponderPackets(delta.getResponderPackets());
        edge.setResponderLayer2Octets(delta.getResponderLayer2Octets());
        edge.setInitiatorOctets(delta.getInitiatorOctets());
        edge.setResponderOctets(delta.getResponderOctets());
        edge.setHandshakes(handshake ? 1 : 0);
        edge.setHandshakeServerMicrosecondsSum(handshake ? serverHalf : 0);
        edge.setEnclosed(flow.getParentFlowId() != null);
        edge.setDuplicate(duplicate);
        boolean unanswered = flow.getIsLast() && flow.getTotal().getResponderPackets() == 0;
        edge.setUnansweredFlows(unanswered ? 1 : 0);
        edge.setUnreachableFlows(unanswered && isUnreachable(flow) ? 1 : 0);
        edge.setIcmpErrors(icmpErrors(flow.getIcmpErrors()));
        edge.setRetransmittedPackets(tcp == null ? null : tcp.getRetransmittedPackets());
        return edge;
    }

    /** By the last error about what the initiator sent. */
    private static boolean isUnreachable(Flow flow) {
        IcmpErrors errors =
                flow.getIcmpErrors() == null ? null : flow.getIcmpErrors().getInitiator();
        if (errors == null) {
            return false;
        }
        int protocol = flow.getIpVersion() == 6 ? CanonicalKey.ICMPV6 : CanonicalKey.ICMP;
        return IcmpErrorKind.of(protocol, errors.getLastType(), errors.getLastCode())
                == IcmpErrorKind.DESTINATION_UNREACHABLE;
    }

    private static long icmpErrors(IcmpErrorFacts facts) {
        return facts == null ? 0 : sum(facts.getInitiator()) + sum(facts.getResponder());
    }

    private static long sum(IcmpErrors errors) {
        return errors == null
                ? 0
                : errors.getDestinationUnreachable()
                        + errors.getPacketTooBig()
                        + errors.getTimeExceeded()
                        + errors.getParameterProblem()
                        + errors.getRedirect()
                        + errors.getSourceQuench();
    }

    /** The same edge in another window, on time, with nothing counted. */
    static Edge empty(Edge edge, long windowStart, long windowEnd) {
        return empty(
                edge, windowStart, windowEnd, edge.getInitiatorEntity(), edge.getResponderEntity(), edge.getService());
    }

    /** The edge that this one is folded into, with nothing counted. */
    static Edge emptyOther(Edge edge) {
        return empty(
                edge, edge.getWindowStart(), edge.getWindowEnd(), null, null, new Service(null, null, null, OTHER));
    }

    private static Edge empty(
            Edge like, long windowStart, long windowEnd, String initiator, String responder, Service service) {
        Edge edge = new Edge();
        edge.setObservationPoint(like.getObservationPoint());
        edge.setWindowStart(windowStart);
        edge.setWindowEnd(windowEnd);
        edge.setInitiatorEntity(initiator);
        edge.setResponderEntity(responder);
        edge.setService(service);
        edge.setEnclosed(like.getEnclosed());
        edge.setDuplicate(like.getDuplicate());
        return edge;
    }

    /** True for an edge that others were folded into. */
    static boolean isOther(Edge edge) {
        return edge.getService().getName().equals(OTHER);
    }

    /** Adds the counts of {@code part} to {@code sum}. */
    static void add(Edge sum, Edge part) {
        sum.setActiveFlows(sum.getActiveFlows() + part.getActiveFlows());
        sum.setNewFlows(sum.getNewFlows() + part.getNewFlows());
        sum.setRefusedFlows(sum.getRefusedFlows() + part.getRefusedFlows());
        sum.setInitiatorPackets(sum.getInitiatorPackets() + part.getInitiatorPackets());
        sum.setInitiatorLayer2Octets(sum.getInitiatorLayer2Octets() + part.getInitiatorLayer2Octets());
        sum.setResponderPackets(sum.getResponderPackets() + part.getResponderPackets());
        sum.setResponderLayer2Octets(sum.getResponderLayer2Octets() + part.getResponderLayer2Octets());
        sum.setInitiatorOctets(plus(sum.getInitiatorOctets(), part.getInitiatorOctets()));
        sum.setResponderOctets(plus(sum.getResponderOctets(), part.getResponderOctets()));
        sum.setHandshakes(sum.getHandshakes() + part.getHandshakes());
        sum.setHandshakeServerMicrosecondsSum(
                sum.getHandshakeServerMicrosecondsSum() + part.getHandshakeServerMicrosecondsSum());
        sum.setUnansweredFlows(sum.getUnansweredFlows() + part.getUnansweredFlows());
        sum.setUnreachableFlows(sum.getUnreachableFlows() + part.getUnreachableFlows());
        sum.setIcmpErrors(sum.getIcmpErrors() + part.getIcmpErrors());
        sum.setRetransmittedPackets(plus(sum.getRetransmittedPackets(), part.getRetransmittedPackets()));
        sum.setFoldedEdges(sum.getFoldedEdges() + part.getFoldedEdges());
        sum.setFoldedLayer2OctetsBound(sum.getFoldedLayer2OctetsBound() + part.getFoldedLayer2OctetsBound());
    }

    /**
     * Record key on the topic: initiator entity, responder entity and service, separated by {@code |}, and {@code |enclosed} in tunnels, {@code
     * |duplicate} where another observation point stands for the same packets.
     */
    static String recordKey(Edge edge) {
        return text(edge.getInitiatorEntity())
                + '|'
                + text(edge.getResponderEntity())
                + '|'
                + edge.getService().getName()
                + (edge.getEnclosed() ? "|enclosed" : "")
                + (edge.getDuplicate() ? "|duplicate" : "");
    }

    private static Service service(Flow flow) {
        Integer protocol = flow.getProtocolIdentifier();
        if (protocol == null) {
            Integer etherType = flow.getEtherType();
            String name = etherType == null ? "frames" : String.format(Locale.ROOT, "0x%04x", etherType);
            return new Service(null, null, etherType, name);
        }
        Integer port = flow.getResponder().getPort();
        String name = protocolName(protocol);
        return new Service(protocol, port, null, port == null ? name : name + '/' + port);
    }

    private static String protocolName(int protocol) {
        switch (protocol) {
            case 1:
                return "icmp";
            case 2:
                return "igmp";
            case 6:
                return "tcp";
            case 17:
                return "udp";
            case 47:
                return "gre";
            case 50:
                return "esp";
            case 58:
                return "icmp6";
            case 89:
                return "ospf";
            case 132:
                return "sctp";
            default:
                return "ip-" + protocol;
        }
    }

    private static Long plus(Long left, Long right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        return left + right;
    }

    private static String text(String entity) {
        return entity == null ? "-" : entity;
    }
}
