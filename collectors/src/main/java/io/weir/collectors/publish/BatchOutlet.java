package io.weir.collectors.publish;

import io.weir.schemas.Loss;

/** Where the batches of a collector go, and the word of what it could not take. */
abstract class BatchOutlet {

    /** Partitions that batches are spread over. */
    abstract int partitions();

    /** Id of the schema of packet batches. */
    abstract int batchSchemaId();

    /** Sends copies of packets; null when that is off. */
    abstract RawPacketSender rawPackets();

    /** Whether what is given now was sent by an earlier run: it is to be forgotten. */
    boolean isReplaying() {
        return false;
    }

    /** Sends one encoded batch; waits for room when {@code wait}, else a full buffer makes a loss. */
    abstract void send(int partition, byte[] value, BatchSender.PacketRange range, boolean wait)
            throws InterruptedException;

    /** Writes a loss, now or when Kafka takes it. */
    abstract void report(Loss loss);
}
