package io.weir.app.pipeline;

import io.weir.app.config.Catalogue;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.LiveConfig;
import io.weir.collectors.capture.LiveSource;
import io.weir.collectors.capture.afpacket.RingSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways to capture from an interface, and the choice among them.
 *
 * @param ring opens what reads the kernel's ring, in as many threads as wanted
 * @param pcap opens what goes through libpcap
 * @param prefersRing whether this system is one with such rings
 */
record LiveSources(Sharing ring, Opening pcap, boolean prefersRing) {

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
                LiveSource::open,
                RingSource.isMadeForThisSystem());
    }

    /**
     * Opens an interface. Of itself it falls back on libpcap for what the system has not, never for what this process may not.
     *
     * @param threads that are to share its packets; through libpcap there is one
     * @return a source for each thread
     * @throws CaptureOpenException when it cannot be opened in the way that was chosen
     */
    List<CaptureSource> open(LiveConfig config, Catalogue.Capture how, int threads) throws CaptureOpenException {
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

    private List<CaptureSource> openPcap(LiveConfig config, int threads) throws CaptureOpenException {
        if (threads > 1) {
            LOG.warn("{}: read by one thread, collector.threads = {} is for afpacket only", config.name(), threads);
        }
        return List.of(pcap.open(config));
    }
}
