package io.weir.topology.meter;

import io.weir.schemas.packets.CanonicalKey;

/**
 * The flows that enclosed one window's packets of an enclosed flow, by the digests of their keys ({@link FlowIds}): one for each
 * direction, as many tunnels choose a port by what they carry. Of several the first.
 */
final class Parents {

    boolean seenA;
    long digestHighA;
    long digestLowA;
    boolean seenB;
    long digestHighB;
    long digestLowB;

    void note(boolean sentByA, CanonicalKey parent) {
        if (sentByA && !seenA) {
            seenA = true;
            digestHighA = FlowIds.digestHigh(parent);
            digestLowA = FlowIds.digestLow(parent);
        } else if (!sentByA && !seenB) {
            seenB = true;
            digestHighB = FlowIds.digestHigh(parent);
            digestLowB = FlowIds.digestLow(parent);
        }
    }

    /** Id of the flow around what a side sent, or around what the other sent if that side sent nothing. */
    String flowId(ObservationState point, boolean ofA, long slot) {
        return (ofA && seenA) || !seenB
                ? FlowIds.enclosing(point, digestHighA, digestLowA, slot)
                : FlowIds.enclosing(point, digestHighB, digestLowB, slot);
    }
}
