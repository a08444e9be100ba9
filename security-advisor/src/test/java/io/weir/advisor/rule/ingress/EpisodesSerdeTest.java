package io.weir.advisor.rule.ingress;

import static io.weir.advisor.TestFlow.aFlow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weir.advisor.TestFlow;
import io.weir.advisor.classify.FlowClassifier;
import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.Subnets;
import io.weir.schemas.Flow;
import io.weir.schemas.Orientation;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class EpisodesSerdeTest {

    private final EpisodesSerde serde = new EpisodesSerde();
    private final FlowClassifier classifier = new FlowClassifier(new Subnets(List.of(Cidr.parse("10.0.0.0/8")), 1));

    @Test
    void shouldReadWhatItWrote() {
        Episodes episodes = new Episodes();
        episodes.list.add(episode(aFlow(), aFlow().seenBy("b").at(3).toPort(null)));
        episodes.list.add(
                episode(aFlow().at(400).orientation(Orientation.unknown).fromPort(null)));
        episodes.list.get(0).told.findingId = "0123";
        byte[] bytes = serde.serializer().serialize("", episodes);
        Episodes read = serde.deserializer().deserialize("", bytes);
        assertThat(read).usingRecursiveComparison().isEqualTo(episodes);
        assertThat(serde.serializer().serialize("", read)).isEqualTo(bytes);
    }

    @Test
    void shouldRefuseDamagedAndUnknownBytes() {
        Episodes episodes = new Episodes();
        episodes.list.add(episode(aFlow()));
        byte[] bytes = serde.serializer().serialize("", episodes);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatExceptionOfType(SerializationException.class)
                    .isThrownBy(() -> serde.deserializer().deserialize("", cut));
        }
        bytes[0] = 2;
        assertThatExceptionOfType(SerializationException.class)
                .isThrownBy(() -> serde.deserializer().deserialize("", bytes))
                .withMessageContaining("format 2, this version of Weir reads 1");
    }

    private Episode episode(TestFlow... flows) {
        Episode episode = new Episode();
        for (TestFlow flow : flows) {
            Flow built = flow.build();
            episode.add(Sighting.of(built, classifier.classify(built)));
        }
        return episode;
    }
}
