package io.weir.app;

import io.weir.schemas.Confidence;
import io.weir.schemas.Counters;
import io.weir.schemas.DecodingProblem;
import io.weir.schemas.DropDirection;
import io.weir.schemas.DropReasonRegistry;
import io.weir.schemas.DropReport;
import io.weir.schemas.DroppedFlow;
import io.weir.schemas.DroppedPackets;
import io.weir.schemas.Edge;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.Flow;
import io.weir.schemas.FlowClass;
import io.weir.schemas.FlowKey;
import io.weir.schemas.Layer;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Orientation;
import io.weir.schemas.RawPacket;
import io.weir.schemas.RawPacketBatch;
import io.weir.schemas.Service;
import io.weir.schemas.Severity;
import io.weir.schemas.TcpFacts;
import io.weir.schemas.TcpState;
import io.weir.schemas.serde.Avro;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.LongStream;

/** Records with valid values everywhere. */
public final class TestRecords {

    /** Where they were seen. */
    public static final ObservationPoint POINT = new ObservationPoint("lab", "eth0", "pcap", 1);

    /** Start of the first window, epoch milliseconds. */
    public static final long WINDOW_MS = 1_700_000_000_000L;

    private static final int TCP = 6;

    static {
        // Builders fill in defaults, for which Avro looks for the classes by name.
        Avro.trust();
    }

    private TestRecords() {}

    /** A TCP flow with a handshake; 100 octets a packet, 114 on layer 2. */
    public static Flow flow(
            String initiator,
            int initiatorPort,
            String responder,
            int responderPort,
            long initiatorPackets,
            long responderPackets) {
        return base(counters(initiatorPackets, responderPackets, true))
                .setCommunityId("1:abc")
                .setEncapsulation(List.of(Layer.ethernet, Layer.ipv4, Layer.tcp))
                .setEtherType(0x0800)
                .setIpVersion(4)
                .setProtocolIdentifier(TCP)
                .setInitiator(new Endpoint(initiator, initiatorPort, "02:00:00:00:00:01", initiator))
                .setResponder(new Endpoint(responder, responderPort, "02:00:00:00:00:02", responder))
                .setOrientation(Orientation.handshake)
                .setTcp(TcpFacts.newBuilder()
                        .setHandshakeServerMicroseconds(350L)
                        .setHandshakeClientMicroseconds(40L)
                        .setResetPackets(0)
                        .setState(TcpState.established)
                        .build())
                .build();
    }

    /** A TCP packet of 114 octets on layer 2 that a device dropped, as it notified. */
    public static DroppedPackets drop(String source, String destination, int port, String reason) {
        Endpoint from = new Endpoint(source, 40_000, null, source);
        Endpoint to = new Endpoint(destination, port, null, destination);
        return DroppedPackets.newBuilder()
                .setObservationPoint(new ObservationPoint("switch-1", "3", "sflow", 1))
                .setReport(DropReport.notification)
                .setFirstTimeMicroseconds(WINDOW_MS * 1000)
                .setLastTimeMicroseconds(WINDOW_MS * 1000)
                .setReceiveTimeMicroseconds(WINDOW_MS * 1000)
                .setReason(reason)
                .setReasonNumber(258L)
                .setReasonRegistry(DropReasonRegistry.sflow)
                .setDirection(DropDirection.ingress)
                .setInputInterface("3")
                .setOutputInterface(null)
                .setFlow(new DroppedFlow("1:abc", 0x0800, List.of(), 4, TCP, from, to, null, null, 2))
                .setEnclosedFlow(null)
                .setPackets(1L)
                .setOctets(100L)
                .setLayer2Octets(114L)
                .setIsCumulative(false)
                .setQueue(null)
                .setQueueDepthOctets(null)
                .setAclNumber(12L)
                .setAclName("edge-in")
                .setFunction(null)
                .setLinuxDropReason(null)
                .setHardwareTrapGroup(null)
                .setHardwareTrap(null)
                .setSubAgentId(0L)
                .setSequenceNumber(7L)
                .setSuppressedNotifications(1_200L)
                .setMissingNotifications(0L)
                .build();
    }

    /** An ARP request. */
    public static Flow arp() {
        return base(counters(1, 0, false))
                .setCommunityId(null)
                .setEncapsulation(List.of(Layer.ethernet))
                .setEtherType(0x0806)
                .setIpVersion(null)
                .setProtocolIdentifier(null)
                .setInitiator(new Endpoint(null, null, "02:00:00:00:00:01", "02:00:00:00:00:01"))
                .setResponder(new Endpoint(null, null, "ff:ff:ff:ff:ff:ff", "ff:ff:ff:ff:ff:ff"))
                .setOrientation(Orientation.first_seen)
                .build();
    }

