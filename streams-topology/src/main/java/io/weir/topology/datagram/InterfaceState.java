package io.weir.topology.datagram;

import io.weir.topology.sflow.InterfaceCounters;
import java.nio.ByteBuffer;

/**
 * An interface of an sFlow agent whose counters come, of the structure that every interface has (counter record 1): what its samples say beside what it counts.
 * Counters that wrap go on; where they begin anew, by their numbers, by their sequence or with the agent, the span of time until then is left out.
 */
final class InterfaceState {

    /** Octets of {@link #writeTo}. */
    static final int OCTETS = 1 + 2 * Long.BYTES + 2 * CountedDirection.OCTETS;

    /** ifIndex. */
    final long index;

    final CountedDirection in = new CountedDirection();
    final CountedDirection out = new CountedDirection();

    /** Counters are known from which the next ones can be told. */
    private boolean known;

    /** Of the last counter sample, 32 bits unsigned. */
    private long sequenceNumber;

    InterfaceState(long index) {
        this.index = index;
    }

    /** The agent began anew: the next counters are the first ones, and it may sample other directions. */
    void beginAnew() {
        known = false;
        in.beginAnew();
        out.beginAnew();
    }

    /**
     * Takes note of counters.
     *
     * @param sequence of the counter sample, 32 bits unsigned
     */
    void count(long sequence, InterfaceCounters counters) {
        long inOctets = in.octetsSince(counters.inOctets);
        long inPackets = in.packetsSince(
                counters.inUnicastPackets, counters.inMulticastPackets, counters.inBroadcastPackets, inOctets);
        long outOctets = out.octetsSince(counters.outOctets);
        long outPackets = out.packetsSince(
                counters.outUnicastPackets, counters.outMulticastPackets, counters.outBroadcastPackets, outOctets);
        boolean anew = inOctets == CountedDirection.ANEW
                || inPackets == CountedDirection.ANEW
                || outOctets == CountedDirection.ANEW
                || outPackets == CountedDirection.ANEW
                || (int) (sequence - sequenceNumber) <= 0;
        if (known && !anew) {
            in.compare(inOctets, inPackets);
            out.compare(outOctets, outPackets);
        }
        known = true;
        sequenceNumber = sequence;
        in.begin(
                counters.inOctets, counters.inUnicastPackets, counters.inMulticastPackets, counters.inBroadcastPackets);
        out.begin(
                counters.outOctets,
                counters.outUnicastPackets,
                counters.outMulticastPackets,
                counters.outBroadcastPackets);
    }

    void writeTo(ByteBuffer to) {
        to.putLong(index).put((byte) (known ? 1 : 0)).putLong(sequenceNumber);
        in.writeTo(to);
        out.writeTo(to);
    }

    static InterfaceState readFrom(ByteBuffer from) {
        InterfaceState state = new InterfaceState(from.getLong());
        state.known = from.get() != 0;
        state.sequenceNumber = from.getLong();
        state.in.readFrom(from);
        state.out.readFrom(from);
        return state;
    }
}
