package io.weir.app.read;

import io.weir.app.failure.Failure;
import io.weir.app.terminal.Console;
import io.weir.rules.file.RuleFile;
import io.weir.schemas.RuleDefinition;
import io.weir.schemas.topic.TopicSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What stands on the topic of rules now. */
public final class RuleList {

    private final String topic;
    private final Map<String, String> texts = new TreeMap<>();

    private RuleList(String topic) {
        this.topic = topic;
    }

    /**
     * One rule.
     *
     * @param yaml as it was written
     * @param read the rule, or what is wrong with it
     */
    public record Entry(String id, String yaml, RuleFile read) {

        /** Whether it can be used. */
        public boolean holds() {
            return read.problems().isEmpty();
        }
    }

    /**
     * Reads what there is now.
     *
     * @throws Failure when the cluster or the registry cannot be read, or the topic is not there
     */
    public static RuleList read(
            Map<String, Object> clientProperties, TopicSpec<RuleDefinition> topic, Console console) {
        RuleList list = new RuleList(topic.name());
        LatestRecords.read(clientProperties, topic, "weir rules put FILE writes it", console)
                .forEach((id, latest) -> list.texts.put(id, latest.value().getYaml()));
        return list;
    }

    /** In order. */
    public Set<String> ids() {
        return texts.keySet();
    }

    /** As it was written; null when there is none. */
    public String text(String id) {
        return texts.get(id);
    }

    /** All, by id. */
    public List<Entry> entries() {
        return texts.entrySet().stream()
                .map(entry -> new Entry(
                        entry.getKey(),
                        entry.getValue(),
                        RuleFile.parseOne(topic + " " + entry.getKey(), entry.getKey(), entry.getValue())))
                .toList();
    }
}
