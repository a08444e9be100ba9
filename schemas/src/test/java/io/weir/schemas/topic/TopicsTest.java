package io.weir.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Flow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.Test;

class TopicsTest {

    @Test
    void shouldPutThePrefixBeforeEveryName() {
        assertThat(new Topics("lab.").all())
                .extracting(TopicSpec::name)
                .containsExactly(
                        "lab.packets.v1",
                        "lab.raw-packets.v1",
                        "lab.sflow.v1",
                        "lab.netflow.v1",
                        "lab.flows.v1",
                        "lab.conversations.v1",
                        "lab.edges.v1",
                        "lab.edges-1m.v1",
                        "lab.edges-1h.v1",
                        "lab.counters.v1",
                        "lab.drops.v1",
                        "lab.exporters.v1",
                        "lab.subnets.v1",
                        "lab.rules.v1",
                        "lab.findings.v1",
                        "lab.risks.v1",
                        "lab.losses.v1",
                        "lab.captures.v1",
                        "lab.capture-positions.v1");
        assertThat(new Topics("lab.").flows().subject()).isEqualTo("lab.flows.v1-value");
    }

    @Test
    void shouldNameRolledUpEdgesByTheLengthOfTheirWindows() {
        Topics topics = new Topics("lab.");

        assertThat(topics.edges(Duration.ofSeconds(90)).name()).isEqualTo("lab.edges-1m30s.v1");
        assertThat(topics.edges(Duration.ofDays(1)).name()).isEqualTo("lab.edges-24h.v1");
        assertThat(topics.all(List.of(Duration.ofMinutes(5))))
                .extracting(TopicSpec::name)
                .contains("lab.edges.v1", "lab.edges-5m.v1")
                .doesNotContain("lab.edges-1m.v1");
    }

    @Test
    void shouldRefuseAPrefixThatKafkaRefuses() {
        assertThatThrownBy(() -> new Topics("weir/"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'weir/'");
    }

    @Test
    void shouldKeepRecordsByTheTimeOfTheirArrival() {
        Topics topics = Topics.ofDefaultPrefix();
        assertThat(topics.all())
                .filteredOn(spec -> spec != null && spec.partitioned())
                .allSatisfy(
                        spec -> assertThat(spec.configs()).containsEntry("message.timestamp.type", "LogAppendTime"));
        assertThat(topics.subnets().configs()).containsOnly(Map.entry("cleanup.policy", "compact"));
    }

    @Test
    void shouldMakeAvroTrustTheGeneratedClasses() {
        Topics.ofDefaultPrefix();

        Object value = SpecificData.get().getDefaultValue(Flow.getClassSchema().getField("decodingProblem"));

        assertThat(value).isEqualTo(DecodingProblem.none);
    }
}
