package io.weir.exporters.encode;

import io.weir.exporters.finding.FindingFormat;
import io.weir.schemas.Finding;
import io.weir.schemas.json.JsonBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Findings in a form of others, one JSON object a line. */
public final class FindingEncoder implements RecordEncoder {

    private final Deserializer<Finding> deserializer;
    private final FindingFormat format;

    /** @param deserializer holds nothing that has to be closed but its registry client, which ends with the process */
    public FindingEncoder(Deserializer<Finding> deserializer, FindingFormat format) {
        this.deserializer = deserializer;
        this.format = format;
    }

    @Override
    public long encode(ConsumerRecord<byte[], byte[]> record, JsonBuffer out) throws UndecodableRecordException {
        Finding finding;
        try {
            finding = deserializer.deserialize(record.topic(), record.value());
        } catch (SerializationException e) {
            throw new UndecodableRecordException(e.getMessage(), e);
        }
        if (finding == null) {
            throw new UndecodableRecordException("The value is null: a tombstone has no JSON form", null);
        }
        out.write(format.render(finding).getBytes(StandardCharsets.UTF_8));
        out.newLine();
        return TimeUnit.MICROSECONDS.toMillis(finding.getLastSeenMicroseconds());
    }
}
