package io.weir.topology.netflow;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A template (RFC 3954 section 5.2, RFC 7011 section 3.4) and the plan that it is turned into once: which octets go where in a
 * {@link DataRecord}. Immutable but for the time of its last use.
 *
 * <p>Fields are a list: an element may be in it several times. Of those only the last is in a {@link DataRecord} under its
 * {@link RecordField}: exporters that give two headers give the outer one first. Generic access shows them all.
 */
public final class Template {
    /** Length of a field that says its length in each record (RFC 7011 section 7). */
    public static final int VARIABLE_LENGTH = 0xffff;

    /** The lowest number of a template. */
    public static final int MIN_ID = 256;

    /** The longest content of a set. */
    static final int MAX_RECORD_OCTETS = 0xffff;

    static final int NO_SLOT = -1;

    private static final byte FORMAT = 1;
    private static final int HEAD_OCTETS = 1 + 1 + 8 + 8 + 4 + 1 + 4 + 2 + 1 + 2 + 4 + 8 + 2;
    private static final int FIELD_OCTETS = 4 + 2 + 2;
    private static final int HEAP_BASE_OCTETS = 256;
    private static final int HEAP_FIELD_OCTETS = 40;
    private static final int ID_MASK = 0xffff;

    /** Scope field types of v9 that say what an element says (RFC 3954 section 6.1): 2, interface. */
    private static final int V9_SCOPE_INTERFACE = 2;

    private static final int INGRESS_INTERFACE_ID = 10;

    private final TemplateKey key;
    private final boolean options;
    private final int scopeFields;
    private final int[] enterprises;
    private final int[] ids;
    private final int[] lengths;
    private final int revision;
    private final int port;
    private final long definedNanos;
    private long lastUse;
    /** What the number stood for before, one step back: tells two ports that take turns from one that changes its mind. */
    private Template predecessor;

    private final boolean fixed;
    private final int minRecordOctets;
    private final int[] offsets;
    private final short[] slots;
    private final Plan plan;
    private final long present0;
    private final long present1;
    private final long present2;
    private final TimeForm first;
    private final TimeForm last;
    private final TimeForm reverseFirst;
    private final TimeForm reverseLast;
    private final int firstSlot;
    private final int lastSlot;
    private final boolean mayBeIcmp;

    /**
     * A template as defined.
     *
     * @param options whether its records describe the exporter
     * @param scopeFields fields at the start that say what the record is about
     * @param enterprises private enterprise number of each field, 0 for IANA's
     * @param ids element number of each field, 0 to 65535; of v9 scope fields the scope type
     * @param lengths octets of each field, or {@link #VARIABLE_LENGTH}
     * @param revision how often the number was given anew before
     * @param port UDP port it came from
     * @param definedNanos when it came, epoch nanoseconds
     */
    Template(
            TemplateKey key,
            boolean options,
            int scopeFields,
            int[] enterprises,
            int[] ids,
            int[] lengths,
            int revision,
            int port,
            long definedNanos) {
        this.key = key;
        this.options = options;
        this.scopeFields = scopeFields;
        this.enterprises = enterprises;
        this.ids = ids;
        this.lengths = lengths;
        this.revision = revision;
        this.port = port;
        this.definedNanos = definedNanos;
        this.lastUse = definedNanos;

        int count = ids.length;
        offsets = new int[count];
        slots = new short[count];
        int octets = 0;
        boolean allFixed = true;
        for (int i = 0; i < count; i++) {
            offsets[i] = octets;
            allFixed &= lengths[i] != VARIABLE_LENGTH;
            octets += lengths[i] == VARIABLE_LENGTH ? 1 : lengths[i];
        }
        fixed = allFixed;
        minRecordOctets = octets;
        long[] present = new long[DataRecord.PRESENCE_WORDS];
        chooseSlots(present);
        present0 = present[0];
        present1 = present[1];
        present2 = present[2];
        plan = fixed ? new Plan(this) : null;
        first = TimeForm.of(this, true, false);
        last = TimeForm.of(this, false, false);
        reverseFirst = TimeForm.of(this, true, true);
        reverseLast = TimeForm.of(this, false, true);
        firstSlot = first.slot(true);
        lastSlot = last.slot(false);
        mayBeIcmp = has(RecordField.PROTOCOL) || has(RecordField.ICMP_TYPE_IPV4) || has(RecordField.ICMP_TYPE_IPV6);
    }

