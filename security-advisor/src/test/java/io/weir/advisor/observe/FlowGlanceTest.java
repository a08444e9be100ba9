package io.weir.advisor.observe;

import static io.weir.advisor.TestFlow.aFlow;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.rule.ingress.IngressRule;
import io.weir.schemas.Flow;
import io.weir.schemas.json.AvroJsonReader;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.AvroSerdes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FlowGlanceTest {

    private static final Map<String, String> CONFIGS = Map.of("schema.registry.url", "mock://" + FlowGlanceTest.class);

    private final FlowGlance glance = new FlowGlance(new AvroJsonReader(SchemaRegistryClient.create(CONFIGS)));

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

    private static byte[] encoded(Flow flow) {
        try (var serializer = AvroSerdes.serializer(Flow.class, CONFIGS)) {
            return serializer.serialize("weir.flows.v1", flow);
        }
    }
}
