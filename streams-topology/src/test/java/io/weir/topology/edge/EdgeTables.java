package io.weir.topology.edge;

import io.weir.schemas.Edge;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.Service;
import io.weir.topology.EdgeConfig;

/** What tests of the edge table share. */
final class EdgeTables {

    private EdgeTables() {}

    /** What a crash and a restart do: the rows go through their changelog form into a new table. */
    static EdgeTable restarted(EdgeTable table, EdgeConfig config) {
        EdgeTable fresh = new EdgeTable(config);
        table.writeAll(fresh::restore);
        fresh.open(null, null);
        return fresh;
    }

    /** An edge of one flow, in a window of ten seconds. */
    static Edge edge(
            ObservationPoint point,
            String initiator,
            String responder,
            long windowEndMs,
            long packets,
            long layer2Octets) {
        return Edge.newBuilder()
                .setObservationPoint(point)
                .setWindowStart(windowEndMs - 10_000)
                .setWindowEnd(windowEndMs)
                .setIsLate(false)
                .setInitiatorEntity(initiator)
                .setResponderEntity(responder)
                .setService(new Service(6, 80, null, "tcp/80"))
                .setActiveFlows(1)
                .setNewFlows(0)
                .setRefusedFlows(0)
                .setInitiatorPackets(packets)
                .setInitiatorLayer2Octets(layer2Octets)
                .setResponderPackets(0)
                .setResponderLayer2Octets(0)
                .setInitiatorOctets(layer2Octets - packets * 14)
                .setResponderOctets(0L)
                .setHandshakes(0)
                .setHandshakeServerMicrosecondsSum(0)
                .build();
    }
}
