package io.weir.collectors.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is copied of packets, payload among it.
 *
 * @param packets first packets of each flow that are copied; 0 copies nothing
 * @param octets octets of each that are copied at most
 * @param idleTimeout event time without packets after which a flow is taken for a new one
 * @param idleTimeouts the same of flows of an IANA protocol number
 */
public record RawPacketConfig(int packets, int octets, Duration idleTimeout, Map<Integer, Duration> idleTimeouts) {

    /** Most {@code packets}. */
    public static final int MAX_PACKETS = 1000;

    /** Least {@code octets}: what holds the headers of most packets. */
    public static final int MIN_OCTETS = 64;

    /** Most {@code octets}. */
    public static final int MAX_OCTETS = 65_535;

    /** Copies nothing. */
    public static final RawPacketConfig OFF = new RawPacketConfig(0, MIN_OCTETS, Duration.ofMinutes(1), Map.of());

    public RawPacketConfig {
        List<String> mistakes = new ArrayList<>();
        if (packets < 0 || packets > MAX_PACKETS) {
            mistakes.add("raw packets is " + packets + "; it must be 0 to " + MAX_PACKETS);
        }
        if (octets < MIN_OCTETS || octets > MAX_OCTETS) {
            mistakes.add("octets of raw packets is " + octets + "; it must be " + MIN_OCTETS + " to " + MAX_OCTETS);
        }
        List<Duration> timeouts = new ArrayList<>(idleTimeouts.values());
        timeouts.add(idleTimeout);
        for (Duration timeout : timeouts) {
            if (timeout.toMillis() < 1) {
                mistakes.add("idle timeout of raw packets is " + timeout + "; it must be at least a millisecond");
            }
        }
        idleTimeouts = Map.copyOf(idleTimeouts);
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
    }

    /** Whether anything is copied. */
    public boolean isOn() {
        return packets > 0;
    }
}
