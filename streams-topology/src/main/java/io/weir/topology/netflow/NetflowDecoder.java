package io.weir.topology.netflow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads NetFlow v5, v9 (RFC 3954) and IPFIX (RFC 7011) datagrams in place, big-endian, and tells a listener what they hold.
 *
 * <p>No octets can hurt: nothing outside the datagram is read, nothing is thrown on account of them, counts are not believed, and the work
 * for one datagram is bounded. What is right before and behind what is wrong is kept. Data sets whose template is not known wait in
 * {@link PendingSets} and are told when it comes. Records are read without allocation.
 *
 * <p>Ignored on purpose: the count of v9 headers, which exporters fill differently; transport other than datagrams.
 *
 * <p>For one thread, which owns the decoder and what it was made with.
 */
public final class NetflowDecoder {
    /** Version of NetFlow v5 messages. */
    public static final int V5 = 5;
    /** Version of NetFlow v9 messages. */
    public static final int V9 = 9;
    /** Version of IPFIX messages. */
    public static final int IPFIX = 10;

    /** Problems of one datagram that are told one by one. */
    static final int MAX_PROBLEMS = 32;
    /** Templates that one datagram may bring anew. */
    static final int MAX_NEW_TEMPLATES = 1024;
    /** Fields of options records, and of records of variable length, that are read for one datagram. */
    static final int MAX_FIELD_READS = 1 << 20;
    /** The same for all sets that have waited for one template. */
    static final int MAX_LATE_FIELD_READS = 1 << 24;

    private static final int SHORT_MASK = 0xffff;
    private static final long INT_MASK = 0xffff_ffffL;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private static final int V5_HEAD_OCTETS = 24;
    private static final int V5_UPTIME = 4;
    private static final int V5_SECONDS = 8;
    private static final int V5_NANOSECONDS = 12;
    private static final int V5_SEQUENCE = 16;
    private static final int V5_ENGINE = 20;
    private static final int V5_SAMPLING = 22;
    private static final int V5_SAMPLING_MODE_SHIFT = 14;
    private static final int V5_SAMPLING_INTERVAL_MASK = 0x3fff;

    private static final int V9_HEAD_OCTETS = 20;
    private static final int V9_UPTIME = 4;
    private static final int V9_SECONDS = 8;
    private static final int V9_SEQUENCE = 12;
    private static final int V9_SOURCE = 16;
    private static final int V9_TEMPLATES = 0;
    private static final int V9_OPTIONS = 1;

    private static final int IPFIX_HEAD_OCTETS = 16;
    private static final int IPFIX_LENGTH = 2;
    private static final int IPFIX_SECONDS = 4;
    private static final int IPFIX_SEQUENCE = 8;
    private static final int IPFIX_DOMAIN = 12;
    private static final int IPFIX_TEMPLATES = 2;
    private static final int IPFIX_OPTIONS = 3;

    private static final int SET_HEAD_OCTETS = 4;
    /** Sets are filled up to whole words, by some exporters with anything but zeros; a record this short may be padding. */
    private static final int MAX_PADDING = 3;

    private final NetflowLimits limits;
    private final Templates templates;
    private final PendingSets pending;
    private final Map<Exporter, ExporterOptions> options;
    private final TemplateReader reader;
    private final DataRecord record = new DataRecord();
    private final MessageHead head = new MessageHead();
    private final Template v5;

    private Exporter lastExporter;
    private ExporterOptions lastOptions;
    private int optionEntries;

    private ByteBuffer buffer;
    private NetflowListener listener;
    private int problems;
    private int furtherProblems;
    private int newTemplates;
    private int fieldReads;

    /** A decoder that knows no template yet. */
    public NetflowDecoder(NetflowLimits limits) {
        this(limits, new Templates(limits), new PendingSets(limits));
    }

    /** A decoder that knows what is in the two stores. */
    public NetflowDecoder(NetflowLimits limits, Templates templates, PendingSets pending) {
        this.limits = limits;
        this.templates = templates;
        this.pending = pending;
        reader = new TemplateReader(limits.maxFieldsPerTemplate());
        options = new LinkedHashMap<>(16, 0.75f, true);
        v5 = V5Template.create();
    }

    /** The templates that it knows. */
    public Templates templates() {
        return templates;
    }

    /** The sets that wait. */
    public PendingSets pending() {
        return pending;
    }

