package io.weir.topology.datagram;

/**
 * What one source of an sFlow agent, mostly an interface, has sent (sFlow version 5 section 4.2.2: sequence number, pool and drops of each
 * source). Sums go on from where they are after the agent began anew.
 */
final class SourceState {

    /** Before the first sample. */
    static final long NONE = -1;

    final long type;
    final long index;

    /** Of the last flow sample, 32 bits unsigned, or {@link #NONE}. */
    long sequenceNumber = NONE;

    long samplePool;
    long drops;

    /** As the last flow sample says; 0 where the agent does not know it. */
    long samplingRate;

    /** Flow samples that came. */
    long samples;

    /** Flow samples that the agent made, by their numbers; those that are missing are among them. */
    long generatedSamples;

    /** Packets that could have been sampled meanwhile. */
    long poolPackets;

    /** Samples that the agent dropped meanwhile, as it had no time for them. */
    long droppedSamples;

    /** Where its packets are counted, for this rate; found anew after a restart. */
    PointRow point;

    SourceState(long type, long index) {
        this.type = type;
        this.index = index;
    }

    /** Takes note of a flow sample's numbers; parameters are of 32 bits, unsigned. */
    void observe(long sequence, long pool, long dropped) {
        if (sequenceNumber != NONE) {
            long step = (int) (sequence - sequenceNumber);
            if (step <= 0 && step > -SequenceCounter.REMEMBERED) {
                // Late: it was counted as made when its successor came.
                samples++;
                return;
            }
            if (step > 0) {
                generatedSamples += step;
                poolPackets += unsigned(pool - samplePool);
                droppedSamples += unsigned(dropped - drops);
            } else {
                generatedSamples++;
            }
        } else {
            generatedSamples++;
        }
        samples++;
        sequenceNumber = sequence;
        samplePool = pool;
        drops = dropped;
    }

    private static long unsigned(long difference) {
        return difference & 0xffff_ffffL;
    }
}
