package io.weir.topology.conversation;

import io.weir.state.RowOutput;
import io.weir.state.TableStore;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What was seen of a conversation in a window that is not yet over at each of its observation points. */
final class ConversationWindow extends TableStore.Row {

    final ConversationState conversation;

    /** Number of the window since the epoch. */
    final long window;

    final List<Sighting> sightings = new ArrayList<>(2);

    /** Ids of the observation points that have yet to pass the window. */
    final Set<Long> waiting = new LinkedHashSet<>();

    ConversationWindow(ConversationState conversation, long window) {
        this.conversation = conversation;
        this.window = window;
    }

    @Override
    protected byte[] changelogKey() {
        return ConversationCodec.key(this);
    }

    @Override
    protected void writeValue(RowOutput out) {
        out.put(ConversationCodec.value(this));
    }
}
