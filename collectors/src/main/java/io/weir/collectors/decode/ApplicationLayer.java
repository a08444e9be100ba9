package io.weir.collectors.decode;

/**
 * Tells by ports and first octets which payloads may show a fact; what they say is read elsewhere ({@code collectors.facts}), so that a
 * packet without costs a look at its ports and no more.
 */
final class ApplicationLayer {
    private static final int DNS = 53;
    private static final int MDNS = 5353;
    private static final int LLMNR = 5355;

    private ApplicationLayer() {}

    /** Whether a datagram between these ports may show a fact. */
    static boolean mayBe(int sourcePort, int destinationPort) {
        return isUdp(destinationPort) || isUdp(sourcePort);
    }

    private static boolean isUdp(int port) {
        return switch (port) {
            case DNS, MDNS, LLMNR -> true;
            default -> false;
        };
    }

    /** Notes the payload of a datagram between such ports. */
    static void udp(int position, int end, PacketHeaders out) {
        out.notePayload(FactKind.DNS, position, end);
    }

    /** {@code [position, end)} is the captured part of a segment's payload and not empty. */
    static void tcp(int position, int end, PacketHeaders out) {
        if (out.destinationPort == DNS || out.sourcePort == DNS) {
            out.notePayload(FactKind.DNS, position, end);
        }
    }
}
