package io.weir.bench.traffic;

/**
 * The two ends of one flow, both from its number: initiator in 10.0.0.0/8 or fd42::/48 (a tenth: in 198.18.0.0/15 or
 * 2001:db8::/32, outside), responder likewise. No two flows share VLAN, addresses, protocol and ports.
 */
final class Endpoints {

    private static final int CLIENTS = 4_000;
    static final int SERVERS = 500;
    private static final int FIRST_EPHEMERAL_PORT = 32_768;
    private static final int EPHEMERAL_PORTS = 28_000;
    private static final int IPV6_PERCENT = 10;
    private static final int VLAN_PERCENT = 3;
    private static final int OUTSIDE_PERCENT = 10;
    private static final int DNS_PORT = 53;
    private static final int ANY = -1;
    private static final int[] TCP_PORTS = {80, 443, 443, 443, 8080, 5432, 8443, 9200};
    private static final int[] UDP_PORTS = {443, 443, 123, 514, 8125, 51820};

    private final byte[] initiatorAddress;
    private final byte[] responderAddress;
    private final int initiatorPort;
    private final int responderPort;
    private final int vlanId;

    private Endpoints(
            byte[] initiatorAddress, byte[] responderAddress, int initiatorPort, int responderPort, int vlanId) {
        this.initiatorAddress = initiatorAddress;
        this.responderAddress = responderAddress;
        this.initiatorPort = initiatorPort;
        this.responderPort = responderPort;
        this.vlanId = vlanId;
    }

    /** @param serversPerClient 0 for all */
    static Endpoints of(int flow, FlowKind kind, int serversPerClient, Randomness randomness) {
        // Each client uses its ports one after the other.
        int client = flow % CLIENTS;
        int initiatorPort = FIRST_EPHEMERAL_PORT + flow / CLIENTS % EPHEMERAL_PORTS;
        // Echo flows have no ports to differ by, so none shares its pair of hosts with another.
        int server = kind == FlowKind.ICMP ? SERVERS + flow / CLIENTS : server(client, serversPerClient, randomness);
        boolean initiatorOutside = randomness.chance(OUTSIDE_PERCENT);
        boolean responderOutside = !initiatorOutside && randomness.chance(OUTSIDE_PERCENT);
        boolean ipv6 = randomness.chance(IPV6_PERCENT);
        int vlanId = randomness.chance(VLAN_PERCENT) ? 100 + randomness.below(16) : 0;
        return new Endpoints(
                ipv6 ? ipv6(initiatorOutside, 1, client) : ipv4(initiatorOutside, 1, client),
                ipv6 ? ipv6(responderOutside, 2, server) : ipv4(responderOutside, 2, server),
                initiatorPort,
                responderPort(kind, serversPerClient == 0 ? ANY : server, randomness),
                vlanId);
    }

    /** Those of one client are neighbours. */
    private static int server(int client, int serversPerClient, Randomness randomness) {
        return serversPerClient == 0
                ? randomness.below(SERVERS)
                : (client + randomness.below(serversPerClient)) % SERVERS;
    }

    /** @param server whose one port it is, or {@link #ANY} */
    private static int responderPort(FlowKind kind, int server, Randomness randomness) {
        return switch (kind) {
            case TCP -> choose(TCP_PORTS, server, randomness);
            case UDP -> choose(UDP_PORTS, server, randomness);
            case DNS -> DNS_PORT;
            case ICMP -> 0;
        };
    }

    private static int choose(int[] ports, int server, Randomness randomness) {
        return ports[server == ANY ? randomness.below(ports.length) : server % ports.length];
    }

    /** 10.1.0.0/16 and 10.2.0.0/16 by role, or the two halves of 198.18.0.0/15 (RFC 2544). */
    private static byte[] ipv4(boolean outside, int role, int host) {
        return outside
                ? new byte[] {(byte) 198, (byte) (17 + role), (byte) (host >>> 8), (byte) host}
                : new byte[] {10, (byte) role, (byte) (host >>> 8), (byte) host};
    }

    private static byte[] ipv6(boolean outside, int role, int host) {
        byte[] address = new byte[16];
        address[0] = (byte) (outside ? 0x20 : 0xfd);
        address[1] = (byte) (outside ? 0x01 : 0x42);
        address[2] = (byte) (outside ? 0x0d : 0);
        address[3] = (byte) (outside ? 0xb8 : 0);
        address[7] = (byte) role;
        address[14] = (byte) (host >>> 8);
        address[15] = (byte) host;
        return address;
    }

    /** 4 or 16 octets, not to be changed. */
    byte[] initiatorAddress() {
        return initiatorAddress;
    }

    /** 4 or 16 octets, not to be changed. */
    byte[] responderAddress() {
        return responderAddress;
    }

    /** The echo identifier for ICMP. */
    int initiatorPort() {
        return initiatorPort;
    }

    int responderPort() {
        return responderPort;
    }

    /** 0 when the frames are untagged. */
    int vlanId() {
        return vlanId;
    }

    boolean ipv6() {
        return initiatorAddress.length == 16;
    }
}
