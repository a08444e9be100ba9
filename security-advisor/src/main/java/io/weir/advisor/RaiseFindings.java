package io.weir.advisor;

import io.weir.advisor.Step.ClassifiedFlow;
import io.weir.advisor.Step.EventTime;
import io.weir.advisor.rule.ingress.EpisodeStore;
import io.weir.advisor.rule.ingress.Episodes;
import io.weir.advisor.rule.ingress.IngressRule;
import io.weir.advisor.rule.ingress.IngressSettings;
import io.weir.advisor.time.InputEnd;
import io.weir.schemas.Finding;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Runs the ingress rule over the flows of its partition. State lives in two logged stores, written in the transaction that holds the
 * findings and the offsets; the rule's own indexes are made anew from them after a start or a rebalance.
 */
final class RaiseFindings implements Processor<String, Step, String, Finding> {

    private final IngressSettings settings;
    private final Duration flushInterval;
    private final String episodesStore;
    private final String eventTimesStore;
    private final LimitedLog log;
    private final AdvisorMetrics metrics;
    private final InputEnd end;

    private ProcessorContext<String, Finding> context;
    private Teller<Finding> teller;
    private IngressRule rule;
    private long evictedBefore;

    RaiseFindings(
            IngressSettings settings,
            Duration flushInterval,
            String episodesStore,
            String eventTimesStore,
            LimitedLog log,
            AdvisorMetrics metrics,
            InputEnd end) {
        this.settings = settings;
        this.flushInterval = flushInterval;
        this.episodesStore = episodesStore;
        this.eventTimesStore = eventTimesStore;
        this.log = log;
        this.metrics = metrics;
        this.end = end;
    }

    @Override
    public void init(ProcessorContext<String, Finding> newContext) {
        context = newContext;
        teller = new Teller<>(context);
        rule = new IngressRule(
                settings,
                new StreamsEpisodeStore(context.getStateStore(episodesStore), context.getStateStore(eventTimesStore)),
                this::tell,
                end);
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

    private record StreamsEpisodeStore(KeyValueStore<String, Episodes> episodes, KeyValueStore<String, Long> eventTimes)
            implements EpisodeStore {

        @Override
        public Episodes get(String key) {
            return episodes.get(key);
        }

        @Override
        public void put(String key, Episodes value) {
            episodes.put(key, value);
        }

        @Override
        public void forEachEpisodes(BiConsumer<String, Episodes> action) {
            forEach(episodes, action);
        }

        @Override
        public void putEventTime(String input, Long eventTimeMs) {
            eventTimes.put(input, eventTimeMs);
        }

        @Override
        public void forEachEventTime(BiConsumer<String, Long> action) {
            forEach(eventTimes, action);
        }

        private static <V> void forEach(KeyValueStore<String, V> store, BiConsumer<String, V> action) {
            try (KeyValueIterator<String, V> all = store.all()) {
                while (all.hasNext()) {
                    KeyValue<String, V> one = all.next();
                    action.accept(one.key, one.value);
                }
            }
        }
    }
}
