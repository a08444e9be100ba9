package io.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KafkaExtensionTest {
    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    @Test
    void shouldShareOneClusterWithOtherClasses() {
        assertThat(KafkaExtensionSharingTest.firstSeen(KAFKA.cluster())).isSameAs(KAFKA.cluster());
    }

    @Test
    void shouldCreateTopicsOfUniqueNames() throws Exception {
        String topic = KAFKA.createTopic(KAFKA.uniqueName("topic"), 3, Map.of("cleanup.policy", "compact"));

        assertThat(KAFKA.uniqueName("topic")).isNotEqualTo(topic);
        assertThat(KAFKA.admin()
                        .describeTopics(List.of(topic))
                        .allTopicNames()
                        .get(30, TimeUnit.SECONDS)
                        .get(topic)
                        .partitions())
                .hasSize(3);
    }

    @Test
    void shouldServeARegistryOverTheSameCluster() throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(KAFKA.schemaRegistryUrl() + "/config"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(KAFKA.admin().listTopics().names().get(30, TimeUnit.SECONDS)).contains("_schemas");
        assertThat(KAFKA.clientProps()).containsEntry("bootstrap.servers", KAFKA.bootstrapServers());
    }
}
