package io.weir.collectors.capture.ebpf;

import com.sun.jna.Memory;
import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.CaptureLossReason;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.FrameSink;
import io.weir.collectors.capture.LiveConfig;
import io.weir.collectors.capture.NetworkNamespace;
import io.weir.collectors.capture.ProblemLog;
import io.weir.collectors.capture.afpacket.InterfaceDrops;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Packets of an Ethernet interface of Linux, counted by flow in the kernel. Plain TCP and UDP comes as summaries, every {@link
 * Tuning#sweepMs}; what opens or closes a connection, what may show a fact, and everything else comes as frames. Totals are exact: a packet
 * is in one summary, or a frame, or among the drops.
 *
 * <p>What the kernel or the network card joined is one packet, as long as it is. On the loopback interface each packet counts once. What the
 * ring for frames had no room for becomes a problem within a second. An interface that goes down or away is a problem too, and is captured
 * from again when it is back.
 *
 * <p>Once stopped, the kernel counts no more; everything that it counted is delivered.
 *
 * <p>Needs libbpf 1, Linux 5.8, and the capabilities CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN and CAP_NET_RAW. The filter of the
 * configuration must be null.
 */
public final class EbpfSource implements CaptureSource {

    private static final long STATISTICS_INTERVAL_MS = 1000;
    private static final long RETRY_INTERVAL_MS = 1000;

    /** Longest wait without a look at {@link #stop} and interruption. */
    private static final int SLICE_MS = 50;

    /** After the program is detached, both maps may have something. */
    private static final int LAST_SWEEPS = 2;

    private static final int POLL_OCTETS = 8;
    private static final int POLL_EVENTS = 4;
    private static final int POLL_RESULT = 6;

    private static final int LINKTYPE_ETHERNET = 1;
    private static final int INTERFACE_INDEX = 0;

    /** Of a record of the ring: kind 0, captured octets 4, layer-2 octets 8, time 16; then the frame or the counts. */
    private static final int RECORD_CAPTURED = 4;

    private static final int RECORD_LAYER2 = 8;
    private static final int RECORD_TIME = 16;
    private static final int RECORD_OCTETS = 24;
    private static final int RECORD_COUNTS = 2;

    private static final ByteBuffer NO_MEMORY = ByteBuffer.allocate(0);

    private final LiveConfig config;
    private final Tuning tuning;
    private final Clock clock;
    private final ProblemLog problems;
    private final InterfaceDrops interfaceDrops;
    private final Frame frame = new Frame();
    private final FlowCounts flushed = new FlowCounts();
    private final Memory descriptors = new Memory(2L * POLL_OCTETS);

    /** Null while the interface is gone and after closing. */
    private Attachment attachment;

    /** The ring's data in network byte order. */
    private ByteBuffer frames;

    private int systemIndex;
    private FrameSink sink;
    private boolean announced;
    private boolean ended;
    private long sweptMs;
    private long heldSinceNanos;
    private long reportedLosses;
    private long reportedLostOctets;
    private long statisticsMs;

    /** Sweeps that are still to be done of an attachment that counts no more; 0 while it counts. */
    private int lastSweeps;

    /** Since when the interface is gone, 0 while it is there. */
    private long lostMs;

    private long retryMs;
    private boolean polling;
    private boolean closed;
    private volatile boolean stopped;

    /** The program at its interface. */
    private static final class Attachment {
        final InterfaceGuard guard;
        final FlowProgram program;
        final KernelClock clock;
        final Sweep sweep;
        private final String namespace;
        private final Segmentation segmentation;
        private TrafficControl control;

        private Attachment(String namespace, InterfaceGuard guard, FlowProgram program) {
            this.namespace = namespace;
            this.guard = guard;
            this.program = program;
            this.clock = new KernelClock();
            this.segmentation = guard.segmentation();
            this.sweep = new Sweep(program, clock, segmentation);
        }

        static Attachment open(LiveConfig config, Tuning tuning) throws CaptureOpenException {
            return NetworkNamespace.inside(config.namespace(), () -> openInside(config, tuning));
        }

        private static Attachment openInside(LiveConfig config, Tuning tuning) throws CaptureOpenException {
            InterfaceGuard guard = InterfaceGuard.open(config);
            FlowProgram program = null;
            boolean opened = false;
            try {
                program = FlowProgram.load(config.name(), tuning);
                Attachment attachment = new Attachment(config.namespace(), guard, program);
                program.setSplits(attachment.segmentation.splits());
                attachment.control = TrafficControl.attach(
                        config.name(),
                        guard.index(),
                        program.incoming(),
                        guard.isLoopback() ? TrafficControl.NONE : program.outgoing());
                opened = true;
                return attachment;
            } catch (IOException e) {
                throw e instanceof CaptureOpenException refused
                        ? refused
                        : Refusals.of(CaptureOpenException.Reason.FAILED, config.name(), e.getMessage(), e);
            } finally {
                if (!opened) {
                    if (program != null) {
                        program.close();
                    }
                    guard.close();
                }
            }
        }

        /** Packets that are under way are still counted. */
        void detach() {
            if (control == null) {
                return;
            }
            TrafficControl attached = control;
            control = null;
            try {
                NetworkNamespace.inside(namespace, () -> {
                    attached.detach();
                    return null;
                });
            } catch (CaptureOpenException e) {
                // The namespace is gone, and its interfaces with it.
                control = null;
            }
        }

        void close() {
            detach();
            program.close();
            clock.close();
            segmentation.close();
            guard.close();
        }
    }

    private EbpfSource(LiveConfig config, Tuning tuning, Clock clock) throws CaptureOpenException {
        this.config = config;
        this.tuning = tuning;
        this.clock = clock;
        this.problems = new ProblemLog(config.name());
        this.interfaceDrops = InterfaceDrops.of(config);
        use(Attachment.open(config, tuning));
    }

    /**
     * Begins to count.
     *
     * @throws CaptureOpenException when the interface does not exist, is down, is no Ethernet interface or is counted by another process
     *     already, this process lacks the right, or this system or libbpf is not there or too old
     */
    public static EbpfSource open(LiveConfig config) throws CaptureOpenException {
        return open(config, Tuning.of(config));
    }

    static EbpfSource open(LiveConfig config, Tuning tuning) throws CaptureOpenException {
        if (config.filter() != null) {
            throw Refusals.of(CaptureOpenException.Reason.NOT_SUPPORTED, config.name(), "it takes no filter");
        }
        if (!System.getProperty("os.name", "").startsWith("Linux")) {
            throw Refusals.of(CaptureOpenException.Reason.NOT_SUPPORTED, config.name(), "this is not Linux");
        }
        try {
            return new EbpfSource(config, tuning, Clock.systemUTC());
        } catch (LinkageError e) {
            throw Refusals.of(CaptureOpenException.Reason.NOT_SUPPORTED, config.name(), e.getMessage(), e);
        }
    }

    private void use(Attachment opened) {
        attachment = opened;
        frames = opened.program.ring().data().duplicate().order(ByteOrder.BIG_ENDIAN);
        systemIndex = opened.guard.index();
        heldSinceNanos = opened.clock.epochNanos(opened.clock.monotonicNanos());
        reportedLosses = 0;
        reportedLostOctets = 0;
        lastSweeps = 0;
        interfaceDrops.since();
        sweptMs = clock.millis();
        statisticsMs = sweptMs;
    }

    @Override
    public synchronized int poll(FrameSink target, int maxFrames) throws IOException {
        if (ended || closed || maxFrames <= 0) {
            return ended || closed ? END : 0;
        }
        polling = true;
        try {
            return pollOpen(target, maxFrames);
        } finally {
            polling = false;
            if (closed) {
                release();
            }
        }
    }

    private int pollOpen(FrameSink target, int maxFrames) throws IOException {
        sink = target;
        if (!announced) {
            announced = true;
            target.onInterface(INTERFACE_INDEX, description());
        }
        long giveUpMs = clock.millis() + config.timeoutMs();
        int delivered = advance(maxFrames);
        long leftMs = config.timeoutMs();
        // Waits at least once, however late it is, so that an interruption is noticed.
        while (delivered == 0 && !ended && !closed && leftMs > 0) {
            pause(leftMs);
            delivered = advance(maxFrames);
            leftMs = giveUpMs - clock.millis();
        }
        if (ended) {
            finish();
        } else if (attachment != null && clock.millis() - statisticsMs >= STATISTICS_INTERVAL_MS) {
            reportDrops();
        }
        problems.flush(target);
        return delivered == 0 && ended ? END : delivered;
    }

    private void finish() throws IOException {
        if (attachment != null) {
            reportDrops();
        }
        if (lostMs != 0) {
            reportLost(() -> "the interface was still gone when the capture was ended");
        }
    }

    private CaptureInterface description() {
        return new CaptureInterface(
                config.name(), config.name(), null, LINKTYPE_ETHERNET, tuning.snapOctets(), 0, systemIndex);
    }

    /** Delivers what is there, and moves from one state to the next. */
    private int advance(int maxFrames) throws IOException {
        if (attachment == null) {
            ended = stopped;
            if (ended || !reopen()) {
                return 0;
            }
        }
        if (lastSweeps == 0 && stopped) {
            drain();
        }
        beginSweep();
        int delivered = take(maxFrames);
        Sweep sweep = attachment.sweep;
        if (!closed && sweep.isDue()) {
            delivered += sweep.deliver(sink, INTERFACE_INDEX, maxFrames - delivered);
            if (!sweep.isOpen()) {
                heldSinceNanos = sweep.beganNanos();
                endSweep();
            }
        }
        return delivered;
    }

    private void beginSweep() throws IOException {
        boolean due = lastSweeps > 0 || clock.millis() - sweptMs >= tuning.sweepMs();
        if (due && !attachment.sweep.isOpen()) {
            attachment.sweep.begin();
            sweptMs = clock.millis();
        }
    }

    private void endSweep() throws IOException {
        if (lastSweeps == 0 || --lastSweeps > 0) {
            return;
        }
        if (lostMs == 0 || stopped) {
            ended = true;
            heldSinceNanos = Long.MAX_VALUE;
        } else {
            reportDrops();
            release();
        }
    }

    private int take(int maxFrames) {
        FrameRing ring = attachment.program.ring();
        int delivered = 0;
        while (delivered < maxFrames && !closed && ring.next()) {
            try {
                delivered += deliver(ring);
            } finally {
                ring.giveBack();
            }
        }
        return delivered;
    }

    /** Gives the number of frames and summaries. */
    private int deliver(FrameRing ring) {
        ByteBuffer data = ring.data();
        int at = ring.offset();
        if (data.getInt(at) == RECORD_COUNTS) {
            flushed.wrap(data, at + RECORD_OCTETS);
            int summaries = 0;
            if (flushed.packets() > 0) {
                summaries = flushed.deliverFirst(sink, attachment.clock, INTERFACE_INDEX);
            }
            if (flushed.packets() > 1) {
                flushed.deliverLast(sink, attachment.clock, INTERFACE_INDEX);
                summaries++;
            }
            return summaries;
        }
        int layer2Octets = data.getInt(at + RECORD_LAYER2);
        int captured = Math.min(data.getInt(at + RECORD_CAPTURED), ring.octets() - RECORD_OCTETS);
        frame.set(
                frames,
                at + RECORD_OCTETS,
                captured,
                Math.max(layer2Octets, captured),
                attachment.clock.epochNanos(data.getLong(at + RECORD_TIME)),
                LINKTYPE_ETHERNET,
                INTERFACE_INDEX);
        sink.onFrame(frame);
        return 1;
    }

    private void pause(long leftMs) throws InterruptedIOException {
        int waitMs = (int) Math.max(1, Math.min(leftMs, SLICE_MS));
        if (attachment == null) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(waitMs));
        } else if (lastSweeps > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        } else {
            awaitRing(waitMs);
        }
        if (Thread.interrupted()) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(config.name() + ": interrupted while waiting for frames");
        }
    }

    /** The kernel wakes when the ring is half full; what is less is found at the next look. */
    private void awaitRing(int waitMs) {
        describe(0, attachment.program.ringDescriptor(), SystemCalls.POLLIN);
        describe(POLL_OCTETS, attachment.guard.descriptor(), (short) 0);
        if (SystemCalls.poll(descriptors, 2, waitMs) <= 0) {
            return;
        }
        if (descriptors.getShort(POLL_OCTETS + POLL_RESULT) != 0) {
            int error = attachment.guard.takeError();
            if (error != 0 && lostMs == 0 && !stopped) {
                lose(SystemCalls.strerror(error));
            }
        }
        if (descriptors.getShort(POLL_RESULT) != 0) {
            // Perhaps for a record that is not complete yet: without a pause this would be a busy loop.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private void describe(int at, int fd, short events) {
        descriptors.setInt(at, fd);
        descriptors.setShort(at + POLL_EVENTS, events);
        descriptors.setShort(at + POLL_RESULT, (short) 0);
    }

    private void lose(String why) {
        if (config.returns()) {
            lostMs = clock.millis();
            retryMs = lostMs + RETRY_INTERVAL_MS;
            reportLost(() -> "capture broke off: " + why
                    + "; packets are missing until the interface is back, which is tried every second");
        }
        drain();
    }

    /** Lets the kernel count no more, so that the rest can be known. */
    private void drain() {
        attachment.detach();
        // One that is under way began too early to be one of the last.
        lastSweeps = LAST_SWEEPS + (attachment.sweep.isOpen() ? 1 : 0);
    }

    private boolean reopen() {
        if (clock.millis() < retryMs) {
            return false;
        }
        try {
            use(Attachment.open(config, tuning));
        } catch (CaptureOpenException e) {
            // Reported once when it was lost; the reason why it is not back yet adds nothing to that.
            retryMs = clock.millis() + RETRY_INTERVAL_MS;
            return false;
        }
        reportLost(() -> "the interface is back, packets of the time between are missing");
        lostMs = 0;
        return true;
    }

    private void reportLost(Supplier<String> why) {
        problems.reportLost(sink, INTERFACE_INDEX, lostMs, clock.millis(), why);
    }

    private void reportDrops() throws IOException {
        long nowMs = clock.millis();
        long lost = attachment.program.lostPackets();
        long lostOctets = attachment.program.lostOctets();
        problems.reportDrops(
                sink,
                CaptureLossReason.KERNEL_DROP,
                INTERFACE_INDEX,
                lost - reportedLosses,
                lostOctets - reportedLostOctets,
                statisticsMs,
                nowMs,
                () -> "the ring for frames was full; raise the buffer of this capture or lower its snap length");
        reportedLosses = lost;
        reportedLostOctets = lostOctets;
        problems.reportInterfaceDrops(sink, INTERFACE_INDEX, interfaceDrops.since(), statisticsMs, nowMs);
        statisticsMs = nowMs;
    }

    /** What was counted since the last sweep began is still to come, though later frames were delivered. */
    @Override
    public synchronized long heldSinceNanos() {
        return heldSinceNanos;
    }

    /** Wakes a waiting poll within {@value #SLICE_MS} ms. */
    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public String method() {
        return "ebpf";
    }

    /** Waits for a poll of another thread to end; called by a sink, the end of the poll that called it closes. */
    @Override
    public void close() {
        stopped = true;
        closeNow();
    }

    private synchronized void closeNow() {
        closed = true;
        if (!polling) {
            release();
        }
    }

    /** The frame forgets the ring before it goes: a view kept for too long fails, instead of ending the process. */
    private void release() {
        if (attachment != null) {
            frame.set(NO_MEMORY, 0, 0, 0, 0, LINKTYPE_ETHERNET, INTERFACE_INDEX);
            frames = null;
            attachment.close();
            attachment = null;
        }
        if (closed) {
            descriptors.close();
        }
    }
}
