package io.weir.exporters.encode;

import io.weir.schemas.json.AvroFields;
import io.weir.schemas.json.AvroJson;
import io.weir.schemas.json.AvroJsonReader;
import io.weir.schemas.json.JsonBuffer;
import io.weir.schemas.serde.Avro;
import io.weir.schemas.serde.WireFormat;
import java.util.IdentityHashMap;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/** Newline-delimited JSON: one object a line, field names as in the schema the record was written with. */
public final class NdjsonEncoder implements RecordEncoder {

    private final AvroJsonReader reader;
    private final Schema schema;
    private final EventTime eventTime;
    private final IdentityHashMap<AvroJson, AvroFields> eventTimeFields = new IdentityHashMap<>();

    /** @param type generated class of the topic's values */
    public NdjsonEncoder(AvroJsonReader reader, Class<? extends SpecificRecord> type) {
        this.reader = reader;
        this.schema = Avro.schemaOf(type);
        this.eventTime = EventTime.of(type);
    }

    @Override
    public long encode(ConsumerRecord<byte[], byte[]> record, JsonBuffer out) throws UndecodableRecordException {
        byte[] value = record.value();
        int before = out.size();
        try {
            AvroJson transcoder = reader.transcoder(value);
            requireType(transcoder.schema());
            int length = value.length - WireFormat.HEADER_OCTETS;
            transcoder.write(value, WireFormat.HEADER_OCTETS, length, out);
            out.newLine();
            return eventTimeMs(transcoder, value, length, record.timestamp());
        } catch (SerializationException | AvroRuntimeException e) {
            out.truncate(before);
            throw new UndecodableRecordException(e.getMessage(), e);
        }
    }

    private void requireType(Schema written) {
        if (!written.getFullName().equals(schema.getFullName())) {
            throw new SerializationException(
                    "The value is a " + written.getFullName() + ", not a " + schema.getFullName());
        }
    }

    private long eventTimeMs(AvroJson transcoder, byte[] value, int length, long kafkaTimestampMs) {
        if (eventTime == null) {
            return kafkaTimestampMs;
        }
        AvroFields fields =
                eventTimeFields.computeIfAbsent(transcoder, json -> json.fields(List.of(eventTime.field())));
        fields.read(value, WireFormat.HEADER_OCTETS, length);
        long time = fields.number(0, Long.MIN_VALUE);
        return time == Long.MIN_VALUE ? kafkaTimestampMs : eventTime.unit().toMillis(time);
    }
}
