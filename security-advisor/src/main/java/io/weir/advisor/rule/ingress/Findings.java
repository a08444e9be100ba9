package io.weir.advisor.rule.ingress;

import io.weir.advisor.finding.RiskScore;
import io.weir.schemas.Confidence;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingEndReason;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Measurement;
import io.weir.schemas.Orientation;
import io.weir.schemas.Severity;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells an episode as a {@link Finding}.
 *
 * <p>Severity is what the outside can reach: low while nobody answers or the connection is refused, medium when the service answers,
 * high when it answers on a port of remote administration or of a data store, and one step more once the responder sent more than
 * {@value #MUCH_OCTETS} octets. Only flows that prove who began count; without any, severity is low. Of samples, an estimate counts less two
 * standard errors. What an entry of the allow-list permits is informational.
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
                .setDescription(IngressDescription.of(episode))
                .setSeverity(severityOf(episode))
                .setConfidence(confidenceOf(episode))
                .setFlowClass(FlowClass.ingress)
                .setClassReason(episode.classReason)
                .setOrientation(episode.orientation)
                .setInitiator(initiatorOf(episode))
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
                .setMeasurements(measurementsOf(episode))
                .setPeers(peersOf(episode))
                .setAllowedBy(episode.allowedBy)
                .build();
    }

    static Severity severityOf(Episode episode) {
        if (episode.allowedBy != null) {
            return Severity.informational;
        }
        if (episode.provenExposure != Exposure.ANSWERED) {
            return Severity.low;
        }
        Integer port = episode.responder.getPort();
        boolean sensitive = port != null && ServicePorts.isSensitive(port);
        boolean much = sentMuch(episode);
        if (sensitive) {
            return much ? Severity.critical : Severity.high;
        }
        return much ? Severity.high : Severity.medium;
    }

    static boolean sentMuch(Episode episode) {
        return episode.leastProvenResponderOctets() > MUCH_OCTETS;
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
        boolean isPermitted = episode.allowedBy != null;
        if (isPermitted || episode.provenExposure != Exposure.ANSWERED || port == null || isIcmp(episode.protocol)) {
            return List.of();
        }
        return List.of(ServicePorts.isRemoteAdmin(port) ? "T1133" : "T1190");
    }

    /** The numbers that decided; of samples the estimates, too. */
    private static List<Measurement> measurementsOf(Episode episode) {
        List<Measurement> all = new ArrayList<>();
        boolean sampled = episode.samplingRate() > 1;
        // What is not proven decides nothing and stands in the finding's own counters.
        all.add(new Measurement(
                sampled ? "leastResponderOctets" : "responderOctets",
                (double) episode.leastProvenResponderOctets(),
                (double) MUCH_OCTETS,
                "octets"));
        all.add(new Measurement("initiators", (double) episode.initiators.count(), null, ""));
        if (sampled) {
            all.add(new Measurement("samplingRate", (double) episode.samplingRate(), null, ""));
            all.add(new Measurement(
                    "estimatedResponderOctets", (double) episode.estimatedProvenResponderOctets(), null, "octets"));
            all.add(new Measurement("estimatedPackets", (double) episode.estimatedPackets(), null, "packets"));
            all.add(new Measurement("packetsStandardError", episode.packetsStandardError(), null, "packets"));
            all.add(new Measurement("estimatedLayer2Octets", (double) episode.estimatedLayer2Octets(), null, "octets"));
        }
        return all;
    }

    private static List<String> peersOf(Episode episode) {
        return episode.initiators.count() == 1
                ? List.of()
                : episode.initiators.named.stream()
                        .map(Initiators.Named::address)
                        .toList();
    }

    private static String titleOf(Episode episode, FindingEndReason endReason) {
        String from = fromOf(episode);
        String to = serviceOf(episode) + " of " + episode.responder.getAddress();
        String what;
        if (episode.provenExposure == null) {
            what = from + " outside and " + to + " exchanged packets; it is not proven who began";
        } else {
            what = switch (episode.provenExposure) {
                case ANSWERED ->
                    from + " from outside reached " + to + ", which answered"
                            + (sentMuch(episode) ? " with more than 1 MB" : "");
                case REFUSED -> from + " from outside tried " + to + " and was refused";
                case UNANSWERED ->
                    from + " from outside tried " + to
                            + (episode.samplingRate() > 1 ? "; the samples hold no answer" : " and got no answer");
            };
        }
        String permitted = episode.allowedBy == null ? "" : "; allowed by " + episode.allowedBy;
        String early = endReason == FindingEndReason.lack_of_resources ? " (closed early: too many open episodes)" : "";
        return what + permitted + early;
    }

    /** The initiator, or what all initiators have in common. */
    private static String fromOf(Episode episode) {
        if (episode.initiators.count() == 1) {
            return episode.initiator.getAddress();
        }
        return isCrowd(episode) ? "many addresses" : "several of " + episode.sourcePrefix;
    }

    /** True when nothing but the service tells what the initiators have in common. */
    static boolean isCrowd(Episode episode) {
        return episode.sourcePrefix.endsWith("/0");
    }

    static String serviceOf(Episode episode) {
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

    private static Endpoint initiatorOf(Episode episode) {
        return episode.initiators.count() == 1
                ? new Endpoint(
                        episode.initiator.getAddress(),
                        null,
                        episode.initiator.getMacAddress(),
                        episode.initiator.getEntity())
                : new Endpoint(null, null, null, episode.sourcePrefix);
    }
}
