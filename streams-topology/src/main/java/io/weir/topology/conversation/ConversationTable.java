package io.weir.topology.conversation;

import io.weir.schemas.ObservationPoint;
import io.weir.state.TableStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Conversations of one task that several observation points see. A window of one is settled when each of its points has passed it, or when one of them
 * has passed it for so long that the others cannot be waited for: then it is known which flow stands for it. A conversation is here for as long as
 * flows of it are in the flow table or a window of it waits; flow records that wait are bounded, and at the bound the point that has one more waits no longer for its oldest.
 */
public final class ConversationTable extends TableStore {

    /** Name of the store. */
    public static final String NAME = "conversation-table";

    private static final int ROWS_PER_PAGE = 16;

    private final Map<ConversationKey, ConversationState> conversations = new HashMap<>();
    private final Map<Long, PointState> points = new HashMap<>();
    private final List<ConversationWindow> restoredWindows = new ArrayList<>();

    /** Restored windows that nobody is waited for in: they are settled with the next progress of any point. */
    private final List<ConversationWindow> overdue = new ArrayList<>();

    /** Points of which something was settled since their progress was told. */
    private final Set<Long> touched = new LinkedHashSet<>();

    private final int maxHeld;

    /** Flow records that wait. */
    private int held;

    /** An observation point of the task. Not kept in the changelog: the flow table has its progress, rows here what it holds. */
    private static final class PointState {

        private final ObservationPoint point;

        /** Windows before this one are over there. */
        private long firstOpenWindow = Long.MIN_VALUE;

        /** Windows that wait for this point, by number. */
        private final TreeMap<Long, Set<ConversationWindow>> awaited = new TreeMap<>();

        /** Windows that hold flow records of this point, by number. */
        private final TreeMap<Long, Set<ConversationWindow>> held = new TreeMap<>();

        private PointState(ObservationPoint point) {
            this.point = point;
        }

        /** What was said last: a record that comes late for a window does not take it back. */
        private long told = Long.MIN_VALUE;

        private long settledUntil() {
            told = Math.max(told, held.isEmpty() ? firstOpenWindow : Math.min(firstOpenWindow, held.firstKey()));
            return told;
        }
    }

    /**
     * An empty table.
     *
     * @param maxHeld flow records that wait at most
     */
    public ConversationTable(int maxHeld) {
        super(NAME, ROWS_PER_PAGE);
        this.maxHeld = maxHeld;
    }

    /** An observation point begins, or begins again after its end: from now on it is waited for. */
    public void begin(long pointId) {
        PointState place = points.get(pointId);
        if (place != null) {
            place.firstOpenWindow = Long.MIN_VALUE;
            place.told = Long.MIN_VALUE;
        }
    }

    /** Conversations in the table. */
    public int size() {
        return conversations.size();
    }

    /**
     * A flow is part of a conversation from now on.
     *
     * @param pointId id of its observation point in the task
     */
    public ConversationState join(ConversationKey key, long pointId, ObservationPoint point) {
        ConversationState state = conversations.computeIfAbsent(key, ConversationState::new);
        state.flows++;
        state.points.add(pointId);
        PointState place = point(pointId, point);
        for (ConversationWindow row : state.pending) {
            await(row, pointId, place);
        }
        markChanged(state);
        return state;
    }

    /**
     * A flow that is part of a conversation was alone until now, and its records stood for the conversation.
     *
     * @param hopId see {@link Sighting#hopId()}
     * @param lastWindow the last window that is over at its point
     */
    public void hasStood(ConversationState state, long hopId, long lastWindow) {
        if (lastWindow > state.settledWindow) {
            state.settledWindow = lastWindow;
            state.standingHop = hopId;
            markChanged(state);
        }
    }

    /** A flow of a conversation has left the flow table. */
    public void leave(ConversationState state) {
        state.flows--;
        forgetIfOver(state);
    }