    /** For each field the number of its {@link RecordField}, or {@link #NO_SLOT}; several of the same: the best, the last of the best. */
    private void chooseSlots(long[] present) {
        Arrays.fill(slots, (short) NO_SLOT);
        int[] chosen = new int[RecordField.COUNT];
        Arrays.fill(chosen, NO_SLOT);
        for (int i = 0; i < ids.length; i++) {
            RecordField field = recordField(i);
            if (field == null || !canFill(field, lengths[i])) {
                continue;
            }
            int slot = field.ordinal();
            int before = chosen[slot];
            if (before != NO_SLOT && field.rank(ids[before]) < field.rank(ids[i])) {
                continue;
            }
            if (before != NO_SLOT) {
                slots[before] = NO_SLOT;
            }
            chosen[slot] = i;
            slots[i] = (short) slot;
            DataRecord.mark(present, slot);
            if (field.kind() == RecordField.Kind.IPV6) {
                DataRecord.mark(present, slot + 1);
            }
        }
    }

    private RecordField recordField(int i) {
        if (!isV9Scope(i)) {
            return RecordField.of(enterprises[i], ids[i]);
        }
        return ids[i] == V9_SCOPE_INTERFACE ? RecordField.of(0, INGRESS_INTERFACE_ID) : null;
    }

    /** Whether a field of this length becomes the number: the one place that knows what lengths are usable. */
    static boolean canFill(RecordField field, int octets) {
        if (octets == VARIABLE_LENGTH) {
            return true;
        }
        return switch (field.kind()) {
            case NUMBER -> octets >= 1 && octets <= Long.BYTES;
            case IPV6 -> octets == 2 * Long.BYTES;
            case SECTION -> octets > 0;
            case LOW_HALF -> false;
        };
    }

    /** Whether records of these fields have octets and fit into a set. */
    static boolean isUsable(int[] lengths, int count) {
        long octets = 0;
        for (int i = 0; i < count; i++) {
            octets += lengths[i] == VARIABLE_LENGTH ? 1 : lengths[i];
        }
        return octets > 0 && octets <= MAX_RECORD_OCTETS;
    }

    /** What it is known by. */
    public TemplateKey key() {
        return key;
    }

    /** Whether its records describe the exporter. */
    public boolean isOptions() {
        return options;
    }

    /** How many fields at the start say what an options record is about. */
    public int scopeFields() {
        return scopeFields;
    }

    /** How many fields it has. */
    public int fieldCount() {
        return ids.length;
    }

    /** Private enterprise number of a field, unsigned; 0 for IANA's. v9 has none: its numbers above 32767 are a vendor's. */
    public int enterprise(int field) {
        return enterprises[field];
    }

    /** Element number of a field; of a v9 scope field the scope type, see {@link #isV9Scope}. */
    public int id(int field) {
        return ids[field];
    }

    /** Octets of a field, or {@link #VARIABLE_LENGTH}. */
    public int length(int field) {
        return lengths[field];
    }

    /** Whether the number of a field is a scope type of v9, not an element's. */
    public boolean isV9Scope(int field) {
        return field < scopeFields && key.version() == NetflowDecoder.V9;
    }

    /** Whether every record has the same length. */
    public boolean isFixed() {
        return fixed;
    }

    /** Octets of the shortest record: of every record where {@link #isFixed}. */
    public int minRecordOctets() {
        return minRecordOctets;
    }

    /** How often the number was given anew before, since it is known. */
    public int revision() {
        return revision;
    }

    /** UDP port of the datagram that defined it. */
    public int port() {
        return port;
    }

    /** When it was defined, epoch nanoseconds by our clock. */
    public long definedNanos() {
        return definedNanos;
    }

    /** Whether its records have a number under this constant; with variable length they may lack it all the same. */
    public boolean has(RecordField field) {
        int slot = field.ordinal();
        long word = slot < Long.SIZE ? present0 : slot < 2 * Long.SIZE ? present1 : present2;
        return (word & 1L << slot) != 0;
    }

