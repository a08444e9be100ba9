package io.weir.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings of the meter.
 *
 * @param window length of a window; windows begin at multiples of it since the epoch
 * @param grace how long after a window's end, in event time of the observation point, its packets may still arrive without being late
 * @param idleTimeout a flow without packets for this long has ended
 * @param activeTimeout a flow that lasts longer is ended and goes on as a new one
 * @param tcpLinger how long after the last packet of a closed TCP connection its flow is kept for stragglers
 * @param silenceTimeout wall-clock time without any batch from an observation point after which its flows are ended
 * @param maxFlows flows a task may hold; at the cap the one that would expire first is ended early
 * @param threads stream threads of this process
 * @param commitInterval time between commits: output becomes visible with a commit
 */
public record MeterConfig(
        Duration window,
        Duration grace,
        Duration idleTimeout,
        Duration activeTimeout,
        Duration tcpLinger,
        Duration silenceTimeout,
        int maxFlows,
        int threads,
        Duration commitInterval) {

    public MeterConfig {
        List<String> mistakes = new ArrayList<>();
        positive(mistakes, "window", window);
        notNegative(mistakes, "grace", grace);
        positive(mistakes, "idle timeout", idleTimeout);
        positive(mistakes, "active timeout", activeTimeout);
        notNegative(mistakes, "TCP linger", tcpLinger);
        positive(mistakes, "silence timeout", silenceTimeout);
        positive(mistakes, "commit interval", commitInterval);
        if (maxFlows < 1) {
            mistakes.add("max flows is " + maxFlows + "; it must be 1 or more");
        }
        if (threads < 1) {
            mistakes.add("threads is " + threads + "; it must be 1 or more");
        }
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
    }

    /** Settings that suit a live network. */
    public static MeterConfig defaults() {
        return new MeterConfig(
                Duration.ofSeconds(10),
                Duration.ofSeconds(2),
                Duration.ofSeconds(60),
                Duration.ofMinutes(30),
                Duration.ofSeconds(2),
                Duration.ofMinutes(2),
                1_000_000,
                1,
                Duration.ofSeconds(1));
    }

    private static void positive(List<String> mistakes, String what, Duration value) {
        if (value.toMillis() < 1) {
            mistakes.add(what + " is " + value + "; it must be at least a millisecond");
        }
    }

    private static void notNegative(List<String> mistakes, String what, Duration value) {
        if (value.isNegative()) {
            mistakes.add(what + " is " + value + "; it must not be negative");
        }
    }
}
