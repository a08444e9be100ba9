package io.weir.topology.sflow;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Writes what a record holds, a line for each field. */
final class FieldLog implements FieldVisitor {
    private final ByteBuffer buffer;
    final List<String> lines = new ArrayList<>();
    SflowProblem problem = SflowProblem.NONE;

    FieldLog(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    static FieldLog of(Structure structure, byte[] body) {
        return of(structure, ByteBuffer.wrap(body).asReadOnlyBuffer(), 0, body.length);
    }

    static FieldLog of(Structure structure, ByteBuffer buffer, int position, int octets) {
        FieldLog log = new FieldLog(buffer);
        log.problem = new StructureReader().read(buffer, position, octets, structure, log);
        return log;
    }

    static String number(Field field, long value) {
        return field.isUnknown(value) ? unknown(field) : field.name() + "=" + value;
    }

    static String unknown(Field field) {
        return field.name() + "=?";
    }

    static String address(Field field, int ipVersion, long high, long low) {
        return field.name() + "=v" + ipVersion + "/" + Long.toHexString(high) + "/" + Long.toHexString(low);
    }

    static String octets(Field field, ByteBuffer buffer, int position, int octets) {
        byte[] copy = new byte[octets];
        buffer.get(position, copy);
        return field.name() + "='" + HexFormat.of().formatHex(copy) + "'";
    }

    static String array(Field field, long count) {
        return field.name() + "[" + count;
    }

    static String element(Field field, int index) {
        return field.name() + "#" + index;
    }

    static String arrayEnd(Field field) {
        return field.name() + "]";
    }

    /** Lines that hold a value. */
    List<String> values() {
        return lines.stream().filter(line -> line.indexOf('=') >= 0).toList();
    }

    @Override
    public void onNumber(Field field, long value) {
        lines.add(field.name() + "=" + value);
    }

    @Override
    public void onUnknown(Field field) {
        lines.add(unknown(field));
    }

    @Override
    public void onFloat(Field field, float value) {
        lines.add(field.name() + "=" + value);
    }

    @Override
    public void onAddress(Field field, int ipVersion, long high, long low) {
        lines.add(address(field, ipVersion, high, low));
    }

    @Override
    public void onOctets(Field field, int position, int octets) {
        lines.add(octets(field, buffer, position, octets));
    }

    @Override
    public void onArray(Field field, long count) {
        lines.add(array(field, count));
    }

    @Override
    public void onElement(Field field, int index) {
        lines.add(element(field, index));
    }

    @Override
    public void onArrayEnd(Field field) {
        lines.add(arrayEnd(field));
    }

    @Override
    public void onRecord(int enterprise, int format, Structure structure, int position, int octets) {
        lines.add("record " + enterprise + ":" + format + " " + octets);
    }

    @Override
    public void onRecordEnd() {
        lines.add("record end");
    }

    @Override
    public void onExtraOctets(int position, int octets) {
        lines.add("extra " + octets);
    }
}