    /** What an exporter's options say; of one that sent none there is nothing in it. Whatever its port. */
    public ExporterOptions options(Exporter exporter) {
        if (exporter.equals(lastExporter)) {
            return lastOptions;
        }
        Exporter address = exporter.withoutPort();
        ExporterOptions found = options.get(address);
        if (found == null) {
            found = new ExporterOptions(limits.maxOptionsPerExporter());
            options.put(address, found);
            if (options.size() > limits.maxExporters()) {
                forgetOptionsOfEldest();
            }
        }
        lastExporter = exporter;
        lastOptions = found;
        return found;
    }

    /** Lets go what is too old; to be called now and then. */
    public void expire(long now, NetflowListener told) {
        templates.expire(now, told);
        pending.expire(now, told);
    }

    /**
     * Decodes what waits and can be decoded, after templates and sets have been put back from a store.
     *
     * @param told as in {@link #decode}; no message is open
     */
    public void decodeRestored(NetflowListener told) {
        listener = told;
        for (Template template : templates.all()) {
            beginDatagram();
            decodeLate(template, template.key().session());
        }
    }

    /**
     * Tells what the datagram at {@code [offset, offset + length)} holds.
     *
     * @param datagram in big endian order; left as it is
     * @param exporter who sent it, with its UDP port
     * @param receiveNanos when it came in, epoch nanoseconds
     * @throws IllegalArgumentException if the buffer is not in big endian order
     * @throws IndexOutOfBoundsException if the datagram does not lie within the buffer's limit
     */
    public void decode(
            ByteBuffer datagram, int offset, int length, Exporter exporter, long receiveNanos, NetflowListener told) {
        if (datagram.order() != ByteOrder.BIG_ENDIAN) {
            throw new IllegalArgumentException("The buffer of a datagram must be in big endian order");
        }
        Objects.checkFromIndexSize(offset, length, datagram.limit());
        buffer = datagram;
        listener = told;
        beginDatagram();
        head.clear(exporter, receiveNanos);
        head.position = offset;
        head.octets = length;
        int end = offset + length;
        int next = decodeMessage(offset, end, true);
        while (next < end) {
            next = decodeMessage(next, end, false);
        }
        if (furtherProblems > 0) {
            told.onProblem(head, NetflowProblem.FURTHER_PROBLEMS, offset, furtherProblems);
        }
    }

    private void beginDatagram() {
        problems = 0;
        furtherProblems = 0;
        newTemplates = 0;
        fieldReads = 0;
    }

    /** Position behind the message; {@code end} where there is no going on. */
    private int decodeMessage(int at, int end, boolean isFirst) {
        int version = end - at < Short.BYTES ? 0 : unsigned(at);
        return switch (version) {
            case V5 -> decodeV5(at, end);
            case V9 -> decodeV9(at, end);
            case IPFIX -> decodeIpfix(at, end);
            default -> {
                head.version = isFirst ? version : head.version;
                boolean tooShort = isFirst && end - at < Short.BYTES;
                NetflowProblem problem = tooShort ? NetflowProblem.MESSAGE_TOO_SHORT : NetflowProblem.UNKNOWN_VERSION;
                problem(isFirst ? problem : NetflowProblem.TRAILING_OCTETS, at, end - at);
                yield end;
            }
        };
    }

    private int decodeV5(int at, int end) {
        if (!beginMessage(V5, at, end, V5_HEAD_OCTETS)) {
            return end;
        }
        head.uptimeMillis = buffer.getInt(at + V5_UPTIME) & INT_MASK;
        long nanoseconds = buffer.getInt(at + V5_NANOSECONDS) & INT_MASK;
        head.exportNanos = (buffer.getInt(at + V5_SECONDS) & INT_MASK) * NANOS_PER_SECOND
                + (nanoseconds < NANOS_PER_SECOND ? nanoseconds : 0);
        head.sequenceNumber = buffer.getInt(at + V5_SEQUENCE);
        head.domain = unsigned(at + V5_ENGINE);
        int sampling = unsigned(at + V5_SAMPLING);
        head.samplingMode = sampling >>> V5_SAMPLING_MODE_SHIFT;
        head.samplingInterval = sampling & V5_SAMPLING_INTERVAL_MASK;
        int records = at + V5_HEAD_OCTETS;
        int present = Math.min(head.count, (end - records) / V5Template.RECORD_OCTETS);
        int behind = records + present * V5Template.RECORD_OCTETS;
        head.octets = behind - at;
        startMessage();
        if (present < head.count) {
            // What is left is less than a record, hence of no use.
            problem(NetflowProblem.BAD_COUNT, records, end - behind);
            behind = end;
        }
        record.beginSet(v5, head, buffer, false);
        for (int i = 0; i < present; i++) {
            tellRecord(records + i * V5Template.RECORD_OCTETS, DataRecord.ABSENT);
        }
        listener.onMessageEnd(head);
        return behind;
    }

