package io.weir.collectors.publish;

import io.weir.decoding.packet.FactKind;
import io.weir.decoding.packet.PacketDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Settings of a collector.
 *
 * @param host name of this machine in observation points
 * @param batchPackets packets after which a batch is sent
 * @param batchDelay time after which a batch of a live source is sent, full or not
 * @param heartbeat time between signs of life of a live source without traffic
 * @param bufferOctets octets of batches that may wait for Kafka; beyond, a live source loses packets (counted), a file waits
 * @param compression Kafka's name of the codec for batches
 * @param tunnelDepth packets within each other, behind the outermost, that get a summary of their own; 0 leaves tunnels closed
 * @param facts what payloads are looked at for; empty leaves them alone
 * @param tcpNotes whether segments of TCP are held against those before them
 * @param trajectorySampling N, a power of two: of one packet in N the digest is noted, the same ones at every observation point; 0 for none
 * @param samplingRate N: one packet in N is taken, chosen at random
 * @param ownTraffic whether live sources also take packets of this process's own connections
 * @param rawPackets what is copied of packets
 */
public record CollectorConfig(
        String host,
        int batchPackets,
        Duration batchDelay,
        Duration heartbeat,
        long bufferOctets,
        String compression,
        int tunnelDepth,
        Set<FactKind> facts,
        boolean tcpNotes,
        int trajectorySampling,
        int samplingRate,
        boolean ownTraffic,
        RawPacketConfig rawPackets) {

    /** Largest batch, so that a record stays far below the topic's limit. */
    public static final int MAX_BATCH_PACKETS = 16_384;

    /** Least {@code bufferOctets}. */
    public static final long MIN_BUFFER_OCTETS = 1024 * 1024;

    /** Deepest {@code tunnelDepth}. */
    public static final int MAX_TUNNEL_DEPTH = 16;

    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");

    public CollectorConfig {
        List<String> mistakes = new ArrayList<>();
        if (host == null || host.isBlank()) {
            mistakes.add("host is empty");
        }
        if (batchPackets < 1 || batchPackets > MAX_BATCH_PACKETS) {
            mistakes.add("batch packets is " + batchPackets + "; it must be 1 to " + MAX_BATCH_PACKETS);
        }
        if (batchDelay.toMillis() < 1) {
            mistakes.add("batch delay is " + batchDelay + "; it must be at least a millisecond");
        }
        if (heartbeat.toMillis() < 100) {
            mistakes.add("heartbeat is " + heartbeat + "; it must be at least 100 ms");
        }
        if (bufferOctets < MIN_BUFFER_OCTETS) {
            mistakes.add("buffer is " + bufferOctets + " bytes; it must be at least 1 MB");
        }
        if (!CODECS.contains(compression)) {
            mistakes.add("compression is " + compression + "; it must be one of " + CODECS);
        }
        if (tunnelDepth < 0 || tunnelDepth > MAX_TUNNEL_DEPTH) {
            mistakes.add("tunnel depth is " + tunnelDepth + "; it must be 0 to " + MAX_TUNNEL_DEPTH);
        }
        if (trajectorySampling < 0 || Integer.bitCount(trajectorySampling) > 1) {
            mistakes.add("trajectory sampling is " + trajectorySampling + "; it must be 0 or a power of two");
        }
        if (samplingRate < 1) {
            mistakes.add("sampling rate is " + samplingRate + "; it must be at least 1");
        }
        facts = Set.copyOf(facts);
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
    }

    /** Settings that suit a live network. */
    public static CollectorConfig defaults(String host) {
        return new CollectorConfig(
                host,
                8192,
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                64L * 1024 * 1024,
                "lz4",
                PacketDecoder.DEFAULT_TUNNEL_DEPTH,
                FactKind.ALL,
                true,
                64,
                1,
                false,
                RawPacketConfig.OFF);
    }

    /** The same with batches of another size. */
    public CollectorConfig withBatchPackets(int packets) {
        return with(packets, compression, rawPackets);
    }

    /** The same with another codec. */
    public CollectorConfig withCompression(String codec) {
        return with(batchPackets, codec, rawPackets);
    }

    /** The same with other copies of packets. */
    public CollectorConfig withRawPackets(RawPacketConfig other) {
        return with(batchPackets, compression, other);
    }

    private CollectorConfig with(int packets, String codec, RawPacketConfig raw) {
        return new CollectorConfig(
                host,
                packets,
                batchDelay,
                heartbeat,
                bufferOctets,
                codec,
                tunnelDepth,
                facts,
                tcpNotes,
                trajectorySampling,
                samplingRate,
                ownTraffic,
                raw);
    }
}
