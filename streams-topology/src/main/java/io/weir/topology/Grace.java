package io.weir.topology;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How long after a window's end, in event time of the observation point, its packets may still arrive without being late.
 *
 * @param any where a kind of capture has none of its own
 * @param byCapture by how packets are captured, as observation points say it: {@code pcap}, {@code afpacket}, {@code ebpf} …
 */
public record Grace(Duration any, Map<String, Duration> byCapture) {

    public Grace {
        byCapture = Map.copyOf(byCapture);
    }

    /** The same for every kind of capture. */
    public static Grace of(Duration any) {
        return new Grace(any, Map.of());
    }

    /** That of a kind of capture. */
    public Duration of(String capture) {
        return byCapture.getOrDefault(capture, any);
    }

    void check(List<String> mistakes) {
        MeterConfig.notNegative(mistakes, "grace", any);
        byCapture.forEach((capture, own) -> MeterConfig.notNegative(mistakes, "grace of " + capture, own));
    }
}
