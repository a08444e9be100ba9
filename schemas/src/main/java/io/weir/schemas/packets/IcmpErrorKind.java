package io.weir.schemas.packets;

/**
 * Kinds of errors of ICMP (RFC 792; with the redirect, RFC 1122 section 3.2.2) and ICMPv6 (RFC 4443 section 3): the messages that quote the
 * packet that they are about. The order is that of stored counts: add at the end.
 */
public enum IcmpErrorKind {
    /** The packet did not arrive; types 3 and 1. */
    DESTINATION_UNREACHABLE,
    /** The packet is larger than the next link takes; type 3 code 4 (RFC 1191) and type 2. */
    PACKET_TOO_BIG,
    /** The packet was on its way for too many hops, or its fragments for too long; types 11 and 3. */
    TIME_EXCEEDED,
    /** A header that cannot be; types 12 and 4. */
    PARAMETER_PROBLEM,
    /** The packet went on, there is a better way; type 5 of ICMP. The redirect of ICMPv6 is none of its errors. */
    REDIRECT,
    /** The packet was too much; type 4 of ICMP, not to be sent any more (RFC 6633). */
    SOURCE_QUENCH;

    private static final int FRAGMENTATION_NEEDED = 4;

    /**
     * The kind of a message.
     *
     * @param protocolIdentifier {@link CanonicalKey#ICMP} or {@link CanonicalKey#ICMPV6}
     * @param type message type
     * @param code message code
     * @return null for a message that is no such error
     */
    public static IcmpErrorKind of(int protocolIdentifier, int type, int code) {
        if (protocolIdentifier == CanonicalKey.ICMPV6) {
            return switch (type) {
                case 1 -> DESTINATION_UNREACHABLE;
                case 2 -> PACKET_TOO_BIG;
                case 3 -> TIME_EXCEEDED;
                case 4 -> PARAMETER_PROBLEM;
                default -> null;
            };
        }
        return switch (type) {
            case 3 -> code == FRAGMENTATION_NEEDED ? PACKET_TOO_BIG : DESTINATION_UNREACHABLE;
            case 4 -> SOURCE_QUENCH;
            case 5 -> REDIRECT;
            case 11 -> TIME_EXCEEDED;
            case 12 -> PARAMETER_PROBLEM;
            default -> null;
        };
    }
}
