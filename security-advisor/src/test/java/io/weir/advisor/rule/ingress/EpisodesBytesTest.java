package io.weir.advisor.rule.ingress;

import static io.weir.advisor.TestFlow.aFlow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weir.advisor.TestFlow;
import io.weir.advisor.allow.AllowEntry;
import io.weir.advisor.allow.AllowList;
import io.weir.advisor.classify.FlowClassifier;
import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.Subnets;
import io.weir.schemas.Flow;
import io.weir.schemas.Orientation;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.junit.jupiter.api.Test;

class EpisodesBytesTest {

    private final AllowList allowList = new AllowList(
            List.of(new AllowEntry(
                    "checks",
                    "ada",
                    "probes",
                    Set.of("ingress"),
                    List.of(Cidr.parse("192.0.2.1")),
                    List.of(),
                    List.of(),
                    List.of(),
                    null,
                    Long.MAX_VALUE)),
            expired -> {});
    private final FlowClassifier classifier = new FlowClassifier(new Subnets(List.of(Cidr.parse("10.0.0.0/8")), 1));

    @Test
    void shouldReadWhatItWrote() {
        Episodes episodes = new Episodes();
        episodes.list.add(episode(aFlow(), aFlow().seenBy("b").at(3).toPort(null)));
        episodes.list.add(
                episode(aFlow().at(400).orientation(Orientation.unknown).fromPort(null)));
        episodes.list.get(0).told.findingId = "0123";
        episodes.list.add(episode(aFlow().from("192.0.2.1").sampled(10)));
        TestFlow[] many = new TestFlow[20];
        for (int i = 0; i < many.length; i++) {
            many[i] = aFlow().from("198.51.100." + i);
        }
        episodes.list.add(episode(many));
        assertThat(episodes.list.get(2).allowedBy).isEqualTo("checks");
        assertThat(episodes.list.get(3).initiators.all).isNotNull();
        byte[] bytes = MemoryStore.bytes(episodes);
        Episodes read = EpisodesBytes.read(bytes);
        assertThat(read).usingRecursiveComparison().isEqualTo(episodes);
        assertThat(MemoryStore.bytes(read)).isEqualTo(bytes);
    }

    @Test
    void shouldRefuseDamagedAndUnknownBytes() {
        Episodes episodes = new Episodes();
        episodes.list.add(episode(aFlow()));
        byte[] bytes = MemoryStore.bytes(episodes);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatExceptionOfType(ProcessorStateException.class).isThrownBy(() -> EpisodesBytes.read(cut));
        }
        bytes[0] = 1;
        assertThatExceptionOfType(ProcessorStateException.class)
                .isThrownBy(() -> EpisodesBytes.read(bytes))
                .withMessageContaining("format 1, this version of Weir reads 3");
    }

    private Episode episode(TestFlow... flows) {
        Episode episode = new Episode();
        for (TestFlow flow : flows) {
            Flow built = flow.build();
            episode.add(Sighting.of(built, classifier.classify(built), SourcePrefixes.NETWORKS, allowList));
        }
        return episode;
    }
}
