package io.weir.app.audit;

import io.weir.schemas.Counters;
import io.weir.schemas.Edge;
import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.topology.Grace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.function.Supplier;

/**
 * The books: what collectors sent, what the meter made of it, what was lost. Pure; feed it whole topics, datagrams and batches first, and ask for the
 * {@link #report}. Keeps sums per observation point and window, so that the windows that retention has cut or that are still open can be
 * left out; beyond {@value #MAX_WINDOWS} windows later ones share one entry.
 */
final class Ledger implements Books {

    static final int MAX_WINDOWS = 1_000_000;

    /** Stage of losses that the meter told. */
    static final String METER = "meter";

    /** Later than any packet, and far enough from overflow. */
    private static final long FOR_EVER_MS = Long.MAX_VALUE / 2;

    /** Losses that say why batches are missing. */
    static final Set<LossReason> EXPLAINS_GAP = Set.of(
            LossReason.sequence_gap, LossReason.kafka_error, LossReason.buffer_full, LossReason.undecodable_record);

    private static final class Book {
        private final TreeMap<Long, WindowSums> windows = new TreeMap<>();
        /** Edges of longer windows, by the windows' length and start. */
        private final Map<Duration, TreeMap<Long, Sums>> rollUps = new HashMap<>();

        private final Sums meterLossesWithoutTime = new Sums();
        private final Map<LossReason, Sums> collectorLosses = new EnumMap<>(LossReason.class);
        private final Map<LossReason, Long> lostDatagrams = new EnumMap<>(LossReason.class);
        private final Cut cut = new Cut();
    }

    private final long windowMs;
    private final Grace grace;
    private final TreeMap<Point, Book> books = new TreeMap<>();
    private final SequenceTracker sequences = new SequenceTracker();
    private final SequenceTracker datagramSequences = new SequenceTracker();
    private final Set<String> sessionsWithLosses = new HashSet<>();
    private final Set<Duration> edgeRollUps = new TreeSet<>();
    private int windowCount;
    private long batchRecords;
    private long unreadableBatches;
    private long undecodableLosses;

    /** By topic: of three topics at most. */
    private final Map<String, Long> unreadableRecords = new TreeMap<>();

    private long datagrams;
    private boolean datagramsTrimmed;
    private boolean trimmed;
    private long otherWindowLengths;

    /**
     * @param windowMs length of the meter's windows
     * @param grace how late packets may be
     */
    Ledger(long windowMs, Grace grace) {
        this.windowMs = windowMs;
        this.grace = grace;
    }

    @Override
    public boolean batch(BatchHead head) {
        batchRecords++;
        Book book = book(head.point());
        if (head.trimmed()) {
            trimmed = true;
            book.cut.note(head, this);
        }
        return sequences.accept(head);
    }

    /**
     * A record of a topic of datagrams.
     *
     * @param head its point is the listener
     * @param isLife a sign of life, which is numbered, too
     */
    void datagram(BatchHead head, boolean isLife) {
        datagramsTrimmed |= head.trimmed();
        if (datagramSequences.accept(head) && !isLife) {
            datagrams++;
        }
    }

    @Override
    public void packets(Point point, long windowStartMs, long packets, long layer2Octets) {
        window(book(point), windowStartMs).batches.add(packets, layer2Octets);
    }

    @Override
    public void unreadableBatch() {
        unreadableBatches++;
    }

    @Override
    public void unreadableRecord(String topic) {
        unreadableRecords.merge(topic, 1L, Long::sum);
    }

    @Override
    public void flow(Flow flow) {
        if (flow.getParentFlowId() != null) {
            return;
        }
        if (flow.getWindowEnd() - flow.getWindowStart() != windowMs) {
            otherWindowLengths++;
        }
        Counters delta = flow.getDelta();
        window(book(Point.of(flow.getObservationPoint())), windowStart(flow.getWindowStart()))
                .flows
                .add(
                        delta.getInitiatorPackets() + delta.getResponderPackets(),
                        delta.getInitiatorLayer2Octets() + delta.getResponderLayer2Octets());
    }

