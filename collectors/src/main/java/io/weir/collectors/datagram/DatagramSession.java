package io.weir.collectors.datagram;

import io.weir.collectors.publish.BatchSender;
import io.weir.collectors.publish.Consignment;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.packets.DatagramEncoder;
import java.nio.ByteBuffer;
import java.util.UUID;

/** Records of one protocol from one thread: numbers them and sends them. Used by that thread. */
final class DatagramSession {

    private final DatagramProtocol protocol;
    private final String topic;
    private final BatchSender sender;
    private final DatagramEncoder encoder;
    private final DatagramCounts counts;
    private final DatagramLosses losses;
    private final String id = UUID.randomUUID().toString();
    private final ExporterKeys keys;

    /** By partition: number of the next record. */
    private final long[] sequences;

    DatagramSession(
            DatagramProtocol protocol,
            DatagramTopic topic,
            BatchSender sender,
            String host,
            String listener,
            DatagramCounts counts,
            DatagramLosses losses) {
        this.protocol = protocol;
        this.topic = topic.name();
        this.sender = sender;
        this.counts = counts;
        this.losses = losses;
        this.encoder = new DatagramEncoder(topic.schemaId(), host, listener, id);
        this.keys = new ExporterKeys(topic.partitions());
        this.sequences = new long[topic.partitions()];
    }

    void send(UdpSocket socket, int index, long timeNanos) throws InterruptedException {
        ByteBuffer memory = socket.memory();
        int offset = socket.offset(index);
        int length = socket.length(index);
        int ipVersion = socket.ipVersion(index);
        long high = socket.addressHigh(index);
        long low = socket.addressLow(index);
        ExporterKeys.Key key = keys.of(protocol, memory, offset, length, ipVersion, high, low);
        byte[] value = encoder.encode(
                sequences[key.partition]++,
                timeNanos,
                ipVersion,
                high,
                low,
                socket.senderPort(index),
                memory,
                offset,
                length);
        sender.send(topic, key.partition, key.octets, value, new Sent(timeNanos), false);
    }

    /** Tells every partition that nothing before this time is still to come. */
    void sendLife(long timeNanos, boolean end) throws InterruptedException {
        for (int partition = 0; partition < sequences.length; partition++) {
            byte[] value = encoder.encodeLife(sequences[partition]++, end, timeNanos);
            sender.send(topic, partition, null, value, new Life(timeNanos), false);
        }
    }

    /** A sign of life on its way. Lost, it holds no datagram, but its number is missing. */
    private final class Life implements Consignment {

        private final long timeNanos;

        Life(long timeNanos) {
            this.timeNanos = timeNanos;
        }

        @Override
        public long packets() {
            return 0;
        }

        @Override
        public void taken() {
            // Nothing to count.
        }

        @Override
        public Loss lost(LossReason reason, String why) {
            return losses.of(protocol, id, reason, 0, timeNanos, timeNanos, why);
        }

        @Override
        public String describe() {
            return "a sign of life of " + losses.listener();
        }
    }

    /** One datagram on its way. */
    private final class Sent implements Consignment {

        private final long timeNanos;

        Sent(long timeNanos) {
            this.timeNanos = timeNanos;
        }

        @Override
        public long packets() {
            return 0;
        }

        @Override
        public void taken() {
            counts.sent(protocol);
        }

        @Override
        public Loss lost(LossReason reason, String why) {
            counts.lost(reason, 1);
            return losses.of(protocol, id, reason, 1, timeNanos, timeNanos, why);
        }

        @Override
        public String describe() {
            return "a datagram of " + losses.listener();
        }
    }
}
