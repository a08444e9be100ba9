package io.weir.rules.group;

import io.weir.advisor.time.EventClocks;
import io.weir.rules.file.Rule;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingEndReason;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Counts matches and tells findings: {@code opened} once the threshold has been met for long enough, {@code updated} when the measure has another digit,
 * {@code closed} when it is no longer met.
 *
 * <p>A window is looked at for good when event time, less the lateness, has passed its end: then the order in which records came does not matter.
 * When nothing comes in any more, it is looked at with what there is. The wall clock only says that.
 *
 * <p>No clock, no thread, no Kafka. One instance for each task; not thread-safe.
 */
public final class RuleEngine {

    /** Stands for a partition in event times that come out of the table. */
    private static final int RESTORED = -1;

    /** Further behind than records come late. */
    private static final Duration SET_BACK = Duration.ofMinutes(5);

    private final Map<String, Rule> rules = new HashMap<>();

    /** The same as they were given. */
    private List<Rule> given;

    private final EngineSettings settings;
    private final GroupTable table;
    private final Consumer<Finding> out;
    private final EventClocks clocks;

    /** Groups with records that were not glanced at. */
    private final Set<Group> dirty = new HashSet<>();

    private boolean isTimeNews = true;
    private boolean isNew = true;
    private int quietFlushes;
    private long lateRecords;
    private long evictedGroups;

    /**
     * @param table opened: what an earlier instance put there is taken over
     * @param out gets each finding
     */
    public RuleEngine(List<Rule> rules, EngineSettings settings, GroupTable table, Consumer<Finding> out) {
        this.given = rules;
        rules.forEach(rule -> this.rules.put(rule.id(), rule));
        this.settings = settings;
        this.table = table;
        this.out = out;
        this.clocks = new EventClocks(settings.silentFlushes());
        Map<String, Long> latest = new HashMap<>();
        for (Group group : table.all()) {
            Rule rule = this.rules.get(group.ruleId());
            if (group.isOf(rule)) {
                dirty.add(group);
                group.clocks().forEach(clock -> latest.merge(clock, group.lastHop() * rule.hopMs(), Math::max));
            }
        }
        // A point that never comes back is gone as well: its findings must end.
        latest.forEach((clock, eventTimeMs) -> clocks.report(clock, RESTORED, eventTimeMs));
    }

    /** The rules that hold from now on. What was counted by others goes with the next {@link #flush}, and their findings are closed. */
    public void rules(List<Rule> now) {
        if (now == given) {
            return;
        }
        given = now;
        rules.clear();
        now.forEach(rule -> rules.put(rule.id(), rule));
        isNew = true;
    }

    /** Takes a record that a rule counts. */
    public void onMatch(Match match) {
        quietFlushes = 0;
        Rule rule = rules.get(match.ruleId());
        if (rule == null || rule.fingerprint() != match.fingerprint()) {
            // Of another version of the rules, on its way while they changed.
            return;
        }
        long hop = Math.floorDiv(match.timeMs(), rule.hopMs());
        if (hop <= completeUntil(match.clock(), rule)) {
            lateRecords++;
            return;
        }
        Group group = table.groupOf(match);
        if (group == null) {
            evict(table.quietest(rule.id()));
            group = table.groupOf(match);
        } else if (!group.isOf(rule)) {
            // What was counted by another definition.
            group.abandon(FindingEndReason.idle, out);
            drop(group);
            group = table.groupOf(match);
        }
        if (isSetBack(group, hop, rule)) {
            group.abandon(FindingEndReason.idle, out);
            drop(group);
            group = table.groupOf(match);
        }
        if (!group.add(hop, match.clock(), match.tally())) {
            lateRecords++;
            return;
        }
        if (group.isFull()) {
            group.settle(rule, group.lastHop() - Group.MAX_HOPS / 2, out);
        }
        dirty.add(group);
        table.changed(group);
    }

    /** No record is so late that its point's clock takes for news: the clock was set back, or an old capture is read again. */
    private static boolean isSetBack(Group group, long hop, Rule rule) {
        return group.looked() != GroupState.NONE && (group.looked() - hop) * rule.hopMs() > SET_BACK.toMillis();
    }

    /** Every record of a clock in a partition up to an event time has been given, apart from late ones. */
    public void onEventTime(String clock, int partition, long eventTimeMs) {
        isTimeNews |= clocks.report(clock, partition, eventTimeMs);
    }

    /** Looks and tells. To be called regularly, some times a second. */
    public void flush() {
        clocks.tick();
        if (isNew) {
            isNew = false;
            dropStrangers();
        }
        quietFlushes = Math.min(quietFlushes + 1, Integer.MAX_VALUE - 1);
        Set<String> gone = clocks.removeGone().keySet();
        // A point's clock is unknown for some ticks: time may be news without a report.
        if (isTimeNews || !gone.isEmpty() || quietFlushes % settings.quietFlushes() == 0) {
            isTimeNews = false;
            table.all().forEach(group -> settle(group, gone));
        }
        if (quietFlushes > settings.quietFlushes()) {
            for (Group group : dirty) {
                group.glance(rules.get(group.ruleId()), out);
                table.changed(group);
            }
            dirty.clear();
        }
    }

    private void settle(Group group, Set<String> gone) {
        Rule rule = rules.get(group.ruleId());
        group.leave(gone);
        long until = Long.MAX_VALUE;
        for (String clock : group.clocks()) {
            until = Math.min(until, completeUntil(clock, rule));
        }
        if (until == Long.MAX_VALUE) {
            until = group.end(rule);
        }
        if (group.settle(rule, until, out)) {
            if (group.isOver()) {
                drop(group);
            } else {
                table.changed(group);
            }
        }
    }

    /** The last hop of which all records have come; {@link GroupState#NONE} when that is unknown. */
    private long completeUntil(String clock, Rule rule) {
        long now = clocks.now(clock);
        return now == EventClocks.UNKNOWN
                ? GroupState.NONE
                : Math.floorDiv(now - settings.lateness().toMillis(), rule.hopMs()) - 1;
    }

    private void dropStrangers() {
        for (Group group : table.all()) {
            if (!group.isOf(rules.get(group.ruleId()))) {
                group.abandon(FindingEndReason.idle, out);
                drop(group);
            }
        }
    }

    private void evict(Group group) {
        evictedGroups++;
        group.abandon(FindingEndReason.lack_of_resources, out);
        drop(group);
    }

    private void drop(Group group) {
        dirty.remove(group);
        table.remove(group);
    }

    /** Records that came too late for their window, so far. */
    public long lateRecords() {
        return lateRecords;
    }

    /** Groups forgotten to make room, so far. */
    public long evictedGroups() {
        return evictedGroups;
    }
}
