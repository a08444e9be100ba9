package io.weir.advisor.host;

import io.weir.schemas.Confidence;
import io.weir.schemas.Finding;
import io.weir.schemas.FlowClass;
import io.weir.schemas.serde.Avro;
import io.weir.schemas.serde.AvroBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.streams.errors.ProcessorStateException;

/** What rows of the table of hosts hold, as it is written and read. What changes often, a contact, is a row of its own. */
final class HostRows {

    /** First octet of every key. */
    static final byte FORMAT = 2;

    static final byte HOST = 1;
    static final byte CONTACT = 2;
    static final byte SERVICE = 3;
    static final byte KNOWN = 4;
    static final byte VOLUMES = 5;
    static final byte USUAL = 6;
    static final byte NETWORK = 7;
    static final byte DOMAIN = 8;
    static final byte FINDING = 9;

    private static final byte[] NO_PREFIX = {};
    private static final FlowClass[] CLASSES = FlowClass.values();
    private static final Confidence[] CONFIDENCES = Confidence.values();

    private static final SpecificDatumWriter<Finding> WRITER = Avro.writer(Finding.getClassSchema());
    private static final SpecificDatumReader<Finding> READER =
            Avro.reader(Finding.getClassSchema(), Finding.getClassSchema());

    private HostRows() {}

    /** Of what is rarer than contacts, beside the thing itself. */
    private abstract static class RowOfHost extends EvidenceRow {

        final Host host;
        private final byte kind;

        RowOfHost(Host host, byte kind) {
            this.host = host;
            this.kind = kind;
        }

        @Override
        final Host owner() {
            return host;
        }

        @Override
        final byte kind() {
            return kind;
        }
    }

    /** What is neither counted nor found. The time of its latest packet is that of its contacts and services. */
    static void write(Host host, EvidenceOutput out) {
        out.flag(host.isInside);
        out.number(host.firstMicros);
        out.number(host.forgottenContacts);
        out.number(host.forgottenServices);
    }

    static void read(EvidenceInput in, Host host) {
        host.isInside = in.flag();
        host.firstMicros = in.number();
        host.forgottenContacts = in.number();
        host.forgottenServices = in.number();
    }

    /** Names of one domain in one hour. */
    static final class DomainRow extends RowOfHost {

        private final DomainView domain;

        DomainRow(Host host, DomainView domain) {
            super(host, DOMAIN);
            this.domain = domain;
        }

        @Override
        void writeKey(EvidenceOutput out) {
            out.text(domain.domain());
            out.number(domain.hour());
        }

        @Override
        void write(EvidenceOutput out) {
            out.octets(domain.names.registers());
            out.number(domain.queries);
            out.number(domain.namedFlows);
            out.number(domain.nameLengths);
            out.number(domain.longestName);
            out.number(domain.carryingTypes);
            out.number(domain.noSuchName);
            out.bits(Double.doubleToLongBits(domain.entropySum));
            out.number(domain.firstMicros);
            out.number(domain.lastMicros);
        }

        static DomainView read(EvidenceInput in, EvidenceInput key) {
            DomainView domain = new DomainView(key.text(), key.number());
            fill(domain.names, in.octets());
            domain.queries = in.number();
            domain.namedFlows = in.number();
            domain.nameLengths = in.number();
            domain.longestName = in.integer();
            domain.carryingTypes = in.number();
            domain.noSuchName = in.number();
            domain.entropySum = Double.longBitsToDouble(in.bits());
            domain.firstMicros = in.number();
            domain.lastMicros = in.number();
            return domain;
        }
    }

    /** One finding. */
    static final class FindingRow extends RowOfHost {

        private final OpenFinding finding;

        FindingRow(Host host, OpenFinding finding) {
            super(host, FINDING);
            this.finding = finding;
        }

        @Override
        void writeKey(EvidenceOutput out) {
            out.text(finding.key());
        }

        @Override
        void write(EvidenceOutput out) {
            out.octets(octetsOf(finding.told()));
            out.octets(finding.untold() == null ? null : octetsOf(finding.untold()));
            out.bits(Double.doubleToLongBits(finding.magnitude()));
            out.bits(finding.afterMicros());
        }

