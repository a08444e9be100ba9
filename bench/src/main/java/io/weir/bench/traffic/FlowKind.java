package io.weir.bench.traffic;

/** What a flow does; the shares are of flows, not of packets. */
enum FlowKind {
    /** Handshake, data both ways, FIN both ways. */
    TCP(62, 7, 6),
    /** Datagrams of mixed size, both ways. */
    UDP(20, 2, 17),
    /** One query and one answer on port 53. */
    DNS(15, 2, 17),
    /** Echo requests and replies. */
    ICMP(3, 8, 1);

    private static final FlowKind[] KINDS = values();

    final int percentOfFlows;
    final int minPackets;

    /** IANA number over IPv4. */
    final int protocol;

    FlowKind(int percentOfFlows, int minPackets, int protocol) {
        this.percentOfFlows = percentOfFlows;
        this.minPackets = minPackets;
        this.protocol = protocol;
    }

    /** Only these take what packets remain; the others always have the least number. */
    boolean grows() {
        return this == TCP || this == UDP;
    }

    static FlowKind draw(Randomness randomness) {
        int percent = randomness.below(100);
        for (FlowKind kind : KINDS) {
            percent -= kind.percentOfFlows;
            if (percent < 0) {
                return kind;
            }
        }
        throw new IllegalStateException("the shares do not sum to 100");
    }
}
