package io.weir.topology.netflow;

/**
 * What an exporter's options records say of sampling, and which rate applies to a record: what the record itself says, else what was said of
 * its selector or sampler, of its ingress interface, of the exporter, else the v5 header, else nothing.
 *
 * <p>Rates: (305 + 306) / 305, 310 / 309, 50, 34 (RFC 5477 section 8, RFC 3954 section 8). What another domain of the exporter said is used
 * where the record's own domain said nothing: exporters send options under a source id of their own. A rate applies to the records
 * that follow.
 */
public final class SamplingOptions {
    private static final double UNKNOWN = Double.NaN;
    /** Numbers above are no rates, and would not be exact. */
    private static final long MAX_NUMBER = 1L << 53;

    private final int maxEntries;
    private final LongTable<Rates> domains = new LongTable<>();
    /** What was said last, whatever the domain. */
    private final Rates anyDomain = new Rates();

    private int entries;
    private long refused;

    /**
     * Nothing known.
     *
     * @param maxEntries samplers, selectors, interfaces and domains in all; further ones are not taken in
     */
    SamplingOptions(int maxEntries) {
        this.maxEntries = maxEntries;
    }

    private static final class Rates {
        final LongTable<Double> samplers = new LongTable<>();
        final LongTable<Double> selectors = new LongTable<>();
        final LongTable<Double> interfaces = new LongTable<>();
        double exporter = UNKNOWN;
    }

    /** Takes in an options record; whether it says something of sampling. */
    boolean learn(DataRecord record) {
        double rate = rateIn(record);
        if (Double.isNaN(rate)) {
            return false;
        }
        int domain = record.head().domain;
        Rates rates = domains.get(domain);
        if (rates == null) {
            if (entries >= maxEntries) {
                refused++;
                return false;
            }
            entries++;
            rates = new Rates();
            domains.put(domain, rates);
        }
        put(record, rate, rates);
        put(record, rate, anyDomain);
        return true;
    }

    private void put(DataRecord record, double rate, Rates rates) {
        if (record.has(RecordField.SAMPLER)) {
            put(rates.samplers, record.get(RecordField.SAMPLER), rate);
        } else if (record.has(RecordField.SELECTOR)) {
            put(rates.selectors, record.get(RecordField.SELECTOR), rate);
        } else if (record.has(RecordField.INGRESS_INTERFACE)) {
            put(rates.interfaces, record.get(RecordField.INGRESS_INTERFACE), rate);
        } else {
            rates.exporter = rate;
        }
    }

    private void put(LongTable<Double> table, long id, double rate) {
        if (table.get(id) == null) {
            if (entries >= maxEntries) {
                refused++;
                return;
            }
            entries++;
        }
        table.put(id, rate);
    }

    /** Fills in the rate that applies to a record of this exporter. */
    public void rateOf(DataRecord record, SamplingRate out) {
        double rate = rateIn(record);
        if (!Double.isNaN(rate)) {
            out.set(rate, SamplingSource.RECORD);
            return;
        }
        if (record.head().version == NetflowDecoder.V5) {
            int interval = record.head().samplingInterval;
            out.set(interval > 0 ? interval : UNKNOWN, interval > 0 ? SamplingSource.HEADER : SamplingSource.NONE);
            return;
        }
        Rates own = domains.get(record.head().domain);
        if ((own == null || !fill(record, own, out)) && !fill(record, anyDomain, out)) {
            out.set(UNKNOWN, SamplingSource.NONE);
        }
    }

    private static boolean fill(DataRecord record, Rates rates, SamplingRate out) {
        Double rate = null;
        if (record.has(RecordField.SAMPLER)) {
            rate = rates.samplers.get(record.get(RecordField.SAMPLER));
        }
        if (rate == null && record.has(RecordField.SELECTOR)) {
            rate = rates.selectors.get(record.get(RecordField.SELECTOR));
        }
        if (rate != null) {
            out.set(rate, SamplingSource.SELECTOR);
            return true;
        }
        if (record.has(RecordField.INGRESS_INTERFACE)) {
            rate = rates.interfaces.get(record.get(RecordField.INGRESS_INTERFACE));
        }
        if (rate != null) {
            out.set(rate, SamplingSource.INTERFACE);
            return true;
        }
        out.set(rates.exporter, SamplingSource.EXPORTER);
        return !Double.isNaN(rates.exporter);
    }

    /** Samplers, selectors, interfaces and domains known. */
    public int entries() {
        return entries;
    }

    /** Entries not taken in for lack of room. */
    public long refused() {
        return refused;
    }

    /** The rate that a record tells by itself, or NaN. */
    private static double rateIn(DataRecord record) {
        long interval = number(record, RecordField.SAMPLING_PACKET_INTERVAL);
        long space = number(record, RecordField.SAMPLING_PACKET_SPACE);
        if (interval > 0 && space >= 0) {
            return ((double) interval + space) / interval;
        }
        long size = number(record, RecordField.SAMPLING_SIZE);
        long population = number(record, RecordField.SAMPLING_POPULATION);
        if (size > 0 && population >= size) {
            return (double) population / size;
        }
        long sampler = number(record, RecordField.SAMPLER_INTERVAL);
        if (sampler > 0) {
            return sampler;
        }
        long simple = number(record, RecordField.SAMPLING_INTERVAL);
        return simple > 0 ? simple : UNKNOWN;
    }

    private static long number(DataRecord record, RecordField field) {
        long number = record.get(field);
        return number <= MAX_NUMBER ? number : DataRecord.ABSENT;
    }
}
