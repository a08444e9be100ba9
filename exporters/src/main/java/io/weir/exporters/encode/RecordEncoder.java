package io.weir.exporters.encode;

import io.weir.schemas.json.JsonBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Makes text of records. Used by one thread; the same record always gives the same octets. */
public interface RecordEncoder {

    /**
     * Appends one record.
     *
     * @return the record's event time, epoch milliseconds
     * @throws UndecodableRecordException when the record can never be read; {@code out} is as it was
     * @throws io.weir.schemas.registry.SchemaRegistryException when the registry does not answer now; {@code out} is as it was
     */
    long encode(ConsumerRecord<byte[], byte[]> record, JsonBuffer out) throws UndecodableRecordException;
}