    /** Memory it takes, an estimate in octets. */
    public int heapOctets() {
        return HEAP_BASE_OCTETS + HEAP_FIELD_OCTETS * ids.length;
    }

    /** Where a field begins in a record, if all before it are fixed. */
    int offset(int field) {
        return offsets[field];
    }

    int slot(int field) {
        return slots[field];
    }

    Plan plan() {
        return plan;
    }

    long present0() {
        return present0;
    }

    long present1() {
        return present1;
    }

    long present2() {
        return present2;
    }

    TimeForm first() {
        return first;
    }

    TimeForm last() {
        return last;
    }

    TimeForm reverseFirst() {
        return reverseFirst;
    }

    TimeForm reverseLast() {
        return reverseLast;
    }

    /** Number of the field of {@link #first}. */
    int firstSlot() {
        return firstSlot;
    }

    /** Number of the field of {@link #last}. */
    int lastSlot() {
        return lastSlot;
    }

    boolean mayBeIcmp() {
        return mayBeIcmp;
    }

    long lastUse() {
        return lastUse;
    }

    void use(long now) {
        lastUse = now;
    }

    Template predecessor() {
        return predecessor;
    }

    void succeed(Template before) {
        predecessor = before;
        before.predecessor = null;
    }

    /** The same under another session. */
    Template movedTo(Exporter session) {
        TemplateKey moved = new TemplateKey(session, key.version(), key.domain(), key.id());
        return new Template(moved, options, scopeFields, enterprises, ids, lengths, revision, port, definedNanos);
    }

    /** Whether both stand for the same octets. */
    boolean sameFields(Template other) {
        return options == other.options
                && scopeFields == other.scopeFields
                && Arrays.equals(ids, other.ids)
                && Arrays.equals(lengths, other.lengths)
                && Arrays.equals(enterprises, other.enterprises);
    }

