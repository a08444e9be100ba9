package io.weir.topology.netflow;

import java.nio.ByteBuffer;

/**
 * What the sequence numbers of one exporter's domain and version tell of loss. They are compared as serial numbers of 32 bits.
 *
 * <p>By the book a message's number is how much was sent before it: flows (v5), messages (v9, RFC 3954 section 5.1), data records with
 * those of options (IPFIX, RFC 7011 section 3.1). Exporters count otherwise: a {@link Convention} that fits message after
 * message, {@value #CONVINCING} of which the one in use does not fit, is used from then on; what would have been missing until then is told only
 * if it does not come to that. Messages that fit both leave it open: an exporter whose messages hold one record each shows only with its next
 * templates what it counts.
 *
 * <p>A message behind the others was taken for missing before and is found; one far behind, or ahead, or of an exporter that has
 * started anew, begins a new count. For one thread.
 */
public final class ExportSequence {
    /** Octets of {@link #writeTo}. */
    public static final int STATE_OCTETS = 1 + 1 + 3 * 4 + 1 + 3 * 8;

    /** How often another convention must fit. */
    static final int CONVINCING = 3;

    /** A number further ahead says that the count was begun anew. */
    static final int MAX_GAP = 1 << 24;
    /** A number further behind says that the count was begun anew. */
    static final int MAX_REORDERING = 2048;
    /** More messages in a row behind the others say that the count was begun anew, where no uptime says whether. */
    static final int MAX_REORDERED = 8;

    /** An exporter that seems to have started later than before by more has started anew. */
    private static final long START_TOLERANCE_MILLIS = 5_000;

    /** The exporter does not say when it started. */
    private static final long NO_START = Long.MIN_VALUE;

    private static final long NANOS_PER_MILLI = 1_000_000L;

    /** What a sequence number counts. */
    public enum Convention {
        /** Messages. */
        MESSAGES,
        /** Data records, with options, before the message. */
        RECORDS,
        /** Data records, with options, before the message and in it. */
        RECORDS_INCLUDED,
        /** Flow records before the message. */
        FLOWS,
        /** Flow records before the message and in it. */
        FLOWS_INCLUDED;

        private static final Convention[] ALL = values();
    }

    /** What a sequence number says of its message. */
    public enum Verdict {
        /** Nothing to compare with yet. */
        FIRST,
        /** The one that was due. */
        IN_ORDER,
        /** {@link ExportSequence#missing} messages, flows or records are missing before it. */
        GAP,
        /** Behind the others; {@link ExportSequence#found} were taken for missing. */
        REORDERED,
        /** The same again. */
        DUPLICATE,
        /** The count was begun anew; what is missing is not known. */
        RESTART,
        /** What the message before it holds is not known, hence neither what was due. */
        UNKNOWN,
        /** Not as due, but as another convention has it; a later verdict tells. */
        UNSURE
    }

    private Convention convention;
    /** Conventions that have fitted each message since the one in use first did not: a bit each. */
    private int rivals;

    private int rivalFits;
    private long held;

    private boolean started;
    private int lastSequence;
    private int lastRecords;
    private int lastFlows;
    private boolean lastCounted;
    private long lastStartMillis;
    private int reorderedInARow;

    private long missing;
    private long found;
    private long totalMissing;
    private long totalFound;

    /**
     * A count that has not begun.
     *
     * @param version of the messages
     */
    public ExportSequence(int version) {
        convention = version == NetflowDecoder.V9 ? Convention.MESSAGES : Convention.RECORDS;
    }

    /**
     * Takes in the next message, at its end, when its records are known.
     *
     * @return what its number says
     */
    public Verdict observe(MessageHead head) {
        missing = 0;
        found = 0;
        int records = head.dataRecords;
        int flows = records - head.optionsRecords;
        boolean counted = head.undecodedSets == 0;
        long startMillis =
                head.uptimeMillis < 0 ? Long.MIN_VALUE : head.exportNanos / NANOS_PER_MILLI - head.uptimeMillis;
        Verdict verdict = started ? judge(head.sequenceNumber, records, flows, counted, startMillis) : Verdict.FIRST;
        totalMissing += missing;
        totalFound += found;
        if (verdict != Verdict.REORDERED && verdict != Verdict.DUPLICATE) {
            reorderedInARow = 0;
            started = true;
            lastSequence = head.sequenceNumber;
            lastRecords = records;
            lastFlows = flows;
            lastCounted = counted;
            lastStartMillis = startMillis;
        }
        return verdict;
    }

