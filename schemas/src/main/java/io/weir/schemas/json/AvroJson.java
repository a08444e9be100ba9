package io.weir.schemas.json;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Turns Avro binary into JSON text by the schema it was written with, without objects in between. Immutable and thread-safe.
 *
 * <p>Fields come in the schema's order under the schema's names. A union gives the plain value or {@code null}, without the type
 * tags of Avro's own JSON encoding. An enum gives its symbol, {@code bytes} and {@code fixed} give lower-case hex, a number that is
 * not finite gives {@code null}, a map gives an object. Logical types are left as the type beneath. Strings are escaped as RFC 8259
 * section 7 asks; octets that are not UTF-8 become U+FFFD.
 *
 * <p>Whatever the octets, memory stays within a small multiple of their number: lengths and counts are checked against what is left.
 */
public final class AvroJson {

    private final Schema schema;
    private final AvroNode root;

    private AvroJson(Schema schema) {
        this.schema = schema;
        this.root = AvroNode.compile(schema);
    }

    /** Compiles a writer's schema; keep the result. */
    public static AvroJson of(Schema writerSchema) {
        return new AvroJson(writerSchema);
    }

    /** The writer's schema. */
    public Schema schema() {
        return schema;
    }

    /**
     * Appends one value as JSON, without a line end. Octets behind the value are ignored, as Avro's own reader does.
     *
     * @param value holds Avro binary, without the frame of the wire format
     * @throws SerializationException when the octets are not a value of the schema; {@code out} is as it was
     */
    public void write(byte[] value, int offset, int length, JsonBuffer out) {
        try {
            out.append(root, new AvroCursor(value, offset, length));
        } catch (SerializationException e) {
            throw unreadable(e);
        }
    }

    /** A reader of some fields by their paths, for example of an event time; they are asked for by their place in the list. */
    public AvroFields fields(List<String> paths) {
        return AvroFields.compile(this, paths);
    }

    SerializationException unreadable(SerializationException cause) {
        String name = schema.getType() == Schema.Type.RECORD
                ? schema.getName()
                : schema.getType().getName();
        return new SerializationException("Not a readable " + name + ": " + cause.getMessage(), cause);
    }
}
