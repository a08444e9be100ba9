package io.weir.app.pipeline;

import io.weir.schemas.json.AvroFields;
import io.weir.schemas.json.AvroJson;
import io.weir.schemas.serde.WireFormat;
import java.util.ArrayList;
import java.util.List;

/** What is summed of a flow or edge record in its wire format, by one schema; the rest of the record is not looked at. */
final class CountedFields {

    private static final int INTERFACE = 0;
    private static final int PACKETS = 1;
    private static final int LAYER2_OCTETS = 3;
    /** What is present, or true, in an enclosed flow or edge only. */
    private static final int ENCLOSED = 5;

    private static final int FIRST = 6;
    private static final int LAST = 7;

    private final AvroFields fields;

    private CountedFields(AvroJson schema, String counters, List<String> more) {
        List<String> paths = new ArrayList<>(List.of(
                "observationPoint.interface",
                counters + "initiatorPackets",
                counters + "responderPackets",
                counters + "initiatorLayer2Octets",
                counters + "responderLayer2Octets"));
        paths.addAll(more);
        fields = schema.fields(paths);
    }

    static CountedFields ofFlow(AvroJson schema) {
        return new CountedFields(schema, "delta.", List.of("parentFlowId", "isFirst", "isLast"));
    }

    /** Has neither first nor last. */
    static CountedFields ofEdge(AvroJson schema) {
        return new CountedFields(schema, "", List.of("enclosed"));
    }

    void read(byte[] value) {
        fields.read(value, WireFormat.HEADER_OCTETS, value.length - WireFormat.HEADER_OCTETS);
    }

    String interfaceName() {
        return fields.string(INTERFACE);
    }

    long packets() {
        return fields.number(PACKETS, 0) + fields.number(PACKETS + 1, 0);
    }

    long layer2Octets() {
        return fields.number(LAYER2_OCTETS, 0) + fields.number(LAYER2_OCTETS + 1, 0);
    }

    /** Not within another flow. */
    boolean isRoot() {
        return !fields.isPresent(ENCLOSED) || fields.number(ENCLOSED, 1) == 0;
    }

    boolean isFirst() {
        return fields.isTrue(FIRST);
    }

    boolean isLast() {
        return fields.isTrue(LAST);
    }
}