    @Override
    public void edge(Edge edge) {
        if (!edge.getEnclosed()) {
            add(edge, window(book(Point.of(edge.getObservationPoint())), windowStart(edge.getWindowStart())).edges);
        }
    }

    /** An edge of longer windows. */
    void edge(Duration length, Edge edge) {
        edgeRollUps.add(length);
        if (!edge.getEnclosed()) {
            Book book = book(Point.of(edge.getObservationPoint()));
            add(
                    edge,
                    entry(
                            book.rollUps.computeIfAbsent(length, ignored -> new TreeMap<>()),
                            edge.getWindowStart(),
                            Sums::new));
        }
    }

    private static void add(Edge edge, Sums sums) {
        sums.add(
                edge.getInitiatorPackets() + edge.getResponderPackets(),
                edge.getInitiatorLayer2Octets() + edge.getResponderLayer2Octets());
    }

    @Override
    public void loss(Loss loss) {
        if (loss.getRawPackets() != null) {
            // Copies: the packets themselves are in the batches.
            return;
        }
        if (loss.getReason() == LossReason.undecodable_record && loss.getStage().equals(METER)) {
            undecodableLosses += records(loss);
        }
        if (loss.getSessionId() != null && EXPLAINS_GAP.contains(loss.getReason())) {
            sessionsWithLosses.add(loss.getSessionId());
        }
        Book book = book(Point.of(loss.getObservationPoint()));
        long packets = loss.getPackets() == null ? 0 : loss.getPackets();
        long layer2Octets = loss.getLayer2Octets() == null ? 0 : loss.getLayer2Octets();
        if (!loss.getStage().equals(METER)) {
            book.collectorLosses
                    .computeIfAbsent(loss.getReason(), ignored -> new Sums())
                    .add(packets, layer2Octets);
            if (loss.getDatagrams() != null) {
                book.lostDatagrams.merge(loss.getReason(), loss.getDatagrams(), Long::sum);
            }
        } else if (loss.getReason() != LossReason.sequence_gap) {
            // Missing batches are not among the batches that were counted.
            if (loss.getFirstTimeMicroseconds() == null) {
                book.meterLossesWithoutTime.add(packets, layer2Octets);
            } else {
                window(book, windowStart(loss.getFirstTimeMicroseconds() / 1000))
                        .meterLosses
                        .add(packets, layer2Octets);
            }
        }
    }

    /** Records of a range. Markers of transactions among its offsets make it more. */
    static long records(Loss loss) {
        boolean known = loss.getFirstOffset() != null && loss.getLastOffset() != null;
        return known ? loss.getLastOffset() - loss.getFirstOffset() + 1 : 1;
    }

    @Override
    public long windowStart(long epochMs) {
        return Math.floorDiv(epochMs, windowMs) * windowMs;
    }

    private Book book(Point point) {
        return books.computeIfAbsent(point, ignored -> new Book());
    }

    private WindowSums window(Book book, long startMs) {
        return entry(book.windows, startMs, WindowSums::new);
    }

    private <S> S entry(NavigableMap<Long, S> windows, long startMs, Supplier<S> empty) {
        S sums = windows.get(startMs);
        if (sums == null) {
            if (windowCount >= MAX_WINDOWS && !windows.isEmpty()) {
                return windows.lastEntry().getValue();
            }
            windowCount++;
            sums = empty.get();
            windows.put(startMs, sums);
        }
        return sums;
    }

    /** The verdict over all that was fed. */
    AuditReport report() {
        List<AuditReport.Line> lines = new ArrayList<>();
        books.forEach((point, book) -> lines.add(line(point, book)));
        List<SequenceTracker.Gap> unexplained = unexplained(sequences);
        AuditReport.Datagrams ofDatagrams = new AuditReport.Datagrams(
                datagrams,
                datagramSequences.missingBatches(),
                datagramSequences.repeatedBatches(),
                datagramSequences.gaps(),
                unexplained(datagramSequences),
                datagramsTrimmed);
        boolean unreadable = unreadableBatches > undecodableLosses;
        AuditReport.Verdict verdict = AuditReport.Verdict.HOLDS;
        for (AuditReport.Line line : lines) {
            verdict = verdict.worseOf(line.verdict());
        }
        boolean gaps = sequences.hasGapsOfOthersThan(sessionsWithLosses)
                || datagramSequences.hasGapsOfOthersThan(sessionsWithLosses);
        if (gaps || unreadable) {
            verdict = AuditReport.Verdict.BROKEN;
        }
        if (lines.isEmpty()) {
            verdict = verdict.worseOf(AuditReport.Verdict.EMPTY);
        }
        return new AuditReport(
                verdict,
                lines,
                batchRecords,
                sequences.missingBatches(),
                sequences.repeatedBatches(),
                sequences.gaps(),
                unexplained,
                unreadableBatches,
                undecodableLosses,
                unreadableRecords,
                trimmed,
                otherWindowLengths > 0,
                sequences.untracked() + datagramSequences.untracked(),
                ofDatagrams);
    }

