package io.weir.app.pipeline;

import io.weir.app.config.Catalogue;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.LiveConfig;
import io.weir.collectors.capture.LiveSource;
import io.weir.collectors.capture.afpacket.RingSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways to capture from an interface, and the choice among them.
 *
 * @param ring opens what reads the kernel's ring
 * @param pcap opens what goes through libpcap
 * @param prefersRing whether this system is one with such rings
 */
record LiveSources(Opening ring, Opening pcap, boolean prefersRing) {

    private static final Logger LOG = LoggerFactory.getLogger(LiveSources.class);

    /** One of the ways. */
    @FunctionalInterface
    interface Opening {
        CaptureSource open(LiveConfig config) throws CaptureOpenException;
    }

    static LiveSources ofThisSystem() {
        return new LiveSources(RingSource::open, LiveSource::open, RingSource.isMadeForThisSystem());
    }

    /**
     * Opens an interface. Of itself it falls back on libpcap for what the system has not, never for what this process may not.
     *
     * @throws CaptureOpenException when it cannot be opened in the way that was chosen
     */
    CaptureSource open(LiveConfig config, Catalogue.Capture how) throws CaptureOpenException {
        boolean auto = how == Catalogue.Capture.AUTO;
        if (how == Catalogue.Capture.PCAP || (auto && !prefersRing)) {
            return pcap.open(config);
        }
        try {
            return ring.open(config);
        } catch (CaptureOpenException e) {
            if (!auto || e.reason() != CaptureOpenException.Reason.NOT_SUPPORTED) {
                throw e;
            }
            LOG.warn("{}; going through libpcap instead", e.getMessage());
            return pcap.open(config);
        }
    }
}
