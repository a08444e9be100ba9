package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.failure.Failure;
import io.weir.schemas.registry.SchemaRegistryException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class FailuresTest {

    @Test
    void shouldFindWhatTheUserCanChangeBelowStreamsOwnWords() {
        SchemaRegistryException refused = new SchemaRegistryException("registering subject 'a-value' was refused", 409);

        Failure failure = Failures.of("the meter", new KafkaException("Exception caught. taskId=0_0\n\tat x", refused));

        assertThat(failure).hasMessage("registering subject 'a-value' was refused");
        assertThat(failure.hint()).contains("delete the subject", "topics.prefix");
    }

    @Test
    void shouldSayThatKafkaDoesNotAnswer() {
        Failure failure =
                Failures.of("the meter", new KafkaException("timeout", new TimeoutException("no node\n\tat x")));

        assertThat(failure).hasMessage("the meter stopped, as Kafka does not answer: no node");
        assertThat(failure.hint()).contains("advertised listeners");
    }

    @Test
    void shouldNameMissingRights() {
        Failure failure = Failures.of("the meter", new TopicAuthorizationException("not authorized: [weir.flows.v1]"));

        assertThat(failure).hasMessage("the meter may not use Kafka: not authorized: [weir.flows.v1]");
    }

    @Test
    void shouldKeepOneLineOfWhateverElse() {
        assertThat(Failures.of("the meter", new IllegalStateException("a\nb"))).hasMessage("the meter stopped: a");
        assertThat(Failures.of("the meter", new IllegalStateException()))
                .hasMessage("the meter stopped: IllegalStateException");
    }

    @Test
    void shouldHandOnWhatIsSaidAlready() {
        Failure known = Failure.failed("no", "yes");

        assertThat(Failures.of("the meter", new RuntimeException(known))).isSameAs(known);
    }
}
