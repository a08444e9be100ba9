package io.weir.topology.meter;

import io.weir.schemas.ApplicationProtocol;
import io.weir.schemas.Orientation;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.IcmpTypes;
import io.weir.schemas.packets.PayloadFact;
import io.weir.topology.conversation.ConversationState;

/**
 * Who began, and how we know. A better proof replaces a worse one, in the flow's next record: a handshake, a request, the word of an exporter, a
 * service that was seen to accept connections, a service's port, the first packet.
 */
final class Orientations {

    private static final int TCP = 6;

    private static final int DNS = ApplicationProtocol.dns.ordinal();
    private static final int LLMNR = ApplicationProtocol.llmnr.ordinal();

    private static final byte UNKNOWN = (byte) Orientation.unknown.ordinal();
    private static final byte HANDSHAKE = (byte) Orientation.handshake.ordinal();
    private static final byte REQUEST = (byte) Orientation.request.ordinal();
    private static final byte REPORTED = (byte) Orientation.reported.ordinal();
    private static final byte KNOWN_SERVICE = (byte) Orientation.known_service.ordinal();
    private static final byte FIRST_SEEN = (byte) Orientation.first_seen.ordinal();

    private Orientations() {}

    /** First guess, from the key and the first packet, or from the flow of the same key that has just ended. */
    static void begin(FlowRow row, CanonicalKey key, boolean sentByA, FlowRow previous) {
        if (previous != null) {
            row.orientation = previous.orientation;
            row.initiatorIsA = previous.initiatorIsA;
            return;
        }
        int protocol = key.protocolIdentifier;
        boolean icmp = protocol == CanonicalKey.ICMP || protocol == CanonicalKey.ICMPV6;
        if (icmp && key.portA >= 0 && IcmpTypes.counterpart(protocol, key.portA) != IcmpTypes.ONE_WAY) {
            set(row, Orientation.request, IcmpTypes.isRequest(protocol, key.portA));
            return;
        }
        int better = icmp ? 0 : ServicePorts.rank(protocol, key.portB) - ServicePorts.rank(protocol, key.portA);
        if (better != 0) {
            set(row, Orientation.service_port, better > 0);
            return;
        }
        // A connection that does not begin with its SYN has begun before, and of a sample the first packet is any
        // packet.
        boolean any = protocol == TCP || row.point.point.getSamplingRate() > 1;
        set(row, any ? Orientation.unknown : Orientation.first_seen, sentByA);
    }

    /** A packet is older than those seen before it. */
    static void earlier(FlowRow row, boolean sentByA) {
        if (row.orientation == FIRST_SEEN) {
            row.initiatorIsA = sentByA;
        }
    }

    /** The connection's first packets are among those that were seen: whose are the oldest began. */
    static void startSeen(FlowRow row, boolean sentByA, long timeNanos) {
        if (row.orientation == UNKNOWN) {
            set(row, Orientation.first_seen, timeNanos <= row.firstNanos ? sentByA : row.initiatorIsA);
        }
    }

    /** A SYN, or a SYN-ACK, names the initiator: the first one of a flow, also against a handshake of the flow before. */
    static void proven(FlowRow row, boolean initiatorIsA) {
        row.orientation = HANDSHAKE;
        row.initiatorIsA = initiatorIsA;
    }

    /** A payload that only the asking or only the answering side sends. */
    static void said(FlowRow row, PayloadFact fact, boolean sentByA) {
        if (row.orientation == HANDSHAKE || row.orientation == REQUEST) {
            return;
        }
        if (fact.hasTls) {
            asked(row, sentByA != fact.tlsServer);
        } else if (fact.hasHttp || fact.quicVersion >= 0) {
            asked(row, sentByA);
        } else if (fact.hasDns && (fact.protocol == DNS || fact.protocol == LLMNR)) {
            asked(row, sentByA != fact.dnsResponse);
        } else if (fact.hasDhcp) {
            asked(row, sentByA != isOfServer(fact.dhcpMessageType));
        }
    }

    /** Offer, acknowledgement and refusal (RFC 2132 section 9.6). */
    private static boolean isOfServer(int dhcpMessageType) {
        return dhcpMessageType == 2 || dhcpMessageType == 5 || dhcpMessageType == 6;
    }

    private static void asked(FlowRow row, boolean initiatorIsA) {
        row.orientation = REQUEST;
        row.initiatorIsA = initiatorIsA;
    }

    /** An exporter says who began. What it says first stays: it knows no more later, and sides would change from record to record. */
    static void reported(FlowRow row, boolean initiatorIsA) {
        if (row.orientation != HANDSHAKE && row.orientation != REQUEST && row.orientation != REPORTED) {
            row.orientation = REPORTED;
            row.initiatorIsA = initiatorIsA;
        }
    }

    /** Before a record is given: what other flows have taught meanwhile. */
    static void review(FlowRow row, KnownServices services) {
        if (row.orientation == HANDSHAKE
                || row.orientation == REQUEST
                || row.orientation == REPORTED
                || row.orientation == KNOWN_SERVICE
                || row.protocolIdentifier() != TCP) {
            return;
        }
        KnownServices.Side service = services.of(row);
        if (service != KnownServices.Side.NEITHER) {
            set(row, Orientation.known_service, service == KnownServices.Side.B);
        }
    }

    /** Whether this flow's own handshake, or that of the same conversation elsewhere, shows who began. */
    static boolean isProven(FlowRow row) {
        return row.orientation == HANDSHAKE;
    }

    /** Before a record of a conversation that others see is given: what their handshake has shown. */
    static void agree(FlowRow row, ConversationState conversation) {
        if (!isProven(row) && conversation.isProven()) {
            proven(row, conversation.initiatorIsA());
        }
    }

    private static void set(FlowRow row, Orientation orientation, boolean initiatorIsA) {
        row.orientation = (byte) orientation.ordinal();
        row.initiatorIsA = initiatorIsA;
    }
}
