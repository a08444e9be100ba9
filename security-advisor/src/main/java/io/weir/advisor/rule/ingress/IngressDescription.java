package io.weir.advisor.rule.ingress;

import io.weir.schemas.packets.CaptureNames;
import java.util.ArrayList;
import java.util.List;

/** An episode in some sentences for people: what was seen, why it is as bad as it is, how it is known. */
final class IngressDescription {

    private IngressDescription() {}

    static String of(Episode episode) {
        List<String> sentences = new ArrayList<>();
        sentences.add(counts(episode));
        sentences.add(severity(episode));
        sentences.add(proof(episode));
        if (episode.samplingRate() > 1) {
            sentences.add("Seen in samples of 1 in " + episode.samplingRate()
                    + " packets: the counters are what was seen, the measurements estimate what was on the wire ("
                    + episode.estimatedPackets() + " packets, standard error "
                    + Math.round(episode.packetsStandardError()) + "), and what no sample holds may have been there.");
        }
        if (CaptureNames.NETFLOW.equals(episode.observationPoint.getCapture())) {
            sentences.add("It is what the flow records of " + episode.observationPoint.getHost()
                    + " say: control bits and times are those of whole records, not of packets.");
        }
        return String.join(" ", sentences);
    }

    private static String counts(Episode episode) {
        long initiators = episode.initiators.count();
        return count(episode.flows(), "flow") + " from "
                + (initiators == 1
                        ? episode.initiator.getAddress()
                        : (initiators > Initiators.MAX_NAMED ? "about " : "") + initiators + " addresses"
                                + (Findings.isCrowd(episode) ? "" : " of " + episode.sourcePrefix))
                + " to " + Findings.serviceOf(episode) + " of " + episode.responder.getAddress() + ", "
                + count(episode.packets(), "packet") + ", of which " + episode.responderPackets()
                + " from the responder.";
    }

    private static String severity(Episode episode) {
        if (episode.allowedBy != null) {
            return "Permitted by the allow-list's entry " + episode.allowance + ".";
        }
        if (episode.provenExposure == null) {
            return "Not more than low, as nothing proves who began.";
        }
        return switch (episode.provenExposure) {
            case UNANSWERED -> "Low, as the responder is not seen to answer.";
            case REFUSED -> "Low, as the responder refused.";
            case ANSWERED -> answered(episode);
        };
    }

    private static String answered(Episode episode) {
        Integer port = episode.responder.getPort();
        String service = port == null || !ServicePorts.isSensitive(port)
                ? ""
                : ServicePorts.isRemoteAdmin(port)
                        ? " on a port of remote administration"
                        : " on a port of data stores, cluster state or overlays";
        String volume = Findings.sentMuch(episode)
                ? " and sent at least " + episode.leastProvenResponderOctets() + " octets, more than "
                        + Findings.MUCH_OCTETS
                : "";
        String severity = Findings.severityOf(episode).name();
        return Character.toUpperCase(severity.charAt(0)) + severity.substring(1) + ", as the service answered" + service
                + volume + ".";
    }

    private static String proof(Episode episode) {
        return switch (episode.orientation) {
            case handshake -> "A TCP handshake shows who began.";
            case request -> "A request, or the answer to one, shows who began.";
            case reported -> "The exporter says who began.";
            case known_service ->
                "The responder accepted other connections there, so that the initiator is taken to have begun.";
            case service_port ->
                episode.provenExposure == null
                        ? "By its port the responder is taken for the service, and the start was not seen."
                        : "The ports tell who asked: one is that of a service, the other is not.";
            case first_seen -> "The sender of the first packet seen is taken for the initiator.";
            case unknown -> "Nothing tells who began.";
        };
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
