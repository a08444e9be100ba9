package io.weir.topology.edge;

import io.weir.schemas.Edge;
import io.weir.topology.store.TableStore;

/** One edge in one open window. */
final class EdgeRow extends TableStore.Row {

    /** The edge's record key. */
    final String key;

    final Edge edge;

    EdgeRow(Edge edge) {
        this(Edges.recordKey(edge), edge);
    }

    EdgeRow(String key, Edge edge) {
        this.key = key;
        this.edge = edge;
    }

    @Override
    protected byte[] changelogKey() {
        return EdgeRowCodec.key(this);
    }

    @Override
    protected byte[] changelogValue() {
        return EdgeRowCodec.value(edge);
    }
}
