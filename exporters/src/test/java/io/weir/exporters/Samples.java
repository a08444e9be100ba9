package io.weir.exporters;

import io.weir.schemas.Counters;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Flow;
import io.weir.schemas.Layer;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Orientation;
import io.weir.schemas.serde.Avro;
import java.util.List;
import java.util.Locale;

/** Records that are valid and differ by their number. */
public final class Samples {

    static {
        Avro.trust();
    }

    private Samples() {}

    /** A flow whose id is its number. */
    public static Flow flow(int number, long windowStartMs) {
        Counters counters = new Counters(1L, 40L, 54L, 2, 1L, 40L, 54L, 18);
        return Flow.newBuilder()
                .setFlowId(flowId(number))
                .setCommunityId("1:LQU9qZlK+B5F3KDmev6m5PMibrg=")
                .setEncapsulation(List.of(Layer.ethernet, Layer.ipv4, Layer.tcp))
                .setObservationPoint(new ObservationPoint("node", "eth0", "pcap", 1))
                .setWindowStart(windowStartMs)
                .setWindowEnd(windowStartMs + 10_000)
                .setFlowStartMicroseconds(windowStartMs * 1000)
                .setFlowEndMicroseconds(windowStartMs * 1000)
                .setIsFirst(true)
                .setIsLast(false)
                .setIsLate(false)
                .setEtherType(0x800)
                .setVlanIds(List.of())
                .setIpVersion(4)
                .setProtocolIdentifier(6)
                .setInitiator(new Endpoint("192.0.2.1", 40_000, null, "192.0.2.1"))
                .setResponder(new Endpoint("198.51.100.7", 443, null, "198.51.100.7"))
                .setOrientation(Orientation.handshake)
                .setDelta(counters)
                .setTotal(counters)
                .build();
    }

    /** Id of the flow of that number. */
    public static String flowId(int number) {
        return String.format(Locale.ROOT, "%032x", number);
    }
}
