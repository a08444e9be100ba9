package io.weir.app.pipeline;

import io.weir.app.config.Catalogue;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.LiveConfig;
import io.weir.collectors.capture.LiveSource;
import io.weir.collectors.capture.afpacket.RingSource;
import io.weir.collectors.capture.ebpf.EbpfSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways to capture from an interface, and the choice among them.
 *
 * @param ring opens what reads the kernel's ring, in as many threads as wanted
 * @param ebpf opens what counts in the kernel
 * @param pcap opens what goes through libpcap
 * @param prefersRing whether this system is one with such rings
 */
record LiveSources(Sharing ring, Opening ebpf, Opening pcap, boolean prefersRing) {

    private static final Logger LOG = LoggerFactory.getLogger(LiveSources.class);

    /** One of the ways. */
    @FunctionalInterface
    interface Opening {
        CaptureSource open(LiveConfig config) throws CaptureOpenException;
    }

    /** One that gives several sources, which share the packets. */
    @FunctionalInterface
    interface Sharing {
        List<CaptureSource> open(LiveConfig config, int threads) throws CaptureOpenException;
    }

    static LiveSources ofThisSystem() {
        return new LiveSources(
                (config, threads) -> List.copyOf(RingSource.open(config, threads)),
                EbpfSource::open,
                LiveSource::open,
                RingSource.isMadeForThisSystem());
    }

    /**
     * Opens an interface. Of itself it falls back on libpcap for what the system has not, never for what this process may not; from eBPF
     * it falls back for either, as other ways need less.
     *
     * @param threads that are to share its packets; through libpcap and with eBPF there is one
     * @param needsFrames the setting that needs every frame, which counting in the kernel does not give
     * @return a source for each thread
     * @throws CaptureOpenException when it cannot be opened in the way that was chosen
     */
    List<CaptureSource> open(LiveConfig config, Catalogue.Capture how, int threads, Optional<String> needsFrames)
            throws CaptureOpenException {
        if (how == Catalogue.Capture.EBPF) {
            return openEbpf(config, threads, needsFrames);
        }
        boolean auto = how == Catalogue.Capture.AUTO;
        if (how == Catalogue.Capture.PCAP || (auto && !prefersRing)) {
            return openPcap(config, threads);
        }
        try {
            return ring.open(config, threads);
        } catch (CaptureOpenException e) {
            if (!auto || e.reason() != CaptureOpenException.Reason.NOT_SUPPORTED) {
                throw e;
            }
            LOG.warn("{}; going through libpcap instead", e.getMessage());
            return openPcap(config, threads);
        }
    }

    private List<CaptureSource> openEbpf(LiveConfig config, int threads, Optional<String> needsFrames)
            throws CaptureOpenException {
        if (needsFrames.isPresent()) {
            String why = config.name() + ": " + needsFrames.get() + " needs every frame, which ebpf does not give";
            return openInstead(config, threads, why);
        }
        try {
            List<CaptureSource> opened = List.of(ebpf.open(config));
            warnOfOneThread(config, threads);
            return opened;
        } catch (CaptureOpenException e) {
            return switch (e.reason()) {
                case NOT_SUPPORTED, NOT_PERMITTED, LIBRARY_MISSING -> openInstead(config, threads, e.getMessage());
                default -> throw e;
            };
        }
    }

    /** Warns when it went well only: an interface that cannot be opened is tried again and again. */
    private List<CaptureSource> openInstead(LiveConfig config, int threads, String why) throws CaptureOpenException {
        List<CaptureSource> opened = open(config, Catalogue.Capture.AUTO, threads, Optional.empty());
        LOG.warn("{}; capturing with afpacket instead", why);
        return opened;
    }

    private List<CaptureSource> openPcap(LiveConfig config, int threads) throws CaptureOpenException {
        warnOfOneThread(config, threads);
        return List.of(pcap.open(config));
    }

    private static void warnOfOneThread(LiveConfig config, int threads) {
        if (threads > 1) {
            LOG.warn("{}: read by one thread, collector.threads = {} is for afpacket only", config.name(), threads);
        }
    }
}
