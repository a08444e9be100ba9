package io.weir.rules.group;

import io.weir.advisor.host.DistinctSketch;
import io.weir.advisor.host.EvidenceInput;
import io.weir.advisor.host.EvidenceOutput;
import io.weir.schemas.Confidence;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Records counted together. Sums, extremes and what all have in common: the order does not matter, and tallies add up. */
public final class Tally {

    /** Most records that a finding names: the first. */
    static final int MAX_SAMPLES = 16;

    /** Most records kept of a hop: a group is one record of the changelog, which a broker takes up to a mebibyte. */
    static final int MAX_HOP_SAMPLES = 4;

    private static final Confidence[] CONFIDENCES = Confidence.values();

    private double amount;

    /** Null when nothing distinct is counted. */
    private DistinctSketch distinct;

    private long flows;
    private long packets;
    private long layer2Octets;
    private long responderPackets;

    /** IP octets; -1 once they are unknown for any record. */
    private long responderOctets;

    private long firstMicros = Long.MAX_VALUE;
    private long lastMicros = Long.MIN_VALUE;
    private Confidence confidence = Confidence.unknown;
    private final Common common;
    private final NavigableSet<Sample> samples = new TreeSet<>();
    private final int maxSamples;

    /** Nothing yet, for a finding. */
    Tally() {
        this(new Common(), MAX_SAMPLES);
    }

    private Tally(Common common, int maxSamples) {
        this.common = common;
        this.maxSamples = maxSamples;
    }

    /** Nothing yet, for a hop. */
    static Tally ofHop() {
        return new Tally(new Common(), MAX_HOP_SAMPLES);
    }

    /** One record. */
    public static Tally of(
            long flows,
            long packets,
            long layer2Octets,
            long responderPackets,
            Long responderOctets,
            long lastMicros,
            Confidence confidence,
            Common common,
            Sample sample) {
        Tally tally = new Tally(common, MAX_HOP_SAMPLES);
        tally.flows = flows;
        tally.packets = packets;
        tally.layer2Octets = layer2Octets;
        tally.responderPackets = responderPackets;
        tally.responderOctets = responderOctets == null ? -1 : responderOctets;
        tally.firstMicros = sample.startMicros();
        tally.lastMicros = lastMicros;
        tally.confidence = confidence;
        tally.samples.add(sample);
        return tally;
    }

    /** Says what the record adds to the measure. */
    public Tally amount(double value) {
        amount = value;
        return this;
    }

    /** Says which value the record adds to the distinct ones: 64 bits that look random. */
    public Tally distinct(long hash) {
        distinct = new DistinctSketch();
        distinct.add(hash);
        return this;
    }

    void add(Tally other) {
        addMeasure(other);
        flows += other.flows;
        packets += other.packets;
        layer2Octets += other.layer2Octets;
        responderPackets += other.responderPackets;
        responderOctets =
                responderOctets < 0 || other.responderOctets < 0 ? -1 : responderOctets + other.responderOctets;
        firstMicros = Math.min(firstMicros, other.firstMicros);
        lastMicros = Math.max(lastMicros, other.lastMicros);
        confidence = confidence.compareTo(other.confidence) >= 0 ? confidence : other.confidence;
        common.merge(other.common);
        samples.addAll(other.samples);
        while (samples.size() > maxSamples) {
            samples.pollLast();
        }
    }

    /** Adds what is held against the threshold, and nothing else. */
    void addMeasure(Tally other) {
        amount += other.amount;
        if (other.distinct != null) {
            if (distinct == null) {
                distinct = new DistinctSketch();
            }
            distinct.merge(other.distinct);
        }
    }

    Tally copy() {
        Tally copy = new Tally();
        copy.add(this);
        return copy;
    }

    /** What is held against the threshold. */
    double value() {
        return distinct == null ? amount : (double) distinct.estimate();
    }

    long flows() {
        return flows;
    }

    long packets() {
        return packets;
    }

    long layer2Octets() {
        return layer2Octets;
    }

    long responderPackets() {
        return responderPackets;
    }

    Long responderOctets() {
        return responderOctets < 0 ? null : (Long) responderOctets;
    }

    long firstMicros() {
        return firstMicros;
    }

    long lastMicros() {
        return lastMicros;
    }

    /** How sure it is who began: the best of all records. */
    Confidence confidence() {
        return confidence;
    }

    Common common() {
        return common;
    }

    NavigableSet<Sample> samples() {
        return samples;
    }

    void write(EvidenceOutput out) {
        out.number(maxSamples);
        out.bits(Double.doubleToLongBits(amount));
        out.octets(distinct == null ? null : distinct.registers());
        out.number(flows);
        out.number(packets);
        out.number(layer2Octets);
        out.number(responderPackets);
        out.number(responderOctets);
        out.number(firstMicros);
        out.number(lastMicros);
        out.number(confidence.ordinal());
        common.write(out);
        out.number(samples.size());
        for (Sample sample : samples) {
            out.number(sample.startMicros());
            out.text(sample.flowId());
            out.text(sample.initiator());
            out.text(sample.responder());
        }
    }

    static Tally read(EvidenceInput in) {
        int maxSamples = in.integer();
        double amount = Double.longBitsToDouble(in.bits());
        byte[] registers = in.octets();
        long flows = in.number();
        long packets = in.number();
        long layer2Octets = in.number();
        long responderPackets = in.number();
        long responderOctets = in.number();
        long firstMicros = in.number();
        long lastMicros = in.number();
        Confidence confidence = CONFIDENCES[in.integer()];
        Tally tally = new Tally(Common.read(in), maxSamples);
        tally.amount = amount;
        tally.distinct = registers == null ? null : new DistinctSketch(registers);
        tally.flows = flows;
        tally.packets = packets;
        tally.layer2Octets = layer2Octets;
        tally.responderPackets = responderPackets;
        tally.responderOctets = responderOctets;
        tally.firstMicros = firstMicros;
        tally.lastMicros = lastMicros;
        tally.confidence = confidence;
        for (int left = in.integer(); left > 0; left--) {
            tally.samples.add(new Sample(in.number(), in.text(), in.text(), in.text()));
        }
        return tally;
    }
}
