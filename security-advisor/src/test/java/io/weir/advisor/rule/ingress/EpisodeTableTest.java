package io.weir.advisor.rule.ingress;

import static io.weir.advisor.TestFlow.aFlow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.advisor.allow.AllowList;
import io.weir.advisor.classify.FlowClassifier;
import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.Subnets;
import io.weir.schemas.Flow;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EpisodeTableTest {

    private final FlowClassifier classifier = new FlowClassifier(new Subnets(List.of(Cidr.parse("10.0.0.0/8")), 1));
    private final EpisodeTable table = new EpisodeTable();

    @BeforeEach
    void open() {
        table.open(null, null);
    }

    @Test
    void shouldComeBackFromItsChangelog() {
        for (int i = 0; i < 10; i++) {
            table.put("key " + i, episodes("198.51.100." + i));
            table.putEventTime("probe|" + i, 1000L * i);
        }
        table.put("key 3", null);
        table.put("key 4", episodes("203.0.113.4"));
        table.putEventTime("probe|5", null);
        table.putEventTime("probe|6", 1L);

        EpisodeTable restored = restored(changelog(table));

        assertThat(restored.get("key 3")).isNull();
        assertThat(restored.get("key 4").list.get(0).initiator.getAddress()).isEqualTo("203.0.113.4");
        assertThat(changelogRows(restored)).isEqualTo(changelogRows(table)).hasSize(9);
        assertThat(eventTimes(restored))
                .isEqualTo(eventTimes(table))
                .hasSize(9)
                .containsEntry("probe|6", 1L)
                .doesNotContainKey("probe|5");
    }

    @Test
    void shouldTakeAwayWhatIsNotThere() {
        table.put("nobody", null);
        table.putEventTime("nobody", null);
        assertThat(changelog(table)).isEmpty();
    }

    @Test
    void shouldSayWhenTheChangelogIsOfAnotherVersion() {
        table.put("key", episodes("198.51.100.1"));
        Map<Bytes, byte[]> changelog = changelog(table);
        // Behind format, two lengths, kind and key of the row: the version of its value.
        changelog.values().forEach(page -> page[1 + 1 + lengthOctets(page) + 1 + "key".length()]++);
        assertThatThrownBy(() -> restored(changelog))
                .isInstanceOf(ProcessorStateException.class)
                .hasMessageContaining("reads 3");
    }

    private static int lengthOctets(byte[] page) {
        int octets = 1;
        while (page[1 + octets] < 0) {
            octets++;
        }
        return octets;
    }

    private Episodes episodes(String from) {
        Flow flow = aFlow().from(from).build();
        Episode episode = new Episode();
        episode.add(Sighting.of(flow, classifier.classify(flow), SourcePrefixes.NETWORKS, AllowList.NONE));
        Episodes episodes = new Episodes();
        episodes.list.add(episode);
        return episodes;
    }

    private static Map<Bytes, byte[]> changelog(EpisodeTable from) {
        Map<Bytes, byte[]> pages = new HashMap<>();
        from.writeAll((key, value) -> pages.put(Bytes.wrap(key), value));
        return pages;
    }

    private static EpisodeTable restored(Map<Bytes, byte[]> changelog) {
        EpisodeTable other = new EpisodeTable();
        changelog.forEach((key, value) -> other.restore(key.get(), value));
        other.open(null, null);
        return other;
    }

    private static Map<String, String> changelogRows(EpisodeTable from) {
        Map<String, String> rows = new TreeMap<>();
        from.forEachEpisodes((key, episodes) -> rows.put(key, Arrays.toString(MemoryStore.bytes(episodes))));
        return rows;
    }

    private static Map<String, Long> eventTimes(EpisodeTable from) {
        Map<String, Long> times = new TreeMap<>();
        from.forEachEventTime(times::put);
        return times;
    }
}
