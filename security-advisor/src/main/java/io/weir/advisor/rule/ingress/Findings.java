package io.weir.advisor.rule.ingress;

import io.weir.advisor.finding.RiskScore;
import io.weir.schemas.Confidence;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingEndReason;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Orientation;
import io.weir.schemas.Severity;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells an episode as a {@link Finding}.
 *
 * <p>Severity is what the outside can reach: low while nobody answers or the connection is refused, medium when the service answers,
 * high when it answers on a port of remote administration or of a data store, and one step more once the responder sent more than
 * {@value #MUCH_OCTETS} octets. Only flows that prove who began count; without any, severity is low.
 *
 * <p>ATT&amp;CK: a service that answers the outside is what T1190 (Exploit Public-Facing Application) needs; where it is a remote
 * administration port, T1133 (External Remote Services) says it better. An attempt that nobody answers is neither, and scans are
 * another rule's.
 */
final class Findings {

    static final String RULE = "ingress";
    static final long MUCH_OCTETS = 1_000_000;

    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int GRE = 47;
    private static final int ESP = 50;
    private static final int ICMPV6 = 58;
    private static final int SCTP = 132;

    private Findings() {}

    static Finding of(Episode episode, FindingStatus status, FindingEndReason endReason) {
        List<String> evidence = new ArrayList<>(episode.evidence.size());
        episode.evidence.forEach(one -> evidence.add(one.flowId()));
        return Finding.newBuilder()
                .setFindingId(episode.told.findingId)
                .setStatus(status)
                .setRule(RULE)
                .setTitle(titleOf(episode, endReason))
                .setSeverity(severityOf(episode))
                .setConfidence(confidenceOf(episode))
                .setFlowClass(FlowClass.ingress)
                .setClassReason(episode.classReason)
                .setOrientation(episode.orientation)
                .setInitiator(withoutPort(episode.initiator))
                .setResponder(episode.responder)
                .setProtocolIdentifier(episode.protocol)
                .setFirstSeenMicroseconds(episode.firstMicros)
                .setLastSeenMicroseconds(episode.lastMicros)
                .setFlows(episode.flows())
                .setPackets(episode.packets())
                .setLayer2Octets(episode.layer2Octets())
                .setResponderPackets(episode.responderPackets())
                .setResponderOctets(episode.responderOctets())
                .setEvidenceFlowIds(evidence)
                .setAttackTechniques(techniquesOf(episode))
                .setObservationPoint(episode.observationPoint)
                .setEndReason(endReason)
                .setRiskScore(RiskScore.of(severityOf(episode), confidenceOf(episode)))
                .build();
    }

    static Severity severityOf(Episode episode) {
        if (episode.provenExposure != Exposure.ANSWERED) {
            return Severity.low;
        }
        Integer port = episode.responder.getPort();
        boolean sensitive = port != null && ServicePorts.isSensitive(port);
        boolean much = episode.provenResponderOctets() > MUCH_OCTETS;
        if (sensitive) {
            return much ? Severity.critical : Severity.high;
        }
        return much ? Severity.high : Severity.medium;
    }

    private static Confidence confidenceOf(Episode episode) {
        if (episode.provenExposure == null) {
            return Confidence.low;
        }
        return episode.orientation == Orientation.handshake || episode.orientation == Orientation.request
                ? Confidence.high
                : Confidence.medium;
    }

    private static List<String> techniquesOf(Episode episode) {
        Integer port = episode.responder.getPort();
        if (episode.provenExposure != Exposure.ANSWERED || port == null || isIcmp(episode.protocol)) {
            return List.of();
        }
        return List.of(ServicePorts.isRemoteAdmin(port) ? "T1133" : "T1190");
    }

    private static String titleOf(Episode episode, FindingEndReason endReason) {
        String from = episode.initiator.getAddress();
        String to = serviceOf(episode) + " of " + episode.responder.getAddress();
        String what;
        if (episode.provenExposure == null) {
            what = from + " outside and " + to + " exchanged packets; it is not proven who began";
        } else {
            what = switch (episode.provenExposure) {
                case ANSWERED ->
                    from + " from outside reached " + to + ", which answered"
                            + (episode.provenResponderOctets() > MUCH_OCTETS ? " with more than 1 MB" : "");
                case REFUSED -> from + " from outside tried " + to + " and was refused";
                case UNANSWERED -> from + " from outside tried " + to + " and got no answer";
            };
        }
        return endReason == FindingEndReason.lack_of_resources
                ? what + " (closed early: too many open episodes)"
                : what;
    }

    private static String serviceOf(Episode episode) {
        Integer protocol = episode.protocol;
        if (protocol == null) {
            return "IP";
        }
        String name =
                switch (protocol) {
                    case ICMP -> "icmp";
                    case TCP -> "tcp";
                    case UDP -> "udp";
                    case GRE -> "gre";
                    case ESP -> "esp";
                    case ICMPV6 -> "icmpv6";
                    case SCTP -> "sctp";
                    default -> "protocol " + protocol;
                };
        Integer port = episode.responder.getPort();
        return port == null || isIcmp(protocol) ? name : name + "/" + port;
    }

    private static boolean isIcmp(Integer protocol) {
        return protocol != null && (protocol == ICMP || protocol == ICMPV6);
    }

    private static Endpoint withoutPort(Endpoint endpoint) {
        return new Endpoint(endpoint.getAddress(), null, endpoint.getMacAddress(), endpoint.getEntity());
    }
}
