package io.weir.topology.datagram;

import io.weir.decoding.packet.PacketHeaders;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.CaptureNames;
import io.weir.schemas.packets.ReportedForwarding;
import io.weir.topology.netflow.DataRecord;
import io.weir.topology.netflow.ExportSequence;
import io.weir.topology.netflow.Exporter;
import io.weir.topology.netflow.GiveUpReason;
import io.weir.topology.netflow.MessageHead;
import io.weir.topology.netflow.NetflowDecoder;
import io.weir.topology.netflow.NetflowLimits;
import io.weir.topology.netflow.NetflowListener;
import io.weir.topology.netflow.NetflowProblem;
import io.weir.topology.netflow.OptionsRecord;
import io.weir.topology.netflow.PendingSet;
import io.weir.topology.netflow.PendingSets;
import io.weir.topology.netflow.RecordField;
import io.weir.topology.netflow.SamplingRate;
import io.weir.topology.netflow.Template;
import io.weir.topology.netflow.TemplateChange;
import io.weir.topology.netflow.Templates;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/** Takes datagrams of NetFlow and IPFIX: what records tell of packets becomes summaries, what they tell of drops drops, numbers that are missing losses. Pure: no Kafka in here. */
final class NetflowIntake implements DatagramIntake, NetflowListener {

    private static final long SECOND_NANOS = 1_000_000_000L;

    /** An exporter's clock that has gone back by more was set. */
    private static final long CLOCK_SET_NANOS = 10 * SECOND_NANOS;

    private static final int V5_SEQUENCE = 16;
    private static final int V5_ENGINE = 20;
    private static final int V9_SEQUENCE = 12;
    private static final int V9_SOURCE = 16;
    private static final int IPFIX_SEQUENCE = 8;
    private static final int IPFIX_DOMAIN = 12;

    /** Of the shortest header, IPFIX; those of the others are looked for where they are. */
    private static final int MIN_HEAD_OCTETS = 16;

    private static final int LINKTYPE_ETHERNET = 1;
    private static final int LINKTYPE_RAW = 101;
    private static final int LINKTYPE_IEEE802_11 = 105;

    /** dataLinkFrameType 408 of a frame of IEEE 802.11. */
    private static final int FRAME_TYPE_WLAN = 2;

    /** Records of one datagram that are told as drops: as many as there are where each has 16 octets or more. */
    static final int MAX_DROPS = 4_096;

    private static final int EGRESS = 1;
    private static final int IPV4_TOTAL_LENGTH = 2;
    private static final int IPV6_PAYLOAD_LENGTH = 4;
    private static final int IPV6_HEADER_OCTETS = 40;

    private final NetflowTable table;
    private final SampledPackets sampled;
    private final RecordedPackets recorded;
    private final DropRecords drops;
    private final DatagramLosses losses;
    private final DecoderMetrics.Task counts;
    private final Supplier<String> place;
    private final Consumer<PointRow> ender;
    private final long delayNanos;
    private final NetflowDecoder decoder;
    private final SamplingRate rate = new SamplingRate();
    private final CRC32C checksum = new CRC32C();
    private final ReportedForwarding forwarding = new ReportedForwarding();

    private DatagramSender sender;
    private Exporter exporter;
    private DomainRow domain;
    private ByteBuffer buffer;
    private String collectorSession;
    private long timeNanos;

    /** When the message was sent, by the exporter's clock, epoch nanoseconds. */
    private long exportedNanos;

    /** New points that this datagram has shown. */
    private int points;

    /** Records of this datagram that tell of drops. */
    private int dropRecords;

    /** Nothing of the datagram was read. */
    private boolean unread;

    /** Its head was read, so that its domain is known. */
    private boolean begun;

    /** It was counted: one datagram may hold several messages. */
    private boolean counted;

    /** What was said of its first drop that is not told; null for none. */
    private String refusedDrop;

