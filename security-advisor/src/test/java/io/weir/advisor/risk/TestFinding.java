package io.weir.advisor.risk;

import io.weir.advisor.finding.RiskScore;
import io.weir.schemas.Confidence;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.FlowClass;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Orientation;
import io.weir.schemas.Severity;
import io.weir.schemas.serde.Avro;
import java.util.List;

/** A finding with what risks are made of: a sure one of high severity, of 10.0.0.1 against 10.0.0.2, at hour 0. */
final class TestFinding {

    static {
        Avro.trust();
    }

    static final long T0 = 1_700_000_000_000_000L;
    static final long HOUR = 3_600_000_000L;

    private final Finding.Builder finding;

    private TestFinding(String id) {
        finding = Finding.newBuilder()
                .setFindingId(id)
                .setStatus(FindingStatus.opened)
                .setRule("scan_vertical")
                .setTitle("")
                .setConfidence(Confidence.high)
                .setFlowClass(FlowClass.internal)
                .setClassReason("")
                .setOrientation(Orientation.unknown)
                .setInitiator(endpoint("10.0.0.1"))
                .setResponder(endpoint("10.0.0.2"))
                .setProtocolIdentifier(6)
                .setFirstSeenMicroseconds(T0)
                .setLastSeenMicroseconds(T0)
                .setFlows(1)
                .setPackets(1)
                .setLayer2Octets(60)
                .setResponderPackets(0)
                .setEvidenceFlowIds(List.of())
                .setAttackTechniques(List.of())
                .setObservationPoint(new ObservationPoint("probe", "eth0", "pcap", 1));
        severity(Severity.high);
    }

    static TestFinding aFinding(String id) {
        return new TestFinding(id);
    }

    TestFinding rule(String rule) {
        finding.setRule(rule);
        return this;
    }

    TestFinding severity(Severity severity) {
        finding.setSeverity(severity).setRiskScore(RiskScore.of(severity, Confidence.high));
        return this;
    }

    /** Null where several began. */
    TestFinding from(String address) {
        finding.setInitiator(endpoint(address));
        return this;
    }

    /** Null where several were asked. */
    TestFinding to(String address) {
        finding.setResponder(endpoint(address));
        return this;
    }

    TestFinding flowClass(FlowClass flowClass) {
        finding.setFlowClass(flowClass);
        return this;
    }

    TestFinding seenBy(String host) {
        finding.setObservationPoint(new ObservationPoint(host, "eth0", "pcap", 1));
        return this;
    }

    TestFinding until(double hours) {
        finding.setLastSeenMicroseconds(T0 + Math.round(hours * HOUR));
        return this;
    }

    TestFinding allowedBy(String entry) {
        finding.setAllowedBy(entry);
        return this;
    }

    private static Endpoint endpoint(String name) {
        boolean isAddress = name != null && name.indexOf('/') < 0;
        return new Endpoint(isAddress ? name : null, null, null, name);
    }

    Finding build() {
        return Finding.newBuilder(finding).build();
    }
}
