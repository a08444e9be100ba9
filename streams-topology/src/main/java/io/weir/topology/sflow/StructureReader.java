package io.weir.topology.sflow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;

/**
 * Walks a record by its structure in the table, which is how all records are read that have no place in the carriers. A longer body is
 * one with fields appended by a later revision [sflow_version_5.txt, section 5]; of a shorter one the fields are given that are there. Nothing
 * outside the record is read, and nothing is thrown on account of its octets. Used by one thread.
 */
public final class StructureReader {
    /** Flow records within each other that are read; beyond that their octets are left. */
    public static final int MAX_DEPTH = 4;

    private static final int RECORD_LENGTH = 4;
    private static final int RECORD_HEAD_LENGTH = 8;

    private final SflowAddress address = new SflowAddress();
    private final OctetRange octets = new OctetRange();
    private FieldVisitor visitor;
    private ByteBuffer buffer;
    private int position;
    private int end;
    private int depth;
    private SflowProblem problem = SflowProblem.NONE;

    /**
     * Gives the fields of one record.
     *
     * @param record in big endian order; left as it is
     * @param offset index of the first octet of the body
     * @param length octets of the body
     * @return the first problem, {@link SflowProblem#NONE} when all was there
     * @throws IllegalArgumentException if the buffer is not in big endian order
     * @throws IndexOutOfBoundsException if the body does not lie within the buffer's limit
     */
    public SflowProblem read(ByteBuffer record, int offset, int length, Structure structure, FieldVisitor fields) {
        if (record.order() != ByteOrder.BIG_ENDIAN) {
            throw new IllegalArgumentException("The buffer of a record must be in big endian order");
        }
        Objects.checkFromIndexSize(offset, length, record.limit());
        buffer = record;
        visitor = fields;
        position = offset;
        end = offset + length;
        depth = 0;
        problem = SflowProblem.NONE;
        readStructure(structure);
        return problem;
    }

    private void readStructure(Structure structure) {
        List<Field> fields = structure.fields();
        for (int i = 0; i < fields.size(); i++) {
            if (i >= structure.required() && position == end) {
                return;
            }
            if (!readField(fields.get(i))) {
                return;
            }
        }
        if (position < end) {
            visitor.onExtraOctets(position, end - position);
            position = end;
        }
    }

    /** False when the record ends before, or cannot be read beyond; that is noted. */
    private boolean readField(Field field) {
        if (end - position < field.type().minimumOctets()) {
            return stop(SflowProblem.SHORT_RECORD);
        }
        switch (field.type()) {
            case U32 -> number(field, Integer.toUnsignedLong(buffer.getInt(position)));
            case I32, PERCENTAGE -> number(field, buffer.getInt(position));
            case U64 -> number(field, buffer.getLong(position));
            case U8 -> number(field, Byte.toUnsignedLong(buffer.get(position)));
            case MAC -> number(field, buffer.getLong(position) >>> Short.SIZE);
            case F32 -> visitor.onFloat(field, buffer.getFloat(position));
            case IPV4 -> {
                address.readIpv4(buffer, position);
                address(field);
            }
            case IPV6 -> {
                address.readIpv6(buffer, position);
                address(field);
            }
            case UUID -> visitor.onOctets(field, position, field.type().minimumOctets());
            case ADDRESS -> {
                return readAddress(field);
            }
            case OPAQUE, STRING -> {
                return readOctets(field);
            }
            case ARRAY -> {
                return readArray(field);
            }
            case RECORDS -> {
                return readRecords(field);
            }
        }
        position += field.type().minimumOctets();
        return true;
    }

    private void number(Field field, long value) {
        if (field.isUnknown(value)) {
            visitor.onUnknown(field);
        } else {
            visitor.onNumber(field, value);
        }
    }

    private void address(Field field) {
        visitor.onAddress(field, address.ipVersion, address.high, address.low);
    }

    private boolean readAddress(Field field) {
        int taken = address.read(buffer, position, end);
        if (taken < 0) {
            return stop(SflowAddress.problemAt(buffer, position, end, SflowProblem.SHORT_RECORD));
        }
        address(field);
        position += taken;
        return true;
    }

    private boolean readOctets(Field field) {
        long claimed = Integer.toUnsignedLong(buffer.getInt(position));
        int at = position + Integer.BYTES;
        int available = end - at;
        boolean whole = claimed <= available;
        octets.set(at, whole ? (int) claimed : available);
        visitor.onOctets(field, octets.position, octets.octets);
        if (!whole) {
            return stop(SflowProblem.SHORT_RECORD);
        }
        position = at + XdrCursor.padded(octets.octets, available);
        return true;
    }

    private boolean readArray(Field field) {
        long claimed = Integer.toUnsignedLong(buffer.getInt(position));
        position += Integer.BYTES;
        visitor.onArray(field, claimed);
        int fit = (end - position) / Field.minimumOctets(field.elements());
        int count = (int) Math.min(claimed, fit);
        for (int i = 0; i < count; i++) {
            visitor.onElement(field, i);
            for (Field element : field.elements()) {
                if (!readField(element)) {
                    visitor.onArrayEnd(field);
                    return false;
                }
            }
        }
        visitor.onArrayEnd(field);
        return count == claimed || stop(SflowProblem.SHORT_RECORD);
    }

    private boolean readRecords(Field field) {
        long claimed = Integer.toUnsignedLong(buffer.getInt(position));
        position += Integer.BYTES;
        visitor.onArray(field, claimed);
        boolean whole = true;
        for (long left = claimed; left > 0 && whole; left--) {
            whole = readRecord();
        }
        visitor.onArrayEnd(field);
        return whole;
    }

    /** One that is odd is noted and costs none of its neighbours; false when the record around it ends within. */
    private boolean readRecord() {
        int rest = end - position - RECORD_HEAD_LENGTH;
        if (rest < 0) {
            return stop(SflowProblem.SHORT_RECORD);
        }
        int dataFormat = buffer.getInt(position);
        int claimed = buffer.getInt(position + RECORD_LENGTH);
        boolean whole = claimed >= 0 && claimed <= rest;
        int length = whole ? claimed : rest;
        int enterprise = dataFormat >>> SflowStructures.FORMAT_BITS;
        int format = dataFormat & SflowStructures.FORMAT_MASK;
        int body = position + RECORD_HEAD_LENGTH;
        int outerEnd = end;
        Structure structure = SflowStructures.flow(enterprise, format);
        visitor.onRecord(enterprise, format, structure, body, length);
        if (depth == MAX_DEPTH) {
            note(SflowProblem.TOO_DEEP);
        } else if (structure != null) {
            depth++;
            position = body;
            end = body + length;
            readStructure(structure);
            end = outerEnd;
            depth--;
        }
        visitor.onRecordEnd();
        if (!whole) {
            return stop(SflowProblem.SHORT_RECORD);
        }
        position = body + XdrCursor.padded(length, rest);
        return true;
    }

    private boolean stop(SflowProblem met) {
        note(met);
        position = end;
        return false;
    }

    private void note(SflowProblem met) {
        if (problem == SflowProblem.NONE) {
            problem = met;
        }
    }
}