    /**
     * @param ender ends the session of a point
     * @param delayNanos how long after a packet the record that tells of it may come
     * @param place of the datagram that is taken: topic, partition and offset
     */
    NetflowIntake(
            NetflowTable table,
            SampledPackets sampled,
            RecordedPackets recorded,
            DropRecords drops,
            DatagramLosses losses,
            DecoderMetrics.Task counts,
            Supplier<String> place,
            Consumer<PointRow> ender,
            long delayNanos) {
        this.table = table;
        this.sampled = sampled;
        this.recorded = recorded;
        this.drops = drops;
        this.losses = losses;
        this.counts = counts;
        this.place = place;
        this.ender = ender;
        this.delayNanos = delayNanos;
        NetflowLimits limits = NetflowLimits.defaults();
        Templates templates = new Templates(limits);
        PendingSets pending = new PendingSets(limits);
        table.restoreTo(templates, pending);
        decoder = new NetflowDecoder(limits, templates, pending);
        for (OptionsRecord said : table.optionsRecords()) {
            decoder.restore(said);
        }
    }

    @Override
    public void take(ByteBuffer payload, DatagramSender from, String session, long receiveNanos) {
        if (!from.equals(sender)) {
            sender = from;
            exporter = new Exporter(from.addressHigh(), from.addressLow(), from.ipVersion(), from.port());
        }
        buffer = payload;
        collectorSession = session;
        timeNanos = receiveNanos;
        unread = true;
        begun = false;
        counted = false;
        refusedDrop = null;
        points = 0;
        dropRecords = 0;
        recorded.beginDatagram();
        if (isRepeated(payload)) {
            counts.duplicate();
            domain.totals.datagram(receiveNanos);
            domain.totals.duplicateDatagrams++;
            domain.lastNanos = Math.max(domain.lastNanos, receiveNanos);
            return;
        }
        decoder.decode(payload, payload.position(), payload.remaining(), exporter, receiveNanos, this);
    }

    /** Whether the same octets have come before; what is too short for a header is not. */
    private boolean isRepeated(ByteBuffer payload) {
        int at = payload.position();
        int octets = payload.remaining();
        int version = octets < MIN_HEAD_OCTETS ? 0 : payload.getShort(at) & 0xffff;
        boolean whole = version == NetflowDecoder.IPFIX
                || (version == NetflowDecoder.V9 && octets >= V9_SOURCE + Integer.BYTES)
                || (version == NetflowDecoder.V5 && octets >= V5_ENGINE + Short.BYTES);
        if (!whole) {
            return false;
        }
        int number;
        int sequence;
        switch (version) {
            case NetflowDecoder.V5 -> {
                number = payload.getShort(at + V5_ENGINE) & 0xffff;
                sequence = payload.getInt(at + V5_SEQUENCE);
            }
            case NetflowDecoder.V9 -> {
                number = payload.getInt(at + V9_SOURCE);
                sequence = payload.getInt(at + V9_SEQUENCE);
            }
            default -> {
                number = payload.getInt(at + IPFIX_DOMAIN);
                sequence = payload.getInt(at + IPFIX_SEQUENCE);
            }
        }
        checksum.reset();
        checksum.update(payload.slice());
        long fingerprint = ((long) sequence << Integer.SIZE) | checksum.getValue();
        DomainRow row = domain(version, number);
        table.changed(row);
        return row.isRepeated(fingerprint);
    }

    private DomainRow domain(int version, int number) {
        Exporter identity = decoder.templates().isSplit(exporter) ? exporter : exporter.withoutPort();
        if (domain == null
                || domain.isRemoved()
                || domain.key.version() != version
                || domain.key.domain() != number
                || !domain.key.exporter().equals(identity)) {
            domain = table.domain(identity, version, number);
        }
        return domain;
    }

    @Override
    public void advance(long untilNanos) {
        timeNanos = untilNanos;
        decoder.expire(untilNanos, this);
    }

    @Override
    public void onMessage(MessageHead head) {
        unread = false;
        begun = true;
        exportedNanos = head.exportedNanos();
        domain = domain(head.version, head.domain);
        if (domain.lossSinceNanos == Long.MIN_VALUE) {
            domain.lossSinceNanos = timeNanos;
        }
        domain.lastNanos = Math.max(domain.lastNanos, timeNanos);
        if (!counted) {
            counted = true;
            domain.totals.datagram(timeNanos);
        }
        domain.clock(head.exportNanos - timeNanos);
        table.changed(domain);
    }

