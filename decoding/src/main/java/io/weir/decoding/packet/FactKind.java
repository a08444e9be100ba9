package io.weir.decoding.packet;

import java.util.Set;

/** Kinds of facts that a collector takes from payloads; each can be left out. */
public enum FactKind {
    /** DNS over UDP and TCP, mDNS, LLMNR: names, types, codes. */
    DNS,
    /** ClientHello and ServerHello of TLS on any TCP port. */
    TLS,
    /** HTTP/1 requests on any TCP port: method and host. */
    HTTP,
    /** DHCP for IPv4: message type, host name, address given. */
    DHCP,
    /** ARP: which IPv4 address belongs to a MAC address. */
    ARP,
    /** QUIC on UDP port 443: version, and what the client's hello shows. */
    QUIC;

    /** Every kind. */
    public static final Set<FactKind> ALL = Set.of(values());

    private static final FactKind[] BY_NUMBER = values();

    /** The kind of an ordinal plus one; null for 0. */
    static FactKind ofNumber(int number) {
        return number == 0 ? null : BY_NUMBER[number - 1];
    }

    int mask() {
        return 1 << ordinal();
    }

    /** Bits of the kinds wanted, by ordinal. */
    static int mask(Set<FactKind> kinds) {
        int mask = 0;
        for (FactKind kind : kinds) {
            mask |= kind.mask();
        }
        return mask;
    }
}
