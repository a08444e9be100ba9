package io.weir.schemas.json;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/** Reads one integer field of a record and skips what stands before it. Immutable and thread-safe. */
public final class AvroLongField {

    private final AvroJson owner;
    private final AvroNode[] before;
    private final boolean union;
    private final int nullBranch;

    private AvroLongField(AvroJson owner, AvroNode[] before, boolean union, int nullBranch) {
        this.owner = owner;
        this.before = before;
        this.union = union;
        this.nullBranch = nullBranch;
    }

    static AvroLongField compile(AvroJson owner, String name) {
        Schema record = owner.schema();
        if (record.getType() != Schema.Type.RECORD || record.getField(name) == null) {
            return null;
        }
        Schema.Field field = record.getField(name);
        AvroNode[] before = record.getFields().subList(0, field.pos()).stream()
                .map(skipped -> AvroNode.compile(skipped.schema()))
                .toArray(AvroNode[]::new);
        if (isInteger(field.schema())) {
            return new AvroLongField(owner, before, false, -1);
        }
        if (field.schema().getType() == Schema.Type.UNION) {
            List<Schema> branches = field.schema().getTypes();
            for (int nullBranch = 0; nullBranch < 2 && branches.size() == 2; nullBranch++) {
                if (branches.get(nullBranch).getType() == Schema.Type.NULL && isInteger(branches.get(1 - nullBranch))) {
                    return new AvroLongField(owner, before, true, nullBranch);
                }
            }
        }
        return null;
    }

    private static boolean isInteger(Schema schema) {
        return schema.getType() == Schema.Type.LONG || schema.getType() == Schema.Type.INT;
    }

    /**
     * @param value holds Avro binary, without the frame of the wire format
     * @param ifNull result when the field is null
     * @throws SerializationException when the octets are not a value of the schema
     */
    public long read(byte[] value, int offset, int length, long ifNull) {
        try {
            AvroCursor in = new AvroCursor(value, offset, length);
            for (AvroNode skipped : before) {
                skipped.skip(in);
            }
            if (union) {
                int branch = in.readInt();
                if (branch == nullBranch) {
                    return ifNull;
                }
                if (branch != 1 - nullBranch) {
                    throw in.malformed("branch " + branch + " of a union of 2");
                }
            }
            return in.readLong();
        } catch (SerializationException e) {
            throw owner.unreadable(e);
        }
    }
}