    @Override
    public void onDataRecord(DataRecord record) {
        domain.totals.flows++;
        if (isPacket(record)) {
            counts.record(DecoderMetrics.RecordKind.PACKET);
            int layer2Octets = addPacket(record);
            if (tellsDrops(record)) {
                drops.addPacket(observationPoint(record), record, sampled.headers(), layer2Octets, timeNanos);
            }
            return;
        }
        RecordedPackets.Outcome outcome = recorded.look(record);
        counts.record(
                switch (outcome) {
                    case FLOW -> DecoderMetrics.RecordKind.FLOW;
                    case EVENT -> DecoderMetrics.RecordKind.EVENT;
                    case OTHER -> DecoderMetrics.RecordKind.OTHER;
                    case IMPLAUSIBLE -> DecoderMetrics.RecordKind.IMPLAUSIBLE;
                });
        if (outcome == RecordedPackets.Outcome.FLOW) {
            recorded.add(point(record), record);
        } else if (outcome == RecordedPackets.Outcome.IMPLAUSIBLE) {
            domain.totals.implausible++;
            String at = place.get();
            lose(
                    LossReason.implausible_record,
                    1,
                    DatagramLosses.Unit.FLOW_RECORDS,
                    at,
                    "A flow record of " + domain.host + " at " + at
                            + " counts more than a link can have carried: packets "
                            + Long.toUnsignedString(record.get(RecordField.PACKETS)) + ", octets "
                            + Long.toUnsignedString(record.get(RecordField.OCTETS)));
            return;
        }
        if (tellsDrops(record)) {
            PacketHeaders headers = RecordedPackets.isPlaced(record) ? recorded.describe(record) : null;
            drops.add(observationPoint(record), record, headers, timeNanos);
        }
    }

    /** Whether the record is to be told as a drop. */
    private boolean tellsDrops(DataRecord record) {
        if (!DropRecords.tells(record)) {
            return false;
        }
        boolean plausible = DropRecords.isPlausible(record);
        if (plausible && dropRecords++ < MAX_DROPS) {
            return true;
        }
        if (refusedDrop == null) {
            String at = place.get();
            String what = plausible
                    ? "More than " + MAX_DROPS + " records of " + domain.host + " in the datagram at " + at
                            + " tell of dropped packets"
                    : "A flow record of " + domain.host + " at " + at
                            + " counts more dropped packets than a link can have carried: "
                            + DropRecords.counts(record);
            refusedDrop = what + ". What it says of packets is counted as a flow, what it says of drops is not told";
        }
        lose(LossReason.implausible_record, 1, DatagramLosses.Unit.FLOW_RECORDS, domain.host, refusedDrop);
        return false;
    }

    /** Whether the record is of one packet, and shows how it begins (RFC 5476); one that counts several is a flow with a header for example. */
    private static boolean isPacket(DataRecord record) {
        return record.get(RecordField.PACKETS) <= 1
                && record.get(RecordField.TOTAL_PACKETS) <= 1
                && (record.has(RecordField.FRAME_SECTION) || record.has(RecordField.IP_HEADER_SECTION))
                && record.get(RecordField.SECTION_OFFSET) <= 0;
    }

    /** Counts the packet; answers the octets of its frame. */
    private int addPacket(DataRecord record) {
        boolean isFrame = record.has(RecordField.FRAME_SECTION);
        RecordField section = isFrame ? RecordField.FRAME_SECTION : RecordField.IP_HEADER_SECTION;
        int position = record.sectionPosition(section);
        int octets = record.sectionOctets(section);
        int linkType = !isFrame
                ? LINKTYPE_RAW
                : record.get(RecordField.FRAME_TYPE) == FRAME_TYPE_WLAN ? LINKTYPE_IEEE802_11 : LINKTYPE_ETHERNET;
        long told = isFrame ? record.get(RecordField.FRAME_OCTETS) : ipOctets(record.buffer(), position, octets);
        int layer2Octets = (int) Math.min(Math.max(told, octets), Integer.MAX_VALUE);
        long vlan = record.get(record.has(RecordField.DOT1Q_VLAN) ? RecordField.DOT1Q_VLAN : RecordField.VLAN);
        RecordForwarding.read(record, forwarding);
        sampled.add(
                point(record),
                record.buffer(),
                position,
                octets,
                layer2Octets,
                linkType,
                (int) Math.min(vlan, Integer.MAX_VALUE),
                record.firstNanos,
                forwarding);
        return layer2Octets;
    }

