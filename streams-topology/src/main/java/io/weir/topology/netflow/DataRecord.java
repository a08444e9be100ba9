package io.weir.topology.netflow;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One record as {@link NetflowDecoder} read it: a plain carrier, one per decoder, filled anew for every record. It must not leave the
 * call that shows it; whoever keeps something copies it.
 *
 * <p>Numbers stand under {@link RecordField} as the exporter sent them. What exporters say in several ways stands in the public fields, in one
 * way: addresses, times, ICMP. Every field of the record, known or not, can be read by its index in the template.
 *
 * <p>{@link #ipVersion} is 4 or 6 exactly when both addresses are of that family; absent numbers are -1, absent times
 * {@link #NO_TIME}.
 */
public final class DataRecord {
    /** A time that is not known. */
    public static final long NO_TIME = Long.MIN_VALUE;

    /** A number that is not there. */
    public static final long ABSENT = -1;

    static final int PRESENCE_WORDS = 3;

    private static final VarHandle WINDOW = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final RecordField[] FIELDS = RecordField.values();

    private static final int IP_VERSION = RecordField.IP_VERSION.ordinal();
    private static final int PROTOCOL = RecordField.PROTOCOL.ordinal();
    private static final int SOURCE_IPV4 = RecordField.SOURCE_IPV4.ordinal();
    private static final int DESTINATION_IPV4 = RecordField.DESTINATION_IPV4.ordinal();
    private static final int SOURCE_IPV6 = RecordField.SOURCE_IPV6_HIGH.ordinal();
    private static final int DESTINATION_IPV6 = RecordField.DESTINATION_IPV6_HIGH.ordinal();

    private static final int PROTOCOL_ICMP = 1;
    private static final int PROTOCOL_ICMPV6 = 58;
    private static final int OCTET_MASK = 0xff;

    private static final long NANOS_PER_MICRO = 1_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** Seconds from 1900, where NTP time stamps begin, to 1970 (RFC 5905). */
    private static final long NTP_EPOCH_SECONDS = 2_208_988_800L;
    /** NTP seconds below this are of the era that begins in 2036. */
    private static final long NTP_ERA_PIVOT = 1L << 31;

    private static final long NTP_ERA_SECONDS = 1L << 32;
    /** Microseconds leave the low 11 bits of the fraction without meaning (RFC 7011 section 6.1.9). */
    private static final long NTP_MICROSECOND_MASK = ~0x7ffL;

    private static final int NTP_FRACTION_BITS = 32;
    private static final long NTP_FRACTION_MASK = 0xffff_ffffL;
    /** The longest that a flow is believed to have lasted: as long as uptimes take to wrap, 2^32 milliseconds. */
    private static final long MAX_DURATION_NANOS = (1L << 32) * NANOS_PER_MILLI;
    /** Epoch milliseconds beyond are no times: they do not fit into nanoseconds (year 2262). */
    private static final long MAX_EPOCH_MILLIS = Long.MAX_VALUE / NANOS_PER_MILLI;

    private static final int SECTION_SHIFT = 32;

    private final long[] values = new long[RecordField.COUNT];
    private long present0;
    private long present1;
    private long present2;

    private Template template;
    private MessageHead head;
    private ByteBuffer buffer;
    /** What the buffer is made of, null where that is not an array, or not to be seen. */
    private byte[] array;

    private int arrayOffset;
    private int position;
    private int octets;
    private boolean late;

    /** Places of the fields where lengths vary, as of the record's start. */
    private int[] fieldOffsets = new int[0];

    private int[] fieldOctets = new int[0];

    /** 4, 6, or 0 without a pair of addresses. Both families in one record: {@link RecordField#IP_VERSION} decides, else the one that is not zero. */
    public int ipVersion;
    /** Most significant half of an IPv6 address; 0 for IPv4. */
    public long sourceAddressHigh;
    /** Least significant half of an IPv6 address; an IPv4 address in the low 32 bits, unsigned. */
    public long sourceAddressLow;

    public long destinationAddressHigh;
    public long destinationAddressLow;
    /** ICMP or ICMPv6 type, from whichever element the exporter uses; -1 for other protocols and where it does not say. */
    public int icmpType;

    public int icmpCode;
    /** First packet, epoch nanoseconds; {@link #NO_TIME} where the exporter does not say. */
    public long firstNanos;
    /** Last packet, epoch nanoseconds. */
    public long lastNanos;
    /** First packet of the other direction (RFC 5103). */
    public long reverseFirstNanos;

    public long reverseLastNanos;
    /** The times are not what the exporter says: it says nothing usable, hence the last packet is put at the export time. */
    public boolean timesEstimated;

    /** Nothing read yet. */
    DataRecord() {}

    static RecordField field(int slot) {
        return FIELDS[slot];
    }

    static void mark(long[] present, int slot) {
        present[slot / Long.SIZE] |= 1L << slot;
    }

    /** Whether the record has a number under this constant. */
    public boolean has(RecordField field) {
        return has(field.ordinal());
    }

    private boolean has(int slot) {
        long word = slot < Long.SIZE ? present0 : slot < 2 * Long.SIZE ? present1 : present2;
        return (word & 1L << slot) != 0;
    }

    /** The number, 64 bits unsigned; {@link #ABSENT} where there is none, which {@link #has} tells from the largest number. */
    public long get(RecordField field) {
        int slot = field.ordinal();
        return has(slot) ? values[slot] : ABSENT;
    }

    /** Where a section of a packet begins in the buffer; says nothing unless {@link #has} it. */
    public int sectionPosition(RecordField section) {
        return (int) (values[section.ordinal()] >>> SECTION_SHIFT);
    }

    /** Octets of that section that are of the packet, without padding. */
    public int sectionOctets(RecordField section) {
        int field = (int) values[section.ordinal()];
        int exported = RecordField.SECTION_EXPORTED_OCTETS.ordinal();
        return has(exported) && Long.compareUnsigned(values[exported], field) < 0 ? (int) values[exported] : field;
    }

    /** What the record was read with; of v5 a built-in one. */
    public Template template() {
        return template;
    }

    /** Header of the message that brought the record. */
    public MessageHead head() {
        return head;
    }

    /** Whether the record waited for its template: then its buffer is not the datagram's. */
    public boolean isLate() {
        return late;
    }

    /** Where the record is. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** First octet of the record in the buffer. */
    public int position() {
        return position;
    }

    /** Length of the record. */
    public int octets() {
        return octets;
    }

    /** First octet of a field in the buffer; fields are numbered as in the template. */
    public int fieldPosition(int field) {
        return position + (template.isFixed() ? template.offset(field) : fieldOffsets[field]);
    }

    /** Octets of a field in this record, without those that say its length. */
    public int fieldOctets(int field) {
        return template.isFixed() ? template.length(field) : fieldOctets[field];
    }

    /** The source address as text; empty where there is none. */
    public String sourceAddress() {
        return Exporter.Addresses.text(ipVersion, sourceAddressHigh, sourceAddressLow);
    }

    /** The destination address as text; empty where there is none. */
    public String destinationAddress() {
        return Exporter.Addresses.text(ipVersion, destinationAddressHigh, destinationAddressLow);
    }

    /** The records to come are of this set. */
    void beginSet(Template with, MessageHead of, ByteBuffer in, boolean waited) {
        template = with;
        head = of;
        buffer = in;
        array = in.hasArray() ? in.array() : null;
        arrayOffset = array == null ? 0 : in.arrayOffset();
        late = waited;
        present0 = with.present0();
        present1 = with.present1();
        present2 = with.present2();
        if (!with.isFixed() && fieldOffsets.length < with.fieldCount()) {
            fieldOffsets = new int[with.fieldCount()];
            fieldOctets = new int[with.fieldCount()];
        }
    }

    /** Reads a record of fixed length that lies within its set. */
    void readFixed(int at) {
        position = at;
        octets = template.minRecordOctets();
        if (octets < Template.Plan.WINDOW_OCTETS) {
            readShort(at);
            return;
        }
        Template.Plan plan = template.plan();
        ByteBuffer in = buffer;
        long[] to = values;
        if (array != null) {
            readNumbers(plan.numbers, array, arrayOffset + at, to);
        } else {
            for (long step : plan.numbers) {
                to[slot((int) step)] = number(in.getLong(at + offset((int) step)), step);
            }
        }
        for (int step : plan.ipv6) {
            int slot = slot(step);
            to[slot] = in.getLong(at + offset(step));
            to[slot + 1] = in.getLong(at + offset(step) + Long.BYTES);
        }
        for (int i = 0; i < plan.sections.length; i++) {
            int step = plan.sections[i];
            to[slot(step)] = section(at + offset(step), plan.sectionOctets[i]);
        }
    }

    /** The same from an array: every access to a buffer checks more. */
    private static void readNumbers(long[] steps, byte[] from, int at, long[] to) {
        for (long step : steps) {
            to[slot((int) step)] = number((long) WINDOW.get(from, at + offset((int) step)), step);
        }
    }

    /** Reads a record of fixed length that is shorter than a window. */
    private void readShort(int at) {
        for (int i = 0; i < template.fieldCount(); i++) {
            if (template.slot(i) != Template.NO_SLOT) {
                readField(template.slot(i), at + template.offset(i), template.length(i));
            }
        }
    }

    private static int slot(int step) {
        return step >>> Template.Plan.SLOT_SHIFT & Template.Plan.SLOT_MASK;
    }

    /** The number in its window. Shifts take the lowest six bits of what they are given. */
    private static long number(long window, long step) {
        return window << (int) (step >>> Template.Plan.BEFORE_SHIFT) >>> (int) (step >>> Template.Plan.OTHERS_SHIFT);
    }

    private static int offset(int step) {
        return step & Template.Plan.OFFSET_MASK;
    }

    private static long section(int position, int octets) {
        return (long) position << SECTION_SHIFT | octets;
    }

    /**
     * Reads a record that has fields of variable length.
     *
     * @param end end of the set
     * @return position behind the record, or -1 where it does not end within the set
     */
    int readVariable(int at, int end) {
        position = at;
        present0 = template.present0();
        present1 = template.present1();
        present2 = template.present2();
        int next = at;
        int count = template.fieldCount();
        for (int i = 0; i < count; i++) {
            int length = template.length(i);
            if (length == Template.VARIABLE_LENGTH) {
                long place = variableField(buffer, next, end);
                if (place < 0) {
                    return -1;
                }
                next = (int) (place >>> SECTION_SHIFT);
                length = (int) place;
            } else if (length > end - next) {
                return -1;
            }
            fieldOffsets[i] = next - at;
            fieldOctets[i] = length;
            if (template.slot(i) != Template.NO_SLOT) {
                readField(template.slot(i), next, length);
            }
            next += length;
        }
        octets = next - at;
        return next;
    }

    private void readField(int slot, int at, int length) {
        RecordField field = FIELDS[slot];
        if (!Template.canFill(field, length) || length == Template.VARIABLE_LENGTH) {
            clear(slot);
            if (field.kind() == RecordField.Kind.IPV6) {
                clear(slot + 1);
            }
            return;
        }
        switch (field.kind()) {
            case NUMBER -> values[slot] = unsigned(buffer, at, length);
            case IPV6 -> {
                values[slot] = buffer.getLong(at);
                values[slot + 1] = buffer.getLong(at + Long.BYTES);
            }
            case SECTION -> values[slot] = section(at, length);
            case LOW_HALF -> throw new IllegalStateException("A low half has no field of its own");
        }
    }

    private void clear(int slot) {
        long mask = ~(1L << slot);
        if (slot < Long.SIZE) {
            present0 &= mask;
        } else if (slot < 2 * Long.SIZE) {
            present1 &= mask;
        } else {
            present2 &= mask;
        }
    }

    /**
     * A field that says its length: one octet, or 255 and two (RFC 7011 section 7).
     *
     * @return position of the content in the high half, its octets in the low one; negative where it does not end before {@code end}
     */
    static long variableField(ByteBuffer buffer, int at, int end) {
        if (at >= end) {
            return -1;
        }
        int length = buffer.get(at) & OCTET_MASK;
        int content = at + 1;
        if (length == OCTET_MASK) {
            if (end - content < Short.BYTES) {
                return -1;
            }
            length = buffer.getShort(content) & 0xffff;
            content += Short.BYTES;
        }
        return length > end - content ? -1 : section(content, length);
    }

    /** A number of one to eight octets. */
    static long unsigned(ByteBuffer buffer, int at, int length) {
        switch (length) {
            case Byte.BYTES:
                return buffer.get(at) & OCTET_MASK;
            case Short.BYTES:
                return buffer.getShort(at) & 0xffff;
            case Integer.BYTES:
                return buffer.getInt(at) & 0xffff_ffffL;
            case Long.BYTES:
                return buffer.getLong(at);
            default:
                long value = 0;
                for (int i = 0; i < length; i++) {
                    value = value << Byte.SIZE | (buffer.get(at + i) & OCTET_MASK);
                }
                return value;
        }
    }

    /**
     * Derives what exporters say in several ways.
     *
     * @param systemInitMillis when the exporter started, where its options say so, or -1
     * @param limits how far from the export time the last packet may be
     */
    void derive(long systemInitMillis, NetflowLimits limits) {
        deriveAddresses();
        if (template.mayBeIcmp()) {
            deriveIcmp();
        } else {
            icmpType = -1;
            icmpCode = -1;
        }
        deriveTimes(systemInitMillis, limits);
    }

    private void deriveAddresses() {
        boolean ipv4 = has(SOURCE_IPV4) && has(DESTINATION_IPV4);
        boolean ipv6 = has(SOURCE_IPV6) && has(DESTINATION_IPV6);
        boolean isIpv6 = ipv6;
        if (ipv4 && ipv6) {
            long told = has(IP_VERSION) ? values[IP_VERSION] : 0;
            isIpv6 = told == Exporter.IPV6 || (told != Exporter.IPV4 && isIpv6Used());
        }
        if (isIpv6) {
            ipVersion = Exporter.IPV6;
            sourceAddressHigh = values[SOURCE_IPV6];
            sourceAddressLow = values[SOURCE_IPV6 + 1];
            destinationAddressHigh = values[DESTINATION_IPV6];
            destinationAddressLow = values[DESTINATION_IPV6 + 1];
        } else {
            ipVersion = ipv4 ? Exporter.IPV4 : 0;
            sourceAddressHigh = 0;
            sourceAddressLow = ipv4 ? values[SOURCE_IPV4] : 0;
            destinationAddressHigh = 0;
            destinationAddressLow = ipv4 ? values[DESTINATION_IPV4] : 0;
        }
    }

    /** Exporters that have fields for both families leave those of the other zero. */
    private boolean isIpv6Used() {
        return (values[SOURCE_IPV4] | values[DESTINATION_IPV4]) == 0
                && (values[SOURCE_IPV6]
                                | values[SOURCE_IPV6 + 1]
                                | values[DESTINATION_IPV6]
                                | values[DESTINATION_IPV6 + 1])
                        != 0;
    }

    private void deriveIcmp() {
        icmpType = -1;
        icmpCode = -1;
        long protocol = has(PROTOCOL) ? values[PROTOCOL] : ABSENT;
        if (protocol == PROTOCOL_ICMP || (protocol == ABSENT && has(RecordField.ICMP_TYPE_IPV4))) {
            deriveIcmp(RecordField.ICMP_TYPE_IPV4, RecordField.ICMP_CODE_IPV4, RecordField.ICMP_TYPE_CODE_IPV4);
        } else if (protocol == PROTOCOL_ICMPV6 || (protocol == ABSENT && has(RecordField.ICMP_TYPE_IPV6))) {
            deriveIcmp(RecordField.ICMP_TYPE_IPV6, RecordField.ICMP_CODE_IPV6, RecordField.ICMP_TYPE_CODE_IPV6);
        }
    }

    /** Type and code of their own, else both in one element, else both in the destination port, as v5 has them. */
    private void deriveIcmp(RecordField type, RecordField code, RecordField typeAndCode) {
        long both = get(typeAndCode);
        if (both <= 0 && !has(type)) {
            long port = get(RecordField.DESTINATION_PORT);
            both = port > 0 ? port : both;
        }
        if (has(type)) {
            icmpType = (int) get(type) & OCTET_MASK;
            icmpCode = (int) (has(code) ? get(code) : both > 0 ? both : 0) & OCTET_MASK;
        } else if (both >= 0) {
            icmpType = (int) (both >>> Byte.SIZE) & OCTET_MASK;
            icmpCode = (int) both & OCTET_MASK;
        } else if (has(RecordField.DESTINATION_PORT)) {
            // Type 0 and code 0: an echo reply.
            icmpType = 0;
            icmpCode = 0;
        }
    }

    private void deriveTimes(long systemInitMillis, NetflowLimits limits) {
        timesEstimated = false;
        long last = time(template.last(), template.lastSlot(), systemInitMillis);
        long first = time(template.first(), template.firstSlot(), systemInitMillis);
        if (last == NO_TIME || first == NO_TIME) {
            long duration = duration();
            if (last == NO_TIME && first == NO_TIME) {
                estimate(duration);
                deriveReverseTimes(systemInitMillis);
                return;
            }
            last = last == NO_TIME ? first + Math.max(0, duration) : last;
            first = first == NO_TIME ? last - Math.max(0, duration) : first;
        }
        long off = last - (head.exportNanos + head.clockCorrectionNanos);
        long length = last - first;
        if (off > limits.maxAheadNanos() || off < -limits.maxClockSkewNanos()) {
            estimate(length);
        } else {
            lastNanos = last;
            firstNanos = length >= 0 && length <= MAX_DURATION_NANOS ? first : last;
            timesEstimated = firstNanos != first;
        }
        deriveReverseTimes(systemInitMillis);
    }

    private void deriveReverseTimes(long systemInitMillis) {
        if (template.reverseFirst() == TimeForm.NONE && template.reverseLast() == TimeForm.NONE) {
            reverseFirstNanos = NO_TIME;
            reverseLastNanos = NO_TIME;
        } else {
            reverseFirstNanos =
                    time(template.reverseFirst(), template.reverseFirst().slot(true), systemInitMillis);
            reverseLastNanos =
                    time(template.reverseLast(), template.reverseLast().slot(false), systemInitMillis);
        }
    }

    /** Puts the end at the export time: the only time that is known. */
    private void estimate(long duration) {
        timesEstimated = true;
        lastNanos = head.exportNanos + head.clockCorrectionNanos;
        firstNanos = duration >= 0 && duration <= MAX_DURATION_NANOS ? lastNanos - duration : lastNanos;
    }

    /** How long the flow lasted where the record says so without saying when, nanoseconds, or -1. */
    private long duration() {
        if (template.first() == TimeForm.UPTIME && template.last() == TimeForm.UPTIME) {
            int millis = (int) (get(RecordField.LAST_UPTIME) - get(RecordField.FIRST_UPTIME));
            return millis < 0 ? -1 : millis * NANOS_PER_MILLI;
        }
        long millis = get(RecordField.DURATION_MILLISECONDS);
        if (millis >= 0 && millis <= MAX_DURATION_NANOS / NANOS_PER_MILLI) {
            return millis * NANOS_PER_MILLI;
        }
        long micros = get(RecordField.DURATION_MICROSECONDS);
        return micros >= 0 && micros <= MAX_DURATION_NANOS / NANOS_PER_MICRO ? micros * NANOS_PER_MICRO : -1;
    }

    /** Epoch nanoseconds by our clock, or {@link #NO_TIME}. */
    private long time(TimeForm form, int slot, long systemInitMillis) {
        if (form == TimeForm.NONE || !has(slot)) {
            return NO_TIME;
        }
        long value = values[slot];
        return switch (form) {
            case UPTIME, REVERSE_UPTIME -> ofUptime(value, systemInitMillis);
            case MILLISECONDS, OBSERVED_MILLISECONDS, REVERSE_MILLISECONDS -> ofEpoch(value, NANOS_PER_MILLI);
            case SECONDS, OBSERVED_SECONDS, REVERSE_SECONDS -> ofEpoch(value, NANOS_PER_SECOND);
            case MICROSECONDS, OBSERVED_MICROSECONDS, REVERSE_MICROSECONDS -> ofNtp(value & NTP_MICROSECOND_MASK);
            case NANOSECONDS, OBSERVED_NANOSECONDS, REVERSE_NANOSECONDS -> ofNtp(value);
            case DELTA ->
                value >= 0 && value <= MAX_DURATION_NANOS / NANOS_PER_MICRO
                        ? head.exportNanos + head.clockCorrectionNanos - value * NANOS_PER_MICRO
                        : NO_TIME;
            case NONE -> NO_TIME;
        };
    }

    /** Milliseconds since the exporter started, 32 bits that wrap: counted back from the export time, or on from when it started. */
    private long ofUptime(long millis, long systemInitMillis) {
        if (head.uptimeMillis >= 0) {
            int before = (int) head.uptimeMillis - (int) millis;
            return head.exportNanos + head.clockCorrectionNanos - before * NANOS_PER_MILLI;
        }
        long init = has(RecordField.SYSTEM_INIT) ? get(RecordField.SYSTEM_INIT) : systemInitMillis;
        if (init < 0 || init > MAX_EPOCH_MILLIS) {
            return NO_TIME;
        }
        // The exporter may be up for longer than 32 bits say: the difference to its uptime at export tells.
        int before = (int) (head.exportNanos / NANOS_PER_MILLI - init) - (int) millis;
        return head.exportNanos + head.clockCorrectionNanos - before * NANOS_PER_MILLI;
    }

    private long ofEpoch(long value, long unitNanos) {
        if (value <= 0 || value > Long.MAX_VALUE / unitNanos) {
            return NO_TIME;
        }
        return value * unitNanos + head.clockCorrectionNanos;
    }

    /** Whole seconds since 1970 of an NTP time stamp. */
    static long ntpEpochSeconds(long value) {
        long seconds = value >>> NTP_FRACTION_BITS;
        return (seconds < NTP_ERA_PIVOT ? seconds + NTP_ERA_SECONDS : seconds) - NTP_EPOCH_SECONDS;
    }

    /** 32 bits of seconds since 1900 and 32 bits of fraction (RFC 7011 sections 6.1.9 and 6.1.10). */
    private long ofNtp(long value) {
        if (value == 0) {
            return NO_TIME;
        }
        long seconds = ntpEpochSeconds(value);
        long nanos = ((value & NTP_FRACTION_MASK) * NANOS_PER_SECOND) >>> NTP_FRACTION_BITS;
        return seconds * NANOS_PER_SECOND + nanos + head.clockCorrectionNanos;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (template == null) {
            return "nothing read";
        }
        text.append("template=").append(template.key().id());
        if (ipVersion != 0) {
            text.append(" addresses=").append(sourceAddress()).append('>').append(destinationAddress());
        }
        text.append(" icmp=").append(icmpType).append('/').append(icmpCode);
        text.append(" times=").append(firstNanos).append('-').append(lastNanos);
        text.append(" reverse=").append(reverseFirstNanos).append('-').append(reverseLastNanos);
        text.append(timesEstimated ? " estimated" : "");
        for (RecordField field : FIELDS) {
            if (has(field)) {
                text.append(' ').append(field).append('=');
                if (field.kind() == RecordField.Kind.SECTION) {
                    text.append(sectionPosition(field) - position).append('+').append(sectionOctets(field));
                } else {
                    text.append(Long.toUnsignedString(values[field.ordinal()]));
                }
            }
        }
        return text.append(Arrays.toString(fieldPlaces())).toString();
    }

    private int[] fieldPlaces() {
        int[] places = new int[2 * template.fieldCount()];
        for (int i = 0; i < template.fieldCount(); i++) {
            places[2 * i] = fieldPosition(i) - position;
            places[2 * i + 1] = fieldOctets(i);
        }
        return places;
    }
}
