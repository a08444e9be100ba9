package io.weir.topology.meter;

import io.weir.schemas.packets.CanonicalKey;

/** How likely a port is the asked side of a conversation. */
final class ServicePorts {

    /** Start of the ephemeral range of the common systems (Linux: 32768; IANA: 49152). */
    private static final int EPHEMERAL = 32768;

    private static final int SYSTEM_PORTS = 1024;

    /** Ports at and above 1024 that are services in a cluster far more often than not. */
    private static final int[] WELL_USED = {
        1194, 1433, 1521, 1883, 2049, 2375, 2376, 2379, 2380, 3000, 3128, 3268, 3269, 3306, 3389, 3478, 4222, 4317,
        4318, 4369, 4739, 4789, 5000, 5044, 5060, 5061, 5222, 5353, 5355, 5432, 5671, 5672, 5900, 5985, 5986, 6081,
        6343, 6379, 6443, 6831, 7000, 7077, 8000, 8008, 8080, 8081, 8083, 8086, 8088, 8125, 8200, 8300, 8301, 8443,
        8472, 8500, 8883, 8888, 9000, 9042, 9090, 9092, 9093, 9100, 9200, 9300, 9411, 9418, 10250, 10255, 11211, 15672,
        16686, 27017, 50051, 51820
    };

    private static final boolean[] WELL_USED_BY_PORT = new boolean[65536];

    static {
        for (int port : WELL_USED) {
            WELL_USED_BY_PORT[port] = true;
        }
    }

    private ServicePorts() {}

    /**
     * Rank of a port: 3 system port (RFC 6335), 2 well used, 1 below the ephemeral range, 0 ephemeral or none. Two ports of one rank
     * tell nothing.
     */
    static int rank(int protocolIdentifier, int port) {
        if (port == CanonicalKey.ABSENT || protocolIdentifier == CanonicalKey.ABSENT) {
            return 0;
        }
        if (port < SYSTEM_PORTS) {
            return port == 0 ? 0 : 3;
        }
        if (WELL_USED_BY_PORT[port]) {
            return 2;
        }
        return port < EPHEMERAL ? 1 : 0;
    }
}
