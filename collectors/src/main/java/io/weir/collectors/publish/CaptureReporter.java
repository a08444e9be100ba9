package io.weir.collectors.publish;

import io.weir.schemas.Capture;
import io.weir.schemas.CaptureState;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the captures topic what captures there are and what each has done: when it begins, at intervals, and when it ends. From a
 * thread of its own, so that no capture waits for it. Thread-safe.
 */
public final class CaptureReporter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CaptureReporter.class);

    private static final long CLOSE_MS = 5_000;

    private final BatchSender sender;
    private final String topic;
    private final Serializer<Capture> serializer;
    private final int intervalMs;
    private final InstantSource clock;
    private final Supplier<String> captureIds;
    private final Map<CaptureCollector, Report> running = new ConcurrentHashMap<>();
    private final ScheduledExecutorService thread;
    private final Future<?> regular;

    /** What was said last of one capture. Used by the reporting thread only, once it is there. */
    private static final class Report {
        private final String captureId;
        private final long startMs;
        private long saidMs;
        private CaptureCounts said = CaptureCounts.NONE;

        Report(String captureId, long startMs) {
            this.captureId = captureId;
            this.startMs = startMs;
            this.saidMs = startMs;
        }
    }

    /**
     * Registers the schema, so that an incompatible one is refused before any packet is taken.
     *
     * @param sender stays the caller's to close, after this
     * @param interval between two reports
     * @param captureIds makes an id that no other capture has
     */
    public CaptureReporter(
            BatchSender sender,
            Topics topics,
            Map<String, ?> clientConfigs,
            Duration interval,
            InstantSource clock,
            Supplier<String> captureIds) {
        this.sender = sender;
        this.topic = topics.captures().name();
        this.serializer = AvroSerdes.serializer(Capture.class, clientConfigs);
        BatchSender.schemaId(serializer, topic);
        this.intervalMs = Math.toIntExact(interval.toMillis());
        this.clock = clock;
        this.captureIds = captureIds;
        this.thread = new ScheduledThreadPoolExecutor(1, CaptureReporter::newThread, new DiscardPolicy());
        this.regular = thread.scheduleAtFixedRate(this::reportAll, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
    }

    private static Thread newThread(Runnable task) {
        Thread thread = new Thread(task, "weir-captures");
        thread.setDaemon(true);
        return thread;
    }

    /** A capture begins. */
    public void begin(CaptureCollector collector) {
        Report report = new Report(captureIds.get(), clock.millis());
        running.put(collector, report);
        thread.execute(() -> say(collector, report, CaptureState.running, null));
    }

    /**
     * A capture has ended.
     *
     * @param failure what it broke off with, or null
     */
    public void end(CaptureCollector collector, Throwable failure) {
        Report report = running.remove(collector);
        if (report != null) {
            CaptureState state = failure == null ? CaptureState.ended : CaptureState.failed;
            thread.execute(
                    () -> say(collector, report, state, failure == null ? null : String.valueOf(failure.getMessage())));
        }
    }

    private void reportAll() {
        running.forEach((collector, report) -> say(collector, report, CaptureState.running, null));
    }

    /** What goes wrong with one report must not end all later ones. */
    private void say(CaptureCollector collector, Report report, CaptureState state, String message) {
        try {
            Capture capture = describe(collector, report, state, message);
            byte[] key = report.captureId.getBytes(StandardCharsets.UTF_8);
            sender.sendReport(topic, key, serializer.serialize(topic, capture));
        } catch (RuntimeException e) {
            LOG.debug("no report on a capture", e);
        }
    }

    private Capture describe(CaptureCollector collector, Report report, CaptureState state, String message) {
        CaptureCounts counts = collector.counts();
        long nowMs = clock.millis();
        double seconds = (nowMs - report.saidMs) / 1000.0;
        Capture capture = Capture.newBuilder()
                .setCaptureId(report.captureId)
                .setObservationPoint(collector.place())
                .setState(state)
                .setMessage(message)
                .setThreads(collector.threads())
                .setStartMilliseconds(report.startMs)
                .setReportMilliseconds(nowMs)
                .setReportIntervalMilliseconds(intervalMs)
                .setReceivedPackets(counts.receivedPackets())
                .setPackets(counts.packets())
                .setLayer2Octets(counts.layer2Octets())
                .setOwnPackets(counts.ownPackets())
                .setUnsampledPackets(counts.unsampledPackets())
                .setDroppedPackets(counts.droppedPackets())
                .setLostPackets(
                        counts.damagedPackets() + collector.lostPackets().behindCapture())
                .setPacketsPerSecond(perSecond(counts.receivedPackets() - report.said.receivedPackets(), seconds))
                .setLayer2OctetsPerSecond(perSecond(counts.layer2Octets() - report.said.layer2Octets(), seconds))
                .build();
        report.said = counts;
        report.saidMs = nowMs;
        return capture;
    }

    private static double perSecond(long count, double seconds) {
        return seconds > 0 ? count / seconds : 0;
    }

    /** Says what is still to be said. */
    @Override
    public void close() {
        regular.cancel(false);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_MS, TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
        serializer.close();
    }
}