    /** As the header says; what it is not long enough for is 0. */
    private static long ipOctets(ByteBuffer buffer, int position, int octets) {
        if (octets < IPV6_PAYLOAD_LENGTH + Short.BYTES) {
            return 0;
        }
        return switch (buffer.get(position) >>> 4 & 0xf) {
            case 4 -> buffer.getShort(position + IPV4_TOTAL_LENGTH) & 0xffff;
            case 6 -> IPV6_HEADER_OCTETS + (buffer.getShort(position + IPV6_PAYLOAD_LENGTH) & 0xffff);
            default -> 0;
        };
    }

    /** Of a point that is new: one datagram may show several for the first time, and a point may begin anew within it. */
    private String sessionId() {
        return place.get() + "|" + points++;
    }

    /** Where the packets of a record were seen: at the interface that they went out by where the record says so, else at the one that they came in by. */
    private PointRow point(DataRecord record) {
        int samplingRate = samplingRate(record);
        int index = interfaceIndex(record);
        PointRow row = domain.point(index, samplingRate);
        if (row == null) {
            row = table.point(
                    new ObservationPoint(domain.host, interfaceName(index), CaptureNames.NETFLOW, samplingRate),
                    this::sessionId);
            domain.remember(index, samplingRate, row);
        }
        if (exportedNanos - delayNanos + CLOCK_SET_NANOS < row.watermarkNanos) {
            // Its clock was set back: what is open there is given, and time begins anew.
            ender.accept(row);
            row = table.point(row.point, this::sessionId);
            domain.remember(index, samplingRate, row);
        }
        row.collectorSession = collectorSession;
        row.delayNanos = delayNanos + timeNanos - exportedNanos;
        row.watermarkNanos = Math.max(row.watermarkNanos, exportedNanos - delayNanos);
        return row;
    }

    private int samplingRate(DataRecord record) {
        decoder.options(exporter).sampling().rateOf(record, rate);
        if (!Double.isNaN(rate.packetsPerSample)) {
            domain.sampled(rate.packetsPerSample);
        }
        // Where nothing tells of sampling what was seen is all that can be said.
        return Double.isNaN(rate.packetsPerSample)
                ? 1
                : (int) Math.min(Math.max(Math.round(rate.packetsPerSample), 1), Integer.MAX_VALUE);
    }

    private static int interfaceIndex(DataRecord record) {
        boolean egress = record.get(RecordField.DIRECTION) == EGRESS && record.has(RecordField.EGRESS_INTERFACE);
        long known = record.get(egress ? RecordField.EGRESS_INTERFACE : RecordField.INGRESS_INTERFACE);
        // 0 is no interface: it says that the exporter does not know.
        return known <= 0 ? 0 : (int) known;
    }

    /** The same as of {@link #point}, also for records that count no packets, for which the meter need not wait. */
    private ObservationPoint observationPoint(DataRecord record) {
        return new ObservationPoint(
                domain.host, interfaceName(interfaceIndex(record)), CaptureNames.NETFLOW, samplingRate(record));
    }

    /** Tasks are by domain, and so are points: numbers of interfaces may mean others in another domain. */
    private String interfaceName(int index) {
        String name = index == 0 ? "" : Integer.toUnsignedString(index);
        return domain.key.domain() == 0 ? name : Integer.toUnsignedString(domain.key.domain()) + ":" + name;
    }

    @Override
    public void onOptionsRecord(DataRecord record) {
        counts.record(DecoderMetrics.RecordKind.OPTIONS);
        domain.totals.others++;
        table.keepOptions(record);
    }

    @Override
    public void onTemplate(Template template, TemplateChange change) {
        counts.template(change);
        if (change.isPresent()) {
            table.keep(template);
        } else {
            table.forget(template);
        }
    }

    @Override
    public void onSetHeld(PendingSet set) {
        table.keep(set);
    }

    @Override
    public void onSetReleased(PendingSet set) {
        table.forget(set);
    }

