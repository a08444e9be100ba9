package io.weir.advisor.risk;

import io.weir.advisor.codec.FieldReader;
import io.weir.advisor.codec.FieldWriter;
import io.weir.state.RowOutput;
import java.nio.BufferUnderflowException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Bytes of what findings say of entities, on their way to the partition of the entity: version octet 2, then the fields as {@link FieldWriter} writes them; enums as
 * their names, so that their order is free to change.
 */
public final class RiskPartSerde implements Serde<RiskPart> {

    private static final byte VERSION = 2;
    private static final int TYPICAL_OCTETS = 128;

    @Override
    public Serializer<RiskPart> serializer() {
        return (topic, part) -> {
            RowOutput octets = new RowOutput(TYPICAL_OCTETS);
            FieldWriter to = new FieldWriter(octets);
            to.octet(VERSION);
            RiskRows.write(to, part.entity());
            part.write(to);
            return octets.toArray();
        };
    }

    @Override
    public Deserializer<RiskPart> deserializer() {
        return (topic, bytes) -> {
            if (bytes.length == 0 || bytes[0] != VERSION) {
                throw new SerializationException("A part of a risk on " + topic + " has format "
                        + (bytes.length == 0 ? "none" : bytes[0]) + ", this version of Weir reads " + VERSION
                        + ": run the version that wrote it, or reset the advisor");
            }
            try {
                FieldReader from = new FieldReader(bytes, 1);
                return RiskPart.read(from, RiskRows.readEntity(from));
            } catch (BufferUnderflowException
                    | IllegalArgumentException
                    | ArithmeticException
                    | NullPointerException e) {
                throw new SerializationException("A part of a risk on " + topic + " is damaged: reset the advisor", e);
            }
        };
    }
}
