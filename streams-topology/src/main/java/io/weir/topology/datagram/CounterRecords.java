package io.weir.topology.datagram;

import io.weir.schemas.DeviceCounters;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.AddressText;
import io.weir.schemas.packets.CaptureNames;
import io.weir.topology.sflow.CounterSample;
import io.weir.topology.sflow.Field;
import io.weir.topology.sflow.FieldType;
import io.weir.topology.sflow.FieldVisitor;
import io.weir.topology.sflow.RecordList;
import io.weir.topology.sflow.SflowStructures;
import io.weir.topology.sflow.Structure;
import io.weir.topology.sflow.StructureReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Makes records of the counters in samples, by the table of published structures. Not thread-safe. */
final class CounterRecords implements FieldVisitor {

    /** Fields of one structure that are kept: more than any has whose arrays are as long as devices are large. */
    static final int MAX_FIELDS = 4_096;

    private static final long MICRO = 1_000;
    private static final double TWO_TO_64 = 0x1p64;
    private static final double PERCENT = 100.0;

    private final StructureReader reader = new StructureReader();
    private final Deque<String> arrays = new ArrayDeque<>();
    private ByteBuffer buffer;
    private Map<String, Object> values;
    private String prefix;

    /**
     * Hands out a record for each structure of a sample.
     *
     * @param source name of the source that the sample is of
     * @param octets that the sample is in
     * @param timeNanos when it was received, epoch nanoseconds
     */
    void read(
            AgentRow agent,
            String source,
            CounterSample sample,
            ByteBuffer octets,
            long timeNanos,
            Consumer<DeviceCounters> output) {
        buffer = octets;
        ObservationPoint point = new ObservationPoint(agent.host, source, CaptureNames.SFLOW, 1);
        RecordList records = sample.records;
        for (int i = 0; i < records.size(); i++) {
            Structure structure = SflowStructures.counters(records.enterprise(i), records.format(i));
            values = new LinkedHashMap<>();
            prefix = "";
            arrays.clear();
            if (structure != null) {
                // What a short record lacks is not there; the sample's problem has been told.
                reader.read(buffer, records.position(i), records.octets(i), structure, this);
            }
            output.accept(DeviceCounters.newBuilder()
                    .setObservationPoint(point)
                    .setSubAgentId(Integer.toUnsignedLong(agent.subAgentId))
                    .setReceiveTimeMicroseconds(timeNanos / MICRO)
                    .setSequenceNumber(sample.sequenceNumber)
                    .setStructure(structure == null ? null : structure.name())
                    .setEnterprise(records.enterprise(i))
                    .setFormat(records.format(i))
                    .setValues(values)
                    .setOctets(
                            structure == null ? ByteBuffer.wrap(octets(records.position(i), records.octets(i))) : null)
                    .build());
        }
    }

    private byte[] octets(int position, int length) {
        byte[] copy = new byte[length];
        buffer.get(position, copy);
        return copy;
    }

    private void put(Field field, Object value) {
        if (values.size() < MAX_FIELDS) {
            values.put(prefix + field.name(), value);
        }
    }

    @Override
    public void onNumber(Field field, long value) {
        switch (field.type()) {
            case MAC -> put(field, AddressText.mac(value));
            case PERCENTAGE -> put(field, value / PERCENT);
            case U64 -> put(field, value >= 0 ? (Object) value : (Object) (value + TWO_TO_64));
            default -> put(field, value);
        }
    }

    @Override
    public void onUnknown(Field field) {
        put(field, null);
    }

    @Override
    public void onFloat(Field field, float value) {
        put(field, (double) value);
    }

    @Override
    public void onAddress(Field field, int ipVersion, long high, long low) {
        put(field, ipVersion == 0 ? null : AddressText.ip(ipVersion, high, low));
    }

    @Override
    public void onOctets(Field field, int position, int octets) {
        byte[] value = octets(position, octets);
        put(
                field,
                field.type() == FieldType.STRING
                        ? new String(value, StandardCharsets.UTF_8)
                        : HexFormat.of().formatHex(value));
    }

    @Override
    public void onArray(Field field, long count) {
        arrays.push(prefix);
    }

    @Override
    public void onElement(Field field, int index) {
        prefix = arrays.peek() + field.name() + "." + index + ".";
    }

    @Override
    public void onArrayEnd(Field field) {
        prefix = arrays.pop();
    }

    @Override
    public void onRecord(int enterprise, int format, Structure structure, int position, int octets) {
        // Counters have no records within.
    }

    @Override
    public void onRecordEnd() {
        // As above.
    }

    @Override
    public void onExtraOctets(int position, int octets) {
        // What a later revision has appended has no names yet.
    }
}
