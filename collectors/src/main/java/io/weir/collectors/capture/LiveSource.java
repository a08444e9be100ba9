package io.weir.collectors.capture;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.BlockingMode;
import org.pcap4j.core.PcapHandle.TimestampPrecision;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.core.PcapStat;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/**
 * Frames of a network interface through libpcap. The kernel's capture buffer is the only queue: frames are taken from it inside of
 * {@link #poll}, and what it had no room for becomes a problem within a second. On the loopback interface Linux counts a packet that
 * it had no room for up to twice, once for each direction, of which libpcap delivers only one. An interface that goes down or away
 * is a problem too, and is captured from again when it is back.
 *
 * <p>Needs libpcap and, on Linux, the capability CAP_NET_RAW (CAP_NET_ADMIN too for promiscuous mode).
 */
public final class LiveSource implements CaptureSource {

    private static final int ERROR_NO_SUCH_DEVICE = -5;
    private static final int ERROR_PERMISSION = -8;
    private static final int ERROR_NOT_UP = -9;
    private static final int ERROR_PROMISCUOUS_PERMISSION = -11;

    private static final int DLT_RAW = 12;
    private static final int LINKTYPE_RAW = 101;
    private static final int LINKTYPE_LINUX_SLL2 = 276;

    private static final long STATISTICS_INTERVAL_MS = 1000;
    private static final long RETRY_INTERVAL_MS = 1000;
    private static final long DRAIN_MS = 500;
    /** Pauses between looks at an idle interface grow from the first to the second: short against the time to fill the buffer. */
    private static final long MIN_PARK_NANOS = 1_000_000;

    private static final long MAX_PARK_NANOS = 16_000_000;
    /** libpcap puts the VLAN tag that the kernel took out back in. */
    private static final int VLAN_TAG_OCTETS = 4;

    private final LiveConfig config;
    private final Clock clock;
    private final ProblemLog problems;
    private final Frame frame = new Frame();

    private PcapHandle handle;
    private int linkType;
    private int interfaceIndex;
    private ByteBuffer scratch;
    private FrameSink sink;
    /** A RuntimeException or Error of the sink. */
    private Throwable sinkFailure;

    /** Frames of the current dispatch. */
    private int taken;

    private boolean announced;
    private boolean ended;
    private long kernelDrops;
    private long interfaceDrops;
    private long statisticsMs;
    private long drainUntilMs;
    /** Since when the interface is gone, 0 while it is there. */
    private long lostMs;

    private long retryMs;
    private long parkNanos = MIN_PARK_NANOS;
    private volatile boolean stopped;

    private LiveSource(LiveConfig config, PcapHandle handle, Clock clock) {
        this.config = config;
        this.handle = handle;
        this.clock = clock;
        this.linkType = linkType(handle);
        this.problems = new ProblemLog(config.name());
        this.scratch = ByteBuffer.allocateDirect(config.snapOctets() + VLAN_TAG_OCTETS);
    }

    /**
     * Begins to capture.
     *
     * @throws CaptureOpenException when the interface does not exist or is down, libpcap is missing, the process lacks the right, or
     *     the filter is wrong
     */
    public static LiveSource open(LiveConfig config) throws CaptureOpenException {
        return open(config, Clock.systemUTC());
    }

    static LiveSource open(LiveConfig config, Clock clock) throws CaptureOpenException {
        var source = new LiveSource(config, activate(config), clock);
        source.takeCounters();
        return source;
    }

    /** What was dropped while the filter was not in place yet is none of ours. */
    private void takeCounters() throws CaptureOpenException {
        try {
            PcapStat statistics = handle.getStats();
            kernelDrops = statistics.getNumPacketsDropped();
            interfaceDrops = statistics.getNumPacketsDroppedByIf();
        } catch (PcapNativeException | NotOpenException e) {
            handle.close();
            throw refused(config.name(), e);
        }
        statisticsMs = clock.millis();
    }

    private static PcapHandle activate(LiveConfig config) throws CaptureOpenException {
        return NetworkNamespace.inside(config.namespace(), () -> activateHere(config));
    }

    private static PcapHandle activateHere(LiveConfig config) throws CaptureOpenException {
        String name = config.name();
        PcapHandle handle = null;
        boolean opened = false;
        try {
            handle = new PcapHandle.Builder(config.interfaceName())
                    .snaplen(config.snapOctets())
                    .promiscuousMode(
                            config.promiscuous() ? PromiscuousMode.PROMISCUOUS : PromiscuousMode.NONPROMISCUOUS)
                    .bufferSize(config.bufferOctets())
                    .timeoutMillis(config.timeoutMs())
                    .timestampPrecision(TimestampPrecision.NANO)
                    .build();
            preferInterfaceNumbers(handle);
            if (config.filter() != null) {
                filter(handle, config);
            }
            handle.setBlockingMode(BlockingMode.NONBLOCKING);
            opened = true;
            return handle;
        } catch (LinkageError e) {
            throw libraryMissing(name, e);
        } catch (PcapNativeException | NotOpenException e) {
            throw refused(name, e);
        } finally {
            if (!opened && handle != null) {
                handle.close();
            }
        }
    }

