package io.weir.rules.file;

import io.weir.schemas.Edge;
import io.weir.schemas.Flow;
import org.apache.avro.Schema;

/** Which records a rule looks at; names as in a rule file. */
public enum Over {
    flow,
    edge;

    /** Of the records. */
    public Schema schema() {
        return this == flow ? Flow.getClassSchema() : Edge.getClassSchema();
    }
}