    private int decodeV9(int at, int end) {
        if (!beginMessage(V9, at, end, V9_HEAD_OCTETS)) {
            return end;
        }
        head.uptimeMillis = buffer.getInt(at + V9_UPTIME) & INT_MASK;
        head.exportNanos = (buffer.getInt(at + V9_SECONDS) & INT_MASK) * NANOS_PER_SECOND;
        head.sequenceNumber = buffer.getInt(at + V9_SEQUENCE);
        head.domain = buffer.getInt(at + V9_SOURCE);
        startMessage();
        decodeSets(at + V9_HEAD_OCTETS, end);
        listener.onMessageEnd(head);
        return end;
    }

    private int decodeIpfix(int at, int end) {
        if (!beginMessage(IPFIX, at, end, IPFIX_HEAD_OCTETS)) {
            return end;
        }
        int length = unsigned(at + IPFIX_LENGTH);
        head.exportNanos = (buffer.getInt(at + IPFIX_SECONDS) & INT_MASK) * NANOS_PER_SECOND;
        head.sequenceNumber = buffer.getInt(at + IPFIX_SEQUENCE);
        head.domain = buffer.getInt(at + IPFIX_DOMAIN);
        int messageEnd = length < IPFIX_HEAD_OCTETS ? end : Math.min(end, at + length);
        head.octets = messageEnd - at;
        startMessage();
        if (length < IPFIX_HEAD_OCTETS || length > end - at) {
            problem(NetflowProblem.BAD_MESSAGE_LENGTH, at, 0);
        }
        decodeSets(at + IPFIX_HEAD_OCTETS, messageEnd);
        listener.onMessageEnd(head);
        return messageEnd;
    }

    /** Whether the header is there; if not that is told. */
    private boolean beginMessage(int version, int at, int end, int headOctets) {
        head.clear(head.exporter, head.receiveNanos);
        head.version = version;
        head.position = at;
        head.octets = end - at;
        if (end - at < headOctets) {
            problem(NetflowProblem.MESSAGE_TOO_SHORT, at, end - at);
            return false;
        }
        head.count = unsigned(at + Short.BYTES);
        return true;
    }

    private void startMessage() {
        long skew = head.receiveNanos - head.exportNanos;
        boolean skewed = skew > limits.maxClockSkewNanos() || skew < -limits.maxClockSkewNanos();
        head.clockCorrectionNanos = skewed ? skew : 0;
        listener.onMessage(head);
        if (skewed) {
            problem(NetflowProblem.CLOCK_SKEW, head.position, 0);
        }
    }

    private void decodeSets(int from, int end) {
        int at = from;
        while (end - at >= SET_HEAD_OCTETS) {
            int id = unsigned(at);
            int length = unsigned(at + Short.BYTES);
            if (length < SET_HEAD_OCTETS) {
                if (!isZero(at, end)) {
                    problem(NetflowProblem.BAD_SET_LENGTH, at, end - at);
                }
                return;
            }
            int setEnd = at + length;
            if (setEnd > end) {
                problem(NetflowProblem.SET_BEYOND_MESSAGE, at, 0);
                setEnd = end;
            }
            decodeSet(id, at, setEnd);
            at = setEnd;
        }
        if (at < end && !isZero(at, end)) {
            problem(NetflowProblem.TRAILING_OCTETS, at, end - at);
        }
    }

    private void decodeSet(int id, int at, int end) {
        boolean ipfix = head.version == IPFIX;
        int content = at + SET_HEAD_OCTETS;
        if (id >= Template.MIN_ID) {
            decodeData(id, content, end);
        } else if (id == (ipfix ? IPFIX_TEMPLATES : V9_TEMPLATES)) {
            decodeTemplates(content, end, ipfix, false);
        } else if (id == (ipfix ? IPFIX_OPTIONS : V9_OPTIONS)) {
            decodeTemplates(content, end, ipfix, true);
        } else {
            problem(NetflowProblem.RESERVED_SET, at, end - at);
        }
    }

