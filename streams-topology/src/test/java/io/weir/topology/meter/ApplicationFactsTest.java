package io.weir.topology.meter;

import static io.weir.testing.PacketBatchBuilder.aBatch;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Application;
import io.weir.schemas.DnsFacts;
import io.weir.schemas.Flow;
import io.weir.schemas.FlowEndReason;
import io.weir.testing.PacketBatchBuilder;
import io.weir.topology.MeterConfig;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What payloads have shown, in the records of their flows. Windows are 10 s, the active timeout is 30 minutes. */
class ApplicationFactsTest {

    private static final String ASKS = "10.0.0.2:40000 > 10.0.0.1:53";
    private static final String ANSWERS = "10.0.0.1:53 > 10.0.0.2:40000";
    private static final int A = 1;
    private static final int AAAA = 28;

    private final MeterRig rig = new MeterRig(MeterConfig.defaults());

    @Test
    void shouldTimeAResponseFromTheFirstTimeItsQueryWasSent() {
        process(aBatch().at(0)
                .udp(ASKS)
                .dnsQuery(7, "example.org", A)
                .at(1)
                .udp(ASKS)
                .dnsQuery(8, "example.org", AAAA)
                .at(1000)
                .udp(ASKS)
                .dnsQuery(7, "example.org", A)
                .at(1005)
                .udp(ANSWERS)
                .dnsResponse(8, "example.org", AAAA, 0)
                .at(1010)
                .udp(ANSWERS)
                .dnsResponse(7, "example.org", A, 3)
                // The answer to the repeated query, which nobody waits for any more.
                .at(1020)
                .udp(ANSWERS)
                .dnsResponse(7, "example.org", A, 3)
                .endOfInput());

        Flow flow = only();
        Application application = flow.getApplication();
        assertThat(application.getName()).isEqualTo("dns");
        assertThat(application.getSource()).isEqualTo("payload");
        assertThat(application.getDnsQuery()).isEqualTo("example.org");
        assertThat(application.getDns())
                .isEqualTo(new DnsFacts(A, 0, 3L, 3L, 2L, 2L, 1_004_000L + 1_010_000L, 1_010_000L));
    }

    @Test
    void shouldCountInTheWindowOfEachMessageAndKeepTheName() {
        process(aBatch().at(9_990)
                .udp(ASKS)
                .dnsQuery(7, "example.org", A)
                .at(10_010)
                .udp(ANSWERS)
                .dnsResponse(7, "example.org", A, 0)
                .at(20_000)
                .udp(ASKS)
                .endOfInput());

        assertThat(rig.flows)
                .extracting(flow -> flow.getApplication().getDnsQuery())
                .containsExactly("example.org", "example.org", "example.org");
        assertThat(rig.flows)
                .extracting(flow -> flow.getApplication().getDns())
                .containsExactly(
                        new DnsFacts(A, 0, 1L, 0L, 0L, 0L, null, null),
                        new DnsFacts(A, 0, 0L, 1L, 0L, 1L, 20_000L, 20_000L),
                        new DnsFacts(A, 0, 0L, 0L, 0L, 0L, null, null));
    }

    @Test
    void shouldForgetTheOldestOfTooManyOpenQueries() {
        PacketBatchBuilder batch = aBatch();
        for (int id = 0; id <= ApplicationFacts.MAX_OPEN_QUERIES; id++) {
            batch.at(id).udp(ASKS).dnsQuery(id, "example.org", A);
        }
        for (int id = 0; id <= ApplicationFacts.MAX_OPEN_QUERIES; id++) {
            batch.at(100 + id).udp(ANSWERS).dnsResponse(id, "example.org", A, 0);
        }
        process(batch.endOfInput());

        assertThat(only().getApplication().getDns()).isEqualTo(new DnsFacts(A, 0, 5L, 5L, 0L, 4L, 400_000L, 100_000L));
    }

