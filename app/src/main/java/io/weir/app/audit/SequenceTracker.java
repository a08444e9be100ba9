package io.weir.app.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Follows the numbers of batches, or of records of datagrams, of each collector session in each partition of a topic. Kafka keeps their order, so a number above the expected one is a
 * gap and one below it a repeat. Holds {@value #MAX_SEQUENCES} sequences; further ones are only counted.
 */
final class SequenceTracker {

    static final int MAX_SEQUENCES = 500_000;
    private static final int MAX_LISTED = 20;

    /** Missing batches: numbers {@code first} to {@code last}, found missing at this offset. */
    record Gap(String topic, int partition, long offset, String sessionId, long first, long last) {}

    private record Key(String topic, String sessionId, int partition) {}

    private static final class State {
        private long next;
        private boolean ended;
        private long missing;
        private long watermarkNanoseconds;
        private Point point;
    }

    private final Map<Key, State> states = new HashMap<>();
    private final List<Gap> gaps = new ArrayList<>();
    private long missingBatches;
    private long repeatedBatches;
    private long untracked;

    /**
     * Takes the number of the next batch of a partition.
     *
     * @return false when this batch is a repeat
     */
    boolean accept(BatchHead head) {
        Key key = new Key(head.topic(), head.sessionId(), head.partition());
        State state = states.get(key);
        if (state == null) {
            if (states.size() >= MAX_SEQUENCES) {
                untracked++;
                return true;
            }
            state = new State();
            state.next = head.trimmed() ? head.sequenceNumber() : 0;
            state.point = head.point();
            states.put(key, state);
        }
        if (head.sequenceNumber() < state.next) {
            repeatedBatches++;
            return false;
        }
        if (head.sequenceNumber() > state.next) {
            missingBatches += head.sequenceNumber() - state.next;
            state.missing += head.sequenceNumber() - state.next;
            if (gaps.size() < MAX_LISTED) {
                gaps.add(new Gap(
                        head.topic(),
                        head.partition(),
                        head.offset(),
                        head.sessionId(),
                        state.next,
                        head.sequenceNumber() - 1));
            }
        }
        state.next = head.sequenceNumber() + 1;
        state.ended |= head.endOfInput();
        state.watermarkNanoseconds = Math.max(state.watermarkNanoseconds, head.watermarkNanoseconds());
        return true;
    }

    /** The first gaps. */
    List<Gap> gaps() {
        return gaps;
    }

    /** Whether numbers are missing of a session that is none of these, also beyond the gaps that are listed. */
    boolean hasGapsOfOthersThan(Set<String> sessions) {
        return states.entrySet().stream()
                .anyMatch(entry -> entry.getValue().missing > 0
                        && !sessions.contains(entry.getKey().sessionId()));
    }

    long missingBatches() {
        return missingBatches;
    }

    /** Batches that are missing in the gaps that are listed. */
    long listedBatches() {
        return gaps.stream().mapToLong(gap -> gap.last() - gap.first() + 1).sum();
    }

    /** Makes room for other gaps: those of these sessions are explained. */
    void forgetGapsOf(Set<String> sessions) {
        gaps.removeIf(gap -> sessions.contains(gap.sessionId()));
    }

    /** Makes room for other sequences: nothing follows of those that are complete. */
    void forgetEnded() {
        states.values().removeIf(state -> state.ended);
    }

    long repeatedBatches() {
        return repeatedBatches;
    }

    long untracked() {
        return untracked;
    }

    /** Sequences of a point that have not said that they are complete. */
    boolean isOpen(Point point) {
        return states.values().stream().anyMatch(state -> state.point.equals(point) && !state.ended);
    }

    /** Event time up to which all open sequences of a point have sent everything, epoch nanoseconds. */
    long openWatermarkNanoseconds(Point point) {
        return states.values().stream()
                .filter(state -> state.point.equals(point) && !state.ended)
                .mapToLong(state -> state.watermarkNanoseconds)
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
