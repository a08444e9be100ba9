package io.weir.advisor.rule.ingress;

import java.util.Set;

/** Ports whose exposure to the outside matters more than that of others. */
final class ServicePorts {

    /** The ports of the well-known range (RFC 6335 section 6) end below this one. */
    private static final int FIRST_REGISTERED = 1024;

    /** Remote administration: SSH, Telnet, RPC and SMB, Docker, RDP, VNC, WinRM, Kubernetes API and kubelet. */
    private static final Set<Integer> REMOTE_ADMIN = Set.of(
            22, 23, 135, 139, 445, 2375, 2376, 3389, 5900, 5901, 5902, 5903, 5904, 5985, 5986, 6443, 10250, 10255);

    /** Data stores, cluster state, overlay: SQL Server, Oracle, etcd, MySQL, PostgreSQL, Redis, VXLAN, Cassandra, Kafka and others. */
    private static final Set<Integer> DATA =
            Set.of(1433, 1521, 2379, 2380, 3306, 5432, 6379, 8472, 9042, 9092, 9200, 11211, 27017);

    private ServicePorts() {}

    static boolean isRemoteAdmin(int port) {
        return REMOTE_ADMIN.contains(port);
    }

    static boolean isSensitive(int port) {
        return REMOTE_ADMIN.contains(port) || DATA.contains(port);
    }

    /** True when one side's port names a service and the other's does not: then the guess by port is as good as proof for UDP. */
    static boolean tellsWhoAsked(int initiatorPort, int responderPort) {
        return initiatorPort >= FIRST_REGISTERED
                && !isSensitive(initiatorPort)
                && (responderPort < FIRST_REGISTERED || isSensitive(responderPort));
    }
}
