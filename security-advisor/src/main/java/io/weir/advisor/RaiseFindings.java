package io.weir.advisor;

import io.weir.advisor.Step.ClassifiedFlow;
import io.weir.advisor.Step.EventTime;
import io.weir.advisor.rule.ingress.EpisodeTable;
import io.weir.advisor.rule.ingress.IngressRule;
import io.weir.advisor.rule.ingress.IngressSettings;
import io.weir.advisor.time.InputEnd;
import io.weir.schemas.Finding;
import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Runs the ingress rule over the flows of its partition. State, findings and offsets change in one transaction; the rule's own indexes are made anew from the table
 * after a start or a rebalance.
 */
final class RaiseFindings implements Processor<String, Step, String, Finding> {

    private final IngressSettings settings;
    private final Duration flushInterval;
    private final LimitedLog log;
    private final AdvisorMetrics metrics;
    private final InputEnd end;

    private ProcessorContext<String, Finding> context;
    private Teller<Finding> teller;
    private IngressRule rule;
    private long evictedBefore;

    RaiseFindings(
            IngressSettings settings, Duration flushInterval, LimitedLog log, AdvisorMetrics metrics, InputEnd end) {
        this.settings = settings;
        this.flushInterval = flushInterval;
        this.log = log;
        this.metrics = metrics;
        this.end = end;
    }

    @Override
    public void init(ProcessorContext<String, Finding> newContext) {
        context = newContext;
        teller = new Teller<>(context);
        EpisodeTable episodes = context.getStateStore(EpisodeTable.NAME);
        episodes.open(context, metrics.flushes(EpisodeTable.NAME));
        rule = new IngressRule(settings, episodes, this::tell, end);
        end.await(this);
        context.schedule(flushInterval, PunctuationType.WALL_CLOCK_TIME, nowMs -> flush());
    }

    @Override
    public void close() {
        end.told(this);
    }

    private void flush() {
        boolean isEnded = end.isReached();
        rule.flush();
        teller.flushed();
        if (isEnded) {
            end.told(this);
        }
    }

    @Override
    public void process(Record<String, Step> record) {
        teller.came();
        if (record.value() instanceof ClassifiedFlow classified) {
            rule.onFlow(classified.flow(), classified.classification());
            countEvicted();
        } else if (record.value() instanceof EventTime time) {
            rule.onEventTime(time.observationPoint(), time.partition(), time.eventTimeMs());
        }
    }

    private void tell(Finding finding) {
        metrics.told(finding);
        teller.tell(finding.getFindingId(), finding);
    }

    private void countEvicted() {
        long now = rule.evictedEpisodes();
        if (now == evictedBefore) {
            return;
        }
        metrics.evicted(now - evictedBefore);
        evictedBefore = now;
        log.warn(
                "task " + context.taskId() + " has " + settings.maxOpenEpisodes()
                        + " open ingress episodes and closes the quietest early: raise the cap of open episodes, or lower the idle time",
                context.currentSystemTimeMs());
    }
}
