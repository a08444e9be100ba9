package io.weir.advisor.observe;

import static io.weir.advisor.TestFlow.aFlow;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.TestFlow;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Observation.FlowSpan;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.advisor.host.Outcome;
import io.weir.advisor.rule.ingress.IngressRule;
import io.weir.schemas.Confidence;
import io.weir.schemas.Flow;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Orientation;
import io.weir.schemas.json.AvroJsonReader;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.AvroSerdes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FlowGlanceTest {

    private static final Map<String, String> CONFIGS = Map.of("schema.registry.url", "mock://" + FlowGlanceTest.class);

    private final FlowGlance glance = new FlowGlance(new AvroJsonReader(SchemaRegistryClient.create(CONFIGS)), false);

    @Test
    void shouldSeeWhatTheWholeRecordSays() {
        Flow flow = aFlow().from("2001:db8::1").to("10.0.0.7").at(101).build();

        assertThat(glance.read(encoded(flow))).isTrue();

        assertThat(glance.observationPoint()).isEqualTo(IngressRule.observationPointOf(flow));
        assertThat(glance.windowStart()).isEqualTo(flow.getWindowStart());
        assertThat(glance.flowStartMicroseconds()).isEqualTo(flow.getFlowStartMicroseconds());
        assertThat(glance.initiatorAddress()).isEqualTo("2001:db8::1");
        assertThat(glance.responderAddress()).isEqualTo("10.0.0.7");
        assertThat(glance.isEarly()).isFalse();
    }

    @Test
    void shouldSeeThatARecordIsEarly() {
        assertThat(glance.read(encoded(aFlow().early().build()))).isTrue();

        assertThat(glance.isEarly()).isTrue();
    }

    @Test
    void shouldSeeThatAnEndHasNoAddress() {
        assertThat(glance.read(encoded(aFlow().from(null).build()))).isTrue();

        assertThat(glance.initiatorAddress()).isNull();
    }

    @Test
    void shouldLeaveWhatItCannotReadToTheWholeRecord() {
        byte[] whole = encoded(aFlow().build());

        assertThat(glance.read(null)).isFalse();
        assertThat(glance.read("no avro".getBytes(StandardCharsets.UTF_8))).isFalse();
        assertThat(glance.read(Arrays.copyOf(whole, 60))).isFalse();
    }

    @Test
    void shouldTellDetectionsWhatTheyTake() {
        Flow flow = aFlow().id("0123456789abcdef00000000000000ff")
                .from("2001:db8::1")
                .to("10.0.0.7")
                .at(101)
                .build();
        glance.read(encoded(flow));

        Observation seen = glance.observation("probe|eth0|pcap", FlowClass.ingress, Confidence.high);

        assertThat(seen.initiator()).hasToString("2001:db8::1");
        assertThat(seen.responder()).hasToString("10.0.0.7");
        assertThat(seen.protocol()).isEqualTo(6);
        assertThat(seen.initiatorPort()).isEqualTo(50_000);
        assertThat(seen.port()).isEqualTo(80);
        assertThat(seen.outcome()).isEqualTo(Outcome.ANSWERED);
        assertThat(seen.flow())
                .isEqualTo(new FlowSpan(
                        0x0123456789abcdefL,
                        0xff,
                        flow.getFlowStartMicroseconds(),
                        flow.getFlowEndMicroseconds(),
                        true));
        assertThat(seen.delta()).isEqualTo(new Traffic(3, 180, 2, 120));
        assertThat(glance.orientation()).isEqualTo(Orientation.handshake);
        assertThat(seen.application()).isNull();
    }

    @Test
    void shouldTellDetectionsNothingOfWhatIsNoRequest() {
        for (TestFlow flow : List.of(
                aFlow().early(),
                aFlow().icmp(3),
                aFlow().to("239.1.1.1"),
                aFlow().to("255.255.255.255"),
                aFlow().from(null),
                aFlow().from("0.0.0.0"))) {
            glance.read(encoded(flow.build()));
            assertThat(glance.observation("p|i|c", FlowClass.internal, Confidence.high))
                    .isNull();
        }
        glance.read(encoded(aFlow().icmp(8).unanswered().build()));
        Observation ping = glance.observation("p|i|c", FlowClass.internal, Confidence.high);
        assertThat(ping.port()).isEqualTo(8);
        assertThat(ping.outcome()).isEqualTo(Outcome.UNANSWERED);
    }

    @Test
    void shouldTellEqualAddressesApartWherePointsAre() {
        FlowGlance apart = new FlowGlance(new AvroJsonReader(SchemaRegistryClient.create(CONFIGS)), true);
        apart.read(encoded(aFlow().build()));

        Observation one = apart.observation("a|eth0|pcap", FlowClass.ingress, Confidence.high);
        Observation other = apart.observation("b|eth0|pcap", FlowClass.ingress, Confidence.high);

        assertThat(one.initiator())
                .isNotEqualTo(other.initiator())
                .hasToString(other.initiator().toString());
    }

    private static byte[] encoded(Flow flow) {
        try (var serializer = AvroSerdes.serializer(Flow.class, CONFIGS)) {
            return serializer.serialize("weir.flows.v1", flow);
        }
    }
}
