package io.weir.topology.conversation;

import io.weir.state.RowOutput;
import io.weir.state.TableStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A conversation that several observation points see, for as long as one of them has a flow of it in its table. */
public final class ConversationState extends TableStore.Row {

    /** Nothing has been settled yet. */
    static final long NO_WINDOW = Long.MIN_VALUE;

    private static final byte UNKNOWN = 0;
    private static final byte A = 1;
    private static final byte B = 2;

    final ConversationKey key;

    /** Ids of the observation points that have seen it. */
    final Set<Long> points = new LinkedHashSet<>();

    /** Windows that wait for an observation point, in order. */
    final List<ConversationWindow> pending = new ArrayList<>(1);

    /** Flows in the table that are part of it. */
    int flows;

    /** Windows up to this one are settled. */
    long settledWindow = NO_WINDOW;

    /** Where the flow is that stood for the conversation last. */
    long standingHop;

    private byte provenInitiator = UNKNOWN;

    ConversationState(ConversationKey key) {
        this.key = key;
    }

    /** Whether a handshake was seen, at any observation point. */
    public boolean isProven() {
        return provenInitiator != UNKNOWN;
    }

    /** Who began; says nothing unless {@link #isProven()}. */
    public boolean initiatorIsA() {
        return provenInitiator == A;
    }

    /** @return whether that is news */
    boolean prove(boolean initiatorIsA) {
        byte proven = initiatorIsA ? A : B;
        boolean news = proven != provenInitiator;
        provenInitiator = proven;
        return news;
    }

    /** The window that waits, or null. */
    ConversationWindow pending(long window) {
        for (ConversationWindow one : pending) {
            if (one.window == window) {
                return one;
            }
        }
        return null;
    }

    /** The latest window that waits, of those up to {@code window}; or null. */
    ConversationWindow lastPending(long window) {
        ConversationWindow last = null;
        for (ConversationWindow one : pending) {
            if (one.window <= window && (last == null || one.window > last.window)) {
                last = one;
            }
        }
        return last;
    }

    @Override
    protected byte[] changelogKey() {
        return ConversationCodec.key(this);
    }

    @Override
    protected void writeValue(RowOutput out) {
        out.put(ConversationCodec.value(this));
    }

    byte provenInitiator() {
        return provenInitiator;
    }

    void restore(long settled, long standing, byte proven, Collection<Long> pointIds) {
        settledWindow = settled;
        standingHop = standing;
        provenInitiator = proven;
        points.addAll(pointIds);
    }
}
