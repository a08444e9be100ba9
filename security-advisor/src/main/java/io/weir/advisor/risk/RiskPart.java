package io.weir.advisor.risk;

import io.weir.advisor.codec.FieldReader;
import io.weir.advisor.codec.FieldWriter;
import io.weir.advisor.finding.RiskScore;
import io.weir.advisor.rule.ingress.IngressRule;
import io.weir.schemas.Endpoint;
import io.weir.schemas.EntityPlace;
import io.weir.schemas.Finding;
import io.weir.schemas.FlowClass;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.RiskRole;
import io.weir.schemas.Severity;
import java.util.ArrayList;
import java.util.List;

/**
 * What one finding says of one entity.
 *
 * @param riskScore of the finding, 1 to 100
 * @param lastSeenMicros last packet of the episode so far, epoch microseconds
 */
public record RiskPart(
        RiskEntity entity,
        String findingId,
        String rule,
        Severity severity,
        int riskScore,
        RiskRole role,
        EntityPlace place,
        long lastSeenMicros) {

    /** What a host is asked says less of it than what it asks. */
    private static final double RESPONDER_SHARE = 0.5;

    /**
     * The parts of initiator and responder, where the finding names one; none of a finding that is permitted. Peers have no part: there are more of them than
     * a finding names.
     *
     * @param isPointApart equal addresses that different observation points see are different entities
     */
    public static List<RiskPart> of(Finding finding, boolean isPointApart) {
        List<RiskPart> parts = new ArrayList<>(2);
        if (finding.getAllowedBy() != null || scoreOf(finding) <= 0) {
            return parts;
        }
        ObservationPoint point = isPointApart ? finding.getObservationPoint() : null;
        String initiator = nameOf(finding.getInitiator());
        String responder = nameOf(finding.getResponder());
        // A crowd is nobody in particular.
        if (initiator != null && !initiator.endsWith("/0")) {
            parts.add(of(finding, new RiskEntity(initiator, point), RiskRole.initiator));
        }
        if (responder != null && !responder.equals(initiator)) {
            parts.add(of(finding, new RiskEntity(responder, point), RiskRole.responder));
        }
        return parts;
    }

    private static RiskPart of(Finding finding, RiskEntity entity, RiskRole role) {
        return new RiskPart(
                entity,
                finding.getFindingId(),
                finding.getRule(),
                finding.getSeverity(),
                scoreOf(finding),
                role,
                placeOf(finding.getFlowClass(), role),
                finding.getLastSeenMicroseconds());
    }

    private static int scoreOf(Finding finding) {
        Integer score = finding.getRiskScore();
        return score == null ? RiskScore.of(finding.getSeverity(), finding.getConfidence()) : score;
    }

    private static String nameOf(Endpoint endpoint) {
        return endpoint.getAddress() == null ? endpoint.getEntity() : endpoint.getAddress();
    }

    private static EntityPlace placeOf(FlowClass flowClass, RiskRole role) {
        return switch (flowClass) {
            case ingress -> role == RiskRole.initiator ? EntityPlace.outside : EntityPlace.inside;
            case egress -> role == RiskRole.initiator ? EntityPlace.inside : EntityPlace.outside;
            case internal -> EntityPlace.inside;
            case external -> EntityPlace.outside;
            case unknown -> EntityPlace.unknown;
        };
    }

    /** What it counts before it decays: the severity of ingress is what the responder lets the outside reach, so that it counts whole for it. */
    double weight() {
        return role == RiskRole.responder && !rule.equals(IngressRule.ID) ? riskScore * RESPONDER_SHARE : riskScore;
    }

    /** Of two records of an episode, whichever came first: neither severity nor time ever falls. */
    RiskPart merge(RiskPart other) {
        RiskPart worse = other.riskScore > riskScore ? other : this;
        return new RiskPart(
                entity,
                findingId,
                rule,
                other.severity.compareTo(severity) > 0 ? other.severity : severity,
                worse.riskScore,
                role,
                place == EntityPlace.unknown ? other.place : place,
                Math.max(lastSeenMicros, other.lastSeenMicros));
    }

    /** All but the entity, which is the same for many. */
    void write(FieldWriter to) {
        to.id(findingId);
        to.text(rule);
        to.text(severity.name());
        to.octet(riskScore);
        to.text(role.name());
        to.text(place.name());
        to.number(lastSeenMicros);
    }

    static RiskPart read(FieldReader from, RiskEntity entity) {
        return new RiskPart(
                entity,
                from.id(),
                from.text(),
                Severity.valueOf(from.text()),
                from.octet(),
                RiskRole.valueOf(from.text()),
                EntityPlace.valueOf(from.text()),
                from.number());
    }
}