    /**
     * As octets, for a store.
     *
     * <pre>
     * format 1 (1) | exporter version (1) high (8) low (8) port (4) | version (1) domain (4) id (2)
     * | options (1) scope fields (2) | port (4) | defined (8) | fields (2) | enterprise (4) id (2) length (2) each | revision (4)
     * </pre>
     */
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(HEAD_OCTETS + Integer.BYTES + FIELD_OCTETS * ids.length);
        Exporter session = key.session();
        out.put(FORMAT)
                .put((byte) session.ipVersion())
                .putLong(session.addressHigh())
                .putLong(session.addressLow())
                .putInt(session.port());
        out.put((byte) key.version()).putInt(key.domain()).putShort((short) key.id());
        out.put((byte) (options ? 1 : 0)).putShort((short) scopeFields);
        out.putInt(port).putLong(definedNanos).putShort((short) ids.length);
        for (int i = 0; i < ids.length; i++) {
            out.putInt(enterprises[i]).putShort((short) ids[i]).putShort((short) lengths[i]);
        }
        return out.putInt(revision).array();
    }

    /**
     * Back from {@link #toBytes}.
     *
     * @throws IllegalArgumentException if the octets are of another format or damaged
     */
    public static Template fromBytes(byte[] octets) {
        ByteBuffer in = ByteBuffer.wrap(octets);
        try {
            byte format = in.get();
            if (format != FORMAT) {
                throw new IllegalArgumentException("A template of format " + format + ", this program reads " + FORMAT);
            }
            int ipVersion = in.get();
            Exporter session = new Exporter(in.getLong(), in.getLong(), ipVersion, in.getInt());
            TemplateKey key = new TemplateKey(session, in.get(), in.getInt(), in.getShort() & ID_MASK);
            boolean options = in.get() != 0;
            int scopeFields = in.getShort() & ID_MASK;
            int port = in.getInt();
            long definedNanos = in.getLong();
            int count = in.getShort() & ID_MASK;
            if (in.remaining() != count * FIELD_OCTETS + Integer.BYTES || count == 0 || scopeFields > count) {
                throw new IllegalArgumentException(
                        "A template of " + count + " fields in " + octets.length + " octets");
            }
            int[] enterprises = new int[count];
            int[] ids = new int[count];
            int[] lengths = new int[count];
            for (int i = 0; i < count; i++) {
                enterprises[i] = in.getInt();
                ids[i] = in.getShort() & ID_MASK;
                lengths[i] = in.getShort() & ID_MASK;
            }
            if (!isUsable(lengths, count)) {
                throw new IllegalArgumentException("A template whose records cannot be: " + Arrays.toString(lengths));
            }
            return new Template(key, options, scopeFields, enterprises, ids, lengths, in.getInt(), port, definedNanos);
        } catch (BufferUnderflowException tooShort) {
            throw new IllegalArgumentException("A template in " + octets.length + " octets", tooShort);
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(options ? "options template " : "template ")
                .append(key.id())
                .append(" of ")
                .append(key.session())
                .append(" version ")
                .append(key.version())
                .append(" domain ")
                .append(Integer.toUnsignedString(key.domain()))
                .append(':');
        for (int i = 0; i < ids.length; i++) {
            text.append(i == scopeFields && i > 0 ? " | " : " ").append(InformationElements.name(this, i));
            text.append(lengths[i] == VARIABLE_LENGTH ? "[v]" : "[" + lengths[i] + "]");
        }
        return text.toString();
    }

    /**
     * How a record of fixed length is read. A number of one to eight octets is taken out of a window of eight that lies within the record, by
     * two shifts: so all numbers are read alike, in one loop without branches.
     */
    static final class Plan {
        /** Records shorter than a window are read field by field. */
        static final int WINDOW_OCTETS = Long.BYTES;

        static final int OFFSET_MASK = 0xffff;
        static final int SLOT_SHIFT = 16;
        static final int SLOT_MASK = 0xff;
        /** Bits of the window before the number: six bits, as a shift of 64 bits takes no more. */
        static final int BEFORE_SHIFT = 24;
        /** Bits of the window that are not of the number. */
        static final int OTHERS_SHIFT = 30;

        /** Offset of the window, number in the {@link DataRecord}, bits before and bits not of the number, from the lowest bit on. */
        final long[] numbers;
        /** Offset and number in the {@link DataRecord}. */
        final int[] ipv6;

        final int[] sections;
        /** Octets of each of {@link #sections}. */
        final int[] sectionOctets;

        Plan(Template template) {
            numbers = windows(template);
            ipv6 = steps(template, RecordField.Kind.IPV6);
            sections = steps(template, RecordField.Kind.SECTION);
            sectionOctets = new int[sections.length];
            int section = 0;
            for (int i = 0; i < template.fieldCount(); i++) {
                if (is(template, i, RecordField.Kind.SECTION)) {
                    sectionOctets[section] = template.length(i);
                    section++;
                }
            }
        }

        /** The window ends with the number, or begins with the record where there is too little before it. */
        private static long[] windows(Template template) {
            long[] windows = new long[template.fieldCount()];
            int count = 0;
            for (int i = 0; i < windows.length; i++) {
                if (is(template, i, RecordField.Kind.NUMBER)) {
                    int end = template.offset(i) + template.length(i);
                    int from = Math.max(0, end - WINDOW_OCTETS);
                    long before = (template.offset(i) - from) * (long) Byte.SIZE;
                    long others = (WINDOW_OCTETS - template.length(i)) * (long) Byte.SIZE;
                    windows[count] = from
                            | ((long) template.slot(i) << SLOT_SHIFT)
                            | (before << BEFORE_SHIFT)
                            | (others << OTHERS_SHIFT);
                    count++;
                }
            }
            return Arrays.copyOf(windows, count);
        }

        private static int[] steps(Template template, RecordField.Kind kind) {
            int[] steps = new int[template.fieldCount()];
            int count = 0;
            for (int i = 0; i < steps.length; i++) {
                if (is(template, i, kind)) {
                    steps[count] = template.offset(i) | (template.slot(i) << SLOT_SHIFT);
                    count++;
                }
            }
            return Arrays.copyOf(steps, count);
        }

        private static boolean is(Template template, int field, RecordField.Kind kind) {
            return template.slot(field) != NO_SLOT
                    && DataRecord.field(template.slot(field)).kind() == kind;
        }
    }
}
