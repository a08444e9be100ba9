package io.weir.app.audit;

import io.weir.schemas.packets.PacketBatchDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Where the batches lie that hold packets of one window of each observation point. */
final class BatchPlaces {

    /**
     * Records of a partition among which the batches are.
     *
     * @param first offset of the first of them
     * @param last offset of the last
     */
    record Place(String topic, int partition, long first, long last) {}

    private static final long MS_NANOS = 1_000_000;

    private final Map<Point, Long> windows;
    private final long windowMs;
    private final Map<Point, Map<TopicPartition, Place>> places = new HashMap<>();

    /** @param windows start of the window of each point, epoch milliseconds */
    BatchPlaces(Map<Point, Long> windows, long windowMs) {
        this.windows = windows;
        this.windowMs = windowMs;
    }

    void add(ConsumerRecord<byte[], byte[]> record, PacketBatchDecoder batch) {
        Point point = Point.of(batch.observationPoint());
        Long startMs = windows.get(point);
        if (startMs == null || !holdsPacketOf(batch, startMs)) {
            return;
        }
        places.computeIfAbsent(point, ignored -> new HashMap<>())
                .merge(
                        new TopicPartition(record.topic(), record.partition()),
                        new Place(record.topic(), record.partition(), record.offset(), record.offset()),
                        (known, added) -> new Place(known.topic(), known.partition(), known.first(), added.last()));
    }

    private boolean holdsPacketOf(PacketBatchDecoder batch, long startMs) {
        long[] times = batch.timeNanosecondsColumn();
        for (int i = 0; i < batch.packetCount(); i++) {
            long afterMs = Math.floorDiv(times[i], MS_NANOS) - startMs;
            if (afterMs >= 0 && afterMs < windowMs) {
                return true;
            }
        }
        return false;
    }

    /** By partition; empty where no batch is left. */
    List<Place> of(Point point) {
        Map<Integer, Place> sorted = new TreeMap<>();
        places.getOrDefault(point, Map.of()).values().forEach(place -> sorted.put(place.partition(), place));
        return new ArrayList<>(sorted.values());
    }
}
