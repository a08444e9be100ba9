package io.weir.advisor;

import io.weir.schemas.Counters;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Flow;
import io.weir.schemas.Forwarding;
import io.weir.schemas.ForwardingFacts;
import io.weir.schemas.IcmpFacts;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Orientation;
import io.weir.schemas.Sampling;
import io.weir.schemas.TcpFacts;
import io.weir.schemas.TcpState;
import io.weir.schemas.serde.AvroSerdes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Builds flow records with valid defaults: a TCP connection from outside to 10.0.0.5:80 that was answered, seen from its handshake on,
 * in the first window of 10 s.
 */
public final class TestFlow {

    /** Start of all timelines, epoch seconds. */
    public static final long T0 = 1_700_000_000L;

    private static final long WINDOW_S = 10;

    static {
        // The serdes make Avro trust the generated classes, which builders with enum defaults need.
        AvroSerdes.deserializer(Flow.class, Map.of("schema.registry.url", "mock://trust"))
                .close();
    }

    private String flowId = "f1";
    private String host = "probe";
    private String from = "198.51.100.7";
    private Integer fromPort = 50_000;
    private String to = "10.0.0.5";
    private Integer toPort = 80;
    private int protocol = 6;
    private Orientation orientation = Orientation.handshake;
    private double atS;
    private boolean isEarly;
    private boolean isFirst = true;
    private long initiatorPackets = 3;
    private long responderPackets = 2;
    private long responderOctets = 120;
    private Integer responderFlags = 0x12;
    private TcpState state = TcpState.established;
    private long resets;
    private Integer icmpType;
    private String capture = "pcap";
    private int samplingRate = 1;
    private String natDestination;
    private String natSource;

    public static TestFlow aFlow() {
        return new TestFlow();
    }

    public TestFlow id(String id) {
        flowId = id;
        return this;
    }

    public TestFlow seenBy(String probe) {
        host = probe;
        return this;
    }

    public TestFlow from(String address) {
        from = address;
        return this;
    }

    public TestFlow fromPort(Integer port) {
        fromPort = port;
        return this;
    }

    public TestFlow to(String address) {
        to = address;
        return this;
    }

    public TestFlow toPort(Integer port) {
        toPort = port;
        return this;
    }

    /** How it was seen: pcap, netflow, sflow. */
    public TestFlow capture(String name) {
        capture = name;
        return this;
    }

    /** One packet in N was seen. */
    public TestFlow sampled(int rate) {
        samplingRate = rate;
        return this;
    }

    public TestFlow responderPackets(long packets) {
        responderPackets = packets;
        return this;
    }

    /** Addresses that a device gives the initiator's packets; null for none. */
    public TestFlow translated(String source, String destination) {
        natSource = source;
        natDestination = destination;
        return this;
    }

    public TestFlow orientation(Orientation value) {
        orientation = value;
        return this;
    }

    /** Seconds since {@link #T0}; the flow's packets of this record are all at this time. */
    public TestFlow at(double seconds) {
        atS = seconds;
        return this;
    }

    /** A record of a flow that began in an earlier window. */
    public TestFlow continued() {
        isFirst = false;
        return this;
    }

    /** The record that tells of the handshake, before that of the window. */
    public TestFlow early() {
        isEarly = true;
        return this;
    }

    public TestFlow udp() {
        protocol = 17;
        state = null;
        responderFlags = null;
        return this;
    }

    public TestFlow icmp(int type) {
        protocol = 1;
        state = null;
        responderFlags = null;
        fromPort = null;
        toPort = null;
        icmpType = type;
        return this;
    }

    public TestFlow unanswered() {
        responderPackets = 0;
        responderOctets = 0;
        responderFlags = responderFlags == null ? null : 0;
        state = state == null ? null : TcpState.syn_sent;
        return this;
    }

    public TestFlow refused() {
        responderPackets = 1;
        responderOctets = 40;
        responderFlags = 0x14;
        resets = 1;
        state = TcpState.refused;
        return this;
    }

    public TestFlow responderOctets(long octets) {
        responderOctets = octets;
        return this;
    }

    public Flow build() {
        long micros = (long) ((T0 + atS) * 1_000_000);
        long windowStartMs = Math.floorDiv(micros, WINDOW_S * 1_000_000) * WINDOW_S * 1000;
        long startMicros = isFirst ? micros : micros - 60_000_000;
        Counters counters = new Counters(
                initiatorPackets,
                initiatorPackets * 60,
                initiatorPackets * 74,
                protocol == 6 ? (Integer) 0x02 : null,
                responderPackets,
                responderOctets,
                responderOctets + responderPackets * 14,
                responderFlags);
        return Flow.newBuilder()
                .setFlowId(flowId)
                .setCommunityId(null)
                .setEncapsulation(new ArrayList<>())
                .setObservationPoint(new ObservationPoint(host, "eth0", capture, samplingRate))
                .setWindowStart(windowStartMs)
                .setWindowEnd(windowStartMs + WINDOW_S * 1000)
                .setFlowStartMicroseconds(startMicros)
                .setFlowEndMicroseconds(micros)
                .setIsFirst(isFirst && !isEarly)
                .setIsLast(false)
                .setIsLate(false)
                .setIsEarly(isEarly)
                .setEtherType(0x0800)
                .setVlanIds(List.of())
                .setIpVersion(4)
                .setProtocolIdentifier(protocol)
                .setInitiator(new Endpoint(from, fromPort, "02:00:00:00:00:01", from))
                .setResponder(new Endpoint(to, toPort, "02:00:00:00:00:02", to))
                .setOrientation(orientation)
                .setDelta(isEarly ? new Counters(0L, 0L, 0L, null, 0L, 0L, 0L, null) : counters)
                .setTotal(counters)
                .setTcp(state == null ? null : new TcpFacts(null, null, null, null, null, resets, state, null, null))
                .setSampled(samplingRate == 1 ? null : sampling())
                .setForwarding(forwarding())
                .setIcmp(icmpType == null ? null : new IcmpFacts(icmpType, null))
                .build();
    }

    private Sampling sampling() {
        double packets = (double) samplingRate * (initiatorPackets + responderPackets);
        double octets = (double) samplingRate * (initiatorPackets * 74 + responderOctets + responderPackets * 14);
        return new Sampling(
                samplingRate,
                packets,
                octets,
                samplingRate * Math.sqrt((double) (initiatorPackets + responderPackets)));
    }

    private Forwarding forwarding() {
        if (natSource == null && natDestination == null) {
            return null;
        }
        return Forwarding.newBuilder()
                .setInitiator(ForwardingFacts.newBuilder()
                        .setPostNatSourceAddress(natSource)
                        .setPostNatDestinationAddress(natDestination)
                        .build())
                .build();
    }
}
