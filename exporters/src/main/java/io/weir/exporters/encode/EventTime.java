package io.weir.exporters.encode;

import io.weir.schemas.Edge;
import io.weir.schemas.Finding;
import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import io.weir.schemas.PacketBatch;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;

/**
 * Where a record type keeps its event time.
 *
 * @param field field on the top level of the record; where it is null or missing, the time stamp that Kafka keeps with the record
 *     counts, as it too is the same on every replay
 * @param unit unit of the field, counted from the epoch
 */
record EventTime(String field, TimeUnit unit) {

    private static final Map<Class<? extends SpecificRecord>, EventTime> BY_TYPE = Map.of(
            Flow.class, new EventTime("windowStart", TimeUnit.MILLISECONDS),
            Edge.class, new EventTime("windowStart", TimeUnit.MILLISECONDS),
            // The last packet, as the first stays the same for every record of a long episode.
            Finding.class, new EventTime("lastSeenMicroseconds", TimeUnit.MICROSECONDS),
            Loss.class, new EventTime("firstTimeMicroseconds", TimeUnit.MICROSECONDS),
            // The watermark, as a batch without packets has no base time.
            PacketBatch.class, new EventTime("watermarkNanoseconds", TimeUnit.NANOSECONDS));

    /** Null when the type has no event time. */
    static EventTime of(Class<? extends SpecificRecord> type) {
        return BY_TYPE.get(type);
    }
}