    private List<SequenceTracker.Gap> unexplained(SequenceTracker tracker) {
        return tracker.gaps().stream()
                .filter(gap -> !sessionsWithLosses.contains(gap.sessionId()))
                .toList();
    }

    private AuditReport.Line line(Point point, Book book) {
        boolean open = sequences.isOpen(point);
        long graceMs = grace.of(point.capture()).toMillis();
        long horizonMs =
                open ? sequences.openWatermarkNanoseconds(point) / 1_000_000 - graceMs - 2 * windowMs : FOR_EVER_MS;
        WindowSums compared = new WindowSums();
        WindowSums progressing = new WindowSums();
        WindowSums cut = new WindowSums();
        Long firstDifference = null;
        for (Map.Entry<Long, WindowSums> entry : book.windows.entrySet()) {
            long start = entry.getKey();
            WindowSums sums = entry.getValue();
            if (book.cut.holds(start)) {
                cut.add(sums);
            } else if (start > horizonMs) {
                progressing.add(sums);
            } else {
                compared.add(sums);
                if (firstDifference == null && (sums.missingPackets() != 0 || sums.missingLayer2Octets() != 0)) {
                    firstDifference = start;
                }
            }
        }
        compared.meterLosses.add(book.meterLossesWithoutTime);
        long missing = compared.missingPackets();
        List<AuditReport.RollUp> rollUps = edgeRollUps.stream()
                .map(length -> rollUp(book, length, horizonMs))
                .toList();
        AuditReport.Verdict verdict;
        if (missing == 0 && compared.missingLayer2Octets() == 0) {
            verdict = ofEdges(compared.edges, compared.flows, open);
            for (AuditReport.RollUp rollUp : rollUps) {
                verdict = verdict.worseOf(ofEdges(rollUp.edges(), rollUp.flows(), open));
            }
            firstDifference = null;
        } else {
            verdict = missing > 0 && open ? AuditReport.Verdict.OPEN : AuditReport.Verdict.BROKEN;
        }
        return new AuditReport.Line(
                point,
                verdict,
                compared,
                rollUps,
                progressing.batches.packets,
                cut.flows.packets,
                firstDifference,
                List.of(),
                book.collectorLosses,
                book.lostDatagrams);
    }

    private static AuditReport.Verdict ofEdges(Sums edges, Sums flows, boolean open) {
        if (edges.isEqualTo(flows)) {
            return AuditReport.Verdict.HOLDS;
        }
        return edges.packets < flows.packets && open ? AuditReport.Verdict.OPEN : AuditReport.Verdict.BROKEN;
    }

    /** Sums over the longer windows all of whose short ones are compared. */
    private AuditReport.RollUp rollUp(Book book, Duration length, long horizonMs) {
        long lengthMs = length.toMillis();
        LongPredicate compared = start -> !book.cut.holds(start) && start <= horizonMs + windowMs - lengthMs;
        Sums flows = new Sums();
        book.windows.forEach((start, sums) -> {
            if (compared.test(Math.floorDiv(start, lengthMs) * lengthMs)) {
                flows.add(sums.flows);
            }
        });
        Sums edges = new Sums();
        book.rollUps.getOrDefault(length, new TreeMap<>()).forEach((start, sums) -> {
            if (compared.test(start)) {
                edges.add(sums);
            }
        });
        return new AuditReport.RollUp(length, flows, edges);
    }
}
