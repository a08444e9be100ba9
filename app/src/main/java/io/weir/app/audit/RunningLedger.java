package io.weir.app.audit;

import io.weir.schemas.Counters;
import io.weir.schemas.Edge;
import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Books that are kept while everything runs: fed with what is new, closed window by window. A window of which nothing was heard for the settle
 * time must agree; if it does it is forgotten, if not it is kept as a difference until what is missing comes. What comes for a forgotten window begins an
 * entry that must agree by itself, as sums do.
 *
 * <p>Holds {@value #MAX_WINDOWS} windows at most, over all points; beyond, the last one of a point takes what belongs to later ones. Of {@value
 * #MAX_POINTS} points it remembers that there were batches, so that what comes without any is known for a surplus. Pure: the time is an argument.
 */
final class RunningLedger implements Books {

    static final int MAX_WINDOWS = 100_000;
    static final int MAX_POINTS = 10_000;

    /** Sessions that lost batches and said so; of further ones no word is kept, so that their gaps show. */
    private static final int MAX_SESSIONS_WITH_LOSSES = 10_000;

    private static final class Window {
        private final WindowSums sums = new WindowSums();
        private long heardMs;

        private boolean agrees() {
            return sums.missingPackets() == 0 && sums.missingLayer2Octets() == 0 && sums.edges.isEqualTo(sums.flows);
        }
    }

    private static final class Book {
        private final TreeMap<Long, Window> windows = new TreeMap<>();
        private final Cut cut = new Cut();
        private long heardMs;

        /** Without batches nothing can be said of it. */
        private boolean hasBatches;
    }

    private final long windowMs;
    private final long settleMs;
    private final TreeMap<Point, Book> books = new TreeMap<>();
    private final SequenceTracker sequences = new SequenceTracker();
    private final Set<String> sessionsWithLosses = new HashSet<>();
    private int windowCount;
    private long nowMs;

    /** Until the books are closed for the first time: what comes later has come whole. */
    private boolean firstReading = true;

    /** Of all flows, at least that of the books. */
    private long longestWindowMs;

    private long unreadableBatches;
    private long undecodableLosses;

    /** As they were when the books were closed last: what explains them may take a moment longer. */
    private long unreadableBefore;

    private long missingBefore;

    /**
     * @param windowMs length of the meter's windows, milliseconds
     * @param settle how long after the last word about a window it must agree
     */
    RunningLedger(long windowMs, Duration settle) {
        this.windowMs = windowMs;
        this.longestWindowMs = windowMs;
        this.settleMs = settle.toMillis();
    }

    /** The time of what is fed from now on, wall clock, epoch milliseconds. */
    void now(long epochMs) {
        nowMs = epochMs;
    }

    @Override
    public long windowStart(long epochMs) {
        return Math.floorDiv(epochMs, windowMs) * windowMs;
    }

    @Override
    public boolean batch(BatchHead head) {
        Book book = book(head.point());
        book.hasBatches = true;
        if (firstReading && head.trimmed()) {
            book.cut.note(head, this);
        }
        // A session that is new, and not to this auditor alone, begins with its first batch.
        return sequences.accept(firstReading ? head : head.whole());
    }

    @Override
    public void packets(Point point, long windowStartMs, long packets, long layer2Octets) {
        sums(point, windowStartMs).batches.add(packets, layer2Octets);
    }

    @Override
    public void unreadableBatch() {
        unreadableBatches++;
    }

    @Override
    public void unreadableRecord(String topic) {
        // It holds nothing that is counted: else the sums differ.
    }

    @Override
    public void flow(Flow flow) {
        if (flow.getParentFlowId() != null) {
            return;
        }
        longestWindowMs = Math.max(longestWindowMs, flow.getWindowEnd() - flow.getWindowStart());
        Counters delta = flow.getDelta();
        long packets = delta.getInitiatorPackets() + delta.getResponderPackets();
        if (packets > 0) {
            sums(Point.of(flow.getObservationPoint()), windowStart(flow.getWindowStart()))
                    .flows
                    .add(packets, delta.getInitiatorLayer2Octets() + delta.getResponderLayer2Octets());
        }
    }

    @Override
    public void edge(Edge edge) {
        long packets = edge.getInitiatorPackets() + edge.getResponderPackets();
        if (!edge.getEnclosed() && packets > 0) {
            sums(Point.of(edge.getObservationPoint()), windowStart(edge.getWindowStart()))
                    .edges
                    .add(packets, edge.getInitiatorLayer2Octets() + edge.getResponderLayer2Octets());
        }
    }

    @Override
    public void loss(Loss loss) {
        if (loss.getRawPackets() != null) {
            // Copies: the packets themselves are in the batches.
            return;
        }
        if (loss.getSessionId() != null
                && Ledger.EXPLAINS_GAP.contains(loss.getReason())
                && sessionsWithLosses.size() < MAX_SESSIONS_WITH_LOSSES) {
            sessionsWithLosses.add(loss.getSessionId());
        }
        if (!loss.getStage().equals(Ledger.METER)) {
            return;
        }
        if (loss.getReason() == LossReason.undecodable_record) {
            undecodableLosses += Ledger.records(loss);
        }
        boolean counted = loss.getPackets() != null && loss.getFirstTimeMicroseconds() != null;
        // Missing batches are not among the batches that were counted.
        if (counted && loss.getReason() != LossReason.sequence_gap) {
            sums(Point.of(loss.getObservationPoint()), windowStart(loss.getFirstTimeMicroseconds() / 1000))
                    .meterLosses
                    .add(loss.getPackets(), loss.getLayer2Octets() == null ? 0 : loss.getLayer2Octets());
        }
    }

    private WindowSums sums(Point point, long startMs) {
        Book book = book(point);
        Window window = book.windows.get(startMs);
        if (window == null) {
            if (windowCount >= MAX_WINDOWS && !book.windows.isEmpty()) {
                window = book.windows.lastEntry().getValue();
            } else {
                windowCount++;
                window = new Window();
                book.windows.put(startMs, window);
            }
        }
        window.heardMs = nowMs;
        return window.sums;
    }

    private Book book(Point point) {
        Book book = books.computeIfAbsent(point, ignored -> new Book());
        book.heardMs = nowMs;
        return book;
    }

    /** Closes the windows that have settled until {@link #now}. */
    RunningAudit close() {
        firstReading = false;
        Map<Point, RunningAudit.Difference> points = new TreeMap<>();
        long audited = 0;
        Iterator<Map.Entry<Point, Book>> each = books.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Point, Book> entry = each.next();
            Book book = entry.getValue();
            audited += closeAgreeing(book);
            if (book.hasBatches) {
                points.put(entry.getKey(), difference(book));
            } else if (book.windows.isEmpty()) {
                each.remove();
            }
        }
        forgetSilent();
        sequences.forgetGapsOf(sessionsWithLosses);
        sequences.forgetEnded();
        // What came since the books were closed last may be explained by the next time.
        long missingNow = sequences.listedBatches();
        long missingBatches = Math.min(missingBefore, missingNow);
        long unreadable = Math.max(0, unreadableBefore - undecodableLosses);
        missingBefore = missingNow;
        unreadableBefore = unreadableBatches;
        return new RunningAudit(points, audited, missingBatches, unreadable);
    }

    /** Of more points than may be kept those that were silent for longest, but for what differs. */
    private void forgetSilent() {
        int tooMany = books.size() - MAX_POINTS;
        if (tooMany > 0) {
            List<Point> silent = books.entrySet().stream()
                    .filter(entry -> entry.getValue().windows.isEmpty())
                    .sorted(Comparator.comparingLong(entry -> entry.getValue().heardMs))
                    .limit(tooMany)
                    .map(Map.Entry::getKey)
                    .toList();
            silent.forEach(books::remove);
        }
    }

    /** Forgets settled windows that agree, or of which nothing can be said. @return packets of those that agree */
    private long closeAgreeing(Book book) {
        long audited = 0;
        Iterator<Map.Entry<Long, Window>> windows = book.windows.entrySet().iterator();
        while (windows.hasNext()) {
            Map.Entry<Long, Window> entry = windows.next();
            Window window = entry.getValue();
            boolean known = book.hasBatches && !book.cut.holds(entry.getKey());
            if (isSettled(window.heardMs) && (!known || window.agrees())) {
                audited += known ? window.sums.batches.packets : 0;
                windows.remove();
                windowCount--;
            }
        }
        return audited;
    }

    private RunningAudit.Difference difference(Book book) {
        long missing = 0;
        long surplus = 0;
        int windows = 0;
        for (Window window : book.windows.values()) {
            if (isSettled(window.heardMs)) {
                windows++;
                missing += Math.max(0, window.sums.missingPackets());
                surplus += Math.max(0, -window.sums.missingPackets());
            }
        }
        return new RunningAudit.Difference(missing, surplus, windows);
    }

    private boolean isSettled(long heardMs) {
        return nowMs - heardMs >= settleMs;
    }

    /** Length of the longest window that a flow was of, milliseconds. Where it is above that of the books, they cannot agree. */
    long longestWindowMs() {
        return longestWindowMs;
    }

    /** Windows that are kept. */
    int windowCount() {
        return windowCount;
    }
}
