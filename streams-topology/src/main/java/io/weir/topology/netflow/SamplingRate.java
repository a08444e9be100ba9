package io.weir.topology.netflow;

/** The sampling rate of a record: a carrier that {@link SamplingOptions#rateOf} fills. */
public final class SamplingRate {
    /** One packet in this many was looked at, at least 1; NaN where nothing tells. */
    public double packetsPerSample = Double.NaN;
    /** What told it. */
    public SamplingSource source = SamplingSource.NONE;

    /** A rate and what told it. */
    void set(double rate, SamplingSource from) {
        packetsPerSample = rate;
        source = from;
    }

    @Override
    public String toString() {
        return "1:" + packetsPerSample + " by " + source;
    }
}
