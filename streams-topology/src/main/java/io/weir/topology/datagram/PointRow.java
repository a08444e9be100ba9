package io.weir.topology.datagram;

import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.PacketBatchEncoder;
import io.weir.state.RowOutput;
import io.weir.state.TableStore;

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

    /** When the last packet was sent, epoch nanoseconds. */
    long lastPacketNanos = Long.MIN_VALUE;

    /** Everything up to this time has been decoded, epoch nanoseconds. */
    long watermarkNanos = Long.MIN_VALUE;

    /** How long after a packet its report may come, by the clock of the collector, nanoseconds. */
    long delayNanos;

    /** Session of the collector's thread by which its datagrams come. */
    String collectorSession = "";

    /** By partition: what is gathered, null for nothing; never across a commit. */
    final PacketBatchEncoder[] gathered;

    PointRow(ObservationPoint point, String sessionId, int partitions) {
        this.point = point;
        this.sessionId = sessionId;
        sequences = new long[partitions];
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

    @Override
    protected byte[] changelogKey() {
        return DatagramCodec.key(this);
    }

    @Override
    protected void writeValue(RowOutput out) {
        out.put(DatagramCodec.value(this));
    }
}
