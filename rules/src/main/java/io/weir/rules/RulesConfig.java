package io.weir.rules;

import io.weir.advisor.AdvisorConfig;
import io.weir.advisor.rule.ingress.EpisodeScope;
import io.weir.rules.file.Over;
import io.weir.rules.file.Rule;
import io.weir.rules.group.EngineSettings;
import io.weir.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * @param rules what to look for; empty when {@code isFromTopic}
 * @param isFromTopic the rules stand in their topic, and may change while they are applied
 * @param maxGroups most groups of a rule in a task; beyond, the quietest makes room
 * @param advisor what the cluster is, how late records may come, and how often findings are looked for
 */
public record RulesConfig(List<Rule> rules, boolean isFromTopic, int maxGroups, AdvisorConfig advisor) {

    /** Nothing has come in for so many looks: windows are as complete as they will be for now. */
    public static final int QUIET_FLUSHES = 5;

    /** An observation point that says nothing for so long is gone, and its findings end. */
    private static final Duration GONE = Duration.ofMinutes(20);

    /** Rules that stay as they are. */
    public static RulesConfig of(List<Rule> rules, int maxGroups, AdvisorConfig advisor) {
        return new RulesConfig(rules, false, maxGroups, advisor);
    }

    /** The rules of their topic. */
    public static RulesConfig ofTopic(int maxGroups, AdvisorConfig advisor) {
        return new RulesConfig(List.of(), true, maxGroups, advisor);
    }

    /** @throws IllegalArgumentException when there is no room for a group */
    public RulesConfig {
        rules = List.copyOf(rules);
        if (maxGroups < 1) {
            throw new IllegalArgumentException("cap of groups is " + maxGroups + ": it must be at least 1");
        }
    }

    /** The same with another configuration of the advisor. */
    public RulesConfig withAdvisor(AdvisorConfig other) {
        return new RulesConfig(rules, isFromTopic, maxGroups, other);
    }

    /** Topics that the rules look at. */
    public List<String> topics(Topics topics) {
        List<String> names = new ArrayList<>();
        if (isOver(Over.flow)) {
            names.add(topics.flows().name());
        }
        if (isOver(Over.edge)) {
            names.add(topics.edges().name());
        }
        return names;
    }

    /** True when each observation point is a network of its own. */
    boolean isByPoint() {
        return advisor.episodeScope() == EpisodeScope.OBSERVATION_POINT;
    }

    /** True when a rule looks at such records, or may do so one day. */
    private boolean isOver(Over over) {
        return isFromTopic || rules.stream().anyMatch(rule -> rule.over() == over);
    }

    EngineSettings engine() {
        long ticks = GONE.toMillis() / advisor.flushInterval().toMillis();
        return new EngineSettings(
                advisor.lateness(), QUIET_FLUSHES, (int) Math.max(1, Math.min(ticks, Integer.MAX_VALUE / 2)));
    }
}
