package io.weir.collectors.publish;

import io.weir.collectors.capture.Frame;
import io.weir.decoding.packet.PacketHeaders;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.RawPacketEncoder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Copies the first packets of each flow that one collector sees. Not thread-safe. */
final class RawPackets {

    /** Octets after which a batch is sent. */
    private static final int BATCH_OCTETS = 256 * 1024;

    /** Octets of all batches in the making, after which all of them are sent. */
    private static final int MAX_OCTETS = 4 * 1024 * 1024;

    /** Batches of one observation point in the making, one for each partition or null. */
    private static final class Batches {

        private final ObservationPoint point;
        private final RawPacketEncoder[] encoders;

        /** Keeps flows of one key at two observation points apart. */
        private final long salt;

        Batches(ObservationPoint point, int partitions, long salt) {
            this.point = point;
            this.encoders = new RawPacketEncoder[partitions];
            this.salt = salt;
        }
    }

    private final RawPacketSender sender;
    private final boolean wait;
    private final int maxOctets;
    private final FirstPackets firstPackets;

    /** By IANA protocol number plus one, 0 for no protocol. */
    private final long[] idleNanos = new long[1 + 256];

    private final Map<ObservationSession, Batches> sessions = new HashMap<>();

    private ObservationSession lastSession;
    private Batches last;
    private int octets;

    /** @param wait true when the source can wait for Kafka */
    RawPackets(RawPacketConfig config, RawPacketSender sender, boolean wait) {
        this.sender = sender;
        this.wait = wait;
        this.maxOctets = config.octets();
        this.firstPackets = new FirstPackets(config.packets());
        Arrays.fill(idleNanos, config.idleTimeout().toNanos());
        config.idleTimeouts().forEach((protocol, timeout) -> idleNanos[protocol + 1] = timeout.toNanos());
    }

    /**
     * Copies a frame when it is among the first packets of its flow, or of one of those within it.
     *
     * @param headers of the frame
     * @param keys its key, then those of the packets within it, from the outside in
     */
    void add(ObservationSession session, Frame frame, PacketHeaders headers, CanonicalKey[] keys)
            throws InterruptedException {
        Batches batches = batchesOf(session);
        boolean first = false;
        int depth = 0;
        for (PacketHeaders packet = headers; packet != null; packet = packet.enclosed()) {
            CanonicalKey key = keys[depth++];
            first |= firstPackets.take(
                    flow(key, batches.salt),
                    packet.tcpControlBits,
                    frame.timeNanos(),
                    idleNanos[key.protocolIdentifier + 1]);
        }
        if (first) {
            copy(batches, frame, keys, depth);
        }
    }

    private static long flow(CanonicalKey key, long salt) {
        long mixed = CanonicalKey.mix(key.hash() ^ key.word4());
        mixed = CanonicalKey.mix(mixed + key.word5());
        return CanonicalKey.mix(mixed ^ key.word6() + salt);
    }

    private void copy(Batches batches, Frame frame, CanonicalKey[] keys, int keyCount) throws InterruptedException {
        int partition = CanonicalKey.partition(keys[keyCount - 1].hash(), batches.encoders.length);
        RawPacketEncoder encoder = batches.encoders[partition];
        if (encoder == null) {
            encoder = new RawPacketEncoder();
            batches.encoders[partition] = encoder;
        }
        int before = encoder.encodedOctets();
        encoder.add(
                frame.timeNanos(),
                frame.linkType(),
                frame.layer2Octets(),
                keys,
                keyCount,
                frame.buffer(),
                frame.offset(),
                Math.min(frame.capturedOctets(), maxOctets));
        octets += encoder.encodedOctets() - before;
        if (encoder.encodedOctets() >= BATCH_OCTETS) {
            send(batches, partition);
        } else if (octets >= MAX_OCTETS) {
            flush();
        }
    }

    private Batches batchesOf(ObservationSession session) {
        if (session != lastSession) {
            last = sessions.computeIfAbsent(
                    session,
                    ignored -> new Batches(session.point(), sender.partitions(), CanonicalKey.mix(sessions.size())));
            lastSession = session;
        }
        return last;
    }

    /** Sends what has been copied. */
    void flush() throws InterruptedException {
        for (Batches batches : sessions.values()) {
            for (int partition = 0; partition < batches.encoders.length; partition++) {
                if (batches.encoders[partition] != null) {
                    send(batches, partition);
                }
            }
        }
    }

    private void send(Batches batches, int partition) throws InterruptedException {
        RawPacketEncoder encoder = batches.encoders[partition];
        batches.encoders[partition] = null;
        octets -= encoder.encodedOctets();
        sender.send(partition, encoder, batches.point, wait);
    }
}
