package io.weir.app.read;

import io.weir.app.failure.Failure;
import io.weir.app.terminal.Console;
import io.weir.schemas.Capture;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.registry.SchemaRegistryException;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** What collectors have said of their captures, the latest word on each. */
public final class CaptureList {

    /** Reports may be late; so many missing ones are silence. */
    private static final int SILENT_INTERVALS = 3;

    private static final Comparator<Entry> ORDER = Comparator.<Entry, String>comparing(
                    entry -> entry.capture.getObservationPoint().getHost())
            .thenComparing(entry -> entry.capture.getObservationPoint().getInterface$())
            .thenComparing(entry -> entry.capture.getObservationPoint().getCapture())
            .thenComparing(entry -> entry.capture.getStartMilliseconds());

    /** How a capture stands for one who reads of it. */
    public enum Standing {
        running,
        /** It did not end, and nothing is heard of it: its process is gone, or cannot reach Kafka. */
        silent,
        ended,
        failed
    }

    /**
     * One capture.
     *
     * @param heardMs when Kafka took the latest report on it, epoch milliseconds
     */
    public record Entry(Capture capture, long heardMs, Standing standing) {}

    private final Map<String, Entry> latest = new HashMap<>();
    private final long nowMs;

    private CaptureList(long nowMs) {
        this.nowMs = nowMs;
    }

    /**
     * Reads what there is now.
     *
     * @throws Failure when the cluster or the registry cannot be read, or no collector has reported there
     */
    public static CaptureList read(Map<String, Object> clientProperties, Topics topics, Console console, long nowMs) {
        CaptureList list = new CaptureList(nowMs);
        UnreadableRecords unreadable = new UnreadableRecords(console.err());
        try (TopicReader reader = new TopicReader(
                        clientProperties, List.of(topics.captures().name()), false);
                Deserializer<Capture> deserializer = AvroSerdes.deserializer(Capture.class, clientProperties)) {
            reader.seek(StartPosition.BEGINNING);
            reader.readTo(reader.ranges(), record -> {
                try {
                    Capture capture = deserializer.deserialize(record.topic(), record.value());
                    if (capture != null) {
                        list.add(capture, record.timestamp());
                    }
                } catch (SerializationException e) {
                    unreadable.add(record, e);
                }
                return true;
            });
        } catch (SchemaRegistryException e) {
            throw Failure.failed(e.getMessage(), "check --registry and the schema.registry.* settings", e);
        }
        unreadable.tell();
        return list;
    }

    private void add(Capture capture, long heardMs) {
        latest.put(capture.getCaptureId(), new Entry(capture, heardMs, standing(capture, heardMs)));
    }

    private Standing standing(Capture capture, long heardMs) {
        return switch (capture.getState()) {
            case ended -> Standing.ended;
            case failed -> Standing.failed;
            default ->
                nowMs - heardMs > (long) SILENT_INTERVALS * capture.getReportIntervalMilliseconds()
                        ? Standing.silent
                        : Standing.running;
        };
    }

    /** All of the last week, by place and time. */
    public List<Entry> all() {
        return latest.values().stream().sorted(ORDER).toList();
    }

    /** Those that run, and those that should: a silent or failed one until there is a later one at its place. */
    public List<Entry> current() {
        Map<ObservationPoint, Long> begun = new HashMap<>();
        for (Entry entry : latest.values()) {
            begun.merge(place(entry), entry.capture.getStartMilliseconds(), Math::max);
        }
        List<Entry> current = new ArrayList<>(all());
        current.removeIf(entry -> entry.standing == Standing.ended
                || (entry.standing != Standing.running
                        && begun.get(place(entry)) > entry.capture.getStartMilliseconds()));
        return current;
    }

    /** Another sampling rate makes no other place. */
    private static ObservationPoint place(Entry entry) {
        ObservationPoint point = entry.capture.getObservationPoint();
        return new ObservationPoint(point.getHost(), point.getInterface$(), point.getCapture(), 1);
    }
}
