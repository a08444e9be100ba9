package io.weir.advisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.topic.Topics;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class AdvisorSettingsTest {

    private static final String COMMIT_INTERVAL = StreamsConfig.COMMIT_INTERVAL_MS_CONFIG;

    @Test
    void shouldCommitFiveTimesASecondUnlessTheUserSaysOtherwise() {
        assertThat(of(Map.of())).containsEntry(COMMIT_INTERVAL, 200);
        assertThat(of(Map.of(COMMIT_INTERVAL, "50"))).containsEntry(COMMIT_INTERVAL, "50");
    }

    @Test
    void shouldKeepWhatItsResultsDependOn() {
        assertThat(of(Map.of(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, "at_least_once")))
                .containsEntry(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    }

    private static Map<String, Object> of(Map<String, ?> user) {
        return AdvisorSettings.of(Topics.ofDefaultPrefix(), user);
    }
}
