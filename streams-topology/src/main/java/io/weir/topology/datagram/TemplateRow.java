package io.weir.topology.datagram;

import io.weir.state.RowOutput;
import io.weir.state.TableStore;
import io.weir.topology.netflow.Template;

/** A template that is in use. */
final class TemplateRow extends TableStore.Row {

    /** As defined last. */
    Template template;

    TemplateRow(Template template) {
        this.template = template;
    }

    @Override
    protected byte[] changelogKey() {
        return NetflowCodec.key(template.key());
    }

    @Override
    protected void writeValue(RowOutput out) {
        out.put(NetflowCodec.value(template.toBytes()));
    }
}
