package io.weir.topology.meter;

import static io.weir.testing.PacketBatchBuilder.aBatch;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.PacketBatchBuilder;
import io.weir.topology.MeterConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** More flows than a table keeps without reading ahead. */
class ManyFlowsTest {

    private static final int FLOWS = 20_000;
    private static final int PACKETS_PER_FLOW = 3;
    private static final int PACKETS_PER_BATCH = 700;
    private static final int OCTETS = 100;

    private final MeterRig rig = new MeterRig(MeterConfig.defaults());
    private final Random random = new Random(36);

    @Test
    void shouldCountEachPacketInItsFlow() {
        process(shuffled());
        assertThat(rig.tableSize()).isEqualTo(FLOWS);
        assertThat(rig.hasReadAhead()).isTrue();
        rig.restart(random);
        process(shuffled());

        assertThat(rig.tableSize()).isEqualTo(FLOWS);
        assertThat(rig.flows).isEmpty();
        rig.process(aBatch().endOfInput().encode(1));
        assertThat(rig.flows)
                .hasSize(FLOWS)
                .allMatch(flow -> flow.getTotal().getInitiatorPackets() == 2 * PACKETS_PER_FLOW)
                .allMatch(flow -> flow.getTotal().getInitiatorLayer2Octets() == 2 * PACKETS_PER_FLOW * OCTETS);
        assertThat(rig.tableSize()).isZero();
    }

    private List<Integer> shuffled() {
        List<Integer> packets = new ArrayList<>();
        for (int flow = 0; flow < FLOWS; flow++) {
            packets.addAll(Collections.nCopies(PACKETS_PER_FLOW, flow));
        }
        Collections.shuffle(packets, random);
        return packets;
    }

    private void process(List<Integer> packets) {
        for (int from = 0; from < packets.size(); from += PACKETS_PER_BATCH) {
            PacketBatchBuilder batch = aBatch().octets(OCTETS);
            Stream<Integer> some = packets.subList(from, Math.min(from + PACKETS_PER_BATCH, packets.size())).stream();
            some.forEach(flow -> batch.udp("10.1." + flow / 250 + "." + (1 + flow % 250) + ":4000 > 10.0.0.1:9"));
            rig.process(batch.encode(1));
        }
    }
}
