package io.weir.testing;

import io.weir.schemas.ApplicationProtocol;
import io.weir.schemas.Layer;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.BatchHeader;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.IcmpError;
import io.weir.schemas.packets.PacketBatchEncoder;
import io.weir.schemas.packets.PayloadFact;
import io.weir.schemas.packets.TcpControlBits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Builds packet batches for tests, in the order of a timeline:
 *
 * <pre>{@code
 * aBatch().at(0).tcp("10.0.0.2:40000 > 10.0.0.1:80", "S").at(20).tcp("10.0.0.1:80 > 10.0.0.2:40000", "SA").encode(1)
 * }</pre>
 *
 * Times are milliseconds after {@link #START_MS}. Packets have 100 octets on the wire and 86 of IP unless said otherwise.
 */
public final class PacketBatchBuilder {

    /** 2024-01-01T00:00:00Z, a multiple of every window that tests use; epoch milliseconds. */
    public static final long START_MS = 1_704_067_200_000L;

    /** IANA protocol numbers. */
    public static final int TCP = 6;

    public static final int UDP = 17;

    private static final long MS = 1_000_000L;
    private static final int ETHERNET_OCTETS = 14;
    private static final int LAYERS_TCP = layers(Layer.ethernet, Layer.ipv4, Layer.tcp);
    private static final int LAYERS_UDP = layers(Layer.ethernet, Layer.ipv4, Layer.udp);
    private static final int LAYERS_VXLAN = layers(Layer.ethernet, Layer.ipv4, Layer.udp, Layer.vxlan);
    private static final int LAYERS_ETHERNET = layers(Layer.ethernet);

    /** Octets of the outer Ethernet, IPv4, UDP and VXLAN headers around a packet {@link #inVxlan}. */
    public static final int TUNNEL_OCTETS = 50;

    private PacketBatchEncoder encoder = new PacketBatchEncoder(1000, true);
    private final CanonicalKey key = new CanonicalKey();
    private final CanonicalKey tunnelKey = new CanonicalKey();
    private final PayloadFact fact = new PayloadFact();
    private String tunnel;
    private long networkIdentifier;
    private ObservationPoint point = new ObservationPoint("node-1", "eth0", "pcap", 1);
    private String session = "session-1";
    private long sequenceNumber;
    private long nowNanos = START_MS * MS;
    private long watermarkNanos = Long.MIN_VALUE;
    private int octets = 100;
    private boolean end;

    private PacketBatchBuilder() {}

    /** An empty batch of point {@code node-1|eth0|pcap}. */
    public static PacketBatchBuilder aBatch() {
        return new PacketBatchBuilder();
    }

    /** Another observation point. */
    public PacketBatchBuilder of(ObservationPoint other) {
        point = other;
        return this;
    }

    /** Another session and number. */
    public PacketBatchBuilder numbered(String sessionId, long number) {
        session = sessionId;
        sequenceNumber = number;
        return this;
    }

    /** Time of the packets that follow, milliseconds after {@link #START_MS}. */
    public PacketBatchBuilder at(long afterMs) {
        nowNanos = (START_MS + afterMs) * MS;
        return this;
    }

    /** Layer-2 octets of the packets that follow. */
    public PacketBatchBuilder octets(int layer2Octets) {
        octets = layer2Octets;
        return this;
    }

    /** One TCP packet; flags as letters of {@code FSRPAU}. */
    public PacketBatchBuilder tcp(String sourceToDestination, String flags) {
        return packet(TCP, sourceToDestination, LAYERS_TCP, bits(flags));
    }

    /** Several TCP packets of one direction, as a flow record tells of them: with the flags of all of them. */
    public PacketBatchBuilder tcpRecord(String sourceToDestination, String flags, int packets, int ipOctets) {
        key.setRoot();
        boolean sentByA = fill(key, TCP, sourceToDestination, LAYERS_TCP);
        int union = bits(flags) | TcpControlBits.UNION;
        encoder.add(key, key.hash(), sentByA, nowNanos / 1000, packets, ipOctets, ipOctets, union);
        return advance();
    }

    private static int bits(String flags) {
        int bits = 0;
        for (int i = 0; i < flags.length(); i++) {
            bits |= 1 << "FSRPAU".indexOf(flags.charAt(i));
        }
        return bits;
    }

    /** One UDP packet. */
    public PacketBatchBuilder udp(String sourceToDestination) {
        return packet(UDP, sourceToDestination, LAYERS_UDP, -1);
    }

    /** The packets that follow travel in VXLAN between these outer ends, each with a summary of the outer packet of 50 octets more. */
    public PacketBatchBuilder inVxlan(String sourceToDestination, long vni) {
        tunnel = sourceToDestination;
        networkIdentifier = vni;
        return this;
    }

    /** The packets that follow travel in no tunnel. */
    public PacketBatchBuilder inNoTunnel() {
        tunnel = null;
        return this;
    }

    /** One ARP frame between two MAC addresses, given as numbers. */
    public PacketBatchBuilder arp(long source, long destination) {
        key.etherType = 0x0806;
        key.layers = LAYERS_ETHERNET;
        boolean sentByA = key.setMacEndpoints(source, destination);
        encoder.add(key, key.hash(), sentByA, nowNanos / 1000, octets, -1, -1);
        return advance();
    }

    /** The packet before is a DNS query. */
    public PacketBatchBuilder dnsQuery(int transactionId, String name, int type) {
        return dns(transactionId, name, type, PayloadFact.ABSENT);
    }

    /** The packet before is a DNS response. */
    public PacketBatchBuilder dnsResponse(int transactionId, String name, int type, int code) {
        return dns(transactionId, name, type, code);
    }

    /** What there is to note about the TCP segment before; round trip in microseconds, -1 for none. */
    public PacketBatchBuilder tcpNote(int marks, int roundTripMicroseconds) {
        encoder.addTcpNote(marks, roundTripMicroseconds);
        return this;
    }

    /** The packet before has this digest and time to live. */
    public PacketBatchBuilder digest(int digest, int timeToLive) {
        encoder.addDigest(digest, timeToLive);
        return this;
    }

    /**
     * An ICMP error at this time about a TCP or UDP packet, in the tunnel of the packets that follow if there is one.
     *
     * @param sender IPv4 address of who sent the error
     */
    public PacketBatchBuilder icmpError(
            int type, int code, String sender, int quotedProtocol, String quotedSourceToDestination) {
        IcmpError error = new IcmpError();
        if (tunnel != null) {
            tunnelKey.encloses = true;
            fill(tunnelKey, UDP, tunnel, LAYERS_VXLAN);
            error.quoted.setEnclosed(tunnelKey, Layer.vxlan.ordinal(), networkIdentifier, true);
        }
        error.sentByA = fill(error.quoted, quotedProtocol, quotedSourceToDestination, 0);
        error.timeNanoseconds = nowNanos;
        error.type = type;
        error.code = code;
        error.senderLow = address(sender + ":0");
        encoder.addIcmpError(error);
        return advance();
    }

    /** The collector does not look at TCP; to be said first. */
    public PacketBatchBuilder withoutTcpNotes() {
        encoder = new PacketBatchEncoder(1000, false);
        return this;
    }

    /** The packet before is the hello of a TLS client or server. */
    public PacketBatchBuilder tlsHello(boolean server) {
        fact.clear();
        fact.protocol = ApplicationProtocol.tls.ordinal();
        fact.hasTls = true;
        fact.tlsServer = server;
        encoder.addFact(fact);
        return this;
    }

    /** The ARP frame before claims an address, 32 bits, for its sender. */
    public PacketBatchBuilder arpAddress(int address) {
        fact.clear();
        fact.protocol = ApplicationProtocol.arp.ordinal();
        fact.arpAddress.begin();
        for (int shift = 24; shift >= 0; shift -= 8) {
            fact.arpAddress.append(address >>> shift);
        }
        encoder.addFact(fact);
        return this;
    }

    /** Says that everything up to this time has been sent, milliseconds after {@link #START_MS}. */
    public PacketBatchBuilder watermark(long afterMs) {
        watermarkNanos = (START_MS + afterMs) * MS;
        return this;
    }

    /** The last batch of its session in its partition. */
    public PacketBatchBuilder endOfInput() {
        end = true;
        return this;
    }

    /** The batch in Confluent's wire format. */
    public byte[] encode(int schemaId) {
        return encoder.encode(schemaId, new BatchHeader(point, session, sequenceNumber, watermarkNanos, end));
    }

    private PacketBatchBuilder dns(int transactionId, String name, int type, int code) {
        fact.clear();
        fact.protocol = ApplicationProtocol.dns.ordinal();
        fact.hasDns = true;
        fact.dnsResponse = code >= 0;
        fact.dnsTransactionId = transactionId;
        fact.dnsName.set(name);
        fact.dnsQueryType = type;
        fact.dnsResponseCode = code;
        encoder.addFact(fact);
        return this;
    }

    private PacketBatchBuilder packet(int protocol, String sourceToDestination, int layers, int flags) {
        key.setRoot();
        if (tunnel != null) {
            tunnelKey.encloses = true;
            boolean tunnelByA = fill(tunnelKey, UDP, tunnel, LAYERS_VXLAN);
            int outer = octets + TUNNEL_OCTETS;
            encoder.add(tunnelKey, tunnelKey.hash(), tunnelByA, nowNanos / 1000, outer, outer - ETHERNET_OCTETS, -1);
            key.setEnclosed(tunnelKey, Layer.vxlan.ordinal(), networkIdentifier, true);
        }
        boolean sentByA = fill(key, protocol, sourceToDestination, layers);
        encoder.add(key, key.hash(), sentByA, nowNanos / 1000, octets, octets - ETHERNET_OCTETS, flags);
        return advance();
    }

    private static boolean fill(CanonicalKey key, int protocol, String sourceToDestination, int layers) {
        int arrow = sourceToDestination.indexOf('>');
        String source = sourceToDestination.substring(0, arrow).trim();
        String destination = sourceToDestination.substring(arrow + 1).trim();
        key.etherType = 0x0800;
        key.layers = layers;
        return key.setEndpoints(
                4,
                protocol,
                0,
                address(source),
                port(source),
                0x02_00_00_00_00_01L,
                0,
                address(destination),
                port(destination),
                0x02_00_00_00_00_02L,
                false);
    }

    private PacketBatchBuilder advance() {
        watermarkNanos = Math.max(watermarkNanos, nowNanos);
        return this;
    }

    private static long address(String endpoint) {
        try {
            byte[] octets = InetAddress.getByName(endpoint.substring(0, endpoint.lastIndexOf(':')))
                    .getAddress();
            return ByteBuffer.wrap(octets).getInt() & 0xffff_ffffL;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(endpoint, e);
        }
    }

    private static int port(String endpoint) {
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }

    private static int layers(Layer... layers) {
        int packed = 0;
        for (int i = layers.length - 1; i >= 0; i--) {
            packed = packed << 8 | layers[i].ordinal();
        }
        return packed;
    }
}
