package io.weir.topology.meter;

import io.weir.schemas.ApplicationProtocol;
import io.weir.schemas.packets.FactText;
import io.weir.schemas.packets.PayloadFact;

/**
 * What the payloads of a flow have shown. Of several values the first stays, so that a later record says what an earlier one said. Most
 * flows have none of these.
 */
final class ApplicationFacts {

    /** Queries that wait for their responses in one flow; when full, the oldest is forgotten: its response is counted, not timed. */
    static final int MAX_OPEN_QUERIES = 4;

    static final int ABSENT = PayloadFact.ABSENT;

    private static final int OPEN = 1 << 16;
    private static final int UNKNOWN = ApplicationProtocol.unknown.ordinal();
    private static final int PROTOCOLS = ApplicationProtocol.values().length;

    /** Ordinal of {@link ApplicationProtocol}. */
    int protocol = UNKNOWN;

    String dnsQuery;
    int dnsQueryType = ABSENT;
    int dnsResponseCode = ABSENT;

    /** As offered by the client, separated by commas. */
    String tlsAlpn;

    String tlsServerName;
    String tlsFingerprint;

    /** Chosen by the server. */
    int tlsVersion = ABSENT;

    String tlsSelectedAlpn;
    String httpMethod;
    String httpHost;

    /** Of the last message. */
    int dhcpMessageType = ABSENT;

    String dhcpHostName;

    /** IPv4, -1 for none. */
    long dhcpAddress = ABSENT;

    /** 32 bits unsigned, -1 for none. */
    long quicVersion = ABSENT;

    /** IPv4 address of side A of an ARP flow, -1 for none. */
    long arpAddressA = ABSENT;

    long arpAddressB = ABSENT;

    /** Transaction ids with a mark that the place is taken, the oldest first; 0 is free. */
    final int[] openQueries = new int[MAX_OPEN_QUERIES];

    /** When these queries were first sent, epoch nanoseconds. */
    final long[] openQueryNanos = new long[MAX_OPEN_QUERIES];

    /** Takes up what a packet of the flow showed. */
    void note(PayloadFact fact, WindowDelta delta, boolean sentByA, long timeNanos) {
        if (protocol == UNKNOWN && fact.protocol < PROTOCOLS) {
            protocol = fact.protocol;
        }
        if (fact.hasDns) {
            noteDns(fact, delta.countDns(), timeNanos);
        }
        if (fact.hasTls) {
            noteTls(fact);
        }
        if (fact.hasHttp) {
            httpMethod = first(httpMethod, fact.httpMethod);
            httpHost = first(httpHost, fact.httpHost);
        }
        if (quicVersion == ABSENT) {
            quicVersion = fact.quicVersion;
        }
        if (fact.hasDhcp) {
            dhcpMessageType = fact.dhcpMessageType;
            dhcpHostName = first(dhcpHostName, fact.dhcpHostName);
            dhcpAddress = fact.dhcpAddress.isAbsent() ? dhcpAddress : fact.dhcpAddress.ipv4();
        }
        if (sentByA) {
            arpAddressA = arpAddressA != ABSENT ? arpAddressA : fact.arpAddress.ipv4();
        } else {
            arpAddressB = arpAddressB != ABSENT ? arpAddressB : fact.arpAddress.ipv4();
        }
    }

    boolean hasDns() {
        return dnsQuery != null || dnsQueryType != ABSENT || dnsResponseCode != ABSENT;
    }

    boolean hasTls() {
        return tlsServerName != null
                || tlsAlpn != null
                || tlsFingerprint != null
                || tlsVersion != ABSENT
                || tlsSelectedAlpn != null;
    }

    boolean hasDhcp() {
        return dhcpMessageType != ABSENT || dhcpHostName != null || dhcpAddress != ABSENT;
    }

    boolean hasArp() {
        return arpAddressA != ABSENT || arpAddressB != ABSENT;
    }

