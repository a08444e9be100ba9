package io.weir.advisor;

import io.weir.schemas.json.AvroFields;
import io.weir.schemas.json.AvroJson;
import io.weir.schemas.json.AvroJsonReader;
import io.weir.schemas.serde.WireFormat;
import java.util.IdentityHashMap;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;

/**
 * The few fields of a flow record that say whether a rule can want it at all: most are not wanted, and making an object of the whole
 * record costs several times as much. Holds what was read last. Not thread-safe.
 */
final class FlowGlance {

    private static final List<String> PATHS = List.of(
            "observationPoint.host",
            "observationPoint.interface",
            "observationPoint.capture",
            "windowStart",
            "flowStartMicroseconds",
            "initiator.address",
            "responder.address",
            "isEarly");

    private static final int HOST = 0;
    private static final int INTERFACE = 1;
    private static final int CAPTURE = 2;
    private static final int WINDOW_START = 3;
    private static final int FLOW_START = 4;
    private static final int INITIATOR = 5;
    private static final int RESPONDER = 6;
    private static final int EARLY = 7;

    private final AvroJsonReader schemas;
    private final IdentityHashMap<AvroJson, AvroFields> fieldsBySchema = new IdentityHashMap<>();
    private AvroFields fields;

    FlowGlance(AvroJsonReader schemas) {
        this.schemas = schemas;
    }

    /**
     * Reads the fields.
     *
     * @return false when they cannot be read, or are not all there; reading the whole record tells why
     * @throws io.weir.schemas.registry.SchemaRegistryException when the registry is away (retriable) or does not know the schema
     */
    boolean read(byte[] value) {
        try {
            fields = fieldsBySchema.computeIfAbsent(schemas.transcoder(value), schema -> schema.fields(PATHS));
            fields.read(value, WireFormat.HEADER_OCTETS, value.length - WireFormat.HEADER_OCTETS);
        } catch (SerializationException e) {
            return false;
        }
        return fields.isPresent(HOST)
                && fields.isPresent(INTERFACE)
                && fields.isPresent(CAPTURE)
                && fields.isPresent(WINDOW_START)
                && fields.isPresent(FLOW_START);
    }

    /** As {@link io.weir.advisor.rule.ingress.IngressRule#observationPointOf} has it. */
    String observationPoint() {
        return fields.string(HOST) + "|" + fields.string(INTERFACE) + "|" + fields.string(CAPTURE);
    }

    long windowStart() {
        return fields.number(WINDOW_START, 0);
    }

    long flowStartMicroseconds() {
        return fields.number(FLOW_START, 0);
    }

    boolean isEarly() {
        return fields.isTrue(EARLY);
    }

    /** Null for frames without IP. */
    String initiatorAddress() {
        return fields.string(INITIATOR);
    }

    /** Null for frames without IP. */
    String responderAddress() {
        return fields.string(RESPONDER);
    }
}
