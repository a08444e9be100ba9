package io.weir.schemas.packets;

import io.weir.schemas.ObservationPoint;
import io.weir.schemas.serde.WireFormat;
import java.nio.ByteBuffer;

/** Collects copies of frames and writes them as one {@link io.weir.schemas.RawPacketBatch} in Avro. For one batch; not thread-safe. */
public final class RawPacketEncoder {

    private static final int INITIAL_OCTETS = 4096;

    private final AvroBuffer records = new AvroBuffer(INITIAL_OCTETS);
    private int packets;
    private long firstNanos;
    private long lastNanos;

    /**
     * Adds a copy of a frame.
     *
     * @param timeNanos when it was seen, epoch nanoseconds
     * @param linkType LINKTYPE_ number of tcpdump.org
     * @param layer2Octets length on the wire
     * @param keys of the flows that it belongs to, from the outside in; copied
     * @param keyCount how many of them
     * @param source holds the frame; its position and limit are left alone
     * @param start where in {@code source} the frame begins
     * @param copied how many octets of it are copied
     */
    public void add(
            long timeNanos,
            int linkType,
            int layer2Octets,
            CanonicalKey[] keys,
            int keyCount,
            ByteBuffer source,
            int start,
            int copied) {
        records.writeLong(timeNanos);
        records.writeInt(linkType);
        records.writeInt(layer2Octets);
        records.writeInt(keyCount);
        for (int i = 0; i < keyCount; i++) {
            PacketBatchEncoder.writeKey(records, keys[i], i - 1);
        }
        records.writeByte(0);
        records.writeInt(copied);
        records.ensure(copied);
        source.get(start, records.bytes, records.length, copied);
        records.length += copied;
        firstNanos = packets == 0 ? timeNanos : Math.min(firstNanos, timeNanos);
        lastNanos = packets == 0 ? timeNanos : Math.max(lastNanos, timeNanos);
        packets++;
    }

    /** Copies so far. */
    public int packets() {
        return packets;
    }

    /** Octets that the batch has grown to so far. */
    public int encodedOctets() {
        return records.length;
    }

    /** Earliest time of the packets, epoch nanoseconds; 0 without packets. */
    public long firstNanos() {
        return firstNanos;
    }

    /** Latest time of the packets, epoch nanoseconds; 0 without packets. */
    public long lastNanos() {
        return lastNanos;
    }

    /**
     * Writes the batch in Confluent's wire format.
     *
     * @param schemaId id of the schema of {@link io.weir.schemas.RawPacketBatch}
     */
    public byte[] encode(int schemaId, ObservationPoint point) {
        AvroBuffer out = new AvroBuffer(records.length + 256);
        out.length = WireFormat.HEADER_OCTETS;
        WireFormat.writeHeader(out.bytes, schemaId);
        PacketBatchEncoder.writePoint(out, point);
        out.writeArray(packets, records);
        return out.toArray();
    }
}