    private void noteTls(PayloadFact fact) {
        if (fact.tlsServer) {
            tlsVersion = first(tlsVersion, fact.tlsVersion);
            tlsSelectedAlpn = first(tlsSelectedAlpn, fact.tlsAlpn);
        } else {
            tlsServerName = first(tlsServerName, fact.tlsServerName);
            tlsAlpn = first(tlsAlpn, fact.tlsAlpn);
            tlsFingerprint = first(tlsFingerprint, fact.tlsFingerprint);
        }
    }

    /** A copy for the flow that goes on when this one's time was up. */
    ApplicationFacts copy() {
        ApplicationFacts copy = new ApplicationFacts();
        copy.protocol = protocol;
        copy.dnsQuery = dnsQuery;
        copy.dnsQueryType = dnsQueryType;
        copy.dnsResponseCode = dnsResponseCode;
        copy.tlsAlpn = tlsAlpn;
        copy.tlsServerName = tlsServerName;
        copy.tlsFingerprint = tlsFingerprint;
        copy.tlsVersion = tlsVersion;
        copy.tlsSelectedAlpn = tlsSelectedAlpn;
        copy.httpMethod = httpMethod;
        copy.httpHost = httpHost;
        copy.dhcpMessageType = dhcpMessageType;
        copy.dhcpHostName = dhcpHostName;
        copy.dhcpAddress = dhcpAddress;
        copy.quicVersion = quicVersion;
        copy.arpAddressA = arpAddressA;
        copy.arpAddressB = arpAddressB;
        System.arraycopy(openQueries, 0, copy.openQueries, 0, MAX_OPEN_QUERIES);
        System.arraycopy(openQueryNanos, 0, copy.openQueryNanos, 0, MAX_OPEN_QUERIES);
        return copy;
    }

    private void noteDns(PayloadFact fact, DnsCounts counts, long timeNanos) {
        dnsQuery = first(dnsQuery, fact.dnsName);
        dnsQueryType = first(dnsQueryType, fact.dnsQueryType);
        if (!fact.dnsResponse) {
            counts.queries++;
            open(fact.dnsTransactionId, timeNanos);
            return;
        }
        dnsResponseCode = first(dnsResponseCode, fact.dnsResponseCode);
        counts.responses++;
        if (fact.dnsResponseCode > 0) {
            counts.errorResponses++;
        }
        long sentNanos = close(fact.dnsTransactionId);
        if (sentNanos != FlowRow.NO_TIME && timeNanos >= sentNanos) {
            counts.time(timeNanos - sentNanos);
        }
    }

    /** A repeated query keeps its first time: what counts is how long the asking side waited. */
    private void open(int transactionId, long timeNanos) {
        int open = OPEN | transactionId;
        int place = 0;
        while (place < MAX_OPEN_QUERIES && openQueries[place] != 0) {
            if (openQueries[place] == open) {
                return;
            }
            place++;
        }
        if (place == MAX_OPEN_QUERIES) {
            remove(0);
            place--;
        }
        openQueries[place] = open;
        openQueryNanos[place] = timeNanos;
    }

    private long close(int transactionId) {
        for (int place = 0; place < MAX_OPEN_QUERIES; place++) {
            if (openQueries[place] == (OPEN | transactionId)) {
                long sentNanos = openQueryNanos[place];
                remove(place);
                return sentNanos;
            }
        }
        return FlowRow.NO_TIME;
    }

    private void remove(int place) {
        int last = MAX_OPEN_QUERIES - 1;
        System.arraycopy(openQueries, place + 1, openQueries, place, last - place);
        System.arraycopy(openQueryNanos, place + 1, openQueryNanos, place, last - place);
        openQueries[last] = 0;
        openQueryNanos[last] = 0;
    }

    private static String first(String known, FactText text) {
        return known != null ? known : text.text();
    }

    private static int first(int known, int value) {
        return known != ABSENT ? known : value;
    }
}
