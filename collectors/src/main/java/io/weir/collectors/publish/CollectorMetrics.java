package io.weir.collectors.publish;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * What the collectors of this process have done since its start, by where they capture, and what went to Kafka. Read from counts that
 * each collector renews ten times a second; nothing is done for a packet.
 *
 * <pre>
 * weir.collector.packets             packets summarised                                     interface, capture
 * weir.collector.octets              layer-2 octets of them                                 interface, capture
 * weir.collector.left.out.packets    own: of the collector's connections; sampling          interface, capture, reason
 * weir.collector.lost.packets        packets lost, before the capture or behind it          interface, capture, reason
 * weir.collector.sent.packets        packets in batches that Kafka has acknowledged
 * weir.collector.sent.batches        these batches
 * weir.collector.sent.octets         octets of them, before compression
 * weir.collector.buffer              octets of batches that wait for Kafka now
 * weir.collector.buffer.limit        octets, collector.buffer.size
 * weir.collector.raw.packets         copies of packets, by what became of them              outcome
 * </pre>
 *
 * <p>Interfaces can come and go for ever, so the series of at most {@value #MAX_PLACES} places are kept: of those where nothing is captured
 * any more, the longest known make room.
 */
public final class CollectorMetrics {

    /** More than collectors of one process at once. */
    static final int MAX_PLACES = 512;

    private static final List<LossReason> OF_LIVE = List.of(
            LossReason.kernel_drop,
            LossReason.interface_drop,
            LossReason.interface_lost,
            LossReason.buffer_full,
            LossReason.kafka_error);

    private static final List<LossReason> OF_FILES = List.of(
            LossReason.truncated_file,
            LossReason.corrupt_block,
            LossReason.corrupt_packet_header,
            LossReason.unknown_interface,
            LossReason.too_many_interfaces,
            LossReason.timestamp_out_of_range,
            LossReason.unsupported_section,
            // Files can say what the kernel had dropped.
            LossReason.kernel_drop,
            LossReason.interface_drop,
            LossReason.kafka_error);

    private final MeterRegistry registry;
    private final Map<Place, Sums> places = new LinkedHashMap<>();

    /** @param sender whose counts are told, for as long as it is there */
    public CollectorMetrics(MeterRegistry registry, BatchSender sender) {
        this.registry = registry;
        counter(
                        sender,
                        "sent.packets",
                        "packets",
                        "Packets in batches that Kafka has acknowledged.",
                        BatchSender::sentPackets)
                .register(registry);
        counter(sender, "sent.batches", "batches", "Batches that Kafka has acknowledged.", BatchSender::sentBatches)
                .register(registry);
        counter(sender, "sent.octets", "octets", "Octets of these batches before compression.", BatchSender::sentOctets)
                .register(registry);
        Gauge.builder("weir.collector.buffer", sender, BatchSender::waitingOctets)
                .baseUnit("octets")
                .description("Octets of batches that wait for Kafka now.")
                .register(registry);
        Gauge.builder("weir.collector.buffer.limit", sender, BatchSender::bufferOctets)
                .baseUnit("octets")
                .description("Octets that may wait, collector.buffer.size.")
                .register(registry);
        String copies = "Copies of first packets, sent: acknowledged by Kafka, or dropped.";
        counter(sender, "raw.packets", "packets", copies, BatchSender::sentRawPackets)
                .tag("outcome", "sent")
                .register(registry);
        counter(sender, "raw.packets", "packets", copies, BatchSender::droppedRawPackets)
                .tag("outcome", "dropped")
                .register(registry);
    }

    private static <T> FunctionCounter.Builder<T> counter(
            T state, String name, String unit, String description, ToDoubleFunction<T> count) {
        return FunctionCounter.builder("weir.collector." + name, state, count)
                .baseUnit(unit)
                .description(description);
    }

    /** A collector begins. */
    public synchronized void begin(CaptureCollector collector) {
        Place place = Place.of(collector);
        Sums sums = places.remove(place);
        if (sums == null) {
            sums = new Sums();
            register(place, sums, collector.kind());
        }
        // The place that began last stands last.
        places.put(place, sums);
        sums.begin(collector);
        makeRoom();
    }

    /** A collector has ended; what it has done stays counted. */
    public synchronized void end(CaptureCollector collector) {
        places.get(Place.of(collector)).end(collector);
    }

    private void makeRoom() {
        Iterator<Sums> each = places.values().iterator();
        while (places.size() > MAX_PLACES && each.hasNext()) {
            Sums sums = each.next();
            if (sums.isIdle()) {
                sums.meters.forEach(registry::remove);
                each.remove();
            }
        }
    }

    private void register(Place place, Sums sums, CaptureCollector.Kind kind) {
        Tags tags = Tags.of("interface", place.interfaceName, "capture", place.capture);
        sums.meters.add(
                counter(sums, "packets", "packets", "Packets taken and summarised.", s -> s.sum(CaptureCounts::packets))
                        .tags(tags)
                        .register(registry));
        sums.meters.add(counter(
                        sums,
                        "octets",
                        "octets",
                        "Layer-2 octets of these packets.",
                        s -> s.sum(CaptureCounts::layer2Octets))
                .tags(tags)
                .register(registry));
        String leftOut =
                "Packets seen and not taken on purpose; own: of the collector's own connections, sampling: not chosen.";
        sums.meters.add(counter(sums, "left.out.packets", "packets", leftOut, s -> s.sum(CaptureCounts::ownPackets))
                .tags(tags.and("reason", "own"))
                .register(registry));
        sums.meters.add(
                counter(sums, "left.out.packets", "packets", leftOut, s -> s.sum(CaptureCounts::unsampledPackets))
                        .tags(tags.and("reason", "sampling"))
                        .register(registry));
        for (LossReason reason : kind == CaptureCollector.Kind.LIVE ? OF_LIVE : OF_FILES) {
            sums.meters.add(counter(
                            sums,
                            "lost.packets",
                            "packets",
                            "Packets lost before or in the collector, by the reasons of the losses topic.",
                            s -> s.lost(reason))
                    .tags(tags.and("reason", reason.name()))
                    .register(registry));
        }
    }

    private record Place(String interfaceName, String capture) {

        static Place of(CaptureCollector collector) {
            ObservationPoint point = collector.place();
            return new Place(point.getInterface$(), point.getCapture());
        }
    }

    /** What the collectors of one place have done, one after the other or at once. */
    private static final class Sums {

        private final List<Meter> meters = new ArrayList<>();
        private final List<CaptureCollector> running = new ArrayList<>();
        private final LostPackets lostBefore = new LostPackets();
        private CaptureCounts before = CaptureCounts.NONE;

        synchronized void begin(CaptureCollector collector) {
            running.add(collector);
        }

        synchronized void end(CaptureCollector collector) {
            running.remove(collector);
            before = before.plus(collector.counts());
            for (LossReason reason : LossReason.values()) {
                lostBefore.add(reason, collector.lostPackets().of(reason));
            }
        }

        synchronized boolean isIdle() {
            return running.isEmpty();
        }

        synchronized double sum(ToLongFunction<CaptureCounts> count) {
            return count.applyAsLong(before)
                    + running.stream()
                            .mapToLong(collector -> count.applyAsLong(collector.counts()))
                            .sum();
        }

        synchronized double lost(LossReason reason) {
            return lostBefore.of(reason)
                    + running.stream()
                            .mapToLong(collector -> collector.lostPackets().of(reason))
                            .sum();
        }
    }
}