    /** A flow's handshake shows who began. */
    public void prove(ConversationState state, boolean initiatorIsA) {
        if (state.prove(initiatorIsA)) {
            markChanged(state);
        }
    }

    /** Takes a flow record; what it settles is given at once, or when the points of the conversation have passed its window. */
    public void add(ConversationState state, Sighting sighting, long window, ConversationOutput output) {
        if (window <= state.settledWindow) {
            output.settled(sighting, sighting.hopId() != state.standingHop);
            return;
        }
        ConversationWindow row = state.pending(window);
        if (row == null) {
            row = new ConversationWindow(state, window);
            state.pending.add(row);
            for (long id : state.points) {
                await(row, id, points.get(id));
            }
        }
        hold(row, sighting, output);
        if (row.waiting.isEmpty() && !row.isRemoved()) {
            // It is late at every point.
            settle(row, output);
        }
    }

    /**
     * Takes a record without packets, which says that a flow has ended or what ICMP errors say of it: it is a duplicate if the conversation's last
     * window up to its own is.
     */
    public void addWithoutPackets(ConversationState state, Sighting sighting, long window, ConversationOutput output) {
        ConversationWindow last = state.lastPending(window);
        if (last != null) {
            hold(last, sighting, output);
            return;
        }
        boolean hasStanding = state.settledWindow != ConversationState.NO_WINDOW;
        output.settled(sighting, hasStanding && sighting.hopId() != state.standingHop);
    }

    /**
     * Takes note of how far an observation point has come, and settles what waited for it.
     *
     * @param firstOpenWindow windows before this one are over there; {@link Long#MAX_VALUE} after its last
     * @param patience windows after which a point that holds a flow record does not wait for others any more
     */
    public void passed(
            long pointId, ObservationPoint point, long firstOpenWindow, long patience, ConversationOutput output) {
        PointState place = point(pointId, point);
        long before = place.firstOpenWindow;
        place.firstOpenWindow = firstOpenWindow;
        touched.add(pointId);
        overdue.stream().filter(row -> !row.isRemoved()).forEach(row -> settle(row, output));
        overdue.clear();
        while (!place.awaited.isEmpty() && place.awaited.firstKey() < firstOpenWindow) {
            for (ConversationWindow row : place.awaited.pollFirstEntry().getValue()) {
                if (row.waiting.remove(pointId)) {
                    markChanged(row);
                    if (row.waiting.isEmpty()) {
                        settle(row, output);
                    }
                }
            }
        }
        // By how far it had come before: after a silence, others are about to say that it is over there, too.
        while (before != Long.MIN_VALUE && !place.held.isEmpty() && place.held.firstKey() < before - patience) {
            for (ConversationWindow row : List.copyOf(place.held.firstEntry().getValue())) {
                settle(row, output);
            }
        }
        for (long id : touched) {
            PointState one = points.get(id);
            long settledUntil = one.settledUntil();
            output.settledUntil(one.point, settledUntil);
            if (settledUntil == Long.MAX_VALUE) {
                points.remove(id);
            }
        }
        touched.clear();
    }

    private void settle(ConversationWindow row, ConversationOutput output) {
        ConversationState state = row.conversation;
        state.pending.remove(row);
        held -= row.sightings.size();
        for (long id : row.waiting) {
            remove(points.get(id).awaited, row);
        }
        for (Sighting sighting : row.sightings) {
            touched.add(sighting.pointId());
            remove(points.get(sighting.pointId()).held, row);
        }
        Path path = Path.of(row.sightings, state.standingHop);
        if (path.hops() > 1) {
            output.conversation(path.conversation());
        }
        if (row.window >= state.settledWindow) {
            state.settledWindow = row.window;
            state.standingHop = path.standingHop();
        }
        for (Sighting sighting : row.sightings) {
            output.settled(sighting, sighting.hopId() != path.standingHop());
        }
        markChanged(state);
        markRemoved(row);
        forgetIfOver(state);
    }