        static OpenFinding read(EvidenceInput in, EvidenceInput key) {
            Finding told = findingOf(in.octets());
            byte[] untold = in.octets();
            OpenFinding finding = new OpenFinding(key.text(), told, Double.longBitsToDouble(in.bits()), in.bits());
            if (untold != null) {
                finding.keep(findingOf(untold));
            }
            return finding;
        }

        private static byte[] octetsOf(Finding finding) {
            return AvroBytes.encode(NO_PREFIX, out -> WRITER.write(finding, out));
        }

        private static Finding findingOf(byte[] octets) {
            try {
                return READER.read(null, AvroBytes.decoder(octets, 0));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static void writeKey(Contact.Key key, EvidenceOutput out) {
        out.host(key.peer());
        out.number(key.protocol());
        out.number(key.port());
    }

    static void write(Contact contact, EvidenceOutput out) {
        out.number(contact.flowClass.ordinal());
        out.number(contact.confidence.ordinal());
        out.number(contact.outcome.ordinal());
        out.text(contact.application);
        out.flag(contact.isApplicationFromPayload);
        out.text(contact.serverName);
        out.number(View.count(contact.first));
        for (PointView view = contact.first; view != null; view = view.next) {
            out.text(view.point);
            out.number(view.flowCount);
            out.number(view.packetsOut);
            out.number(view.octetsOut);
            out.number(view.packetsIn);
            out.number(view.octetsIn);
            out.number(view.firstMicros);
            out.number(view.lastMicros);
            out.number(view.samplingRate);
            write(view.flows, out);
        }
    }

    private static void write(RecentFlows flows, EvidenceOutput out) {
        out.number(flows.size());
        long before = 0;
        for (int i = 0; i < flows.size(); i++) {
            out.bits(flows.word(i, 0));
            out.bits(flows.word(i, 1));
            out.number(flows.startMicros(i) - before);
            before = flows.startMicros(i);
            out.bits(flows.word(i, 3));
            out.number(flows.octetsOut(i));
            out.number(flows.octetsIn(i));
        }
    }

    static Contact readContact(EvidenceInput in, Host host, EvidenceInput key) {
        Contact contact = new Contact(host, new Contact.Key(key.host(), key.integer(), key.integer()));
        contact.flowClass = CLASSES[in.integer()];
        contact.confidence = CONFIDENCES[in.integer()];
        contact.outcome = Outcome.of(in.integer());
        contact.application = in.text();
        contact.isApplicationFromPayload = in.flag();
        contact.serverName = in.text();
        for (long left = in.number(); left > 0; left--) {
            PointView view = contact.addView(in.text().intern());
            view.flowCount = in.number();
            view.packetsOut = in.number();
            view.octetsOut = in.number();
            view.packetsIn = in.number();
            view.octetsIn = in.number();
            view.firstMicros = in.number();
            view.lastMicros = in.number();
            view.samplingRate = in.integer();
            readFlows(in, view.flows);
        }
        contact.restored();
        return contact;
    }

    private static void readFlows(EvidenceInput in, RecentFlows flows) {
        long[] words = new long[RecentFlows.words()];
        for (long left = in.number(); left > 0; left--) {
            words[0] = in.bits();
            words[1] = in.bits();
            words[2] += in.number();
            words[3] = in.bits();
            words[4] = in.number() << 32 | in.number();
            flows.restore(words);
        }
    }

    static void writeKey(ServedPort.Key key, EvidenceOutput out) {
        out.number(key.protocol());
        out.number(key.port());
    }

    static void write(ServedPort service, EvidenceOutput out) {
        out.hostOrNull(service.outsider);
        out.flag(service.outsiderAnswered);
        out.number(service.outsiderMicros);
        out.number(service.lastOutsiderMicros);
        out.flag(service.answered);
        out.number(service.confidence.ordinal());
        out.text(service.application);
        out.flag(service.isApplicationFromPayload);
        out.number(service.evidenceStart());
        out.bits(service.evidenceHigh);
        out.bits(service.evidenceLow);
        out.number(View.count(service.first));
        for (ServiceView view = service.first; view != null; view = view.next) {
            out.text(view.point);
            out.number(view.flowCount);
            out.number(view.allPacketsIn);
            out.number(view.firstMicros);
            out.number(view.lastMicros);
            out.number(view.samplingRate);
            out.number(view.initiators.since());
            out.octets(view.initiators.registers());
            out.octets(view.initiators.earlierRegisters());
            out.number(view.size());
            for (int i = 0; i < view.size() * ServiceView.LONGS; i++) {
                out.number(view.words()[i]);
            }
        }
    }

    static ServedPort readService(EvidenceInput in, Host host, EvidenceInput key) {
        ServedPort service = new ServedPort(host, new ServedPort.Key(key.integer(), key.integer()));
        service.outsider = in.hostOrNull();
        service.outsiderAnswered = in.flag();
        service.outsiderMicros = in.number();
        service.lastOutsiderMicros = in.number();
        service.answered = in.flag();
        service.confidence = CONFIDENCES[in.integer()];
        service.application = in.text();
        service.isApplicationFromPayload = in.flag();
        service.restoreEvidence(in.number(), in.bits(), in.bits());
        for (long left = in.number(); left > 0; left--) {
            ServiceView view = service.addView(in.text().intern());
            view.flowCount = in.number();
            view.allPacketsIn = in.number();
            view.firstMicros = in.number();
            view.lastMicros = in.number();
            view.samplingRate = in.integer();
            view.initiators.restore(in.number(), in.octets(), in.octets());
            int size = in.integer();
            long[] words = new long[size * ServiceView.LONGS];
            for (int i = 0; i < words.length; i++) {
                words[i] = in.number();
            }
            view.restore(words);
        }
        return service;
    }

    /** Whom the host knows. */
    static final class KnownRow extends RowOfHost {

        KnownRow(Host host) {
            super(host, KNOWN);
        }

        @Override
        void write(EvidenceOutput out) {
            host.known().forEach((hash, firstMicros, lastMicros) -> {
                out.bits(hash);
                out.number(firstMicros);
                out.number(lastMicros - firstMicros);
            });
        }

        static void read(EvidenceInput in, KnownPeers known) {
            while (!in.isAtEnd()) {
                long hash = in.bits();
                long first = in.number();
                known.add(hash, first, first + in.number());
            }
        }
    }

    /** What the host sends outside in the hour that is not over. */
    static final class VolumesRow extends RowOfHost {

        VolumesRow(Host host) {
            super(host, VOLUMES);
        }

        @Override
        void write(EvidenceOutput out) {
            out.text(host.volumes().point);
            out.number(host.volumes().currentHour);
            out.number(host.volumes().current);
        }

        static void read(EvidenceInput in, EgressVolumes volumes) {
            volumes.point = in.text();
            volumes.currentHour = in.number();
            volumes.current = in.number();
        }
    }

    /** What the host usually sends outside, by hour of the day. */
    static final class UsualRow extends RowOfHost {

        UsualRow(Host host) {
            super(host, USUAL);
        }

        @Override
        void write(EvidenceOutput out) {
            EgressVolumes volumes = host.volumes();
            volumes.usual.write(out);
        }

        static void read(EvidenceInput in, EgressVolumes volumes) {
            volumes.usual = UsualVolumes.read(in);
        }
    }

    /** What the host sent to one network outside. */
    static final class NetworkRow extends RowOfHost {

        private final EgressVolumes.Network network;

        NetworkRow(Host host, EgressVolumes.Network network) {
            super(host, NETWORK);
            this.network = network;
        }

        @Override
        void writeKey(EvidenceOutput out) {
            out.host(network.key());
        }

        @Override
        void write(EvidenceOutput out) {
            network.hours.forEach(hour -> {
                out.number(hour.hour);
                out.number(hour.octetsOut);
                out.number(hour.octetsIn);
            });
        }

        static EgressVolumes.Network read(EvidenceInput in, EvidenceInput key) {
            EgressVolumes.Network network = new EgressVolumes.Network(key.host());
            while (!in.isAtEnd()) {
                EgressVolumes.Hour hour = new EgressVolumes.Hour(in.number());
                hour.octetsOut = in.number();
                hour.octetsIn = in.number();
                network.hours.add(hour);
            }
            return network;
        }
    }

    private static void fill(DistinctSketch sketch, byte[] registers) {
        System.arraycopy(registers, 0, sketch.registers(), 0, sketch.registers().length);
    }

    static ProcessorStateException damaged(Exception cause) {
        return new ProcessorStateException(
                "a row of the advisor's table of hosts is damaged, or of another version: reset the advisor", cause);
    }
}