    /**
     * Names of the interfaces that can be captured from.
     *
     * @throws CaptureOpenException when libpcap is missing or fails
     */
    public static List<String> interfaces() throws CaptureOpenException {
        try {
            List<String> names = new ArrayList<>();
            for (PcapNetworkInterface found : Pcaps.findAllDevs()) {
                names.add(found.getName());
            }
            return names;
        } catch (LinkageError e) {
            throw libraryMissing("interfaces", e);
        } catch (PcapNativeException e) {
            throw refused("interfaces", e);
        }
    }

    private static int linkType(PcapHandle handle) {
        int dlt = handle.getDlt().value();
        return dlt == DLT_RAW ? LINKTYPE_RAW : dlt;
    }

    /** On the device {@code any}, the second cooked format tells the interface of each frame. */
    private static void preferInterfaceNumbers(PcapHandle handle) throws PcapNativeException, NotOpenException {
        for (DataLinkType offered : handle.listDatalinks()) {
            if (offered.value() == LINKTYPE_LINUX_SLL2) {
                handle.setDlt(offered);
                return;
            }
        }
    }

    private static void filter(PcapHandle handle, LiveConfig config) throws CaptureOpenException, NotOpenException {
        try {
            handle.setFilter(config.filter(), BpfCompileMode.OPTIMIZE);
        } catch (PcapNativeException e) {
            throw new CaptureOpenException(
                    CaptureOpenException.Reason.BAD_FILTER,
                    config.name(),
                    config.name() + ": the capture filter \"" + config.filter() + "\" is refused: "
                            + e.getMessage()
                            + "; its syntax is that of pcap-filter(7), for example: tcp port 443 or vlan 100",
                    e);
        }
    }

    private static CaptureOpenException libraryMissing(String name, LinkageError e) {
        return new CaptureOpenException(
                CaptureOpenException.Reason.LIBRARY_MISSING,
                name,
                name
                        + ": libpcap cannot be loaded; install it with: apt-get install libpcap0.8 (Debian, Ubuntu) or dnf install libpcap (Fedora, RHEL)."
                        + " Capture files can be read without it",
                e);
    }

    private static CaptureOpenException refused(String name, Exception e) {
        int code = e instanceof PcapNativeException failure && failure.getReturnCode() != null
                ? failure.getReturnCode()
                : 0;
        switch (code) {
            case ERROR_NO_SUCH_DEVICE:
                return new CaptureOpenException(
                        CaptureOpenException.Reason.INTERFACE_NOT_FOUND,
                        name,
                        name + ": no such interface; there are: " + knownInterfaces(),
                        e);
            case ERROR_PERMISSION:
            case ERROR_PROMISCUOUS_PERMISSION:
                return new CaptureOpenException(
                        CaptureOpenException.Reason.NOT_PERMITTED,
                        name,
                        name
                                + ": this process may not capture; run it as root or give it the capabilities CAP_NET_RAW and"
                                + " CAP_NET_ADMIN (in a container: --cap-add NET_RAW --cap-add NET_ADMIN)",
                        e);
            case ERROR_NOT_UP:
                return new CaptureOpenException(
                        CaptureOpenException.Reason.INTERFACE_DOWN,
                        name,
                        name + ": the interface is down; bring it up with: ip link set " + name + " up",
                        e);
            default:
                return new CaptureOpenException(
                        CaptureOpenException.Reason.FAILED,
                        name,
                        name + ": cannot be captured from: " + e.getMessage(),
                        e);
        }
    }

    private static String knownInterfaces() {
        try {
            List<String> names = interfaces();
            return names.isEmpty() ? "none that this process may see" : String.join(", ", names);
        } catch (CaptureOpenException e) {
            return "(unknown: " + e.getMessage() + ")";
        }
    }

