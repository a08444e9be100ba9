package io.weir.topology.netflow;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * A data set whose template is not known yet, with what its message said. Immutable; owns its octets.
 *
 * @see PendingSets
 */
public final class PendingSet {
    private static final byte FORMAT = 1;
    private static final int HEAD_OCTETS = 1 + 8 + 1 + 8 + 8 + 4 + 1 + 4 + 4 + 8 + 8 + 2 + 1 + 8 + 8 + 2;
    private static final int HEAP_BASE_OCTETS = 256;
    private static final int SHORT_MASK = 0xffff;

    private final long number;
    private final MessageHead head = new MessageHead();
    private final int templateId;
    private final byte[] content;

    /**
     * A set as it came.
     *
     * @param number order of arrival
     * @param position first octet of the content, behind the set's header
     */
    PendingSet(long number, MessageHead of, int templateId, ByteBuffer buffer, int position, int octets) {
        this.number = number;
        head.copyFrom(of);
        this.templateId = templateId;
        content = new byte[octets];
        buffer.get(position, content);
    }

    private PendingSet(long number, MessageHead of, int templateId, byte[] content) {
        this.number = number;
        head.copyFrom(of);
        this.templateId = templateId;
        this.content = content;
    }

    /** Order of arrival: what a store knows it by. Unique among the sets that one {@link PendingSets} holds. */
    public long number() {
        return number;
    }

    /** The template that it waits for. */
    public int templateId() {
        return templateId;
    }

    /** Header of the message that it came with; not to be changed. */
    public MessageHead head() {
        return head;
    }

    /** Octets of its records, without the set's header. */
    public int octets() {
        return content.length;
    }

    /** Who sent it. */
    public Exporter exporter() {
        return head.exporter;
    }

    /** Memory it takes, an estimate in octets. */
    int heapOctets() {
        return HEAP_BASE_OCTETS + content.length;
    }

    /** What its records are read from. */
    ByteBuffer buffer() {
        return ByteBuffer.wrap(content);
    }

    /**
     * As octets, for a store.
     *
     * <pre>
     * format 1 (1) number (8) | exporter version (1) high (8) low (8) port (4) | version (1) domain (4) sequence (4)
     * | export time (8) uptime (8) | sampling interval (2) mode (1) | received (8) clock correction (8) | template (2) | content
     * </pre>
     */
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(HEAD_OCTETS + content.length);
        out.put(FORMAT).putLong(number);
        out.put((byte) head.exporter.ipVersion())
                .putLong(head.exporter.addressHigh())
                .putLong(head.exporter.addressLow())
                .putInt(head.exporter.port());
        out.put((byte) head.version).putInt(head.domain).putInt(head.sequenceNumber);
        out.putLong(head.exportNanos).putLong(head.uptimeMillis);
        out.putShort((short) head.samplingInterval).put((byte) head.samplingMode);
        out.putLong(head.receiveNanos).putLong(head.clockCorrectionNanos);
        return out.putShort((short) templateId).put(content).array();
    }

    /**
     * Back from {@link #toBytes}.
     *
     * @throws IllegalArgumentException if the octets are of another format or damaged
     */
    public static PendingSet fromBytes(byte[] octets) {
        ByteBuffer in = ByteBuffer.wrap(octets);
        try {
            byte format = in.get();
            if (format != FORMAT) {
                throw new IllegalArgumentException("A set of format " + format + ", this program reads " + FORMAT);
            }
            long number = in.getLong();
            int ipVersion = in.get();
            MessageHead head = new MessageHead();
            head.clear(new Exporter(in.getLong(), in.getLong(), ipVersion, in.getInt()), 0);
            head.version = in.get();
            head.domain = in.getInt();
            head.sequenceNumber = in.getInt();
            head.exportNanos = in.getLong();
            head.uptimeMillis = in.getLong();
            head.samplingInterval = in.getShort() & SHORT_MASK;
            head.samplingMode = in.get();
            head.receiveNanos = in.getLong();
            head.clockCorrectionNanos = in.getLong();
            int templateId = in.getShort() & SHORT_MASK;
            byte[] content = new byte[in.remaining()];
            in.get(content);
            return new PendingSet(number, head, templateId, content);
        } catch (BufferUnderflowException tooShort) {
            throw new IllegalArgumentException("A set in " + octets.length + " octets", tooShort);
        }
    }

    @Override
    public String toString() {
        return content.length + " octets for template " + templateId + " of " + head;
    }
}
