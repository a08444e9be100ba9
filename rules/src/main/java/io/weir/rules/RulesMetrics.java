package io.weir.rules;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.LossReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the rules' tasks of this process have done since its start, over all tasks. What a task does again after a failure is counted again.
 *
 * <pre>
 * weir.rules.records          flow and edge records read
 * weir.rules.matches          records that a rule counts; one for each rule
 * weir.rules.findings         finding records told                                          status
 * weir.rules.refused.records  records that cannot be read                                   reason
 * weir.rules.late.records     records that came too late for their window
 * weir.rules.evicted.groups   groups forgotten to make room
 * weir.rules.active           rules that hold
 * weir.rules.refused.rules    rules of the topic that cannot be used
 * weir.rules.groups           groups that are counted
 * weir.rules.flush            times to write what changed before a commit
 * </pre>
 */
final class RulesMetrics {

    private final MeterRegistry registry;
    private final Map<FindingStatus, Counter> findings = new EnumMap<>(FindingStatus.class);
    private final Counter records;
    private final Counter matches;
    private final Counter refusedRecords;
    private final Counter lateRecords;
    private final Counter evictedGroups;
    private final Timer flushes;
    private final AtomicLong groups = new AtomicLong();

    RulesMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (FindingStatus status : FindingStatus.values()) {
            if (status != FindingStatus.unknown) {
                findings.put(
                        status,
                        Counter.builder("weir.rules.findings")
                                .baseUnit("findings")
                                .description("Records of findings of users' rules told: opened, updated or closed.")
                                .tag("status", status.name())
                                .register(registry));
            }
        }
        records = counter(
                registry, "weir.rules.records", "records", "Flow and edge records that users' rules looked at.");
        matches = counter(
                registry, "weir.rules.matches", "records", "Records that users' rules count, once for each rule.");
        refusedRecords = Counter.builder("weir.rules.refused.records")
                .baseUnit("records")
                .description("Records of the flows and edges topics that cannot be read; each is a loss.")
                .tag("reason", LossReason.undecodable_record.name())
                .register(registry);
        lateRecords = counter(
                registry,
                "weir.rules.late.records",
                "records",
                "Records that came too late for a window of a user's rule, or from one observation point too many.");
        evictedGroups = counter(
                registry,
                "weir.rules.evicted.groups",
                "groups",
                "Groups of users' rules forgotten to make room for others.");
        Gauge.builder("weir.rules.groups", groups, AtomicLong::get)
                .baseUnit("groups")
                .description("Groups that users' rules count.")
                .register(registry);
        flushes = Timer.builder("weir.rules.flush")
                .description("Time to write what changed before a commit.")
                .register(registry);
    }

    void watch(RuleBook book) {
        Gauge.builder("weir.rules.active", book, RuleBook::size)
                .baseUnit("rules")
                .description("Users' rules that hold.")
                .register(registry);
        Gauge.builder("weir.rules.refused.rules", book, RuleBook::refused)
                .baseUnit("rules")
                .description("Rules of the rules topic that cannot be used; the log says why.")
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String unit, String description) {
        return Counter.builder(name).baseUnit(unit).description(description).register(registry);
    }

    Timer flushes() {
        return flushes;
    }

    void read() {
        records.increment();
    }

    void matched() {
        matches.increment();
    }

    void refused() {
        refusedRecords.increment();
    }

    void told(FindingStatus status) {
        findings.get(status).increment();
    }

    void late(long count) {
        lateRecords.increment((double) count);
    }

    void evicted(long count) {
        evictedGroups.increment((double) count);
    }

    void remembered(long more) {
        groups.addAndGet(more);
    }
}
