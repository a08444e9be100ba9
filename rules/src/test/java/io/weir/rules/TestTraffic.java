package io.weir.rules;

import io.weir.schemas.Counters;
import io.weir.schemas.Edge;
import io.weir.schemas.Endpoint;
import io.weir.schemas.Flow;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Orientation;
import io.weir.schemas.Service;
import io.weir.schemas.serde.AvroSerdes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Records with valid defaults: TCP from outside to 10.0.0.5:22, in windows of 10 s. */
public final class TestTraffic {

    /** Start of all timelines, epoch seconds. */
    public static final long T0 = 1_700_000_000L;

    static {
        // The serdes make Avro trust the generated classes, which builders with enum defaults need.
        AvroSerdes.deserializer(Flow.class, Map.of("schema.registry.url", "mock://trust"))
                .close();
    }

    private TestTraffic() {}

    /**
     * One flow that is seen in one record.
     *
     * @param atS seconds since {@link #T0}, start of its window
     * @param point host that captured it
     */
    public static Flow flow(long atS, String point, String id, String from, String to, int port) {
        long startMs = (T0 + atS) * 1000;
        Counters counters = new Counters(3L, 180L, 222L, 2, 2L, 120L, 148L, 18);
        return Flow.newBuilder()
                .setFlowId(id)
                .setCommunityId(null)
                .setEncapsulation(new ArrayList<>())
                .setObservationPoint(new ObservationPoint(point, "eth0", "pcap", 1))
                .setWindowStart(startMs)
                .setWindowEnd(startMs + 10_000)
                .setFlowStartMicroseconds(startMs * 1000)
                .setFlowEndMicroseconds(startMs * 1000 + 1)
                .setIsFirst(true)
                .setIsLast(true)
                .setIsLate(false)
                .setEtherType(0x0800)
                .setVlanIds(List.of())
                .setIpVersion(4)
                .setProtocolIdentifier(6)
                .setInitiator(new Endpoint(from, 50_000, null, from))
                .setResponder(new Endpoint(to, port, null, to))
                .setOrientation(Orientation.handshake)
                .setDelta(counters)
                .setTotal(counters)
                .build();
    }

    /** The same with what counts nothing set aside. */
    public static Flow flow(long atS, String id) {
        return flow(atS, "probe", id, "198.51.100.7", "10.0.0.5", 22);
    }

    /** An edge of {@code packets} packets of 100 octets. */
    public static Edge edge(long atS, String from, String to, long packets) {
        long startMs = (T0 + atS) * 1000;
        return Edge.newBuilder()
                .setObservationPoint(new ObservationPoint("probe", "eth0", "pcap", 1))
                .setWindowStart(startMs)
                .setWindowEnd(startMs + 10_000)
                .setIsLate(false)
                .setInitiatorEntity(from)
                .setResponderEntity(to)
                .setService(new Service(6, 443, null, "tcp/443"))
                .setActiveFlows(1)
                .setNewFlows(1)
                .setRefusedFlows(0)
                .setInitiatorPackets(packets)
                .setInitiatorLayer2Octets(packets * 100)
                .setResponderPackets(0)
                .setResponderLayer2Octets(0)
                .setInitiatorOctets(packets * 86)
                .setResponderOctets(0L)
                .setHandshakes(0)
                .setHandshakeServerMicrosecondsSum(0)
                .build();
    }
}
