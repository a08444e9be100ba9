package io.weir.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.schemas.Subnet;
import io.weir.testing.Await;
import io.weir.testing.KafkaExtension;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Lives beside the test broker, as the module of the contract knows nothing of ours. */
class TopicCreatorTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    @Test
    void shouldCreateTheCatalogueWithItsSettings() throws ExecutionException, InterruptedException {
        Topics topics = new Topics(KAFKA.uniqueName("create") + ".");

        TopicCreator.createMissing(KAFKA.admin(), topics.all(), 3);

        Map<String, TopicDescription> made = describe(topics);
        for (TopicSpec<?> spec : topics.all()) {
            assertThat(made.get(spec.name()).partitions()).as(spec.name()).hasSize(spec.partitioned() ? 3 : 1);
            assertSettings(spec.name(), spec.configs());
            if (spec.rejects()) {
                assertSettings(spec.rejectedName(), Topics.rejectedConfigs());
            }
        }
    }

    private static void assertSettings(String topic, Map<String, String> settings)
            throws ExecutionException, InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config =
                KAFKA.admin().describeConfigs(List.of(resource)).all().get().get(resource);
        settings.forEach((key, value) -> assertThat(config.get(key))
                .as(topic + ' ' + key)
                .extracting(ConfigEntry::value)
                .isEqualTo(value));
    }

    @Test
    void shouldLeaveATopicThatIsThereAsItIs() throws ExecutionException, InterruptedException {
        Topics topics = new Topics(KAFKA.uniqueName("leave") + ".");
        KAFKA.createTopic(topics.flows().name(), 5);

        TopicCreator.createMissing(KAFKA.admin(), topics.all(), 2);
        TopicCreator.createMissing(KAFKA.admin(), topics.all(), 2);

        assertThat(describe(topics).get(topics.flows().name()).partitions()).hasSize(5);
    }

    @Test
    void shouldNameTheTopicThatTheClusterRefuses() {
        TopicSpec<Subnet> wrong = new TopicSpec<>(
                KAFKA.uniqueName("refused"),
                Subnet.class,
                "none",
                "nothing",
                true,
                Map.of("cleanup.policy", "burn"),
                "to be refused",
                false);

        assertThatThrownBy(() -> TopicCreator.createMissing(KAFKA.admin(), List.of(wrong), 1))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining(wrong.name())
                .hasMessageContaining("docs/topics.md");
    }

    /** A broker learns of a new topic a moment after the controller has made it. */
    private static Map<String, TopicDescription> describe(Topics topics) {
        List<String> names = topics.all().stream().map(TopicSpec::name).toList();
        Map<String, TopicDescription> found = new HashMap<>();
        Await.untilAsserted(
                Duration.ofSeconds(30),
                "the topics are known",
                () -> found.putAll(
                        KAFKA.admin().describeTopics(names).allTopicNames().get()));
        return found;
    }
}