    @Test
    void shouldTellTheFlowsInATunnelFromTheTunnel() {
        process(aBatch().at(0)
                .inVxlan("10.9.0.1:50000 > 10.9.0.2:4789", 42)
                .udp(ASKS)
                .dnsQuery(7, "example.org", A)
                .endOfInput());

        assertThat(rig.flows).hasSize(2).allSatisfy(flow -> {
            boolean enclosed = flow.getParentFlowId() != null;
            assertThat(flow.getApplication().getName()).isEqualTo(enclosed ? "dns" : "vxlan");
            assertThat(flow.getApplication().getSource()).isEqualTo(enclosed ? "payload" : "port");
        });
    }

    @Test
    void shouldGoOnWithTheNameWhenAFlowIsCutForItsAge() {
        process(aBatch().at(0).udp(ASKS).dnsQuery(7, "example.org", A));
        for (long second = 30; second <= 1830; second += 30) {
            process(aBatch().at(second * 1000).udp(ANSWERS));
        }
        process(aBatch().at(1_831_000).endOfInput());

        assertThat(rig.flows)
                .extracting(flow -> flow.getApplication().getDnsQuery())
                .containsOnly("example.org");
        assertThat(rig.flows).extracting(Flow::getFlowEndReason).contains(FlowEndReason.active);
        assertThat(rig.flows.stream().map(Flow::getFlowId).distinct()).hasSize(2);
    }

    @Test
    void shouldNameAPortWhereNoPayloadSaysMore() {
        process(aBatch().at(0)
                .tcp("10.0.0.2:40000 > 10.0.0.1:9092", "S")
                .udp("10.0.0.1:123 > 10.0.0.2:40000")
                .tcp("10.0.0.2:40000 > 10.0.0.1:12345", "S")
                .endOfInput());

        assertThat(rig.flows)
                .extracting(flow -> flow.getApplication() == null
                        ? "none"
                        : flow.getApplication().getName()
                                + ' '
                                + flow.getApplication().getSource())
                .containsExactlyInAnyOrder("kafka port", "ntp port", "none");
    }

    @Test
    void shouldTellWhichAddressEachSideOfAnArpFlowHas() {
        process(aBatch().at(0)
                .arp(2, 1)
                .arpAddress(0x0a000002)
                .at(1)
                .arp(1, 2)
                .arpAddress(0x0a000001)
                .endOfInput());

        Application application = only().getApplication();
        assertThat(application.getName()).isEqualTo("arp");
        assertThat(application.getArp().getInitiatorAddress()).isEqualTo("10.0.0.2");
        assertThat(application.getArp().getResponderAddress()).isEqualTo("10.0.0.1");
    }

    @Test
    void shouldGoOnAfterARestartAsIfNothingHadHappened() {
        List<PacketBatchBuilder> timeline = List.of(
                aBatch().at(0).udp(ASKS).dnsQuery(7, "example.org", A),
                aBatch().at(500).udp(ASKS).dnsQuery(9, "example.net", AAAA),
                aBatch().at(1000).udp(ASKS).dnsQuery(7, "example.org", A),
                aBatch().at(1010).udp(ANSWERS).dnsResponse(7, "example.org", A, 0),
                aBatch().at(11_000).udp(ANSWERS).dnsResponse(9, "example.net", AAAA, 2),
                aBatch().at(12_000).endOfInput());
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

        assertThat(restarted.flows).isEqualTo(rig.flows);
        assertThat(rig.flows)
                .extracting(flow -> flow.getApplication().getDns())
                .containsExactly(
                        new DnsFacts(A, 0, 3L, 1L, 0L, 1L, 1_010_000L, 1_010_000L),
                        new DnsFacts(A, 0, 0L, 1L, 1L, 1L, 10_500_000L, 10_500_000L));
    }

    private void process(PacketBatchBuilder batch) {
        rig.process(batch.encode(1));
    }

    private Flow only() {
        assertThat(rig.flows).hasSize(1);
        return rig.flows.get(0);
    }
}
