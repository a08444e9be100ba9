package io.weir.topology.netflow;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * An options record with its template, as it is kept over a restart: exporters repeat theirs only now and then. Immutable; owns its octets.
 *
 * @see NetflowDecoder#restore
 */
public final class OptionsRecord {
    private static final int KEY_HEAD_OCTETS = 1 + 8 + 8 + 1 + 4 + 2;

    private final Template template;
    private final PendingSet set;

    private OptionsRecord(Template template, PendingSet set) {
        this.template = template;
        this.set = set;
    }

    /** A copy of a record. */
    public static OptionsRecord of(DataRecord record) {
        Template template = record.template();
        return new OptionsRecord(
                template,
                new PendingSet(
                        0, record.head(), template.key().id(), record.buffer(), record.position(), record.octets()));
    }

    /** What tables are about that name the exporter alone as their scope, as those of samplers and interfaces often do. */
    private static final RecordField[] SUBJECTS = {
        RecordField.SAMPLER,
        RecordField.SELECTOR,
        RecordField.INGRESS_INTERFACE,
        RecordField.EGRESS_INTERFACE,
        RecordField.INGRESS_VRF,
        RecordField.EGRESS_VRF,
        RecordField.APPLICATION
    };

    /**
     * What the record is about: exporter, domain, template, the fields that are its scope (RFC 7011 section 3.4.2.1), and the sampler, interface,
     * or the like that it names. A later record about the same takes its place.
     */
    public static byte[] scopeOf(DataRecord record) {
        Template template = record.template();
        MessageHead head = record.head();
        int octets = KEY_HEAD_OCTETS + SUBJECTS.length * Long.BYTES;
        for (int field = 0; field < template.scopeFields(); field++) {
            octets += record.fieldOctets(field);
        }
        ByteBuffer key = ByteBuffer.allocate(octets)
                .put((byte) head.exporter.ipVersion())
                .putLong(head.exporter.addressHigh())
                .putLong(head.exporter.addressLow())
                .put((byte) head.version)
                .putInt(head.domain)
                .putShort((short) template.key().id());
        for (int field = 0; field < template.scopeFields(); field++) {
            key.put(key.position(), record.buffer(), record.fieldPosition(field), record.fieldOctets(field));
            key.position(key.position() + record.fieldOctets(field));
        }
        for (RecordField subject : SUBJECTS) {
            key.putLong(record.get(subject));
        }
        return key.array();
    }

    /** Whether a record says what this one says. */
    public boolean says(DataRecord record) {
        return set.octets() == record.octets()
                && template.sameFields(record.template())
                && set.buffer().equals(record.buffer().slice(record.position(), record.octets()));
    }

    Template template() {
        return template;
    }

    PendingSet set() {
        return set;
    }

    /** When the record came in, epoch nanoseconds. */
    public long receiveNanos() {
        return set.head().receiveNanos;
    }

    /** Memory it takes, an estimate in octets. */
    public int heapOctets() {
        return template.heapOctets() + set.heapOctets();
    }

    /** As octets, for a store: octets of the template (4), the template, the record with its head as {@link PendingSet#toBytes} has it. */
    public byte[] toBytes() {
        byte[] definition = template.toBytes();
        byte[] record = set.toBytes();
        return ByteBuffer.allocate(Integer.BYTES + definition.length + record.length)
                .putInt(definition.length)
                .put(definition)
                .put(record)
                .array();
    }

    /**
     * Back from {@link #toBytes}.
     *
     * @throws IllegalArgumentException if the octets are of another format or damaged
     */
    public static OptionsRecord fromBytes(byte[] octets) {
        ByteBuffer in = ByteBuffer.wrap(octets);
        try {
            byte[] definition = new byte[Math.min(in.getInt() & Integer.MAX_VALUE, in.remaining())];
            in.get(definition);
            byte[] record = new byte[in.remaining()];
            in.get(record);
            return new OptionsRecord(Template.fromBytes(definition), PendingSet.fromBytes(record));
        } catch (BufferUnderflowException tooShort) {
            throw new IllegalArgumentException("An options record in " + octets.length + " octets", tooShort);
        }
    }
}
