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
 * @param window length of the meter's windows: what flow records count is spread over them
 * @param flowRecordDelay how long after a packet the flow record that tells of it may come, as exporters wait for their flows to end: the active and the inactive
 *     timeout of NetFlow and IPFIX exporters together. What comes later is late to its window, and counted all the same
 * @param threads stream threads of this process
 * @param commitInterval time between commits: output becomes visible with a commit
 */
public record DecoderConfig(
        int tunnelDepth,
        Set<FactKind> facts,
        Duration openTime,
        Duration window,
        Duration flowRecordDelay,
        int threads,
        Duration commitInterval) {

    /** Of exporters with an active timeout of a minute and an inactive one of 15 seconds, and time to export. */
    public static final Duration DEFAULT_FLOW_RECORD_DELAY = Duration.ofSeconds(90);

    public DecoderConfig {
        facts = facts.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(facts));
        if (tunnelDepth < 0
                || threads < 1
                || openTime.isNegative()
                || flowRecordDelay.isNegative()
                || window.toMillis() < 1
                || commitInterval.toMillis() < 1) {
            throw new IllegalArgumentException("tunnel depth is " + tunnelDepth + ", threads is " + threads
                    + ", open time is " + openTime + ", window is " + window + ", flow record delay is "
                    + flowRecordDelay + ", commit interval is " + commitInterval
                    + "; none may be negative, threads must be at least 1, window and commit interval 1 ms");
        }
    }

    /** Settings that suit most. */
    public static DecoderConfig defaults() {
        return new DecoderConfig(
                PacketDecoder.DEFAULT_TUNNEL_DEPTH,
                FactKind.ALL,
                Duration.ofMinutes(5),
                Duration.ofSeconds(10),
                DEFAULT_FLOW_RECORD_DELAY,
                1,
                Duration.ofMillis(500));
    }
}
