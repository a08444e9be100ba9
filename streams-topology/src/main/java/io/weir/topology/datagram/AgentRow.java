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

    final Map<SourceKey, SourceState> sources = new HashMap<>();

    record SourceKey(long type, long index) {}

    AgentRow(int ipVersion, long addressHigh, long addressLow, int subAgentId, String host) {
        this.ipVersion = ipVersion;
        this.addressHigh = addressHigh;
        this.addressLow = addressLow;
        this.subAgentId = subAgentId;
        this.host = host;
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