    @Override
    public int poll(FrameSink target, int maxFrames) throws IOException {
        if (ended || maxFrames <= 0) {
            return ended ? END : 0;
        }
        sink = target;
        if (!announced) {
            announced = true;
            target.onInterface(interfaceIndex, description());
        }
        // A poll begun after stop() waits as long as any other, for the kernel to hand over the frames that it has
        // gathered.
        boolean last = stopped;
        long giveUpMs = clock.millis() + config.timeoutMs();
        int delivered = dispatch(maxFrames);
        while (delivered == 0 && clock.millis() < giveUpMs) {
            LockSupport.parkNanos(parkNanos);
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException(config.name() + ": interrupted while waiting for frames");
            }
            parkNanos = Math.min(2 * parkNanos, MAX_PARK_NANOS);
            delivered = dispatch(maxFrames);
        }
        if (delivered > 0) {
            parkNanos = MIN_PARK_NANOS;
        }
        if (last) {
            drainUntilMs = drainUntilMs == 0 ? clock.millis() + DRAIN_MS : drainUntilMs;
            ended = delivered == 0 || clock.millis() >= drainUntilMs;
        }
        if (lostMs == 0 && (ended || clock.millis() - statisticsMs >= STATISTICS_INTERVAL_MS)) {
            reportDrops();
        } else if (ended) {
            reportLost(() -> "the interface was still gone when the capture was ended");
        }
        problems.flush(target);
        return delivered == 0 && ended ? END : delivered;
    }

    private CaptureInterface description() {
        int systemIndex = 0;
        try {
            NetworkInterface system =
                    config.namespace() == null ? NetworkInterface.getByName(config.interfaceName()) : null;
            systemIndex = system == null ? 0 : system.getIndex();
        } catch (IOException e) {
            // The number is an ornament; the capture itself goes on without.
            systemIndex = 0;
        }
        return new CaptureInterface(config.name(), config.name(), null, linkType, config.snapOctets(), 0, systemIndex);
    }

    private int dispatch(int maxFrames) {
        if (lostMs != 0 && !reopen()) {
            return 0;
        }
        taken = 0;
        try {
            handle.dispatch(maxFrames, this::take);
        } catch (PcapNativeException | NotOpenException e) {
            lost(e);
        } catch (InterruptedException e) {
            // Answer of libpcap to breakLoop(), which only a failing sink asks for: nobody interrupted this thread.
            taken = 0;
        }
        Throwable failure = sinkFailure;
        if (failure != null) {
            sinkFailure = null;
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        }
        return taken;
    }

    private void lost(Exception e) {
        if (stopped) {
            return;
        }
        if (!config.returns()) {
            stopped = true;
            return;
        }
        lostMs = clock.millis();
        retryMs = lostMs + RETRY_INTERVAL_MS;
        handle.close();
        reportLost(() -> "capture broke off: " + e.getMessage()
                + "; frames are missing until the interface is back, which is tried every second");
    }

    /** True when the interface that was lost is back. */
    private boolean reopen() {
        if (stopped || clock.millis() < retryMs) {
            return false;
        }
        try {
            handle = activate(config);
            takeCounters();
        } catch (CaptureOpenException e) {
            // Reported once when it was lost; the reason why it is not back yet adds nothing to that.
            retryMs = clock.millis() + RETRY_INTERVAL_MS;
            return false;
        }
        reportLost(() -> "the interface is back, frames of the time between are missing");
        lostMs = 0;
        if (linkType(handle) != linkType) {
            linkType = linkType(handle);
            interfaceIndex++;
            sink.onInterface(interfaceIndex, description());
        }
        return true;
    }

    private void reportLost(Supplier<String> why) {
        problems.reportLost(sink, interfaceIndex, lostMs, clock.millis(), why);
    }

    /** Called from native code, which would swallow an exception. */
    private void take(byte[] bytes) {
        if (sinkFailure != null) {
            return;
        }
        taken++;
        try {
            if (bytes.length > scratch.capacity()) {
                scratch = ByteBuffer.allocateDirect(bytes.length);
            }
            scratch.clear();
            scratch.put(0, bytes);
            int layer2 = Math.max(handle.getOriginalLength(), bytes.length);
            sink.onFrame(frame.set(
                    scratch, 0, bytes.length, layer2, nanos(handle.getTimestamp()), linkType, interfaceIndex));
        } catch (RuntimeException | Error e) {
            sinkFailure = e;
            breakLoop();
        }
    }

    private void breakLoop() {
        try {
            handle.breakLoop();
        } catch (NotOpenException e) {
            sinkFailure.addSuppressed(e);
        }
    }

    private static long nanos(Timestamp time) {
        return Math.floorDiv(time.getTime(), 1000L) * 1_000_000_000L + time.getNanos();
    }

    private void reportDrops() {
        long nowMs = clock.millis();
        try {
            PcapStat statistics = handle.getStats();
            long kernel = statistics.getNumPacketsDropped();
            long byInterface = statistics.getNumPacketsDroppedByIf();
            problems.reportDrops(
                    sink,
                    CaptureLossReason.KERNEL_DROP,
                    interfaceIndex,
                    since(kernel, kernelDrops),
                    null,
                    statisticsMs,
                    nowMs,
                    () ->
                            "the kernel's capture buffer was full; raise the buffer of this capture, lower its snap length or set a filter");
            problems.reportInterfaceDrops(
                    sink, interfaceIndex, since(byInterface, interfaceDrops), statisticsMs, nowMs);
            kernelDrops = kernel;
            interfaceDrops = byInterface;
        } catch (PcapNativeException | NotOpenException e) {
            lost(e);
        }
        statisticsMs = nowMs;
    }

    /** The counters of libpcap have 32 bits and wrap. */
    static long since(long now, long before) {
        return (now - before) & 0xffff_ffffL;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public void close() {
        stopped = true;
        handle.close();
    }
}
