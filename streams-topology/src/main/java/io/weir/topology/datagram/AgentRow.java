package io.weir.topology.datagram;

import io.weir.topology.store.RowOutput;
import io.weir.topology.store.TableStore;
import java.util.HashMap;
import java.util.Map;

/** One sub-agent of an sFlow agent: what its datagrams have told of themselves. */
final class AgentRow extends TableStore.Row {

    /** Address of the agent, or where it does not know it the one that it sends from; 4 or 6. */
    final int ipVersion;

    final long addressHigh;
    final long addressLow;

    /** 32 bits, unsigned. */
    final int subAgentId;

    /** Address as text. */
    final String host;

    final SequenceCounter sequence = new SequenceCounter();

    /** Milliseconds since the sub-agent's start, 32 bits unsigned, as the newest datagram says. */
    long uptimeMs;

    /** When the last datagram was received, epoch nanoseconds. */
    long lastNanos = Long.MIN_VALUE;

    /** When the first datagram was received after the last loss was told, epoch nanoseconds. */
    long lossSinceNanos = Long.MIN_VALUE;

    /** Notifications of drops that it had not sent by the last one of any source, modulo 2^32, or {@link SourceState#NONE}. */
    long suppressedNotifications = SourceState.NONE;

    /** It counts those for each source, not for all together. The memo leaves it open; host-sflow counts them together. */
    boolean suppressedBySource;

    final Map<SourceKey, SourceState> sources = new HashMap<>();

    record SourceKey(long type, long index) {}

    AgentRow(int ipVersion, long addressHigh, long addressLow, int subAgentId, String host) {
        this.ipVersion = ipVersion;
        this.addressHigh = addressHigh;
        this.addressLow = addressLow;
        this.subAgentId = subAgentId;
        this.host = host;
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
