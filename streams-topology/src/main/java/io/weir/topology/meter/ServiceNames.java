package io.weir.topology.meter;

/**
 * Names of well-known ports, after the service name registry of IANA (RFC 6335) and, where that says nothing or little, common use. A guess:
 * any program may use any port.
 */
final class ServiceNames {

    private static final int TCP = 6;
    private static final int UDP = 17;

    private ServiceNames() {}

    /** Name of what usually answers at a port, null if there is none. */
    static String of(int protocolIdentifier, int port) {
        return switch (protocolIdentifier) {
            case TCP -> tcp(port);
            case UDP -> udp(port);
            default -> null;
        };
    }

    private static String tcp(int port) {
        return switch (port) {
            case 20 -> "ftp-data";
            case 21 -> "ftp";
            case 22 -> "ssh";
            case 23 -> "telnet";
            case 25 -> "smtp";
            case 53 -> "dns";
            case 80 -> "http";
            case 88 -> "kerberos";
            case 110 -> "pop3";
            case 111 -> "rpcbind";
            case 135 -> "msrpc";
            case 139 -> "netbios-ssn";
            case 143 -> "imap";
            case 179 -> "bgp";
            case 389 -> "ldap";
            case 443 -> "tls";
            case 445 -> "smb";
            case 465 -> "smtps";
            case 587 -> "submission";
            case 636 -> "ldaps";
            case 853 -> "dns-over-tls";
            case 993 -> "imaps";
            case 995 -> "pop3s";
            case 1194 -> "openvpn";
            case 1433 -> "mssql";
            case 1521 -> "oracle";
            case 1883 -> "mqtt";
            case 2049 -> "nfs";
            case 2379 -> "etcd";
            case 2380 -> "etcd";
            case 3306 -> "mysql";
            case 3389 -> "rdp";
            case 3478 -> "stun";
            case 4222 -> "nats";
            case 4317 -> "otlp";
            case 4318 -> "otlp-http";
            case 4739 -> "ipfix";
            case 5060 -> "sip";
            case 5061 -> "sips";
            case 5432 -> "postgresql";
            case 5671 -> "amqps";
            case 5672 -> "amqp";
            case 6379 -> "redis";
            case 6443 -> "kubernetes-api";
            case 8883 -> "mqtts";
            case 9042 -> "cassandra";
            case 9092 -> "kafka";
            case 9200 -> "elasticsearch";
            case 10250 -> "kubelet";
            case 11211 -> "memcached";
            case 27017 -> "mongodb";
            default -> null;
        };
    }

    private static String udp(int port) {
        return switch (port) {
            case 53 -> "dns";
            case 67 -> "dhcp";
            case 68 -> "dhcp";
            case 69 -> "tftp";
            case 88 -> "kerberos";
            case 111 -> "rpcbind";
            case 123 -> "ntp";
            case 137 -> "netbios-ns";
            case 138 -> "netbios-dgm";
            case 161 -> "snmp";
            case 162 -> "snmp-trap";
            case 389 -> "ldap";
            case 443 -> "quic";
            case 500 -> "isakmp";
            case 514 -> "syslog";
            case 546 -> "dhcpv6";
            case 547 -> "dhcpv6";
            case 1194 -> "openvpn";
            case 1701 -> "l2tp";
            case 1812 -> "radius";
            case 1813 -> "radius-accounting";
            case 1900 -> "ssdp";
            case 2049 -> "nfs";
            case 2055 -> "netflow";
            case 2152 -> "gtp-u";
            case 3389 -> "rdp";
            case 3478 -> "stun";
            case 4739 -> "ipfix";
            case 4789 -> "vxlan";
            case 5060 -> "sip";
            case 5353 -> "mdns";
            case 5355 -> "llmnr";
            case 6081 -> "geneve";
            case 6343 -> "sflow";
            case 8472 -> "vxlan";
            case 11211 -> "memcached";
            case 51820 -> "wireguard";
            default -> null;
        };
    }
}
