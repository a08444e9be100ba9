package io.weir.app.read;

import java.io.PrintStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/** Counts records that cannot be read: tells where the first one is, and in the end how many there were. */
final class UnreadableRecords {

    private final PrintStream err;
    private long count;

    UnreadableRecords(PrintStream err) {
        this.err = err;
    }

    void add(ConsumerRecord<byte[], byte[]> record, SerializationException why) {
        count++;
        if (count == 1) {
            err.println("weir: warning: " + record.topic() + " partition " + record.partition() + " offset "
                    + record.offset() + " cannot be read: " + why.getMessage());
        }
    }

    /** Once, after the last record. */
    void tell() {
        if (count > 0) {
            err.println("weir: warning: " + count + " records could not be read");
        }
    }
}
