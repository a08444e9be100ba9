package io.weir.topology.datagram;

import io.weir.state.RowOutput;
import io.weir.state.TableStore;
import io.weir.topology.netflow.PendingSet;

/** A data set that waits for its template. */
final class PendingSetRow extends TableStore.Row {

    final PendingSet set;

    PendingSetRow(PendingSet set) {
        this.set = set;
    }

    @Override
    protected byte[] changelogKey() {
        return NetflowCodec.keyOfSet(set.number());
    }

    @Override
    protected void writeValue(RowOutput out) {
        out.put(NetflowCodec.value(set.toBytes()));
    }
}
