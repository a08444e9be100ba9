package io.weir.app.pipeline;

import io.weir.schemas.json.AvroFields;
import io.weir.schemas.json.AvroJson;
import io.weir.schemas.serde.WireFormat;
import java.util.List;

/** What is summed of an edge record in its wire format, by one schema. */
final class EdgeFields {

    private static final List<String> PATHS = List.of(
            "observationPoint.interface",
            "initiatorPackets",
            "responderPackets",
            "initiatorLayer2Octets",
            "responderLayer2Octets");

    private final AvroFields fields;

    EdgeFields(AvroJson schema) {
        this.fields = schema.fields(PATHS);
    }

    void read(byte[] value) {
        fields.read(value, WireFormat.HEADER_OCTETS, value.length - WireFormat.HEADER_OCTETS);
    }

    String interfaceName() {
        return fields.string(0);
    }

    long packets() {
        return fields.number(1, 0) + fields.number(2, 0);
    }

    long layer2Octets() {
        return fields.number(3, 0) + fields.number(4, 0);
    }
}
