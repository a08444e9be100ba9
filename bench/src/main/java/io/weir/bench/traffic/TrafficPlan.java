package io.weir.bench.traffic;

/**
 * What to generate.
 *
 * @param packets exact number of packets in the file
 * @param flows exact number of flows (bidirectional, by VLAN, addresses, protocol and ports)
 * @param seconds event time from the first flow's start to the last flow's end
 * @param seed two runs with the same plan write the same octets
 * @param snapLength octets kept of each frame
 * @param lifeSeconds mean life of every flow, seconds; 0 for lives as in real networks: 1 to 8 s, lookups up to 50 ms
 * @param serversPerClient servers that each client knows, and one port of each; 0 for all of them and any port
 */
public record TrafficPlan(
        long packets, int flows, int seconds, long seed, int snapLength, int lifeSeconds, int serversPerClient) {

    /** Largest number of flows: ports of one client are not reused below it. */
    public static final int MAX_FLOWS = 50_000_000;

    /** Gaps of up to twice the mean between two packets fit into an int of microseconds. */
    static final int MAX_LIFE_SECONDS = 1_000;

    static final int MIN_PACKETS_PER_FLOW = 10;
    static final int DEFAULT_PACKETS_PER_FLOW = 100;
    static final int DEFAULT_PACKETS_PER_SECOND = 100_000;

    /** Longest frame that is generated, and so the snap length that cuts none. */
    public static final int MAX_FRAME_LENGTH = 1518;

    /** @throws IllegalArgumentException with the option's name and its range */
    public TrafficPlan {
        require(flows >= 1 && flows <= MAX_FLOWS, "--flows must be 1 to " + MAX_FLOWS + ", not " + flows);
        require(
                packets / flows >= MIN_PACKETS_PER_FLOW,
                "--packets must be at least " + MIN_PACKETS_PER_FLOW + " for each of the " + flows + " flows, not "
                        + packets);
        require(seconds >= 1 && seconds <= 86_400, "--seconds must be 1 to 86400, not " + seconds);
        require(snapLength >= 64 && snapLength <= 65_535, "--snaplen must be 64 to 65535, not " + snapLength);
        require(
                lifeSeconds >= 0 && lifeSeconds <= MAX_LIFE_SECONDS && lifeSeconds < seconds,
                "--life must be 0 to " + MAX_LIFE_SECONDS + " and shorter than --seconds, not " + lifeSeconds);
        require(
                serversPerClient >= 0 && serversPerClient <= Endpoints.SERVERS,
                "--servers must be 0 to " + Endpoints.SERVERS + ", not " + serversPerClient);
    }

    /** Flows that live as in real networks. */
    public TrafficPlan(long packets, int flows, int seconds, long seed, int snapLength) {
        this(packets, flows, seconds, seed, snapLength, 0, 0);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
