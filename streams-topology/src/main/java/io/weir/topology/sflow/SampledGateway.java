package io.weir.topology.sflow;

import java.nio.ByteBuffer;

/**
 * What a router with BGP knows of a packet, filled anew by every read (flow record 1003, extended_gateway [sflow_version_5.txt, section
 * 5]). The AS path may be of several segments; the destination is the last AS of the last sequence.
 */
public final class SampledGateway {
    /** No AS is known; 0 is that of the gateway's own network in some agents. */
    public static final int NO_AS = -1;

    private static final int AS_SEQUENCE = 2;

    /** The border router that the destination is reached by. */
    public final SflowAddress nextHop = new SflowAddress();
    /** AS of the gateway. */
    public long as;
    /** AS that the packet comes from (bgpSourceAsNumber, IE 16). */
    public long sourceAs;
    /** The neighbour that it came by (bgpPrevAdjacentAsNumber, IE 129). */
    public long sourcePeerAs;
    /** AS that it goes to (bgpDestinationAsNumber, IE 17); {@link #NO_AS} where the path has no sequence, such as within one's own AS. */
    public long destinationAs;
    /** The neighbour that it goes by (bgpNextAdjacentAsNumber, IE 128): the first AS of the path; {@link #NO_AS} where that is empty. */
    public long destinationPeerAs;
    /** Segments of the path, 0 within one's own AS. */
    public long pathSegments;
    /** BGP communities. */
    public final WordList communities = new WordList();
    /** Local preference; -1 if absent. */
    public long localPreference;

    private final WordList segment = new WordList();

    /** All up to the end of the path was there. */
    boolean hasPath;

    SampledGateway() {}

    void read(XdrCursor in, ByteBuffer buffer) {
        in.address(nextHop);
        as = in.u32();
        sourceAs = in.u32();
        sourcePeerAs = in.u32();
        readPath(in, buffer);
        hasPath = in.problem() == SflowProblem.NONE;
        in.words(communities);
        localPreference = in.u32();
    }

    private void readPath(XdrCursor in, ByteBuffer buffer) {
        destinationAs = NO_AS;
        destinationPeerAs = NO_AS;
        pathSegments = Math.max(0, in.u32());
        // Each turn takes the head of a segment, or is the last.
        for (long left = pathSegments; left > 0; left--) {
            long type = in.u32();
            in.words(segment);
            if (in.problem() != SflowProblem.NONE) {
                return;
            }
            if (segment.count > 0) {
                if (type == AS_SEQUENCE) {
                    destinationAs = segment.get(buffer, segment.count - 1);
                }
                if (destinationPeerAs == NO_AS) {
                    destinationPeerAs = segment.get(buffer, 0);
                }
            }
        }
    }
}
