package io.weir.collectors.publish;

import io.weir.collectors.capture.CaptureSource;
import io.weir.schemas.ObservationPoint;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes frames from one place, decodes them and publishes their summaries: the observation process of that place. Where several sources
 * share its packets, each has a thread; to the outside they are one.
 *
 * <p>For a file, what is sent depends on the file alone: batches are cut by number of packets and by event time, never by the clock. Only what is
 * resumed is cut at each commit, too.
 */
public final class CaptureCollector {

    private static final Logger LOG = LoggerFactory.getLogger(CaptureCollector.class);

    private final List<CaptureSource> sources;
    private final String interfaceName;
    private final CollectorConfig config;
    private final Kind kind;
    private final InstantSource clock;
    private final LostPackets lost = new LostPackets();
    private final List<FrameCollector> parts = new ArrayList<>();

    /** Sources that have not come to their end; one that failed never does. */
    private int running;

    private Throwable failure;

    /** The sources did not come to their end by themselves, or not before. */
    private volatile boolean stopped;

    /** How a source relates to time and to back-pressure. */
    public enum Kind {
        /** Waits for Kafka; only event time counts. */
        FILE,
        /** Waits for Kafka; what has arrived is sent without waiting for more. */
        STREAM,
        /** Cannot wait: what Kafka does not take in time is lost, and counted. Its clock is this machine's. */
        LIVE
    }

    /**
     * @param sources one, or several live ones that share the packets of one interface
     * @param interfaceName name of the observation point's interface; interfaces that the capture names are put behind it
     * @param sessionIds makes an id that no other run has
     */
    public CaptureCollector(
            CollectorConfig config,
            List<CaptureSource> sources,
            Kind kind,
            String interfaceName,
            BatchSender sender,
            InstantSource clock,
            Supplier<String> sessionIds) {
        this(config, sources, kind, interfaceName, sender, key -> sessionIds.get(), null, clock);
    }

    private CaptureCollector(
            CollectorConfig config,
            List<CaptureSource> sources,
            Kind kind,
            String interfaceName,
            BatchOutlet outlet,
            ObservationSessions.Beginning beginning,
            ResumableSender resumable,
            InstantSource clock) {
        if (sources.isEmpty() || (sources.size() > 1 && kind != Kind.LIVE)) {
            throw new IllegalArgumentException(sources.size() + " sources of kind " + kind + " in one collector");
        }
        this.sources = List.copyOf(sources);
        this.interfaceName = interfaceName;
        this.config = config;
        this.kind = kind;
        this.clock = clock;
        ObservationSessions sessions =
                new ObservationSessions(interfaceName, outlet, kind != Kind.LIVE, lost, beginning);
        FrameCollector.Shared shared = new FrameCollector.Shared(
                config,
                kind,
                interfaceName,
                sessions,
                new Watermark(sources.size()),
                outlet,
                resumable,
                lost,
                clock,
                () -> stopped);
        for (CaptureSource source : sources) {
            parts.add(new FrameCollector(shared, parts.size(), source));
        }
        running = parts.size();
    }

    /**
     * A collector of a file that goes on where an earlier one has got to.
     *
     * @param source of that file
     * @param sender stays the caller's to close
     */
    public static CaptureCollector resumable(
            CollectorConfig config,
            CaptureSource source,
            Kind kind,
            String interfaceName,
            ResumableSender sender,
            InstantSource clock) {
        return new CaptureCollector(config, List.of(source), kind, interfaceName, sender, sender, sender, clock);
    }

    /** Packets summarised so far; may be read by other threads. */
    public long packets() {
        return parts.stream().mapToLong(FrameCollector::packets).sum();
    }

    /** What has been done so far, or a moment ago; may be read by other threads. */
    CaptureCounts counts() {
        return parts.stream().map(FrameCollector::counts).reduce(CaptureCounts.NONE, CaptureCounts::plus);
    }

    /** Packets that are missing; may be read by other threads. */
    LostPackets lostPackets() {
        return lost;
    }

    Kind kind() {
        return kind;
    }

    /** What is captured from, the observation points under it taken together. */
    ObservationPoint place() {
        return new ObservationPoint(config.host(), interfaceName, sources.get(0).method(), config.samplingRate());
    }

    /** Threads that share the packets. */
    int threads() {
        return parts.size();
    }

    /** Ends a run: what was captured is sent, then {@link #run} returns. */
    public void stop() {
        stopped = true;
        sources.forEach(CaptureSource::stop);
    }

    /**
     * Collects until all sources have ended or {@link #stop} is called. The first source is read by this thread. When one fails, the
     * others are ended.
     *
     * @throws IOException when a source cannot be read
     * @throws InterruptedException when the thread was interrupted; what was collected is lost then
     */
    public CollectorReport run() throws IOException, InterruptedException {
        if (kind == Kind.LIVE) {
            Rehearsal.once(config, clock);
        }
        List<Thread> others = new ArrayList<>();
        try {
            for (FrameCollector part : parts.subList(1, parts.size())) {
                Thread other = new Thread(
                        () -> collectAside(part), Thread.currentThread().getName() + "-" + (others.size() + 2));
                others.add(other);
                other.start();
            }
            collect(parts.get(0));
            for (Thread other : others) {
                other.join();
            }
        } finally {
            // Of consequence only when this thread was interrupted.
            others.forEach(Thread::interrupt);
        }
        rethrow();
        return report();
    }

    private void collectAside(FrameCollector part) {
        try {
            collect(part);
        } catch (InterruptedException e) {
            fail(e);
        }
    }

    private void collect(FrameCollector part) throws InterruptedException {
        try {
            part.run();
            finish(part);
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
        }
    }

    /** The last one ends the sessions, when all others have sent what they had. */
    private synchronized void finish(FrameCollector part) throws InterruptedException {
        if (running > 1) {
            part.leave();
        } else {
            part.end(stopped);
        }
        running--;
    }

    private synchronized void fail(Throwable e) {
        if (failure == null) {
            failure = e;
        }
        stop();
    }

    private synchronized void rethrow() throws IOException, InterruptedException {
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof InterruptedException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    private CollectorReport report() {
        long skipped = parts.stream().mapToLong(FrameCollector::skippedInitials).sum();
        if (skipped > 0) {
            LOG.info(
                    "{}: {} first packets of QUIC were left closed, more than are opened in a second",
                    interfaceName,
                    skipped);
        }
        long own = parts.stream().mapToLong(FrameCollector::ownPackets).sum();
        if (own > 0) {
            LOG.info("{}: {} packets of this process's own connections were left out", interfaceName, own);
        }
        long passedOver = parts.stream().mapToLong(FrameCollector::passedOver).sum();
        if (passedOver > 0) {
            LOG.info("{}: {} packets were passed over by sampling", interfaceName, passedOver);
        }
        return parts.stream()
                .map(FrameCollector::report)
                .reduce(CollectorReport::plus)
                .orElseThrow();
    }
}
