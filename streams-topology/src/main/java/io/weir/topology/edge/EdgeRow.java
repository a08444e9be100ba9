package io.weir.topology.edge;

import io.weir.schemas.Edge;
import io.weir.topology.store.TableStore;

/** One edge in one open window. */
final class EdgeRow extends TableStore.Row {

    final Edge edge;

    EdgeRow(Edge edge) {
        this.edge = edge;
    }

    @Override
    protected byte[] changelogKey() {
        return EdgeRowCodec.key(edge);
    }

    @Override
    protected byte[] changelogValue() {
        return EdgeRowCodec.value(edge);
    }
}
