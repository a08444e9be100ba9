package io.weir.topology.conversation;

import io.weir.schemas.ObservationPoint;
import io.weir.topology.store.TableStore;
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
import java.util.function.Consumer;

/**
 * Conversations of one task that several observation points see. A window of one is settled when each of its points has passed it, or when one of them
 * has passed it for so long that the others cannot be waited for: then it is known which flow stands for it. Bounded by the flow table: a
 * conversation is here for as long as flows of it are there, a flow record for as long as its window is not settled.
 */
public final class ConversationTable extends TableStore {

    /** Name of the store. */
    public static final String NAME = "conversation-table";

    private final Map<ConversationKey, ConversationState> conversations = new HashMap<>();
    private final Map<Long, PointState> points = new HashMap<>();
    private final List<ConversationWindow> restoredWindows = new ArrayList<>();

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

        private long settledUntil() {
            return held.isEmpty() ? firstOpenWindow : Math.min(firstOpenWindow, held.firstKey());
        }
    }

    /** An empty table. */
    public ConversationTable() {
        super(NAME);
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
        row.sightings.add(sighting);
        hold(row, sighting);
        markChanged(row);
        if (row.waiting.isEmpty()) {
            // It is late at every point.
            settle(row, new LinkedHashSet<>(), output);
        }
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
        Set<Long> touched = new LinkedHashSet<>();
        touched.add(pointId);
        while (!place.awaited.isEmpty() && place.awaited.firstKey() < firstOpenWindow) {
            for (ConversationWindow row : place.awaited.pollFirstEntry().getValue()) {
                if (row.waiting.remove(pointId)) {
                    markChanged(row);
                    if (row.waiting.isEmpty()) {
                        settle(row, touched, output);
                    }
                }
            }
        }
        // By how far it had come before: after a silence, others are about to say that it is over there, too.
        while (before != Long.MIN_VALUE && !place.held.isEmpty() && place.held.firstKey() < before - patience) {
            for (ConversationWindow row : List.copyOf(place.held.firstEntry().getValue())) {
                settle(row, touched, output);
            }
        }
        for (long id : touched) {
            PointState one = points.get(id);
            output.settledUntil(one.point, one.settledUntil());
            if (one.settledUntil() == Long.MAX_VALUE) {
                points.remove(id);
            }
        }
    }

    private void settle(ConversationWindow row, Set<Long> touched, ConversationOutput output) {
        ConversationState state = row.conversation;
        state.pending.remove(row);
        for (long id : row.waiting) {
            remove(points.get(id).awaited, row);
        }
        for (Sighting sighting : row.sightings) {
            touched.add(sighting.pointId());
            remove(points.get(sighting.pointId()).held, row);
        }
        Path path = Path.of(row.sightings);
        if (path.hops() > 1) {
            output.conversation(path.conversation());
        }
        state.settledWindow = Math.max(state.settledWindow, row.window);
        state.standingHop = path.standingHop();
        for (Sighting sighting : row.sightings) {
            output.settled(sighting, sighting.hopId() != state.standingHop);
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

    private void hold(ConversationWindow row, Sighting sighting) {
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
                hold(row, sighting);
            }
            Set<Long> waiting = Set.copyOf(row.waiting);
            row.waiting.clear();
            for (long id : waiting) {
                await(row, id, points.get(id));
            }
        }
        restoredWindows.clear();
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
    protected void forEachRow(Consumer<Row> action) {
        for (ConversationState state : conversations.values()) {
            action.accept(state);
            state.pending.forEach(action);
        }
    }

    @Override
    protected void clear() {
        conversations.clear();
        points.clear();
        restoredWindows.clear();
    }
}
