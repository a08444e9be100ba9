package io.weir.bench.traffic;

/** One flow between its first and its last packet: says what the next packet is and writes it. */
final class LiveFlow {

    private static final int FIN_ACK = 0x11;
    private static final int SYN = 0x02;
    private static final int SYN_ACK = 0x12;
    private static final int ACK = 0x10;
    private static final int PSH_ACK = 0x18;

    private static final int SMALL_FRAME = 60;
    private static final int MIDDLE_FRAME = 590;
    private static final int LARGE_FRAME = 1510;
    private static final int ECHO_FRAME = 98;
    private static final int DNS_QUERY_FRAME = 78;
    private static final int DNS_ANSWER_FRAME = 142;

    private final FlowKind kind;
    private final FrameTemplate fromInitiator;
    private final FrameTemplate fromResponder;
    private final int packets;
    private final int meanGapMicros;

    private int written;
    private int initiatorSequence;
    private int responderSequence;

    LiveFlow(FlowKind kind, Endpoints endpoints, int packets, int lifeMicros, Randomness randomness) {
        this.kind = kind;
        this.fromInitiator = new FrameTemplate(kind, endpoints, true);
        this.fromResponder = new FrameTemplate(kind, endpoints, false);
        this.packets = packets;
        this.meanGapMicros = lifeMicros / packets;
        this.initiatorSequence = (int) randomness.next();
        this.responderSequence = (int) randomness.next();
    }

    boolean isOver() {
        return written == packets;
    }

    /** 0 to twice the mean, so that a flow lives about as long as it should. */
    int nextGapMicros(Randomness randomness) {
        return randomness.below(2 * meanGapMicros + 1);
    }

    /** @return length of the frame on the wire, without FCS */
    int writeNext(byte[] buffer, int offset, Randomness randomness) {
        int frameLength =
                switch (kind) {
                    case TCP -> writeTcp(buffer, offset, randomness);
                    case UDP -> writeUdp(buffer, offset, randomness);
                    case DNS ->
                        written % 2 == 0
                                ? write(buffer, offset, true, DNS_QUERY_FRAME, 0)
                                : write(buffer, offset, false, DNS_ANSWER_FRAME, 0);
                    case ICMP -> write(buffer, offset, written % 2 == 0, ECHO_FRAME, 0);
                };
        written++;
        return frameLength;
    }

    private int writeTcp(byte[] buffer, int offset, Randomness randomness) {
        if (written < 3) {
            return switch (written) {
                case 0 -> write(buffer, offset, true, SMALL_FRAME, SYN);
                case 1 -> write(buffer, offset, false, SMALL_FRAME, SYN_ACK);
                default -> write(buffer, offset, true, SMALL_FRAME, ACK);
            };
        }
        return switch (packets - written) {
            case 3 -> write(buffer, offset, true, SMALL_FRAME, FIN_ACK);
            case 2 -> write(buffer, offset, false, SMALL_FRAME, FIN_ACK);
            case 1 -> write(buffer, offset, true, SMALL_FRAME, ACK);
            default -> writeTcpData(buffer, offset, randomness);
        };
    }

    private int writeTcpData(byte[] buffer, int offset, Randomness randomness) {
        // The first data are the initiator's request.
        int draw = written == 3 ? 99 : randomness.below(100);
        if (draw < 20) {
            return write(buffer, offset, false, LARGE_FRAME, PSH_ACK);
        }
        if (draw < 29) {
            return write(buffer, offset, false, MIDDLE_FRAME, PSH_ACK);
        }
        if (draw < 80) {
            return write(buffer, offset, true, SMALL_FRAME, ACK);
        }
        if (draw < 92) {
            return write(buffer, offset, false, SMALL_FRAME, ACK);
        }
        return write(buffer, offset, true, MIDDLE_FRAME, PSH_ACK);
    }

    private int writeUdp(byte[] buffer, int offset, Randomness randomness) {
        boolean initiator = written == 0 || randomness.chance(45);
        int draw = randomness.below(100);
        int frameLength = draw < 40 ? SMALL_FRAME + randomness.below(120) : draw < 75 ? MIDDLE_FRAME : LARGE_FRAME;
        return write(buffer, offset, initiator, frameLength, 0);
    }

    private int write(byte[] buffer, int offset, boolean initiator, int frameLength, int flags) {
        FrameTemplate template = initiator ? fromInitiator : fromResponder;
        int payloadLength = kind == FlowKind.TCP && flags != PSH_ACK ? 0 : template.payloadLength(frameLength);
        int sequence = initiator ? initiatorSequence : responderSequence;
        // The very first segment has seen nothing to acknowledge.
        int acknowledged = flags == SYN ? 0 : initiator ? responderSequence : initiatorSequence;
        // SYN and FIN take one sequence number each (RFC 9293 section 3.4).
        int consumed = payloadLength + ((flags & (SYN | 0x01)) != 0 ? 1 : 0);
        if (initiator) {
            initiatorSequence += consumed;
        } else {
            responderSequence += consumed;
        }
        int ordinal = kind == FlowKind.ICMP ? written / 2 : written;
        return template.write(buffer, offset, payloadLength, ordinal, sequence, acknowledged, flags);
    }
}
