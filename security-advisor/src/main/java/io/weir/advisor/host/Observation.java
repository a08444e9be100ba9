package io.weir.advisor.host;

import io.weir.schemas.Confidence;
import io.weir.schemas.FlowClass;

/**
 * What detections take from one record of a flow between IP hosts.
 *
 * @param initiator who began
 * @param responder who was asked
 * @param protocol IANA protocol number
 * @param initiatorPort transport port; -1 where the protocol has none
 * @param port transport port of the responder; ICMP type for ICMP and ICMPv6; -1 where the protocol has none
 * @param flowClass where the flow began and ended
 * @param confidence how sure it is who began
 * @param outcome what came of it so far
 * @param samplingRate N where one packet in N was seen; 1 = every packet
 * @param point where it was seen: {@code host|interface|capture}
 * @param flow which flow it is a record of
 * @param delta what the record adds
 * @param application null when nothing is known
 */
public record Observation(
        HostKey initiator,
        HostKey responder,
        int protocol,
        int initiatorPort,
        int port,
        FlowClass flowClass,
        Confidence confidence,
        Outcome outcome,
        int samplingRate,
        String point,
        FlowSpan flow,
        Traffic delta,
        ApplicationGlance application) {

    /** No port. */
    public static final int NO_PORT = -1;

    public static final int ICMP = 1;
    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int ICMPV6 = 58;

    /**
     * @param idHigh first half of the flow's id
     * @param idLow second half
     * @param startMicros first packet of the flow, epoch microseconds
     * @param endMicros last packet so far, epoch microseconds
     * @param isFirst the record is the first of its flow
     */
    public record FlowSpan(long idHigh, long idLow, long startMicros, long endMicros, boolean isFirst) {}

    /**
     * Packets, and octets of IP (of the link layer where those are not known), as observed: not scaled by the sampling rate.
     *
     * @param packetsOut of the initiator
     * @param octetsOut of the initiator
     * @param packetsIn of the responder
     * @param octetsIn of the responder
     */
    public record Traffic(long packetsOut, long octetsOut, long packetsIn, long octetsIn) {

        public static final Traffic NONE = new Traffic(0, 0, 0, 0);

        public Traffic plus(Traffic other) {
            return new Traffic(
                    packetsOut + other.packetsOut,
                    octetsOut + other.octetsOut,
                    packetsIn + other.packetsIn,
                    octetsIn + other.octetsIn);
        }

        public long packets() {
            return packetsOut + packetsIn;
        }

        public long octets() {
            return octetsOut + octetsIn;
        }
    }

    /**
     * @param name application, for example {@code dns}
     * @param isFromPayload a payload showed it, not the port
     * @param serverName TLS server name; null when not seen
     * @param dns null when not DNS
     */
    public record ApplicationGlance(String name, boolean isFromPayload, String serverName, DnsGlance dns) {}

    /**
     * @param name name asked for first, without the dot at the end; null when not seen
     * @param type type of the question; -1 when not seen
     * @param code code of the first response; -1 without response
     * @param queries in this record
     * @param responses in this record
     * @param errors responses with a code other than 0, in this record
     */
    public record DnsGlance(String name, int type, int code, long queries, long responses, long errors) {}
}
