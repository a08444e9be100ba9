package io.weir.topology.meter;

import static io.weir.testing.PacketBatchBuilder.START_MS;
import static io.weir.testing.PacketBatchBuilder.aBatch;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Flow;
import io.weir.schemas.FlowEndReason;
import io.weir.schemas.Layer;
import io.weir.schemas.Orientation;
import io.weir.testing.PacketBatchBuilder;
import io.weir.topology.MeterConfig;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Flows in tunnels: the tunnel's own, which live for fixed spans of 60 s here, and those that they enclose. */
class EnclosedFlowsTest {

    private static final String THERE = "10.0.0.1:50001 > 10.0.0.2:4789";
    private static final String BACK = "10.0.0.2:50002 > 10.0.0.1:4789";
    private static final String ASKS = "192.168.0.1:40000 > 192.168.0.2:80";
    private static final String ANSWERS = "192.168.0.2:80 > 192.168.0.1:40000";

    private final MeterRig rig = new MeterRig(MeterConfig.defaults());

    @Test
    void shouldMakeOneFlowOfBothDirectionsThoughEachHasATunnelFlowOfItsOwn() {
        process(aBatch().at(0)
                .inVxlan(THERE, 42)
                .tcp(ASKS, "S")
                .at(1)
                .inVxlan(BACK, 42)
                .tcp(ANSWERS, "SA")
                .endOfInput());

        Flow inner = only(enclosed());
        assertThat(inner.getInitiator().getAddress()).isEqualTo("192.168.0.1");
        assertThat(inner.getOrientation()).isEqualTo(Orientation.handshake);
        assertThat(inner.getDelta().getInitiatorPackets()).isEqualTo(1);
        assertThat(inner.getDelta().getResponderPackets()).isEqualTo(1);
        assertThat(inner.getTunnelIdentifier()).isEqualTo(42);
        assertThat(inner.getEncapsulation())
                .containsExactly(
                        Layer.ethernet, Layer.ipv4, Layer.udp, Layer.vxlan, Layer.ethernet, Layer.ipv4, Layer.tcp);
        assertThat(roots()).hasSize(2).allSatisfy(root -> {
            assertThat(root.getTunnelIdentifier()).isNull();
            assertThat(root.getDelta().getInitiatorLayer2Octets()
                            + root.getDelta().getResponderLayer2Octets())
                    .isEqualTo(150);
        });
        Flow asking = root(50001);
        assertThat(inner.getParentFlowId()).isEqualTo(asking.getFlowId());
        assertThat(inner.getFlowId()).isNotEqualTo(asking.getFlowId());
    }

    @Test
    void shouldKeepNetworksAndPlainTrafficApart() {
        process(aBatch().at(0)
                .inVxlan(THERE, 42)
                .tcp(ASKS, "S")
                .inVxlan(THERE, 43)
                .tcp(ASKS, "S")
                .inNoTunnel()
                .tcp(ASKS, "S")
                .endOfInput());

        assertThat(enclosed()).extracting(Flow::getTunnelIdentifier).containsExactlyInAnyOrder(42L, 43L);
        assertThat(rig.flows.stream().map(Flow::getFlowId).collect(Collectors.toSet()))
                .hasSize(4);
        assertThat(rig.flows.stream().map(Flow::getCommunityId).collect(Collectors.toSet()))
                .hasSize(2);
    }

