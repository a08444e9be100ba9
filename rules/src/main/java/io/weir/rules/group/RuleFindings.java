package io.weir.rules.group;

import io.weir.advisor.finding.BoundedSeverity;
import io.weir.advisor.finding.FindingIds;
import io.weir.advisor.finding.RiskScore;
import io.weir.rules.file.Over;
import io.weir.rules.file.Rule;
import io.weir.rules.group.Common.Field;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Measurement;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Orientation;
import io.weir.schemas.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Groups as findings. */
final class RuleFindings {

    private RuleFindings() {}

    /** By the hop in which it was opened: no two of a group share one, and a replay comes to the same. */
    static String idOf(Rule rule, Group group, long hop) {
        long hopMicros = rule.hopMs() * 1000;
        return FindingIds.of(Rule.PREFIX + rule.id(), group.name(), hop * hopMicros, hopMicros);
    }

    static Finding of(Rule rule, Group group, GroupState state, String id, FindingStatus status) {
        Map.Entry<String, Tally> best = bestOf(state.totals);
        Tally tally = best.getValue();
        Common common = tally.common();
        String flowClass = common.get(Field.flowClass);
        String orientation = common.get(Field.orientation);
        String reason = common.get(Field.classReason);
        // Edges do not say how sure it is who began.
        Severity severity =
                rule.over() == Over.flow ? BoundedSeverity.of(rule.severity(), tally.confidence()) : rule.severity();
        return Finding.newBuilder()
                .setFindingId(id)
                .setStatus(status)
                .setRule(Rule.PREFIX + rule.id())
                .setTitle(group.name().isEmpty() ? rule.title() : rule.title() + ": " + group.name())
                .setDescription(rule.description())
                .setSeverity(severity)
                .setConfidence(tally.confidence())
                .setRiskScore(RiskScore.of(severity, tally.confidence()))
                .setFlowClass(flowClass == null ? FlowClass.unknown : FlowClass.valueOf(flowClass))
                .setClassReason(reason == null ? "" : reason)
                .setOrientation(orientation == null ? Orientation.unknown : Orientation.valueOf(orientation))
                .setInitiator(endpoint(common.get(Field.initiator), null))
                .setResponder(endpoint(common.get(Field.responder), common.number(Field.port)))
                .setProtocolIdentifier(common.number(Field.protocol))
                .setFirstSeenMicroseconds(tally.firstMicros())
                .setLastSeenMicroseconds(tally.lastMicros())
                .setFlows(tally.flows())
                .setPackets(tally.packets())
                .setLayer2Octets(tally.layer2Octets())
                .setResponderPackets(tally.responderPackets())
                .setResponderOctets(tally.responderOctets())
                .setEvidenceFlowIds(evidenceOf(tally))
                .setAttackTechniques(rule.attackTechniques())
                .setObservationPoint(pointOf(Match.pointOf(best.getKey())))
                .setMeasurements(List.of(new Measurement(rule.measure().toString(), state.peak, rule.threshold(), "")))
                .setPeers(peersOf(tally))
                .build();
    }

    /** The observation point that saw most packets; of equal ones the first by name. */
    private static Map.Entry<String, Tally> bestOf(Map<String, Tally> totals) {
        Map.Entry<String, Tally> best = null;
        for (Map.Entry<String, Tally> one : totals.entrySet()) {
            if (best == null || one.getValue().packets() > best.getValue().packets()) {
                best = one;
            }
        }
        return best;
    }

    private static Endpoint endpoint(String name, Integer port) {
        boolean isAddress = name != null && (name.indexOf('.') >= 0 || name.indexOf(':') >= 0);
        return new Endpoint(isAddress ? name : null, port, null, name);
    }

    private static List<String> evidenceOf(Tally tally) {
        List<String> ids = new ArrayList<>();
        for (Sample sample : tally.samples()) {
            if (!sample.flowId().isEmpty() && !ids.contains(sample.flowId())) {
                ids.add(sample.flowId());
            }
        }
        return ids;
    }

    /** Those of the side on which they are several; of the responders where they are on both. */
    private static List<String> peersOf(Tally tally) {
        TreeSet<String> initiators = new TreeSet<>();
        TreeSet<String> responders = new TreeSet<>();
        for (Sample sample : tally.samples()) {
            initiators.add(sample.initiator());
            responders.add(sample.responder());
        }
        initiators.remove("");
        responders.remove("");
        TreeSet<String> peers = responders.size() > 1 ? responders : initiators;
        return peers.size() > 1 ? List.copyOf(peers) : List.of();
    }

    private static ObservationPoint pointOf(String name) {
        int capture = name.lastIndexOf('|');
        int host = name.indexOf('|');
        return new ObservationPoint(
                name.substring(0, host), name.substring(host + 1, capture), name.substring(capture + 1), 1);
    }

    /** What had been reached when it was told. */
    static double peakOf(Finding finding) {
        return finding.getMeasurements().get(0).getValue();
    }

    /** Another digit is worth telling. */
    static int digits(double value) {
        return Long.toString((long) value).length();
    }
}
