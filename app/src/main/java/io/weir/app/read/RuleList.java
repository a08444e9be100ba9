package io.weir.app.read;

import io.weir.app.failure.Failure;
import io.weir.app.read.LatestRecords.Latest;
import io.weir.app.terminal.Console;
import io.weir.rules.file.RuleFile;
import io.weir.rules.file.RuleProblem;
import io.weir.schemas.RuleDefinition;
import io.weir.schemas.topic.TopicSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What stands on the topic of rules now. */
public final class RuleList {

    private final String topic;
    private final Map<String, Latest<RuleDefinition>> latest = new TreeMap<>();

    private RuleList(String topic) {
        this.topic = topic;
    }

    /**
     * One rule.
     *
     * @param yaml as it was written; null when it cannot be read
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
        list.latest.putAll(LatestRecords.read(clientProperties, topic, "weir rules put FILE writes it", console));
        return list;
    }

    /** In order. */
    public Set<String> ids() {
        return latest.keySet();
    }

    /** As it was written; null when there is none, or none that can be read. */
    public String text(String id) {
        Latest<RuleDefinition> record = latest.get(id);
        return record == null || record.value() == null ? null : record.value().getYaml();
    }

    /** All, by id. */
    public List<Entry> entries() {
        return latest.keySet().stream().map(this::entry).toList();
    }

    private Entry entry(String id) {
        String text = text(id);
        String source = topic + " " + id;
        return text == null
                ? new Entry(
                        id,
                        null,
                        new RuleFile(
                                List.of(),
                                List.of(new RuleProblem(
                                        source, 1, 1, latest.get(id).problem())),
                                Map.of()))
                : new Entry(id, text, RuleFile.parseOne(source, id, text));
    }
}
