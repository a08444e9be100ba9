package io.weir.topology.datagram;

import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.PacketBatchEncoder;
import io.weir.topology.store.TableStore;
import java.util.Arrays;

/**
 * An observation point that an exporter reports of: the session of packet batches that this task sends for it, and the batches in the
 * making. The meter takes it for a collector.
 */
final class PointRow extends TableStore.Row {

    final ObservationPoint point;

    /** Names this row's life: one that was forgotten and comes again has another. */
    final String sessionId;

    /** By partition of the packets topic: number of the next batch. */
    final long[] sequences;

    /** By partition: when the last packet was sent there, epoch nanoseconds; {@link Long#MIN_VALUE} where the meter has nothing open. */
    final long[] lastPacketNanos;

    /** Everything up to this time has been decoded, epoch nanoseconds. */
    long watermarkNanos = Long.MIN_VALUE;

    /** Session of the collector's thread by which its datagrams come. */
    String collectorSession = "";

    /** By partition: what is gathered, null for nothing; never across a commit. */
    final PacketBatchEncoder[] gathered;

    PointRow(ObservationPoint point, String sessionId, int partitions) {
        this.point = point;
        this.sessionId = sessionId;
        sequences = new long[partitions];
        lastPacketNanos = new long[partitions];
        Arrays.fill(lastPacketNanos, Long.MIN_VALUE);
        gathered = new PacketBatchEncoder[partitions];
    }

    /** Whether a batch is in the making. */
    boolean isGathering() {
        for (PacketBatchEncoder one : gathered) {
            if (one != null) {
                return true;
            }
        }
        return false;
    }

    /** Partitions where the meter may have something open. */
    int openPartitions() {
        int open = 0;
        for (long last : lastPacketNanos) {
            if (last != Long.MIN_VALUE) {
                open++;
            }
        }
        return open;
    }

    /** Latest time of a packet; {@link Long#MIN_VALUE} where the meter has nothing open. */
    long lastPacketNanos() {
        long last = Long.MIN_VALUE;
        for (long one : lastPacketNanos) {
            last = Math.max(last, one);
        }
        return last;
    }

    @Override
    protected byte[] changelogKey() {
        return DatagramCodec.key(this);
    }

    @Override
    protected byte[] changelogValue() {
        return DatagramCodec.value(this);
    }
}
