package io.weir.advisor.rule.ingress;

import java.util.function.BiConsumer;

/** Where open episodes and event times live between records; what is put must survive a restart. */
public interface EpisodeStore {

    /** The open episodes of a key, or null. */
    Episodes get(String key);

    /** Replaces the open episodes of a key; null takes them away. */
    void put(String key, Episodes episodes);

    void forEachEpisodes(BiConsumer<String, Episodes> action);

    /** Replaces the event time of an input; null takes it away. */
    void putEventTime(String input, Long eventTimeMs);

    void forEachEventTime(BiConsumer<String, Long> action);
}
