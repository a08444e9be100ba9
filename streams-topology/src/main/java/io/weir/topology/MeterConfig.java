package io.weir.topology;

import io.weir.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Settings of the meter.
 *
 * @param window length of a window; windows begin at multiples of it since the epoch
 * @param grace how late packets may be
 * @param timeouts of flows of protocols that have none of their own; what encloses others lives for its idle timeout in whole windows
 * @param timeoutsByProtocol of those of an IANA protocol number
 * @param tcpLinger how long after the last packet of a closed TCP connection its flow is kept for stragglers
 * @param silenceTimeout wall-clock time without any batch from an observation point after which its flows are ended
 * @param conversationWait how long after a window's end, in event time of an observation point that saw a conversation in it, the conversation's other points are
 *     waited for
 * @param earlyRecords whether a record tells of each TCP connection as soon as its handshake is complete
 * @param maxFlows flows a task may hold; at the cap the one that would expire first is ended early
 * @param edges longer windows of edges, and how many are kept
 * @param threads stream threads of this process
 * @param commitInterval time between commits: output becomes visible with a commit
 * @param exactlyOnce false for at-least-once: after a crash, what came since the last commit is counted again
 * @param standbyReplicas how many other instances keep a copy of each task's flows, ready to go on with
 */
public record MeterConfig(
        Duration window,
        Grace grace,
        FlowTimeouts timeouts,
        Map<Integer, FlowTimeouts> timeoutsByProtocol,
        Duration tcpLinger,
        Duration silenceTimeout,
        Duration conversationWait,
        boolean earlyRecords,
        int maxFlows,
        EdgeConfig edges,
        int threads,
        Duration commitInterval,
        boolean exactlyOnce,
        int standbyReplicas) {

    /** Greatest IANA protocol number. */
    private static final int MAX_PROTOCOL = 255;

    public MeterConfig {
        List<String> mistakes = new ArrayList<>();
        positive(mistakes, "window", window);
        grace.check(mistakes);
        positive(mistakes, "idle timeout", timeouts.idle());
        positive(mistakes, "active timeout", timeouts.active());
        timeoutsByProtocol.forEach((protocol, own) -> {
            if (protocol < 0 || protocol > MAX_PROTOCOL) {
                mistakes.add("protocol " + protocol + " has timeouts; it must be 0 to " + MAX_PROTOCOL);
            }
            positive(mistakes, "idle timeout of protocol " + protocol, own.idle());
            positive(mistakes, "active timeout of protocol " + protocol, own.active());
        });
        timeoutsByProtocol = Map.copyOf(timeoutsByProtocol);
        notNegative(mistakes, "TCP linger", tcpLinger);
        positive(mistakes, "silence timeout", silenceTimeout);
        notNegative(mistakes, "conversation wait", conversationWait);
        positive(mistakes, "commit interval", commitInterval);
        if (maxFlows < 1) {
            mistakes.add("max flows is " + maxFlows + "; it must be 1 or more");
        }
        edges.check(window, mistakes);
        if (threads < 1) {
            mistakes.add("threads is " + threads + "; it must be 1 or more");
        }
        if (standbyReplicas < 0) {
            mistakes.add("standby replicas is " + standbyReplicas + "; it must be 0 or more");
        }
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
    }

    /** Settings that suit a live network. */
    public static MeterConfig defaults() {
        return new MeterConfig(
                Duration.ofSeconds(10),
                Grace.of(Duration.ofSeconds(2)),
                new FlowTimeouts(Duration.ofSeconds(60), Duration.ofMinutes(30)),
                Map.of(),
                Duration.ofSeconds(2),
                Duration.ofMinutes(2),
                Duration.ofSeconds(30),
                true,
                1_000_000,
                new EdgeConfig(Topics.DEFAULT_EDGE_ROLL_UPS, 50_000),
                1,
                Duration.ofSeconds(1),
                true,
                0);
    }

    /** The same with another grace. */
    public MeterConfig withGrace(Grace other) {
        return with(other, timeouts, timeoutsByProtocol, earlyRecords, maxFlows);
    }

    /** The same with other timeouts. */
    public MeterConfig withTimeouts(FlowTimeouts any, Map<Integer, FlowTimeouts> byProtocol) {
        return with(grace, any, byProtocol, earlyRecords, maxFlows);
    }

    /** The same with room for another number of flows. */
    public MeterConfig withMaxFlows(int flows) {
        return with(grace, timeouts, timeoutsByProtocol, earlyRecords, flows);
    }

    /** The same with or without early records. */
    public MeterConfig withEarlyRecords(boolean early) {
        return with(grace, timeouts, timeoutsByProtocol, early, maxFlows);
    }

    private MeterConfig with(
            Grace otherGrace, FlowTimeouts any, Map<Integer, FlowTimeouts> byProtocol, boolean early, int flows) {
        return new MeterConfig(
                window,
                otherGrace,
                any,
                byProtocol,
                tcpLinger,
                silenceTimeout,
                conversationWait,
                early,
                flows,
                edges,
                threads,
                commitInterval,
                exactlyOnce,
                standbyReplicas);
    }

    private static void positive(List<String> mistakes, String what, Duration value) {
        if (value.toMillis() < 1) {
            mistakes.add(what + " is " + value + "; it must be at least a millisecond");
        }
    }

    static void notNegative(List<String> mistakes, String what, Duration value) {
        if (value.isNegative()) {
            mistakes.add(what + " is " + value + "; it must not be negative");
        }
    }
}
