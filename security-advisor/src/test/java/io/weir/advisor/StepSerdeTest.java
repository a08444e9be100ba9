package io.weir.advisor;

import static io.weir.advisor.TestFlow.aFlow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weir.advisor.Step.ClassifiedFlow;
import io.weir.advisor.Step.EventTime;
import io.weir.advisor.classify.FlowClassifier;
import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.Subnets;
import io.weir.schemas.Flow;
import io.weir.schemas.serde.AvroSerdes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepSerdeTest {

    private static final String TOPIC = "weir.flows.v1";

    private final Serde<Flow> flows = AvroSerdes.serde(Flow.class, Map.of("schema.registry.url", "mock://steps"));
    private final StepSerde serde = new StepSerde(flows.deserializer(), TOPIC);

    @ParameterizedTest
    @CsvSource({"198.51.100.7, 10.0.0.5", "2001:db8::1, fd42::1", "10.0.0.1, nonsense", ", 127.0.0.1"})
    void shouldReadWhatItWrote(String from, String to) {
        Flow flow = aFlow().from(from).to(to).build();
        var classifier =
                new FlowClassifier(new Subnets(List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd42::/128")), 1));
        flow.setForwarding(aFlow().translated("192.0.2.1", "127.0.0.1").build().getForwarding());
        Step step = new ClassifiedFlow(
                flow, Bytes.wrap(flows.serializer().serialize(TOPIC, flow)), classifier.classify(flow));
        assertThat(serde.deserializer().deserialize("", serde.serializer().serialize("", step)))
                .isEqualTo(step);
    }

    @Test
    void shouldCarryEventTimes() {
        Step step = new EventTime("a|b|c", 3, -1);
        byte[] bytes = serde.serializer().serialize("", step);
        assertThat(serde.deserializer().deserialize("", bytes)).isEqualTo(step);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatExceptionOfType(SerializationException.class)
                    .isThrownBy(() -> serde.deserializer().deserialize("", cut));
        }
    }

    @Test
    void shouldNameAnUnknownFormat() {
        assertThatExceptionOfType(SerializationException.class)
                .isThrownBy(() -> serde.deserializer().deserialize("", new byte[] {9, 1}))
                .withMessageContaining("format 9")
                .withMessageContaining("reset the advisor");
    }

    @Test
    void shouldSendEventTimesToAllPartitionsAndFlowsOfAnEpisodeToOne() {
        EpisodePartitioner partitioner = new EpisodePartitioner();
        assertThat(partitioner
                        .partitions("", "a|b|c", new EventTime("a|b|c", 0, 0), 4)
                        .orElseThrow())
                .containsExactlyInAnyOrder(0, 1, 2, 3);
        Step one = new ClassifiedFlow(aFlow().build(), Bytes.wrap(new byte[0]), null);
        assertThat(partitioner.partitions("", "key", one, 4).orElseThrow())
                .hasSize(1)
                .isEqualTo(partitioner.partitions("", "key", one, 4).orElseThrow());
    }
}
