package io.weir.advisor.rule.ingress;

import io.weir.advisor.codec.FieldReader;
import io.weir.advisor.codec.FieldWriter;
import io.weir.advisor.host.DistinctSketch;
import io.weir.advisor.rule.ingress.Episode.Evidence;
import io.weir.advisor.rule.ingress.Episode.Tally;
import io.weir.schemas.Endpoint;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Orientation;
import io.weir.schemas.Severity;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.errors.ProcessorStateException;

/**
 * Bytes of open episodes in the changelog: version octet 3, then the fields in the order below as
 * {@link FieldWriter} writes them; enums as their names, so that their order is free to change. By hand and not Avro, because internal
 * topics have one reader, and a registry that is away must not stop the state.
 */
final class EpisodesBytes {

    private static final byte VERSION = 3;

    private EpisodesBytes() {}

    static void write(FieldWriter to, Episodes episodes) {
        to.octet(VERSION);
        to.number(episodes.list.size());
        episodes.list.forEach(episode -> write(to, episode));
    }

    private static void write(FieldWriter to, Episode episode) {
        write(to, episode.first);
        to.text(episode.sourcePrefix);
        to.text(episode.allowedBy);
        to.text(episode.allowance);
        write(to, episode.initiator);
        write(to, episode.responder);
        to.integer(episode.protocol);
        to.text(episode.classReason);
        ObservationPoint point = episode.observationPoint;
        to.text(point.getHost());
        to.text(point.getInterface$());
        to.text(point.getCapture());
        to.number(point.getSamplingRate());
        to.number(episode.firstMicros);
        to.number(episode.lastMicros);
        to.text(episode.lastObservationPoint);
        to.text(episode.orientation.name());
        to.text(episode.exposure.name());
        to.text(episode.provenExposure == null ? null : episode.provenExposure.name());
        to.number(episode.evidence.size());
        episode.evidence.forEach(evidence -> write(to, evidence));
        to.number(episode.initiators.named.size());
        episode.initiators.named.forEach(one -> {
            to.number(one.firstMicros());
            to.text(one.address());
        });
        to.octets(episode.initiators.all == null ? null : episode.initiators.all.registers());
        to.number(episode.tallies.size());
        episode.tallies.forEach(tally -> write(to, tally));
        to.id(episode.told.findingId);
        to.text(episode.told.severity.name());
        to.number(episode.told.flowDigits);
        to.flag(episode.told.stale);
    }

    private static void write(FieldWriter to, Evidence evidence) {
        to.number(evidence.flowStartMicros());
        to.id(evidence.flowId());
    }

    private static void write(FieldWriter to, Endpoint endpoint) {
        to.text(endpoint.getAddress());
        to.integer(endpoint.getPort());
        to.text(endpoint.getMacAddress());
        to.text(endpoint.getEntity());
    }

    private static void write(FieldWriter to, Tally tally) {
        to.text(tally.observationPoint);
        to.number(tally.newFlows);
        to.number(tally.packets);
        to.number(tally.layer2Octets);
        to.number(tally.responderPackets);
        to.number(tally.responderOctets);
        to.number(tally.provenResponderOctets);
        to.number(tally.provenResponderPackets);
        to.number(tally.samplingRate);
        to.number(tally.estimatedPackets);
        to.number(tally.estimatedLayer2Octets);
        to.number(tally.estimatedProvenResponderOctets);
        to.number(tally.packetsVariance);
    }

    /** @throws ProcessorStateException when they are not what this version writes */
    static Episodes read(byte[] bytes) {
        if (bytes.length == 0 || bytes[0] != VERSION) {
            throw new ProcessorStateException("Open episodes in the state store have format "
                    + (bytes.length == 0 ? "none" : bytes[0]) + ", this version of Weir reads " + VERSION
                    + ": run the version that wrote them, or reset the advisor");
        }
        try {
            FieldReader from = new FieldReader(bytes, 1);
            long size = from.number();
            List<Episode> list = new ArrayList<>();
            for (long i = 0; i < size; i++) {
                list.add(readEpisode(from));
            }
            return new Episodes(list);
        } catch (BufferUnderflowException | IllegalArgumentException | ArithmeticException | NullPointerException e) {
            throw new ProcessorStateException("Open episodes in the state store are damaged: reset the advisor", e);
        }
    }

    private static Episode readEpisode(FieldReader from) {
        Episode episode = new Episode();
        episode.first = readEvidence(from);
        episode.sourcePrefix = from.text();
        episode.allowedBy = from.text();
        episode.allowance = from.text();
        episode.initiator = readEndpoint(from);
        episode.responder = readEndpoint(from);
        episode.protocol = from.integerOrNull();
        episode.classReason = from.text();
        episode.observationPoint = new ObservationPoint(from.text(), from.text(), from.text(), from.integer());
        episode.firstMicros = from.number();
        episode.lastMicros = from.number();
        episode.lastObservationPoint = from.text();
        episode.orientation = Orientation.valueOf(from.text());
        episode.exposure = Exposure.valueOf(from.text());
        String proven = from.text();
        episode.provenExposure = proven == null ? null : Exposure.valueOf(proven);
        for (long left = from.number(); left > 0; left--) {
            episode.evidence.add(readEvidence(from));
        }
        episode.initiators = readInitiators(from);
        for (long left = from.number(); left > 0; left--) {
            episode.tallies.add(readTally(from));
        }
        episode.told.findingId = from.id();
        episode.told.severity = Severity.valueOf(from.text());
        episode.told.flowDigits = from.integer();
        episode.told.stale = from.flag();
        return episode;
    }

    private static Initiators readInitiators(FieldReader from) {
        List<Initiators.Named> named = new ArrayList<>(1);
        for (long left = from.number(); left > 0; left--) {
            named.add(new Initiators.Named(from.number(), from.text()));
        }
        byte[] all = from.octets();
        return new Initiators(named, all == null ? null : new DistinctSketch(all));
    }

    private static Evidence readEvidence(FieldReader from) {
        return new Evidence(from.number(), from.id());
    }

    private static Endpoint readEndpoint(FieldReader from) {
        return new Endpoint(from.text(), from.integerOrNull(), from.text(), from.text());
    }

    private static Tally readTally(FieldReader from) {
        Tally tally = new Tally(from.text());
        tally.newFlows = from.number();
        tally.packets = from.number();
        tally.layer2Octets = from.number();
        tally.responderPackets = from.number();
        tally.responderOctets = from.number();
        tally.provenResponderOctets = from.number();
        tally.provenResponderPackets = from.number();
        tally.samplingRate = from.integer();
        tally.estimatedPackets = from.number();
        tally.estimatedLayer2Octets = from.number();
        tally.estimatedProvenResponderOctets = from.number();
        tally.packetsVariance = from.number();
        return tally;
    }
}