    @Test
    void shouldCutTunnelsAtFixedTimesSoThatEveryTaskNamesThemAlike() {
        MeterRig innerTask = new MeterRig(MeterConfig.defaults());
        for (long second = 50; second <= 130; second += 10) {
            byte[] batch =
                    aBatch().at(second * 1000).inVxlan(THERE, 42).udp(ASKS).encode(1);
            rig.process(batch);
            if (second > 50) {
                // Saw neither the tunnel's first packet nor its first flow.
                innerTask.process(batch);
            }
        }
        process(aBatch().at(140_000).endOfInput());
        innerTask.process(aBatch().at(140_000).endOfInput().encode(1));

        List<Flow> inner = enclosed();
        assertThat(ids(inner)).hasSize(1);
        assertThat(ids(roots())).hasSize(3);
        for (Flow flow : inner) {
            assertThat(roots())
                    .filteredOn(root -> root.getWindowStart() == flow.getWindowStart())
                    .singleElement()
                    .satisfies(root -> assertThat(flow.getParentFlowId()).isEqualTo(root.getFlowId()));
        }
        assertThat(innerTask.flows)
                .filteredOn(flow -> flow.getParentFlowId() != null)
                .extracting(Flow::getParentFlowId)
                .containsExactlyElementsOf(
                        inner.stream().skip(1).map(Flow::getParentFlowId).toList());
        assertThat(roots()).filteredOn(Flow::getIsFirst).hasSize(3);
        assertThat(roots())
                .filteredOn(Flow::getIsLast)
                .extracting(Flow::getFlowEndReason)
                .containsExactly(FlowEndReason.active, FlowEndReason.active, FlowEndReason.forced);
        assertThat(roots().stream().mapToLong(f -> f.getDelta().getInitiatorPackets()))
                .hasSize(9)
                .allMatch(packets -> packets == 1);
    }

    @Test
    void shouldCountALatePacketInTheFlowOfItsTime() {
        process(aBatch().at(59_000).inVxlan(THERE, 42).udp(ASKS).at(61_000).udp(ASKS));
        // Within grace: the flow of the first minute is still there.
        process(aBatch().at(59_500).inVxlan(THERE, 42).udp(ASKS));
        process(aBatch().at(80_000).endOfInput());

        assertThat(roots()).hasSize(2);
        assertThat(roots().get(0).getTotal().getInitiatorPackets()).isEqualTo(2);
        assertThat(roots().get(0).getWindowEnd()).isEqualTo(START_MS + 60_000);
        assertThat(enclosed()).extracting(Flow::getParentFlowId).containsExactlyElementsOf(ids(roots()));
    }

    @Test
    void shouldGoOnAfterARestartAsIfNothingHadHappened() {
        List<PacketBatchBuilder> timeline = List.of(
                aBatch().at(0).inVxlan(THERE, 42).tcp(ASKS, "S"),
                aBatch().at(1).inVxlan(BACK, 42).tcp(ANSWERS, "SA"),
                aBatch().at(12_000).inVxlan(THERE, 42).tcp(ASKS, "A"),
                aBatch().at(61_000).inVxlan(BACK, 42).tcp(ANSWERS, "A"),
                aBatch().at(62_000).endOfInput());
        MeterRig restarted = new MeterRig(MeterConfig.defaults());
        Random order = new Random(7);
        for (PacketBatchBuilder step : timeline) {
            byte[] batch = step.encode(1);
            rig.process(batch);
            restarted.process(batch);
            if (restarted.tableSize() > 0) {
                restarted.restart(order);
            }
        }

        assertThat(restarted.flows).containsExactlyInAnyOrderElementsOf(rig.flows);
        assertThat(rig.flows).hasSize(9);
    }

    private void process(PacketBatchBuilder batch) {
        rig.process(batch.encode(1));
    }

    private List<Flow> roots() {
        return rig.flows.stream().filter(flow -> flow.getParentFlowId() == null).toList();
    }

    private Flow root(int port) {
        return only(roots().stream()
                .filter(flow -> flow.getInitiator().getPort() == port
                        || flow.getResponder().getPort() == port)
                .toList());
    }

    private List<Flow> enclosed() {
        return rig.flows.stream().filter(flow -> flow.getParentFlowId() != null).toList();
    }

    private static Set<String> ids(List<Flow> flows) {
        return flows.stream().map(Flow::getFlowId).collect(Collectors.toCollection(java.util.LinkedHashSet::new));
    }

    private static Flow only(List<Flow> flows) {
        assertThat(flows).hasSize(1);
        return flows.get(0);
    }
}
