package io.weir.collectors.capture;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Joins the problems of one poll by reason and interface, so that a capture full of damage makes few records. Holds at most
 * {@value #MAX_OPEN} and delivers them early when one more is needed.
 */
public final class ProblemLog {

    /** Kinds of problems held at once. */
    public static final int MAX_OPEN = 32;

    private final String source;
    private final List<Open> open = new ArrayList<>();
    private boolean apart;

    /** @param source what users know the source by */
    public ProblemLog(String source) {
        this.source = source;
    }

    /** From now on no problems are joined. */
    void keepApart() {
        apart = true;
    }

    /** A null stands for unknown; an unknown count makes the joined count unknown. */
    public void report(
            FrameSink sink,
            CaptureLossReason reason,
            int interfaceIndex,
            long firstOffset,
            long endOffset,
            Long packets,
            Long layer2Octets,
            Long timeNanos,
            Supplier<String> message) {
        report(
                sink,
                reason,
                interfaceIndex,
                firstOffset,
                endOffset,
                packets,
                layer2Octets,
                timeNanos,
                timeNanos,
                message);
    }

    /**
     * The same for packets lost within a range of time.
     *
     * @param firstTimeNanos nanoseconds since the epoch, as is {@code lastTimeNanos}
     * @param message asked for only when the problem is the first of its kind
     */
    public void report(
            FrameSink sink,
            CaptureLossReason reason,
            int interfaceIndex,
            long firstOffset,
            long endOffset,
            Long packets,
            Long layer2Octets,
            Long firstTimeNanos,
            Long lastTimeNanos,
            Supplier<String> message) {
        for (int i = 0; i < open.size() && !apart; i++) {
            Open known = open.get(i);
            if (known.reason == reason && known.interfaceIndex == interfaceIndex) {
                known.join(endOffset, packets, layer2Octets, firstTimeNanos, lastTimeNanos);
                return;
            }
        }
        if (open.size() == MAX_OPEN) {
            flush(sink);
        }
        Open first = new Open(reason, interfaceIndex, firstOffset, message.get());
        first.endOffset = endOffset;
        first.packets = packets;
        first.layer2Octets = layer2Octets;
        first.firstTimeNanos = firstTimeNanos;
        first.lastTimeNanos = lastTimeNanos;
        open.add(first);
    }

    /**
     * Packets that a live interface lost since a time; nothing when there are none.
     *
     * @param layer2Octets of these, null when unknown
     * @param sinceMs epoch milliseconds, as is {@code nowMs}
     * @param why comes behind the source's name
     */
    public void reportDrops(
            FrameSink sink,
            CaptureLossReason reason,
            int interfaceIndex,
            long packets,
            Long layer2Octets,
            long sinceMs,
            long nowMs,
            Supplier<String> why) {
        if (packets > 0) {
            reportLive(sink, reason, interfaceIndex, packets, layer2Octets, sinceMs, nowMs, why);
        }
    }

    /** Packets that an interface or its driver dropped before the kernel had them. */
    public void reportInterfaceDrops(FrameSink sink, int interfaceIndex, long packets, long sinceMs, long nowMs) {
        reportDrops(
                sink,
                CaptureLossReason.INTERFACE_DROP,
                interfaceIndex,
                packets,
                null,
                sinceMs,
                nowMs,
                () -> "the interface or its driver dropped packets; see: ethtool -S " + source);
    }

    /** An interface that is or was gone, from which an unknown number of packets is missing. */
    public void reportLost(FrameSink sink, int interfaceIndex, long sinceMs, long nowMs, Supplier<String> why) {
        reportLive(sink, CaptureLossReason.INTERFACE_LOST, interfaceIndex, null, null, sinceMs, nowMs, why);
    }

    private void reportLive(
            FrameSink sink,
            CaptureLossReason reason,
            int interfaceIndex,
            Long packets,
            Long layer2Octets,
            long sinceMs,
            long nowMs,
            Supplier<String> why) {
        report(
                sink,
                reason,
                interfaceIndex,
                -1,
                -1,
                packets,
                layer2Octets,
                TimeUnit.MILLISECONDS.toNanos(sinceMs),
                TimeUnit.MILLISECONDS.toNanos(nowMs),
                () -> source + ": " + why.get());
    }

    /** Delivers what is held. */
    public void flush(FrameSink sink) {
        if (open.isEmpty()) {
            return;
        }
        List<Open> closed = List.copyOf(open);
        open.clear();
        for (Open problem : closed) {
            sink.onProblem(problem.close(source));
        }
    }

    private static final class Open {
        private final CaptureLossReason reason;
        private final int interfaceIndex;
        private final long firstOffset;
        private final String message;
        private long endOffset;
        private Long packets;
        private Long layer2Octets;
        private Long firstTimeNanos;
        private Long lastTimeNanos;
        private long more;

        Open(CaptureLossReason reason, int interfaceIndex, long firstOffset, String message) {
            this.reason = reason;
            this.interfaceIndex = interfaceIndex;
            this.firstOffset = firstOffset;
            this.message = message;
        }

        void join(long nextEnd, Long morePackets, Long moreOctets, Long fromNanos, Long toNanos) {
            endOffset = nextEnd;
            packets = sum(packets, morePackets);
            layer2Octets = sum(layer2Octets, moreOctets);
            if (fromNanos != null && (firstTimeNanos == null || fromNanos < firstTimeNanos)) {
                firstTimeNanos = fromNanos;
            }
            if (toNanos != null && (lastTimeNanos == null || toNanos > lastTimeNanos)) {
                lastTimeNanos = toNanos;
            }
            more++;
        }

        /** Counts are not negative, so a negative sum has run over. */
        private static Long sum(Long a, Long b) {
            if (a == null || b == null) {
                return null;
            }
            long sum = a + b;
            return sum < 0 ? null : Long.valueOf(sum);
        }

        CaptureProblem close(String source) {
            String text = more == 0
                    ? message
                    : message + " (and " + more + " more of this kind up to octet " + endOffset + ")";
            return new CaptureProblem(
                    reason,
                    source,
                    interfaceIndex,
                    firstOffset,
                    endOffset,
                    packets,
                    layer2Octets,
                    firstTimeNanos,
                    lastTimeNanos,
                    text);
        }
    }
}
