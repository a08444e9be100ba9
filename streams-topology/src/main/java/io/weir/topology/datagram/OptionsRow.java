package io.weir.topology.datagram;

import io.weir.state.RowOutput;
import io.weir.state.TableStore;
import io.weir.topology.netflow.OptionsRecord;
import org.apache.kafka.common.utils.Bytes;

/** What an exporter has said last of itself, or of one of its parts. */
final class OptionsRow extends TableStore.Row {

    /** What it is about, see {@link OptionsRecord#scopeOf}. */
    final Bytes scope;

    OptionsRecord options;

    OptionsRow(Bytes scope, OptionsRecord options) {
        this.scope = scope;
        this.options = options;
    }

    @Override
    protected byte[] changelogKey() {
        return NetflowCodec.keyOfOptions(scope.get());
    }

    @Override
    protected void writeValue(RowOutput out) {
        out.put(NetflowCodec.value(options.toBytes()));
    }
}
