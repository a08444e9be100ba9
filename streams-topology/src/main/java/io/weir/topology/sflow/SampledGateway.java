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

    // Behind the next hop, by pairs of words: own AS, AS of the source, its peer, segments.
    private static final int PEER_SEGMENTS = 8;
    private static final int NUMBERS_LENGTH = 16;
    /** Of a segment: type and number of ASs. */
    private static final int SEGMENT_HEAD_LENGTH = 8;

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

    /** All up to the end of the path was there. */
    boolean hasPath;

    SampledGateway() {}

    /**
     * Reads the record.
     *
     * @param octets of the record that are there
     * @return what it lacks; {@link #hasPath} tells whether that is but communities and preference
     */
    SflowProblem read(ByteBuffer buffer, int position, int octets) {
        int end = position + octets;
        hasPath = false;
        int taken = nextHop.read(buffer, position, end);
        if (taken < 0) {
            return SflowAddress.problemAt(buffer, position, end, SflowProblem.SHORT_RECORD);
        }
        int at = position + taken;
        if (end - at < NUMBERS_LENGTH) {
            return SflowProblem.SHORT_RECORD;
        }
        long asSource = buffer.getLong(at);
        as = BlockHead.first(asSource);
        sourceAs = BlockHead.second(asSource);
        long peerSegments = buffer.getLong(at + PEER_SEGMENTS);
        sourcePeerAs = BlockHead.first(peerSegments);
        pathSegments = BlockHead.second(peerSegments);
        at = readPath(buffer, at + NUMBERS_LENGTH, end);
        hasPath = at >= 0;
        return hasPath ? readAttributes(buffer, at, end) : SflowProblem.SHORT_RECORD;
    }

    /** Gives the index behind the path, -1 where the record ends before. */
    private int readPath(ByteBuffer buffer, int first, int end) {
        destinationAs = NO_AS;
        destinationPeerAs = NO_AS;
        int at = first;
        for (long left = pathSegments; left > 0; left--) {
            if (end - at < SEGMENT_HEAD_LENGTH) {
                return -1;
            }
            long typeCount = buffer.getLong(at);
            at += SEGMENT_HEAD_LENGTH;
            long count = BlockHead.second(typeCount);
            if (count > (end - at) / Integer.BYTES) {
                return -1;
            }
            if (count > 0) {
                int last = at + ((int) count - 1) * Integer.BYTES;
                if (BlockHead.first(typeCount) == AS_SEQUENCE) {
                    destinationAs = Integer.toUnsignedLong(buffer.getInt(last));
                }
                if (destinationPeerAs == NO_AS) {
                    destinationPeerAs = Integer.toUnsignedLong(buffer.getInt(at));
                }
                at = last + Integer.BYTES;
            }
        }
        return at;
    }

    private SflowProblem readAttributes(ByteBuffer buffer, int position, int end) {
        localPreference = -1;
        communities.set(position, 0);
        if (end - position < Integer.BYTES) {
            return SflowProblem.SHORT_RECORD;
        }
        int at = position + Integer.BYTES;
        long claimed = Integer.toUnsignedLong(buffer.getInt(position));
        int fit = (end - at) / Integer.BYTES;
        communities.set(at, (int) Math.min(claimed, fit));
        // One more word is the preference.
        if (claimed >= fit) {
            return SflowProblem.SHORT_RECORD;
        }
        localPreference = Integer.toUnsignedLong(buffer.getInt(at + communities.count * Integer.BYTES));
        return SflowProblem.NONE;
    }
}