    private Verdict judge(int sequence, int records, int flows, boolean counted, long startMillis) {
        int step = sequence - lastSequence;
        if (!isKnown(convention, counted)) {
            return isFarOff(step) ? restart() : Verdict.UNKNOWN;
        }
        int off = step - due(convention, records, flows);
        int fitting = counted && lastCounted ? fitting(step, records, flows) : 0;
        boolean fitsRivals = (rivals & fitting) != 0;
        if (off == 0) {
            rivals &= fitting;
            return !fitsRivals && settleHeld() ? Verdict.GAP : Verdict.IN_ORDER;
        }
        if (isFarOff(off) || (off < 0 && startMillis > lastStartMillis + START_TOLERANCE_MILLIS)) {
            return restart();
        }
        if (step == 0 && !fitsRivals) {
            return Verdict.DUPLICATE;
        }
        if (fitting != 0) {
            return consider(fitting, Math.max(0, off));
        }
        rivals = 0;
        settleHeld();
        if (off > 0) {
            missing += off;
            return Verdict.GAP;
        }
        if (startMillis == NO_START && reorderedInARow == MAX_REORDERED) {
            return restart();
        }
        reorderedInARow++;
        int units = convention == Convention.MESSAGES ? 1 : isOfFlows(convention) ? flows : records;
        // What is behind the first message of all was not taken for missing.
        found = Math.min(units, totalMissing - totalFound);
        return Verdict.REORDERED;
    }

    /** Other conventions fit: one is believed after a while. */
    private Verdict consider(int fitting, int off) {
        if ((rivals & fitting) == 0) {
            settleHeld();
            rivals = fitting;
            rivalFits = 0;
        }
        rivals &= fitting;
        rivalFits++;
        held += off;
        if (rivalFits < CONVINCING) {
            return missing > 0 ? Verdict.GAP : Verdict.UNSURE;
        }
        convention = Convention.ALL[Integer.numberOfTrailingZeros(rivals)];
        rivals = 0;
        held = 0;
        return missing > 0 ? Verdict.GAP : Verdict.IN_ORDER;
    }

    private boolean settleHeld() {
        missing += held;
        held = 0;
        return missing > 0;
    }

    private Verdict restart() {
        rivals = 0;
        held = 0;
        return Verdict.RESTART;
    }

    private static boolean isFarOff(int off) {
        return off > MAX_GAP || off < -MAX_REORDERING;
    }

    private static boolean isOfFlows(Convention convention) {
        return convention == Convention.FLOWS || convention == Convention.FLOWS_INCLUDED;
    }

    /** Whether what was due by a convention can be told. */
    private boolean isKnown(Convention by, boolean counted) {
        return switch (by) {
            case MESSAGES -> true;
            case RECORDS, FLOWS -> lastCounted;
            case RECORDS_INCLUDED, FLOWS_INCLUDED -> counted;
        };
    }

    /** By how much the number should have grown. */
    private int due(Convention by, int records, int flows) {
        return switch (by) {
            case MESSAGES -> 1;
            case RECORDS -> lastRecords;
            case RECORDS_INCLUDED -> records;
            case FLOWS -> lastFlows;
            case FLOWS_INCLUDED -> flows;
        };
    }

    /** Conventions by which the number is as due, a bit each. */
    private int fitting(int step, int records, int flows) {
        int fitting = 0;
        for (Convention each : Convention.ALL) {
            if (step == due(each, records, flows)) {
                fitting |= 1 << each.ordinal();
            }
        }
        return fitting;
    }

    /** Writes the count, in {@value #STATE_OCTETS} octets: what is unsure is left out, and found out anew. */
    public void writeTo(ByteBuffer out) {
        out.put((byte) convention.ordinal())
                .put((byte) (started ? 1 : 0))
                .putInt(lastSequence)
                .putInt(lastRecords)
                .putInt(lastFlows)
                .put((byte) (lastCounted ? 1 : 0))
                .putLong(lastStartMillis)
                .putLong(totalMissing)
                .putLong(totalFound);
    }

    /** Takes up a count that {@link #writeTo} wrote. */
    public void readFrom(ByteBuffer in) {
        convention = Convention.ALL[in.get()];
        started = in.get() != 0;
        lastSequence = in.getInt();
        lastRecords = in.getInt();
        lastFlows = in.getInt();
        lastCounted = in.get() != 0;
        lastStartMillis = in.getLong();
        totalMissing = in.getLong();
        totalFound = in.getLong();
    }

    /** What the exporter seems to count. */
    public Convention convention() {
        return convention;
    }

    /** How much is missing before the message of the last verdict, in units of {@link #convention}. */
    public long missing() {
        return missing;
    }

    /** How much of what was taken for missing came with the message of the last verdict. */
    public long found() {
        return found;
    }

    /** All that was missing so far, whether found later or not. */
    public long totalMissing() {
        return totalMissing;
    }

    /** All that was found later. */
    public long totalFound() {
        return totalFound;
    }
}
