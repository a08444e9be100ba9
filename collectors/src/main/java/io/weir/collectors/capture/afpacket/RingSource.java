package io.weir.collectors.capture.afpacket;

import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.CaptureLossReason;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.FrameSink;
import io.weir.collectors.capture.LiveConfig;
import io.weir.collectors.capture.ProblemLog;
import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Frames of a network interface of Linux, or of all ({@code any}), from a packet socket's TPACKET_V3 ring: packet(7). The ring is the
 * only queue; frames are read in place, inside of {@link #poll}, and a block is given back to the kernel after its last frame. What
 * the ring had no room for becomes a problem within a second. An interface that goes down or away is a problem too, and is captured
 * from again when it is back.
 *
 * <p>A VLAN tag that the kernel took out of a frame is put back. What the kernel or the network card joined (GRO, TSO) is one frame,
 * as long as it is. On the loopback interface each packet is delivered once.
 *
 * <p>Once stopped, the kernel takes no more; what it took is delivered, in full unless it does not hand it over in time.
 *
 * <p>Needs the capability CAP_NET_RAW, and libpcap for a filter.
 */
public final class RingSource implements CaptureSource {

    private static final VarHandle STATUS = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private static final int TP_STATUS_KERNEL = 0;
    private static final int TP_STATUS_USER = 1;

    private static final long STATISTICS_INTERVAL_MS = 1000;

    /** Longest wait without a look at {@link #stop} and interruption. */
    private static final int SLICE_MS = 50;

    /** The kernel hands over the last block one to two of its time-outs after it was opened; this is added for a busy machine. */
    private static final long DRAIN_SLACK_MS = 500;

    private static final ByteBuffer NO_MEMORY = ByteBuffer.allocate(0);

    private final LiveConfig config;
    private final SocketGroup group;

    /** Number of this source among those that share the interface; the first reports what concerns all. */
    private final int member;

    private final Clock clock;
    private final ProblemLog problems;
    private final InterfaceDrops interfaceDrops;
    private final Frame frame = new Frame();

    /** Null while the interface is gone and after closing. */
    private PacketSocket socket;

    private ByteBuffer memory;
    private BlockReader reader;
    private int blockOctets;
    private int ringOctets;

    /** Offset of the block that is read or comes next. */
    private int block;

    private boolean reading;
    private LinkKind kind;
    private int interfaceIndex;
    private FrameSink sink;
    private boolean announced;
    private boolean ended;

    /** Packets of the ring that are done with, delivered or not. */
    private long taken;

    private long reportedDrops;
    private long reportedFreezes;
    private long statisticsMs;

    /** Until when the rest of the ring is waited for, 0 while the kernel fills it. */
    private long drainUntilMs;

    /** Since when the interface is gone, 0 while it is there. */
    private long lostMs;

    private boolean polling;
    private boolean closed;
    private volatile boolean stopped;

    private RingSource(LiveConfig config, SocketGroup group, int member, Clock clock) {
        this.config = config;
        this.group = group;
        this.member = member;
        this.clock = clock;
        this.problems = new ProblemLog(config.name());
        this.interfaceDrops = InterfaceDrops.of(config);
        use(group.take(member));
        this.kind = socket.kind();
    }

    /** Whether this operating system is one that has such rings. */
    public static boolean isMadeForThisSystem() {
        return System.getProperty("os.name", "").startsWith("Linux");
    }

    /**
     * Begins to capture.
     *
     * @throws CaptureOpenException when the interface does not exist or is down, the process lacks the right, the system has no such
     *     rings, the filter is wrong, or there is one and libpcap is missing
     */
    public static RingSource open(LiveConfig config) throws CaptureOpenException {
        return open(config, 1).get(0);
    }

    /**
     * Begins to capture with several sources, for as many threads: each gets the packets of some conversations, in both directions, and
     * none that another gets. They share the buffer of the configuration, though each
     * has {@value LiveConfig#MIN_BUFFER_OCTETS} octets at least. They take packets from the first poll on; all are to be polled,
     * ended and closed together.
     *
     * @throws CaptureOpenException as {@link #open(LiveConfig)}, and when the kernel does not spread packets
     */
    public static List<RingSource> open(LiveConfig config, int sources) throws CaptureOpenException {
        LiveConfig each =
                config.withBufferOctets(Math.max(LiveConfig.MIN_BUFFER_OCTETS, config.bufferOctets() / sources));
        Clock clock = Clock.systemUTC();
        SocketGroup group = SocketGroup.open(each, sources, clock);
        List<RingSource> opened = new ArrayList<>();
        for (int member = 0; member < sources; member++) {
            opened.add(new RingSource(each, group, member, clock));
        }
        return opened;
    }

    private void use(PacketSocket opened) {
        socket = opened;
        memory = opened.memory();
        reader = opened.reader();
        blockOctets = opened.geometry().blockOctets();
        ringOctets = opened.geometry().octets();
        block = 0;
        reading = false;
        taken = 0;
        reportedDrops = 0;
        reportedFreezes = 0;
        drainUntilMs = 0;
        interfaceDrops.since();
        statisticsMs = clock.millis();
    }

    @Override
    public synchronized int poll(FrameSink target, int maxFrames) throws InterruptedIOException {
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

    private int pollOpen(FrameSink target, int maxFrames) throws InterruptedIOException {
        sink = target;
        if (!announced) {
            announced = true;
            target.onInterface(interfaceIndex, description());
            if (!stopped) {
                group.begin();
            }
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
        } else if (lostMs == 0 && clock.millis() - statisticsMs >= STATISTICS_INTERVAL_MS) {
            reportDrops();
        }
        problems.flush(target);
        return delivered == 0 && ended ? END : delivered;
    }

    private void finish() {
        if (socket != null) {
            reportDrops();
            reportLeftBehind();
        }
        if (lostMs != 0) {
            reportLost(() -> "the interface was still gone when the capture was ended");
        }
    }

    private CaptureInterface description() {
        return new CaptureInterface(
                config.name(), config.name(), null, kind.linkType(), config.snapOctets(), 0, socket.systemIndex());
    }

    /** Delivers what is there, and moves from one state to the next. */
    private int advance(int maxFrames) {
        if (socket == null) {
            ended = stopped;
            if (ended || !reopen()) {
                return 0;
            }
        }
        if (drainUntilMs == 0) {
            if (stopped) {
                drain();
            } else if (group.lost() != null) {
                lose(group.lost());
            }
        }
        int delivered = take(maxFrames);
        if (delivered == 0 && drainUntilMs != 0 && isDrained()) {
            if (lostMs == 0 || stopped) {
                ended = true;
            } else {
                reportDrops();
                reportLeftBehind();
                release();
            }
        }
        return delivered;
    }

    private int take(int maxFrames) {
        int delivered = 0;
        while (delivered < maxFrames && !closed) {
            if (!reading) {
                if (((int) STATUS.getAcquire(memory, block + BlockReader.BLOCK_STATUS) & TP_STATUS_USER) == 0) {
                    break;
                }
                reader.open(block);
                reading = true;
            }
            if (reader.next(frame, interfaceIndex)) {
                delivered++;
                sink.onFrame(frame);
            } else {
                giveBack();
            }
        }
        return delivered;
    }

    private void giveBack() {
        taken += reader.packets();
        if (reader.damaged() != 0) {
            reportDamage(reader.damaged());
        }
        STATUS.setRelease(memory, block + BlockReader.BLOCK_STATUS, TP_STATUS_KERNEL);
        block += blockOctets;
        if (block == ringOctets) {
            block = 0;
        }
        reading = false;
    }

    private void reportDamage(int packets) {
        long nowNanos = TimeUnit.MILLISECONDS.toNanos(clock.millis());
        problems.report(
                sink,
                CaptureLossReason.CORRUPT_PACKET_HEADER,
                interfaceIndex,
                -1,
                -1,
                packets == BlockReader.UNKNOWN ? null : (Long) (long) packets,
                null,
                nowNanos,
                () -> config.name() + ": a block of the kernel's ring is damaged; its rest is left out");
    }

    private void pause(long leftMs) throws InterruptedIOException {
        int waitMs = (int) Math.max(1, Math.min(leftMs, SLICE_MS));
        if (socket == null) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(waitMs));
        } else if (socket.await(waitMs)) {
            if (socket.isTroubled()) {
                inspect();
            }
            if (((int) STATUS.getAcquire(memory, block + BlockReader.BLOCK_STATUS) & TP_STATUS_USER) == 0) {
                // Woken for a block that is not there yet: without a pause this would be a busy loop.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
        if (Thread.interrupted()) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(config.name() + ": interrupted while waiting for frames");
        }
    }

    private void inspect() {
        int error = socket.takeError();
        if (error == 0 || lostMs != 0 || stopped) {
            return;
        }
        group.lose(PacketSocket.textOf(error));
    }

    private void lose(String why) {
        if (!config.returns()) {
            drain();
            return;
        }
        lostMs = clock.millis();
        reportLost(() -> "capture broke off: " + why
                + "; frames are missing until the interface is back, which is tried every second");
        drain();
    }

    /** Lets nothing more into the ring, so that its rest can be known. */
    private void drain() {
        socket.refuseAll();
        socket.readStatistics();
        drainUntilMs = clock.millis() + 2L * config.timeoutMs() + DRAIN_SLACK_MS;
    }

    /** The kernel counts what it puts into the ring: as much must have come out of it. */
    private boolean isDrained() {
        if (taken >= socket.packets()) {
            // One that was on its way while the door was closed is counted by now.
            socket.readStatistics();
            if (taken >= socket.packets()) {
                return true;
            }
        }
        return clock.millis() >= drainUntilMs;
    }

    private boolean reopen() {
        PacketSocket opened = group.take(member);
        if (opened == null) {
            return false;
        }
        use(opened);
        reportLost(() -> "the interface is back, frames of the time between are missing");
        lostMs = 0;
        if (!socket.kind().equals(kind)) {
            kind = socket.kind();
            interfaceIndex++;
            sink.onInterface(interfaceIndex, description());
        }
        return true;
    }

    private void reportLost(Supplier<String> why) {
        if (member == 0) {
            problems.reportLost(sink, interfaceIndex, lostMs, clock.millis(), why);
        }
    }

    private void reportDrops() {
        long nowMs = clock.millis();
        socket.readStatistics();
        long freezes = socket.freezes() - reportedFreezes;
        reportDrops(
                socket.drops() - reportedDrops,
                nowMs,
                () -> "the capture ring was full (" + freezes
                        + " times); raise the buffer of this capture, lower its snap length or set a filter");
        reportedDrops = socket.drops();
        reportedFreezes = socket.freezes();
        if (member == 0) {
            problems.reportInterfaceDrops(sink, interfaceIndex, interfaceDrops.since(), statisticsMs, nowMs);
        }
        statisticsMs = nowMs;
    }

    private void reportLeftBehind() {
        reportDrops(
                socket.packets() - taken,
                clock.millis(),
                () -> "the kernel did not hand over the rest of the capture ring in time");
    }

    private void reportDrops(long drops, long nowMs, Supplier<String> why) {
        problems.reportDrops(
                sink, CaptureLossReason.KERNEL_DROP, interfaceIndex, drops, null, statisticsMs, nowMs, why);
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
        return "afpacket";
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
        if (socket != null) {
            frame.set(NO_MEMORY, 0, 0, 0, 0, kind.linkType(), interfaceIndex);
            memory = null;
            reader = null;
        }
        group.close(member);
        socket = null;
    }
}
