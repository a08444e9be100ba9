package io.weir.topology.conversation;

import io.weir.schemas.Conversation;
import io.weir.schemas.ObservationPoint;

/** Where the {@link ConversationTable}'s results go. */
public interface ConversationOutput {

    /** A conversation that several observation points saw, in a window that is over at all of them. */
    void conversation(Conversation conversation);

    /**
     * A flow record may count in its edge now.
     *
     * @param duplicate another observation point's record stands for the same packets
     */
    void settled(Sighting sighting, boolean duplicate);

    /** Every flow record of the point whose window lies before {@code window} is settled; {@link Long#MAX_VALUE} after its last. */
    void settledUntil(ObservationPoint point, long window);
}
