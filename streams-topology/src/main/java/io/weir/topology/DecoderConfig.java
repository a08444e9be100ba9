package io.weir.topology;

import io.weir.decoding.packet.FactKind;
import io.weir.decoding.packet.PacketDecoder;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * Settings of the decoder of datagrams.
 *
 * @param tunnelDepth packets within each other, behind the outermost, of a sampled header that get a summary of their own
 * @param facts what payloads of sampled headers are looked at for
 * @param openTime how long after an observation point's last packet the meter is told of its time: as long as the meter may have flows of it open
 * @param threads stream threads of this process
 * @param commitInterval time between commits: output becomes visible with a commit
 */
public record DecoderConfig(
        int tunnelDepth, Set<FactKind> facts, Duration openTime, int threads, Duration commitInterval) {

    public DecoderConfig {
        facts = facts.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(facts));
        if (tunnelDepth < 0 || threads < 1 || openTime.isNegative() || commitInterval.toMillis() < 1) {
            throw new IllegalArgumentException("tunnel depth is " + tunnelDepth + ", threads is " + threads
                    + ", open time is " + openTime + ", commit interval is " + commitInterval
                    + "; none may be negative, and threads and commit interval must be at least 1 and 1 ms");
        }
    }

    /** Settings that suit most. */
    public static DecoderConfig defaults() {
        return new DecoderConfig(
                PacketDecoder.DEFAULT_TUNNEL_DEPTH, FactKind.ALL, Duration.ofMinutes(5), 1, Duration.ofMillis(500));
    }
}
