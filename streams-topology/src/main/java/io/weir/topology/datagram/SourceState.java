package io.weir.topology.datagram;

/**
 * What one source of an sFlow agent, mostly an interface, has sent (sFlow version 5 section 4.2.2: sequence number, pool and drops of each
 * source). Sums go on from where they are after the agent began anew.
 */
final class SourceState {

    /** Before the first sample. */
    static final long NONE = -1;

    /** Two rates that differ by more are not the same by chance. */
    static final double SIGNIFICANT_STANDARD_ERRORS = 3;

    /** Of fewer samples the spread says nothing. */
    static final long MIN_RATE_SAMPLES = 30;

    /** Half of what a pool counts before it wraps. */
    private static final long MAX_POOL_STEP = 1L << 31;

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

    /** Of {@link #generatedSamples}, those since the source has this rate that have a pool: all but the first one since it began. */
    long rateSamples;

    /** Pool of these. */
    long ratePoolPackets;

    /** Of the last notification of a drop, 32 bits unsigned, or {@link #NONE}. */
    long notificationNumber = NONE;

    /** Notifications that the agent had not sent by then, modulo 2^32. */
    long suppressedNotifications;

    /** Where its packets are counted, for this rate; found anew after a restart. */
    PointRow point;

    SourceState(long type, long index) {
        this.type = type;
        this.index = index;
    }

    /** The agent began anew, and its numbers with it. */
    void beginAnew() {
        sequenceNumber = NONE;
    }

    /** Packets that the agent has had before each of its samples, by pool and numbers; 0 while that is not known. */
    double effectiveSamplingRate() {
        return rateSamples == 0 ? 0 : (double) ratePoolPackets / rateSamples;
    }

    /** Whether the effective rate is not the one that it names, by more than chance explains. */
    boolean isSamplingDifferent() {
        return samplingRate > 0
                && rateSamples >= MIN_RATE_SAMPLES
                && Math.abs(effectiveSamplingRate() - samplingRate)
                        > SIGNIFICANT_STANDARD_ERRORS * Math.sqrt(rateVariance()) / rateSamples;
    }

    /** Variance of the pool of {@link #rateSamples} samples, if packets are chosen by chance. */
    double rateVariance() {
        return (double) rateSamples * samplingRate * (samplingRate - 1);
    }

    /**
     * Takes note of a flow sample's numbers; of 32 bits, unsigned.
     *
     * @param late its datagram came behind later ones
     */
    void observe(long sequence, long pool, long dropped, long rate, boolean late) {
        int step = (int) (sequence - sequenceNumber);
        samples++;
        if (sequenceNumber != NONE && late && isLate(step)) {
            // It was counted as made when its successor came.
            return;
        }
        boolean sameRate = rate == samplingRate;
        if (!sameRate) {
            rateSamples = 0;
            ratePoolPackets = 0;
        }
        if (sequenceNumber != NONE && step > 0 && step <= SequenceCounter.MAX_GAP) {
            generatedSamples += step;
            long poolStep = unsigned(pool - samplePool);
            long dropStep = unsigned(dropped - drops);
            poolPackets += poolStep < MAX_POOL_STEP ? poolStep : 0;
            droppedSamples += dropStep < MAX_POOL_STEP ? dropStep : 0;
            if (sameRate) {
                measure(step, poolStep, rate);
            }
        } else {
            // The first one, or the source began anew.
            generatedSamples++;
        }
        sequenceNumber = sequence;
        samplePool = pool;
        drops = dropped;
    }

    /** A pool that may have wrapped more than once, or that has fewer packets than samples, tells nothing. */
    private void measure(long step, long poolStep, long rate) {
        if (poolStep >= step && poolStep < MAX_POOL_STEP && step * rate < MAX_POOL_STEP) {
            rateSamples += step;
            ratePoolPackets += poolStep;
        }
    }

    /** How many notifications never came between the last one and this; {@link #NONE} where that is not known, and for one that comes late. */
    long missingNotifications(long sequence) {
        long step = notificationStep(sequence);
        return step > 0 ? step - 1 : NONE;
    }

    /** Takes note of a notification's numbers; one that comes late tells nothing new. */
    void notified(long sequence, long notSent) {
        boolean late = notificationNumber != NONE && isLate((int) (sequence - notificationNumber));
        if (!late) {
            notificationNumber = sequence;
            suppressedNotifications = notSent;
        }
    }

    /** Whether a notification is the first of its source that is known, or comes behind a later one. */
    boolean isFirstOrLate(long sequence) {
        return notificationStep(sequence) == NONE;
    }

    /** The agent has begun anew, and its numbers with it. */
    void forgetNotifications() {
        notificationNumber = NONE;
        suppressedNotifications = 0;
    }

    /** Numbers from the last notification on; {@link #NONE} for the first, one that comes late, and after the agent has begun anew. */
    private long notificationStep(long sequence) {
        int step = (int) (sequence - notificationNumber);
        return notificationNumber != NONE && step > 0 && step <= SequenceCounter.MAX_GAP ? step : NONE;
    }

    private static boolean isLate(int step) {
        return step <= 0 && step > -SequenceCounter.REMEMBERED;
    }

    static long unsigned(long difference) {
        return difference & 0xffff_ffffL;
    }
}