    private void decodeTemplates(int from, int end, boolean ipfix, boolean isOptions) {
        int at = from;
        while (end - at >= TemplateReader.HEAD_OCTETS) {
            int next = reader.read(buffer, at, end, ipfix, isOptions);
            if (reader.id < Template.MIN_ID && isZero(at, end)) {
                return;
            }
            if (next == TemplateReader.CUT) {
                problem(NetflowProblem.TEMPLATE_CUT, at, end - at);
                return;
            }
            if (ipfix && reader.fields == 0) {
                withdraw(at, isOptions);
            } else {
                define(at, next, isOptions);
            }
            at = next;
        }
    }

    /** A template without fields takes back the one of its number; the number of the set takes back all of its kind (RFC 7011 section 8.1). */
    private void withdraw(int at, boolean isOptions) {
        if (reader.id == (isOptions ? IPFIX_OPTIONS : IPFIX_TEMPLATES)) {
            templates.withdrawAll(head.exporter, IPFIX, head.domain, isOptions, listener);
        } else if (reader.id < Template.MIN_ID) {
            problem(NetflowProblem.BAD_TEMPLATE_ID, at, TemplateReader.HEAD_OCTETS);
        } else {
            templates.withdraw(head.exporter, IPFIX, head.domain, reader.id, listener);
        }
    }

    private void define(int at, int next, boolean isOptions) {
        NetflowProblem problem = definitionProblem();
        if (problem != null) {
            problem(problem, at, next - at);
            return;
        }
        if (reader.badScope) {
            problem(NetflowProblem.BAD_SCOPE, at, 0);
        }
        TemplateKey key = new TemplateKey(head.exporter, head.version, head.domain, reader.id);
        Template known = templates.find(head.exporter, head.version, head.domain, reader.id, head.receiveNanos);
        if (newTemplates >= MAX_NEW_TEMPLATES) {
            problem(NetflowProblem.TOO_MANY_TEMPLATES, at, next - at);
            return;
        }
        Template template = templates.define(
                key,
                isOptions,
                reader.scopeFields,
                reader.enterprises,
                reader.ids,
                reader.lengths,
                reader.fields,
                head.receiveNanos,
                listener);
        if (!template.equals(known)) {
            newTemplates++;
            decodeLate(template, head.exporter);
        }
    }

    private NetflowProblem definitionProblem() {
        if (reader.id < Template.MIN_ID) {
            return NetflowProblem.BAD_TEMPLATE_ID;
        }
        if (reader.fields == 0) {
            return NetflowProblem.TEMPLATE_WITHOUT_FIELDS;
        }
        if (reader.hasTooManyFields()) {
            return NetflowProblem.TOO_MANY_FIELDS;
        }
        return Template.isUsable(reader.lengths, reader.fields) ? null : NetflowProblem.BAD_RECORD_LENGTH;
    }

    /** The sets that waited for a template, then back to the message at hand. */
    private void decodeLate(Template template, Exporter exporter) {
        TemplateKey key = template.key();
        boolean anyPort = key.session().port() == Exporter.ANY_PORT;
        List<PendingSet> sets = pending.release(exporter, key.version(), key.domain(), key.id(), anyPort, listener);
        if (sets.isEmpty()) {
            return;
        }
        ByteBuffer before = buffer;
        int readsBefore = fieldReads;
        // Of all of them together.
        fieldReads = MAX_FIELD_READS - MAX_LATE_FIELD_READS;
        for (PendingSet set : sets) {
            buffer = set.buffer();
            listener.onLateSet(set);
            decodeRecords(template, set.head(), 0, set.octets(), true);
        }
        fieldReads = readsBefore;
        buffer = before;
    }

    private void decodeData(int id, int from, int end) {
        Template template = templates.find(head.exporter, head.version, head.domain, id, head.receiveNanos);
        if (template == null) {
            head.undecodedSets++;
            pending.hold(head, id, buffer, from, end - from, listener);
            return;
        }
        decodeRecords(template, head, from, end, false);
    }

