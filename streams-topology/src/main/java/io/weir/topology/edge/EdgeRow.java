package io.weir.topology.edge;

import io.weir.state.RowOutput;
import io.weir.state.TableStore;

/** One edge in one open window. */
final class EdgeRow extends TableStore.Row {

    /** The edge's record key. */
    final String key;

    /** Length of the longer windows that this is one of, milliseconds; 0 in the meter's own windows. */
    final long rollUpMs;

    final EdgeSum sum;

    /** What had been cut off from edges of the window when this one came, octets; of one that others are folded into, when the last was. */
    long cutOctets;

    EdgeRow(String key, long rollUpMs, EdgeSum sum, long cutOctets) {
        this.key = key;
        this.rollUpMs = rollUpMs;
        this.sum = sum;
        this.cutOctets = cutOctets;
    }

    boolean isOther() {
        return Edges.isOther(sum.edge);
    }

    /** The most octets that the edge can have had in its window, and what counts when some have to go. */
    long weight() {
        return cutOctets + sum.layer2Octets();
    }

    /** The sum at the end of the window: what it may have taken of a single edge is stated. To be called once. */
    EdgeSum complete() {
        if (isOther()) {
            sum.edge.setFoldedLayer2OctetsBound(sum.edge.getFoldedLayer2OctetsBound() + cutOctets);
        }
        return sum;
    }

    @Override
    protected byte[] changelogKey() {
        return EdgeRowCodec.key(this);
    }

    @Override
    protected void writeValue(RowOutput out) {
        out.put(EdgeRowCodec.value(this));
    }
}
