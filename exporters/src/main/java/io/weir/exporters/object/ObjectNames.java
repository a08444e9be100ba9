package io.weir.exporters.object;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.apache.kafka.common.TopicPartition;

/**
 * Names of objects: {@code topic=T/date=YYYY-MM-DD/hour=HH/T-partition-firstOffset-lastOffset.extension}, in UTC by the event time
 * of the first record. Offsets have 20 digits as in Kafka's own file names, so that
 * names sort as offsets do.
 */
public final class ObjectNames {

    private static final DateTimeFormatter FOLDERS = DateTimeFormatter.ofPattern(
                    "'date='uuuu-MM-dd'/hour='HH", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** 9999-12-31T23:59:59.999Z: later times, from broken clocks, would not fit the name. */
    private static final long LAST_MS = 253_402_300_799_999L;

    private ObjectNames() {}

    /** The key of an object below the sink's prefix. */
    public static String key(
            TopicPartition partition, long firstEventTimeMs, long firstOffset, long lastOffset, String extension) {
        return "topic=" + partition.topic() + '/' + FOLDERS.format(Instant.ofEpochMilli(clamp(firstEventTimeMs))) + '/'
                + String.format(
                        Locale.ROOT,
                        "%s-%d-%020d-%020d.%s",
                        partition.topic(),
                        partition.partition(),
                        firstOffset,
                        lastOffset,
                        extension);
    }

    private static long clamp(long epochMs) {
        return Math.max(0, Math.min(LAST_MS, epochMs));
    }
}
