package io.weir.schemas.packets;

/**
 * What the payload of one packet shows, as in the schema of {@link io.weir.schemas.PacketFact}: a plain carrier, mutable and reused.
 * Absent numbers are {@link #ABSENT}.
 */
public final class PayloadFact {

    /** Value of a number that is not there. */
    public static final int ABSENT = CanonicalKey.ABSENT;

    /** Octets of the longest name of DNS in presentation format: each of its 253 octets may take four. */
    public static final int MAX_DNS_NAME_OCTETS = 1012;

    /** Octets of the longest other text. */
    public static final int MAX_TEXT_OCTETS = 255;

    /** Index of the packet in the columns of its batch. */
    public int packet;

    /** Ordinal of {@link io.weir.schemas.ApplicationProtocol}. */
    public int protocol;

    /** The fields of DNS are there. */
    public boolean hasDns;

    public boolean dnsResponse;

    /** 16 bits. */
    public int dnsTransactionId;

    /** In presentation format. */
    public final FactText dnsName;

    public int dnsQueryType;
    public int dnsResponseCode;

    /** The fields of TLS are there. */
    public boolean hasTls;

    public boolean tlsServer;
    public int tlsVersion;
    public final FactText tlsServerName;
    public final FactText tlsAlpn;
    public final FactText tlsFingerprint;

    /** The fields of HTTP are there. */
    public boolean hasHttp;

    public final FactText httpMethod;
    public final FactText httpHost;

    /** The fields of DHCP are there. */
    public boolean hasDhcp;

    public int dhcpMessageType;
    public final FactText dhcpHostName;

    /** Four octets. */
    public final FactText dhcpAddress;

    /** 32 bits unsigned. */
    public long quicVersion;

    /** Four octets. */
    public final FactText arpAddress;

    /** An empty fact whose texts can be collected. */
    public PayloadFact() {
        this(MAX_DNS_NAME_OCTETS, MAX_TEXT_OCTETS);
    }

    private PayloadFact(int dnsNameOctets, int textOctets) {
        dnsName = new FactText(dnsNameOctets);
        tlsServerName = new FactText(textOctets);
        tlsAlpn = new FactText(textOctets);
        tlsFingerprint = new FactText(textOctets);
        httpMethod = new FactText(textOctets);
        httpHost = new FactText(textOctets);
        dhcpHostName = new FactText(textOctets);
        dhcpAddress = new FactText(textOctets);
        arpAddress = new FactText(textOctets);
        clear();
    }

    /** An empty fact whose texts are views of a batch. */
    static PayloadFact ofViews() {
        return new PayloadFact(0, 0);
    }

    /** Makes everything absent. */
    public void clear() {
        packet = 0;
        protocol = 0;
        hasDns = false;
        dnsResponse = false;
        dnsTransactionId = 0;
        dnsName.clear();
        dnsQueryType = ABSENT;
        dnsResponseCode = ABSENT;
        hasTls = false;
        tlsServer = false;
        tlsVersion = ABSENT;
        tlsServerName.clear();
        tlsAlpn.clear();
        tlsFingerprint.clear();
        hasHttp = false;
        httpMethod.clear();
        httpHost.clear();
        hasDhcp = false;
        dhcpMessageType = ABSENT;
        dhcpHostName.clear();
        dhcpAddress.clear();
        quicVersion = ABSENT;
        arpAddress.clear();
    }

    @Override
    public String toString() {
        return "protocol=" + protocol
                + (hasDns
                        ? " dns=" + dnsResponse + "," + dnsTransactionId + "," + dnsName + "," + dnsQueryType + ","
                                + dnsResponseCode
                        : "")
                + (hasTls
                        ? " tls=" + tlsServer + "," + tlsVersion + "," + tlsServerName + "," + tlsAlpn + ","
                                + tlsFingerprint
                        : "")
                + (hasDhcp ? " dhcp=" + dhcpMessageType + "," + dhcpHostName + "," + dhcpAddress : "")
                + (quicVersion < 0 ? "" : " quic=" + quicVersion)
                + (arpAddress.isAbsent() ? "" : " arp=" + arpAddress.ipv4())
                + (hasHttp ? " http=" + httpMethod + "," + httpHost : "");
    }
}
