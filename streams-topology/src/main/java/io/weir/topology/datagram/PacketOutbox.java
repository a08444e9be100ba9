package io.weir.topology.datagram;

import io.weir.schemas.packets.BatchHeader;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.PacketBatchEncoder;
import io.weir.schemas.packets.PayloadFact;
import io.weir.schemas.packets.ReportedForwarding;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Gathers packet summaries into batches, one in the making for each observation point and partition that has any. What is gathered is not
 * kept over a commit: {@link #flush} comes first.
 */
final class PacketOutbox {

    /** Packets after which a batch leaves. */
    static final int BATCH_PACKETS = 1_000;

    /** Octets of facts after which a batch leaves, so that a record stays far below the topic's limit. */
    private static final int MAX_FACT_OCTETS = 256 * 1024;

    /** Batches in the making, and packets in all of them, after which all leave. */
    private static final int MAX_GATHERED = 1_024;

    private static final int MAX_GATHERED_PACKETS = 65_536;

    /** Encoders that are kept for the next batches: each is as large as its largest batch. */
    private static final int MAX_FREE = 64;

    /** Times of datagrams are nanoseconds. */
    private static final int TICK_NANOS = 1;

    /** Takes batches. */
    interface Sink {

        /** @param value in Confluent's wire format */
        void send(int partition, byte[] value);
    }

    private record Gathered(PointRow row, int partition) {}

    private final int schemaId;
    private final int partitions;
    private final DatagramTable table;
    private final Sink sink;
    private final ArrayDeque<PacketBatchEncoder> free = new ArrayDeque<>();

    /** In the order in which they were begun: the same input gives the same batches in the same order. */
    private final List<Gathered> gathered = new ArrayList<>();

    private int gatheredPackets;
    private long packets;

    /** @param schemaId of packet batches */
    PacketOutbox(int schemaId, int partitions, DatagramTable table, Sink sink) {
        this.schemaId = schemaId;
        this.partitions = partitions;
        this.table = table;
        this.sink = sink;
    }

    /** Packets of root flows that were sent. */
    long packets() {
        return packets;
    }

    /**
     * Adds a summary.
     *
     * @param count packets that it stands for
     * @param fact what a payload shows, or null
     * @param forwarding what was said of the packets' way; empty for nothing
     */
    void add(
            PointRow row,
            CanonicalKey key,
            boolean sentByA,
            long timeNanos,
            int count,
            int layer2Octets,
            int octets,
            int tcpControlBits,
            PayloadFact fact,
            ReportedForwarding forwarding) {
        long hash = key.hash();
        int partition = CanonicalKey.partition(hash, partitions);
        PacketBatchEncoder encoder = row.gathered[partition];
        if (encoder == null) {
            encoder = begin(row, partition);
        }
        int index = encoder.add(key, hash, sentByA, timeNanos, count, layer2Octets, octets, tcpControlBits);
        encoder.addForwarding(index, sentByA, forwarding);
        if (fact != null) {
            encoder.addFact(fact);
        }
        gatheredPackets++;
        if (encoder.summaries() >= BATCH_PACKETS
                || encoder.factOctets() >= MAX_FACT_OCTETS
                || gatheredPackets >= MAX_GATHERED_PACKETS
                || gathered.size() >= MAX_GATHERED) {
            flush();
        }
    }

    private PacketBatchEncoder encoder() {
        return free.isEmpty() ? new PacketBatchEncoder(TICK_NANOS, false) : free.pop();
    }

    private void release(PacketBatchEncoder encoder) {
        if (free.size() < MAX_FREE) {
            free.push(encoder);
        }
    }

    private PacketBatchEncoder begin(PointRow row, int partition) {
        PacketBatchEncoder encoder = encoder();
        row.gathered[partition] = encoder;
        gathered.add(new Gathered(row, partition));
        return encoder;
    }

    /** Sends what is gathered. */
    void flush() {
        for (Gathered one : gathered) {
            PacketBatchEncoder encoder = one.row.gathered[one.partition];
            one.row.gathered[one.partition] = null;
            packets += encoder.rootPackets();
            one.row.lastPacketNanos = Math.max(one.row.lastPacketNanos, encoder.maxTimeNanoseconds());
            send(one.row, one.partition, encoder, false);
            release(encoder);
        }
        gathered.clear();
        gatheredPackets = 0;
    }

    /**
     * Says how far time has come, to every partition: edges of a window are complete when all have heard. To be called when nothing of the point is
     * gathered.
     *
     * @param end nothing follows
     */
    void sendLife(PointRow row, boolean end) {
        PacketBatchEncoder encoder = encoder();
        for (int partition = 0; partition < partitions; partition++) {
            send(row, partition, encoder, end);
        }
        release(encoder);
    }

    private void send(PointRow row, int partition, PacketBatchEncoder encoder, boolean end) {
        BatchHeader header =
                new BatchHeader(row.point, row.sessionId, row.sequences[partition]++, row.watermarkNanos, end);
        table.changed(row);
        sink.send(partition, encoder.encode(schemaId, header));
    }
}
