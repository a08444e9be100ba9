package io.weir.advisor.rule.ingress;

import io.weir.advisor.codec.FieldWriter;
import io.weir.state.RowOutput;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** A store that keeps the bytes, so that nothing counts that they do not say. */
final class MemoryStore implements EpisodeStore {

    private final Map<String, byte[]> episodes = new TreeMap<>();
    private final Map<String, Long> eventTimes = new LinkedHashMap<>();

    @Override
    public Episodes get(String key) {
        byte[] bytes = episodes.get(key);
        return bytes == null ? null : EpisodesBytes.read(bytes);
    }

    @Override
    public void put(String key, Episodes value) {
        if (value == null) {
            episodes.remove(key);
        } else {
            episodes.put(key, bytes(value));
        }
    }

    @Override
    public void forEachEpisodes(BiConsumer<String, Episodes> action) {
        episodes.keySet().forEach(key -> action.accept(key, get(key)));
    }

    @Override
    public void putEventTime(String input, Long eventTimeMs) {
        if (eventTimeMs == null) {
            eventTimes.remove(input);
        } else {
            eventTimes.put(input, eventTimeMs);
        }
    }

    @Override
    public void forEachEventTime(BiConsumer<String, Long> action) {
        eventTimes.forEach(action);
    }

    /** As they stand in the changelog. */
    static byte[] bytes(Episodes episodes) {
        RowOutput out = new RowOutput();
        EpisodesBytes.write(new FieldWriter(out), episodes);
        return out.toArray();
    }

    boolean isEmpty() {
        return episodes.isEmpty() && eventTimes.isEmpty();
    }
}
