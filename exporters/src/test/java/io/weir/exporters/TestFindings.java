package io.weir.exporters;

import io.weir.schemas.Confidence;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingEndReason;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Measurement;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Orientation;
import io.weir.schemas.Severity;
import io.weir.schemas.serde.Avro;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Findings of all kinds. */
public final class TestFindings {

    static {
        Avro.trust();
    }

    /** 2026-11-24T08:20:51.123456Z. */
    public static final long FIRST_SEEN = 1_795_508_451_123_456L;

    private static final long MINUTE = 60_000_000L;
    private static final int TCP = 6;
    private static final int UDP = 17;

    private TestFindings() {}

    /** An ingress over IPv4 that was just seen. */
    public static Finding.Builder opened() {
        return Finding.newBuilder()
                .setFindingId("0123456789abcdef0123456789abcdef")
                .setStatus(FindingStatus.opened)
                .setRule("ingress")
                .setTitle("203.0.113.66 from outside reached tcp/22 of 10.42.2.10, which answered")
                .setSeverity(Severity.high)
                .setConfidence(Confidence.high)
                .setFlowClass(FlowClass.ingress)
                .setClassReason("responder in 10.42.0.0/16")
                .setOrientation(Orientation.handshake)
                .setInitiator(new Endpoint("203.0.113.66", null, "02:00:00:00:00:01", "203.0.113.66"))
                .setResponder(new Endpoint("10.42.2.10", 22, "02:00:00:00:00:02", "deployment/shop/db"))
                .setProtocolIdentifier(TCP)
                .setFirstSeenMicroseconds(FIRST_SEEN)
                .setLastSeenMicroseconds(FIRST_SEEN + MINUTE)
                .setFlows(3)
                .setPackets(40)
                .setLayer2Octets(5000)
                .setResponderPackets(18)
                .setResponderOctets(2600L)
                .setEvidenceFlowIds(List.of("00000000000000000000000000000001", "00000000000000000000000000000002"))
                .setAttackTechniques(List.of("T1133"))
                .setObservationPoint(new ObservationPoint("node-1", "eth0", "afpacket", 1))
                .setRiskScore(73);
    }

    /** The same episode, at its end. */
    public static Finding.Builder closed() {
        return opened().setStatus(FindingStatus.closed)
                .setSeverity(Severity.critical)
                .setLastSeenMicroseconds(FIRST_SEEN + 10 * MINUTE)
                .setFlows(20)
                .setEndReason(FindingEndReason.idle);
    }

    /** Within the cluster, over IPv6, grown since. */
    public static Finding.Builder ipv6() {
        return opened().setFindingId("6666666666666666aaaaaaaaaaaaaaaa")
                .setStatus(FindingStatus.updated)
                .setRule("dns-tunnel")
                .setTitle("fd42::1:11 asks fd42::53 for names that carry data")
                .setSeverity(Severity.medium)
                .setConfidence(Confidence.medium)
                .setFlowClass(FlowClass.internal)
                .setInitiator(new Endpoint("fd42::1:11", null, null, "fd42::1:11"))
                .setResponder(new Endpoint("fd42::53", 53, null, "fd42::53"))
                .setProtocolIdentifier(UDP)
                .setAttackTechniques(List.of("T1071.004", "T1572", "T9999"))
                .setDescription(
                        "Of 900 names 890 were asked for once; they hold 61 octets on average. \"a]b\\c\" & <d>")
                .setMeasurements(List.of(
                        new Measurement("uniqueNames", 890.0, 100.0, ""),
                        new Measurement("nameLength", 61.25, null, "octets")))
                .setResponderOctets(null)
                .setRiskScore(null);
    }

    /** A flood by many, each of which may be anybody. */
    public static Finding.Builder manyInitiators() {
        return opened().setFindingId("ffffffffffffffff0000000000000000")
                .setRule("syn-flood")
                .setTitle("120 connections a second to tcp/443 of 10.42.1.11 stay half open")
                .setConfidence(Confidence.low)
                .setInitiator(new Endpoint(null, null, null, null))
                .setResponder(new Endpoint("10.42.1.11", 443, null, "10.42.1.11"))
                .setPeers(List.of("198.51.100.1", "198.51.100.2 tcp/443", "tcp/443", "2001:db8::7"))
                .setAttackTechniques(List.of("T1499.001", "T1498.001"))
                .setMeasurements(List.of(new Measurement("halfOpen", 120.0, 100.0, "connections/s")))
                .setResponderPackets(0);
    }

    /** A scan over many services of many hosts, allowed by name. */
    public static Finding.Builder manyResponders() {
        return opened().setFindingId("aaaaaaaaaaaaaaaa0000000000000000")
                .setRule("horizontal-scan")
                .setTitle("10.42.9.9 tried tcp/445 of 120 hosts")
                .setSeverity(Severity.informational)
                .setFlowClass(FlowClass.egress)
                .setInitiator(new Endpoint("10.42.9.9", null, null, "10.42.9.9"))
                .setResponder(new Endpoint(null, null, null, null))
                .setPeers(List.of("192.0.2.7 tcp/445", "192.0.2.8 tcp/445"))
                .setAllowedBy("nightly-audit");
    }

    /** Frames without IP, of which nothing is known but MAC addresses. */
    public static Finding.Builder withoutIp() {
        return opened().setFindingId("eeeeeeeeeeeeeeee0000000000000000")
                .setRule("arp-spoof")
                .setSeverity(Severity.unknown)
                .setConfidence(Confidence.unknown)
                .setFlowClass(FlowClass.unknown)
                .setInitiator(new Endpoint(null, null, "02:00:00:00:00:01", "02:00:00:00:00:01"))
                .setResponder(new Endpoint(null, null, null, null))
                .setProtocolIdentifier(null)
                .setAttackTechniques(List.of());
    }

    /** All of them, by a name for files. */
    public static Map<String, Finding> all() {
        Map<String, Finding> all = new LinkedHashMap<>();
        all.put("opened-ipv4", opened().build());
        all.put("closed-ipv4", closed().build());
        all.put("updated-ipv6", ipv6().build());
        all.put("many-initiators", manyInitiators().build());
        all.put("many-responders", manyResponders().build());
        all.put("without-ip", withoutIp().build());
        return all;
    }
}