    private void decodeRecords(Template template, MessageHead of, int from, int end, boolean late) {
        record.beginSet(template, of, buffer, late);
        long systemInit = of.version == IPFIX ? options(of.exporter).systemInitMillis(of.domain) : DataRecord.ABSENT;
        int at = template.isFixed()
                ? decodeFixed(template, of, from, end, systemInit)
                : decodeVariable(template, of, from, end, systemInit);
        if (at >= 0 && end - at > MAX_PADDING && !isZero(at, end)) {
            of.undecodedSets += late ? 0 : 1;
            problem(of, NetflowProblem.PARTIAL_RECORD, at, end - at);
        }
    }

    /** Position behind the last record, or -1 where a problem has been told that ends the set. */
    private int decodeFixed(Template template, MessageHead of, int from, int end, long systemInit) {
        int octets = template.minRecordOctets();
        // Options are looked at field by field, however short their records are.
        int reads = template.isOptions() ? template.fieldCount() : 0;
        int at = from;
        int last = end - octets;
        while (at <= last && !isPadding(at, end)) {
            fieldReads += reads;
            if (fieldReads > MAX_FIELD_READS) {
                of.undecodedSets++;
                problem(of, NetflowProblem.TOO_MUCH_WORK, at, end - at);
                return -1;
            }
            tellRecord(at, systemInit);
            at += octets;
        }
        return at;
    }

    /** Position behind the last record, or -1 where a problem has been told that ends the set. */
    private int decodeVariable(Template template, MessageHead of, int from, int end, long systemInit) {
        int octets = template.minRecordOctets();
        int at = from;
        while (end - at >= octets && !isPadding(at, end)) {
            fieldReads += template.fieldCount();
            if (fieldReads > MAX_FIELD_READS) {
                of.undecodedSets++;
                problem(of, NetflowProblem.TOO_MUCH_WORK, at, end - at);
                return -1;
            }
            int next = record.readVariable(at, end);
            if (next < 0) {
                of.undecodedSets++;
                problem(of, NetflowProblem.RECORD_CUT, at, end - at);
                return -1;
            }
            tell(systemInit);
            at = next;
        }
        return at;
    }

    /** Whether what is left of a set only fills it up: of records that are as short zeros may be either. */
    private boolean isPadding(int at, int end) {
        return end - at <= MAX_PADDING && isZero(at, end);
    }

    private void tellRecord(int at, long systemInit) {
        record.readFixed(at);
        tell(systemInit);
    }

    private void tell(long systemInit) {
        record.derive(systemInit, limits);
        record.head().dataRecords++;
        if (record.template().isOptions()) {
            record.head().optionsRecords++;
            learnOptions();
            listener.onOptionsRecord(record);
        } else {
            listener.onDataRecord(record);
        }
    }

    /** Takes in an options record that a store kept, without telling anyone. */
    public void restore(OptionsRecord kept) {
        PendingSet set = kept.set();
        Template template = kept.template();
        record.beginSet(template, set.head(), set.buffer(), true);
        if (template.isFixed()) {
            if (set.octets() < template.minRecordOctets()) {
                return;
            }
            record.readFixed(0);
        } else if (record.readVariable(0, set.octets()) < 0) {
            return;
        }
        record.derive(DataRecord.ABSENT, limits);
        learnOptions();
    }

    private void learnOptions() {
        ExporterOptions of = options(record.head().exporter);
        int before = of.entries();
        of.learn(record);
        optionEntries += of.entries() - before;
        while (optionEntries > limits.maxOptions() && options.size() > 1) {
            forgetOptionsOfEldest();
        }
    }

    /** The one at work is the youngest. */
    private void forgetOptionsOfEldest() {
        Iterator<ExporterOptions> all = options.values().iterator();
        optionEntries -= all.next().entries();
        all.remove();
    }

    private boolean isZero(int from, int end) {
        for (int at = from; at < end; at++) {
            if (buffer.get(at) != 0) {
                return false;
            }
        }
        return true;
    }

    private int unsigned(int at) {
        return buffer.getShort(at) & SHORT_MASK;
    }

    private void problem(NetflowProblem problem, int at, int octets) {
        problem(head, problem, at, octets);
    }

    private void problem(MessageHead of, NetflowProblem problem, int at, int octets) {
        if (problems < MAX_PROBLEMS) {
            problems++;
            listener.onProblem(of, problem, at, octets);
        } else {
            furtherProblems++;
        }
    }
}
