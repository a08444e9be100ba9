package io.weir.advisor.host;

/** Names of services for people. */
public final class ServiceText {

    private ServiceText() {}

    /**
     * For example {@code tcp/445}, {@code icmp/8} or {@code gre}.
     *
     * @param protocol IANA protocol number
     * @param port of the responder, ICMP type, or {@link Observation#NO_PORT}
     */
    public static String of(int protocol, int port) {
        String name =
                switch (protocol) {
                    case 1 -> "icmp";
                    case 2 -> "igmp";
                    case 4 -> "ipip";
                    case 6 -> "tcp";
                    case 17 -> "udp";
                    case 41 -> "ipv6";
                    case 47 -> "gre";
                    case 50 -> "esp";
                    case 51 -> "ah";
                    case 58 -> "icmpv6";
                    case 132 -> "sctp";
                    default -> "protocol " + protocol;
                };
        return port == Observation.NO_PORT ? name : name + "/" + port;
    }
}
