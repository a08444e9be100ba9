package io.weir.collectors.capture;

import java.util.Objects;

/**
 * Packets that a source lost or refused, or input that it could not read. Problems of one reason and interface that are met in one
 * poll come as one.
 *
 * @param reason bounded reason code
 * @param source file or interface name as given by the user
 * @param interfaceIndex as announced to the sink, -1 when the interface is not known
 * @param firstOffset offset of the first damaged octet in the (decompressed) capture, -1 for live interfaces
 * @param endOffset offset after the last damaged octet, -1 when it is not known
 * @param packets packets lost; 0 when none was, null when nobody can tell
 * @param layer2Octets octets on the wire of the lost packets, null when nobody can tell
 * @param firstTimeNanos time of the first lost packet, epoch nanoseconds, null when not known
 * @param lastTimeNanos time of the last lost packet, epoch nanoseconds, null when not known
 * @param message for people: names source, place and the way out
 */
public record CaptureProblem(
        CaptureLossReason reason,
        String source,
        int interfaceIndex,
        long firstOffset,
        long endOffset,
        Long packets,
        Long layer2Octets,
        Long firstTimeNanos,
        Long lastTimeNanos,
        String message) {

    /** Checks the parts that must be there. */
    public CaptureProblem {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(message, "message");
    }

    CaptureProblem withInterfaceIndex(int index) {
        return new CaptureProblem(
                reason,
                source,
                index,
                firstOffset,
                endOffset,
                packets,
                layer2Octets,
                firstTimeNanos,
                lastTimeNanos,
                message);
    }
}
