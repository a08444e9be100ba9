package io.weir.topology.datagram;

import io.weir.state.RowOutput;
import io.weir.topology.netflow.LongTable;
import java.util.HashMap;
import java.util.Map;

/** One sub-agent of an sFlow agent: what its datagrams have told of themselves. */
final class AgentRow extends ExporterRow {

    private static final long NANOS_PER_MILLI = 1_000_000L;

    /** Address of the agent, or where it does not know it the one that it sends from; 4 or 6. */
    final int ipVersion;

    final long addressHigh;
    final long addressLow;

    /** 32 bits, unsigned. */
    final int subAgentId;

    final SequenceCounter sequence = new SequenceCounter();

    /** Milliseconds since the sub-agent's start, 32 bits unsigned, as the newest datagram says. */
    long uptimeMs;

    /** When the first datagram was received since the sub-agent began, epoch nanoseconds. */
    long uptimeSinceNanos;

    /** By how much uptime has grown since then, milliseconds. */
    long uptimePassedMs;

    /** What it has gained meanwhile on the time of receipt, milliseconds. */
    long uptimeDriftMs;

    /** Notifications of drops that it had not sent by the last one of any source, modulo 2^32, or {@link SourceState#NONE}. */
    long suppressedNotifications = SourceState.NONE;

    /** It counts those for each source, not for all together. The memo leaves it open; host-sflow counts them together. */
    boolean suppressedBySource;

    final Map<SourceKey, SourceState> sources = new HashMap<>();

    /** Those whose counters come, by ifIndex. */
    final LongTable<InterfaceState> interfaces = new LongTable<>();

    record SourceKey(long type, long index) {}

    AgentRow(int ipVersion, long addressHigh, long addressLow, int subAgentId, String host) {
        super(host);
        this.ipVersion = ipVersion;
        this.addressHigh = addressHigh;
        this.addressLow = addressLow;
        this.subAgentId = subAgentId;
    }

    /** The sub-agent began: nothing is compared with what was before. */
    void beginAnew(long uptime, long timeNanos) {
        uptimeMs = uptime;
        uptimeSinceNanos = timeNanos;
        uptimePassedMs = 0;
        uptimeDriftMs = 0;
        sources.values().forEach(SourceState::beginAnew);
        interfaces.values().forEach(InterfaceState::beginAnew);
    }

    /** When the datagram was received that {@link #uptimeMs} is of, epoch nanoseconds, to the millisecond. */
    long uptimeHeardNanos() {
        return uptimeSinceNanos + (uptimePassedMs - uptimeDriftMs) * NANOS_PER_MILLI;
    }

    /** The newest datagram says how long the sub-agent is up; of 32 bits, unsigned. */
    void passUptime(long uptime, long timeNanos) {
        // Of more than 32 bits where it was silent for long.
        long expectedMs = (timeNanos - uptimeHeardNanos()) / NANOS_PER_MILLI;
        uptimePassedMs += expectedMs + (int) (uptime - uptimeMs - expectedMs);
        uptimeMs = uptime;
        uptimeDriftMs = uptimePassedMs - (timeNanos - uptimeSinceNanos) / NANOS_PER_MILLI;
    }

    /**
     * Takes note of a notification's numbers. A count that falls from one source to the next is one of each source.
     *
     * @param notSent notifications that were not sent so far, as it says
     * @param late its datagram came behind later ones
     * @return how many notifications were not sent since the one before; {@link SourceState#NONE} where that is not known
     */
    long notified(SourceState source, long sequence, long notSent, boolean late) {
        long suppressed = SourceState.NONE;
        long ofSource = SourceState.unsigned(notSent - source.suppressedNotifications);
        if (!source.isFirstOrLate(sequence) && ofSource <= SequenceCounter.MAX_GAP) {
            int ofAll = (int) (notSent - suppressedNotifications);
            suppressedBySource |= ofAll < 0 && !late;
            suppressed = suppressedBySource ? ofSource : Math.min(ofSource, Math.max(ofAll, 0));
        }
        if (!late || suppressedNotifications == SourceState.NONE) {
            suppressedNotifications = notSent;
        }
        source.notified(sequence, notSent);
        return suppressed;
    }

    /** It has begun anew, and its numbers with it. */
    void forgetNotifications() {
        suppressedNotifications = SourceState.NONE;
        suppressedBySource = false;
        sources.values().forEach(SourceState::forgetNotifications);
    }

    @Override
    protected byte[] changelogKey() {
        return DatagramCodec.key(this);
    }

    @Override
    protected void writeValue(RowOutput out) {
        out.put(DatagramCodec.value(this));
    }
}