    private static Flow.Builder base(Counters counters) {
        return Flow.newBuilder()
                .setFlowId("00112233445566778899aabbccddeeff")
                .setObservationPoint(POINT)
                .setWindowStart(WINDOW_MS)
                .setWindowEnd(WINDOW_MS + 10_000)
                .setFlowStartMicroseconds(WINDOW_MS * 1000)
                .setFlowEndMicroseconds(WINDOW_MS * 1000 + 5_000)
                .setIsFirst(true)
                .setIsLast(false)
                .setIsLate(false)
                .setVlanIds(List.of())
                .setDelta(counters)
                .setTotal(counters)
                .setDecodingProblem(DecodingProblem.none);
    }

    private static Counters counters(long initiatorPackets, long responderPackets, boolean ip) {
        return Counters.newBuilder()
                .setInitiatorPackets(initiatorPackets)
                .setInitiatorOctets(ip ? initiatorPackets * 100 : null)
                .setInitiatorLayer2Octets(initiatorPackets * 114)
                .setInitiatorTcpControlBits(ip ? 0x1a : null)
                .setResponderPackets(responderPackets)
                .setResponderOctets(ip ? responderPackets * 100 : null)
                .setResponderLayer2Octets(responderPackets * 114)
                .setResponderTcpControlBits(ip ? 0x1a : null)
                .build();
    }

    /** An edge of a service over TCP; 114 octets a packet on layer 2. */
    public static Edge edge(String initiator, String responder, int port, long windowStart, long packets) {
        return Edge.newBuilder()
                .setObservationPoint(POINT)
                .setWindowStart(windowStart)
                .setWindowEnd(windowStart + 10_000)
                .setIsLate(false)
                .setInitiatorEntity(initiator)
                .setResponderEntity(responder)
                .setService(new Service(TCP, port, null, "tcp/" + port))
                .setActiveFlows(1)
                .setNewFlows(1)
                .setRefusedFlows(0)
                .setInitiatorPackets(packets)
                .setInitiatorLayer2Octets(packets * 114)
                .setResponderPackets(0)
                .setResponderLayer2Octets(0)
                .setInitiatorOctets(packets * 100)
                .setResponderOctets(0L)
                .setHandshakes(1)
                .setHandshakeServerMicrosecondsSum(350)
                .build();
    }

    /** An opened finding of ingress. */
    public static Finding finding(String id, String title) {
        return Finding.newBuilder()
                .setFindingId(id)
                .setStatus(FindingStatus.opened)
                .setRule("ingress")
                .setTitle(title)
                .setSeverity(Severity.high)
                .setConfidence(Confidence.high)
                .setFlowClass(FlowClass.ingress)
                .setClassReason("responder in 10.0.0.0/8")
                .setOrientation(Orientation.handshake)
                .setInitiator(new Endpoint("203.0.113.9", null, null, "203.0.113.9"))
                .setResponder(new Endpoint("10.0.0.5", 22, null, "10.0.0.5"))
                .setProtocolIdentifier(TCP)
                .setFirstSeenMicroseconds(WINDOW_MS * 1000)
                .setLastSeenMicroseconds(WINDOW_MS * 1000)
                .setFlows(1)
                .setPackets(9)
                .setLayer2Octets(1026)
                .setResponderPackets(4)
                .setEvidenceFlowIds(List.of("00112233445566778899aabbccddeeff"))
                .setAttackTechniques(List.of("T1133"))
                .setObservationPoint(POINT)
                .build();
    }

    /** Key of a TCP connection. */
    public static FlowKey flowKey() {
        return FlowKey.newBuilder()
                .setEtherType(0x0800)
                .setVlanIds(List.of())
                .setProtocolIdentifier(TCP)
                .setAddressA(ByteBuffer.wrap(new byte[] {10, 0, 0, 1}))
                .setAddressB(ByteBuffer.wrap(new byte[] {10, 0, 0, 2}))
                .setPortA(40_000)
                .setPortB(443)
                .setMacAddressA(ByteBuffer.wrap(new byte[] {2, 0, 0, 0, 0, 1}))
                .setMacAddressB(ByteBuffer.wrap(new byte[] {2, 0, 0, 0, 0, 2}))
                .setLaterFragment(false)
                .setEncapsulation(List.of(Layer.ethernet, Layer.ipv4, Layer.tcp))
                .setDecodingProblem(DecodingProblem.none)
                .build();
    }

    /** Copies of one packet each, of one connection, at these times. */
    public static RawPacketBatch rawPackets(FlowKey key, long... timesNanos) {
        return new RawPacketBatch(
                POINT,
                LongStream.of(timesNanos)
                        .mapToObj(time -> new RawPacket(time, 1, 1500, List.of(key), ByteBuffer.wrap(new byte[60])))
                        .toList());
    }

    /** A loss; its packets may be unknown. */
    public static Loss loss(String stage, LossReason reason, String sessionId, Long packets, Long layer2Octets) {
        return Loss.newBuilder()
                .setObservationPoint(POINT)
                .setSessionId(sessionId)
                .setStage(stage)
                .setReason(reason)
                .setSource("eth0")
                .setPackets(packets)
                .setLayer2Octets(layer2Octets)
                .setFirstTimeMicroseconds(WINDOW_MS * 1000)
                .setLastTimeMicroseconds(WINDOW_MS * 1000)
                .setMessage("lost")
                .build();
    }
}
