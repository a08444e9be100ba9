package io.weir.app.pipeline;

import io.weir.schemas.json.AvroFields;
import io.weir.schemas.json.AvroJson;
import io.weir.schemas.serde.WireFormat;
import java.util.List;

/** What is summed of a flow record in its wire format, by one schema. */
final class FlowFields {

    private static final List<String> PATHS = List.of(
            "observationPoint.interface",
            "parentFlowId",
            "isFirst",
            "isLast",
            "delta.initiatorPackets",
            "delta.responderPackets",
            "delta.initiatorLayer2Octets",
            "delta.responderLayer2Octets");

    private final AvroFields fields;

    FlowFields(AvroJson schema) {
        this.fields = schema.fields(PATHS);
    }

    void read(byte[] value) {
        fields.read(value, WireFormat.HEADER_OCTETS, value.length - WireFormat.HEADER_OCTETS);
    }

    String interfaceName() {
        return fields.string(0);
    }

    boolean isRoot() {
        return !fields.isPresent(1);
    }

    boolean isFirst() {
        return fields.isTrue(2);
    }

    boolean isLast() {
        return fields.isTrue(3);
    }

    long packets() {
        return fields.number(4, 0) + fields.number(5, 0);
    }

    long layer2Octets() {
        return fields.number(6, 0) + fields.number(7, 0);
    }
}
