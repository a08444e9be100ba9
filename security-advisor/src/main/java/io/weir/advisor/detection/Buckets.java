package io.weir.advisor.detection;

import io.weir.advisor.host.Observation.Traffic;
import io.weir.advisor.host.ServedPort;
import io.weir.advisor.host.ServiceView;
import io.weir.schemas.FlowClass;

/** What rules about floods ask of what reaches a service. */
final class Buckets {

    /** Length of a bucket, microseconds. */
    static final long MICROS = ServiceView.BUCKET_SECONDS * 1_000_000L;

    private Buckets() {}

    /** A count of one bucket as a rate, scaled by the sampling rate. */
    static double perSecond(long count, ServiceView view) {
        return (double) count * view.samplingRate() / ServiceView.BUCKET_SECONDS;
    }

    /** Ingress when somebody outside of the cluster asked, too. */
    static FlowClass flowClass(ServedPort service) {
        return service.outsider() == null ? FlowClass.internal : FlowClass.ingress;
    }

    /** Traffic of several buckets, as observed. */
    static final class Sum {

        private Traffic traffic = Traffic.NONE;

        void add(ServiceView view, int index) {
            // What goes into a service comes out of those who ask.
            traffic = traffic.plus(new Traffic(
                    /* packetsOut= */ view.packetsIn(index),
                    /* octetsOut= */ view.octetsIn(index),
                    /* packetsIn= */ view.packetsOut(index),
                    /* octetsIn= */ view.octetsOut(index)));
        }

        Traffic traffic() {
            return traffic;
        }
    }
}
