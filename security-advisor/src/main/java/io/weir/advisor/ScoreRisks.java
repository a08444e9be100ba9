package io.weir.advisor;

import io.weir.advisor.risk.RiskPart;
import io.weir.advisor.risk.RiskScorer;
import io.weir.advisor.risk.RiskTable;
import io.weir.schemas.Risk;
import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Keeps the risks of the entities of its partition. State, risks and offsets change in one transaction. */
final class ScoreRisks implements Processor<String, RiskPart, String, Risk> {

    private final Duration flushInterval;
    private final LimitedLog log;
    private final AdvisorMetrics metrics;

    private ProcessorContext<String, Risk> context;
    private Teller<Risk> teller;
    private RiskTable risks;
    private RiskScorer scorer;
    private long entitiesBefore;
    private long evictedBefore;

    ScoreRisks(Duration flushInterval, LimitedLog log, AdvisorMetrics metrics) {
        this.flushInterval = flushInterval;
        this.log = log;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<String, Risk> newContext) {
        context = newContext;
        teller = new Teller<>(context);
        risks = context.getStateStore(RiskTable.NAME);
        risks.open(context, metrics.flushes(RiskTable.NAME));
        scorer = new RiskScorer(risks, this::tell);
        entitiesBefore = 0;
        evictedBefore = risks.evictedEntities();
        count();
        context.schedule(flushInterval, PunctuationType.WALL_CLOCK_TIME, nowMs -> flush());
    }

    @Override
    public void close() {
        metrics.riskyEntities(-entitiesBefore);
        entitiesBefore = 0;
    }

    private void flush() {
        scorer.flush();
        count();
        teller.flushed();
    }

    @Override
    public void process(Record<String, RiskPart> record) {
        teller.came();
        scorer.onPart(record.value());
    }

    private void tell(String entity, Risk risk) {
        teller.tell(entity, risk);
    }

    private void count() {
        metrics.riskyEntities(risks.entities() - entitiesBefore);
        entitiesBefore = risks.entities();
        long evicted = risks.evictedEntities() - evictedBefore;
        if (evicted == 0) {
            return;
        }
        evictedBefore = risks.evictedEntities();
        metrics.evictedEntities(evicted);
        log.warn(
                "task " + context.taskId() + " keeps the risks of " + risks.entities()
                        + " entities and forgets the least risky: raise advisor.max-risks, or start more advisors",
                context.currentSystemTimeMs());
    }
}