    private static void remove(Map<Long, Set<ConversationWindow>> rows, ConversationWindow row) {
        Set<ConversationWindow> ofWindow = rows.get(row.window);
        if (ofWindow != null && ofWindow.remove(row) && ofWindow.isEmpty()) {
            rows.remove(row.window);
        }
    }

    /** @param place null when the point has ended */
    private void await(ConversationWindow row, long pointId, PointState place) {
        if (place != null && place.firstOpenWindow <= row.window && row.waiting.add(pointId)) {
            place.awaited
                    .computeIfAbsent(row.window, ignored -> new LinkedHashSet<>())
                    .add(row);
            markChanged(row);
        }
    }

    private void hold(ConversationWindow row, Sighting sighting, ConversationOutput output) {
        row.sightings.add(sighting);
        markChanged(row);
        index(row, sighting);
        if (held > maxHeld) {
            PointState place = points.get(sighting.pointId());
            settle(place.held.firstEntry().getValue().iterator().next(), output);
        }
    }

    private void index(ConversationWindow row, Sighting sighting) {
        held++;
        point(sighting.pointId(), sighting.flow().getObservationPoint())
                .held
                .computeIfAbsent(row.window, ignored -> new LinkedHashSet<>())
                .add(row);
    }

    private void forgetIfOver(ConversationState state) {
        if (state.flows == 0 && state.pending.isEmpty()) {
            conversations.remove(state.key);
            markRemoved(state);
        }
    }

    private PointState point(long id, ObservationPoint point) {
        return points.computeIfAbsent(id, ignored -> new PointState(point));
    }

    /**
     * An observation point as the flow table has it.
     *
     * @param id its id in the task
     * @param firstOpenWindow windows before this one are over there
     */
    public record Place(long id, ObservationPoint point, long firstOpenWindow) {}

    /** Goes on with what was restored. */
    public void resume(Collection<Place> places) {
        for (Place place : places) {
            point(place.id(), place.point()).firstOpenWindow = place.firstOpenWindow();
        }
        restoredWindows.sort(Comparator.<ConversationWindow>comparingLong(row -> row.window)
                .thenComparing(row -> row.sightings.get(0).flow().getFlowId()));
        for (ConversationWindow row : restoredWindows) {
            row.conversation.pending.add(row);
            for (Sighting sighting : row.sightings) {
                if (!points.containsKey(sighting.pointId())) {
                    // It has ended, or the flow table would know it.
                    point(sighting.pointId(), sighting.flow().getObservationPoint()).firstOpenWindow = Long.MAX_VALUE;
                }
                index(row, sighting);
            }
            Set<Long> waiting = Set.copyOf(row.waiting);
            row.waiting.clear();
            for (long id : waiting) {
                await(row, id, points.get(id));
            }
            if (row.waiting.isEmpty()) {
                overdue.add(row);
            }
        }
        restoredWindows.clear();
        List.copyOf(conversations.values()).forEach(this::forgetIfOver);
    }

    /** A restored flow is part of a conversation. */
    public ConversationState rejoin(ConversationKey key) {
        ConversationState state = conversations.computeIfAbsent(key, ConversationState::new);
        state.flows++;
        return state;
    }

    @Override
    protected Row restoreRow(byte[] key, byte[] value) {
        ByteBuffer in = ConversationCodec.afterKind(key);
        ConversationState state = conversations.computeIfAbsent(ConversationKey.get(in), ConversationState::new);
        if (!ConversationCodec.isWindow(key)) {
            ConversationCodec.restore(value, state);
            return state;
        }
        ConversationWindow row = new ConversationWindow(state, in.getLong());
        ConversationCodec.restore(value, row);
        restoredWindows.add(row);
        return row;
    }

    @Override
    protected void restoreComplete() {
        // What waits for what is known when the flow table has told how far its points have come: see resume.
    }

    @Override
    protected void clear() {
        conversations.clear();
        points.clear();
        restoredWindows.clear();
        overdue.clear();
        touched.clear();
        held = 0;
    }
}
