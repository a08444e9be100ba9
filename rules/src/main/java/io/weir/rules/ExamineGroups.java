package io.weir.rules;

import io.weir.advisor.LimitedLog;
import io.weir.advisor.Teller;
import io.weir.rules.RuleStep.ClockTime;
import io.weir.rules.RuleStep.Matched;
import io.weir.rules.group.GroupTable;
import io.weir.rules.group.RuleEngine;
import io.weir.schemas.Finding;
import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Counts for the groups of its partition and tells findings. State, findings and offsets change in one transaction. */
final class ExamineGroups implements Processor<String, RuleStep, String, Finding> {

    private final RulesConfig config;
    private final RuleBook book;
    private final LimitedLog log;
    private final RulesMetrics metrics;

    private ProcessorContext<String, Finding> context;
    private Teller<Finding> teller;
    private GroupTable groups;
    private RuleEngine engine;
    private long groupsBefore;
    private long lateBefore;
    private long evictedBefore;

    ExamineGroups(RulesConfig config, RuleBook book, LimitedLog log, RulesMetrics metrics) {
        this.config = config;
        this.book = book;
        this.log = log;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<String, Finding> newContext) {
        context = newContext;
        teller = new Teller<>(context);
        groups = context.getStateStore(GroupTable.NAME);
        groups.open(context, metrics.flushes());
        engine = new RuleEngine(book.rules(), config.engine(), groups, this::tell);
        groupsBefore = 0;
        lateBefore = 0;
        evictedBefore = 0;
        count();
        Duration every = config.advisor().flushInterval();
        context.schedule(every, PunctuationType.WALL_CLOCK_TIME, nowMs -> flush());
    }

    @Override
    public void close() {
        metrics.remembered(-groupsBefore);
        groupsBefore = 0;
    }

    private void flush() {
        engine.rules(book.rules());
        engine.flush();
        count();
        teller.flushed();
    }

    @Override
    public void process(Record<String, RuleStep> record) {
        teller.came();
        if (record.value() instanceof Matched matched) {
            engine.onMatch(matched.match());
        } else if (record.value() instanceof ClockTime time) {
            engine.onEventTime(time.clock(), time.partition(), time.eventTimeMs());
        }
    }

    private void tell(Finding finding) {
        metrics.told(finding.getStatus());
        teller.tell(finding.getFindingId(), finding);
    }

    private void count() {
        metrics.remembered(groups.size() - groupsBefore);
        groupsBefore = groups.size();
        metrics.late(engine.lateRecords() - lateBefore);
        lateBefore = engine.lateRecords();
        long evicted = engine.evictedGroups() - evictedBefore;
        evictedBefore = engine.evictedGroups();
        if (evicted > 0) {
            metrics.evicted(evicted);
            log.warn(
                    "task " + context.taskId() + " counts " + groups.size()
                            + " groups and forgets the quietest: raise rules.max-groups, group by less, or filter more",
                    context.currentSystemTimeMs());
        }
    }
}