    @Override
    public void onLateSet(PendingSet set) {
        // Its records follow.
    }

    @Override
    public void onSetGivenUp(PendingSet set, GiveUpReason reason) {
        table.forget(set);
        DomainRow of = table.domainOf(set);
        if (of != null) {
            of.totals.givenUpSets++;
            table.changed(of);
        }
        String host = DomainRow.host(set.exporter());
        losses.add(
                host,
                CaptureNames.NETFLOW,
                LossReason.missing_template,
                1,
                DatagramLosses.Unit.SETS,
                host + "|" + Integer.toUnsignedString(set.head().domain),
                set.head().receiveNanos,
                set.head().receiveNanos,
                "Records of " + host + ", domain " + Integer.toUnsignedString(set.head().domain)
                        + ", wait for template " + set.templateId() + ": "
                        + (reason == GiveUpReason.TEMPLATE_NEVER_CAME
                                ? "it did not come in time. Let the exporter send its templates more often"
                                : "too many wait"));
    }

    @Override
    public void onProblem(MessageHead head, NetflowProblem problem, int position, int octets) {
        counts.problem(problem);
        if (begun && problem != NetflowProblem.CLOCK_SKEW) {
            domain.totals.problems += problem == NetflowProblem.FURTHER_PROBLEMS ? octets : 1;
        }
        if (unread) {
            unread = false;
            String at = place.get();
            losses.add(
                    sender.address(),
                    CaptureNames.NETFLOW,
                    LossReason.malformed_datagram,
                    1,
                    DatagramLosses.Unit.DATAGRAMS,
                    at,
                    timeNanos,
                    timeNanos,
                    "A datagram of " + sender.address() + " at " + at + " cannot be read: " + problem.code()
                            + " at octet " + (position - buffer.position()));
        } else if (octets > 0 && domain != null) {
            boolean further = problem == NetflowProblem.FURTHER_PROBLEMS;
            String at = place.get();
            lose(
                    LossReason.malformed_set,
                    further ? octets : 1,
                    DatagramLosses.Unit.SETS,
                    at,
                    "A set of " + domain.host + " in the datagram at " + at + " cannot be read in full: "
                            + problem.code() + (further ? "" : ", " + octets + " octets are not used"));
        }
    }

    private void lose(LossReason reason, long count, DatagramLosses.Unit unit, String source, String message) {
        losses.add(domain.host, CaptureNames.NETFLOW, reason, count, unit, source, timeNanos, timeNanos, message);
    }

    @Override
    public void onMessageEnd(MessageHead head) {
        ExportSequence sequence = domain.sequence;
        ExportSequence.Verdict verdict = sequence.observe(head);
        counts.message(verdict);
        domain.totals.lateDatagrams += verdict == ExportSequence.Verdict.REORDERED ? 1 : 0;
        domain.totals.restarts += verdict == ExportSequence.Verdict.RESTART ? 1 : 0;
        domain.untoldMissing += sequence.missing() - sequence.found();
        // What comes late is no longer missing: told once a second, by the time of the datagrams.
        if (timeNanos - domain.lossSinceNanos < SECOND_NANOS) {
            return;
        }
        if (domain.untoldMissing > 0) {
            tellMissing(sequence.convention() == ExportSequence.Convention.MESSAGES, domain.untoldMissing);
            domain.untoldMissing = 0;
        }
        domain.lossSinceNanos = timeNanos;
    }

    private void tellMissing(boolean messages, long missing) {
        counts.missing(messages, missing);
        String number = Integer.toUnsignedString(domain.key.domain());
        losses.add(
                domain.host,
                CaptureNames.NETFLOW,
                messages ? LossReason.missing_datagrams : LossReason.missing_records,
                missing,
                messages ? DatagramLosses.Unit.DATAGRAMS : DatagramLosses.Unit.FLOW_RECORDS,
                domain.host + "|" + number,
                domain.lossSinceNanos,
                timeNanos,
                "Sequence numbers of " + domain.host + ", domain " + number + ", show "
                        + (messages ? "datagrams" : "flow records")
                        + " that never came: lost on the way, or in a collector, which then tells of them, too");
    }
}
