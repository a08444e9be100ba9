package io.weir.rules;

import io.weir.advisor.LimitedLog;
import io.weir.advisor.RegistryAway;
import io.weir.advisor.classify.FlowClassifier;
import io.weir.advisor.subnet.Subnets;
import io.weir.advisor.time.EventTimeReports;
import io.weir.rules.RuleStep.ClockTime;
import io.weir.rules.RuleStep.Matched;
import io.weir.rules.RuleStep.Refused;
import io.weir.rules.file.Over;
import io.weir.rules.file.Rule;
import io.weir.rules.group.Match;
import io.weir.schemas.Edge;
import io.weir.schemas.Flow;
import io.weir.schemas.Loss;
import io.weir.schemas.rejected.KafkaLosses;
import io.weir.schemas.rejected.RefusedRun;
import java.time.Duration;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Flows and edges as bytes → what rules count of them, keyed by rule and group; the event time of each observation point; and what cannot be
 * read. Takes bytes and decodes here, so that a bad record becomes a loss in the same transaction as its offset.
 */
final class MatchRules implements Processor<byte[], byte[], String, RuleStep> {

    /** How exact the end of a window is; more often costs a record for each clock and pair of partitions. */
    private static final Duration REPORT_EVERY = Duration.ofSeconds(10);

    private static final Duration TELL_REFUSED_EVERY = Duration.ofSeconds(1);

    /** The only key in the store of refused records. */
    private static final String REFUSED_KEY = "untold";

    private final RuleBook book;
    private final boolean isByPoint;
    private final FlowClassifier classifier;
    private final String edgesTopic;
    private final Deserializer<Flow> flows;
    private final Deserializer<Edge> edges;
    private final LimitedLog log;
    private final RulesMetrics metrics;
    private final String refusedStore;
    private final EventTimeReports reported = new EventTimeReports(REPORT_EVERY);

    /** Of {@link #matcher}. */
    private List<Rule> rules;

    private RuleMatcher matcher;
    private ProcessorContext<String, RuleStep> context;
    private RefusedRun refusedRun;
    private long timestamp;

    MatchRules(
            RuleBook book,
            boolean isByPoint,
            Subnets subnets,
            String edgesTopic,
            Deserializer<Flow> flows,
            Deserializer<Edge> edges,
            LimitedLog log,
            RulesMetrics metrics,
            String refusedStore) {
        this.book = book;
        this.isByPoint = isByPoint;
        this.classifier = new FlowClassifier(subnets);
        this.edgesTopic = edgesTopic;
        this.flows = flows;
        this.edges = edges;
        this.log = log;
        this.metrics = metrics;
        this.refusedStore = refusedStore;
    }

    @Override
    public void init(ProcessorContext<String, RuleStep> newContext) {
        context = newContext;
        // What was told last may have been taken back by a failure.
        reported.clear();
        KeyValueStore<String, byte[]> store = context.getStateStore(refusedStore);
        refusedRun = new RefusedRun("rules", untold -> store.put(REFUSED_KEY, untold), this::lost);
        refusedRun.resume(store.get(REFUSED_KEY));
        context.schedule(TELL_REFUSED_EVERY, PunctuationType.WALL_CLOCK_TIME, nowMs -> {
            timestamp = Math.max(0, nowMs);
            refusedRun.end();
        });
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata at = context.recordMetadata().orElseThrow();
        timestamp = record.timestamp();
        boolean isEdge = at.topic().equals(edgesTopic);
        if (!matcher().isOver(isEdge ? Over.edge : Over.flow)) {
            return;
        }
        metrics.read();
        SpecificRecord decoded;
        try {
            decoded = (isEdge ? edges : flows).deserialize(at.topic(), record.value());
            if (decoded == null) {
                throw new SerializationException("it has no value");
            }
        } catch (RuntimeException e) {
            if (RegistryAway.is(e)) {
                throw e;
            }
            refuse(at, e.getMessage());
            return;
        }
        refusedRun.end();
        match(decoded, at.partition());
    }

    /** Of the rules that hold now. */
    private RuleMatcher matcher() {
        List<Rule> now = book.rules();
        if (now != rules) {
            rules = now;
            matcher = new RuleMatcher(now, isByPoint, classifier);
        }
        return matcher;
    }

    private void match(SpecificRecord record, int partition) {
        if (record instanceof Edge edge) {
            report(RuleMatcher.clockOf(edge), partition, edge.getWindowStart());
            matcher.edge(edge, this::forward);
        } else if (record instanceof Flow flow && !flow.getIsEarly()) {
            report(RuleMatcher.clockOf(flow), partition, flow.getWindowStart());
            matcher.flow(flow, this::forward);
        }
    }

    private void forward(Match match) {
        metrics.matched();
        context.forward(new Record<>(match.ruleId() + "|" + match.group(), new Matched(match), timestamp));
    }

    /** The start of the window and not its end: the other records of this window come behind this one. */
    private void report(String clock, int partition, long eventTimeMs) {
        if (reported.isDue(clock, eventTimeMs)) {
            context.forward(new Record<>(clock, new ClockTime(clock, partition, eventTimeMs), timestamp));
        }
    }

    private void refuse(RecordMetadata at, String why) {
        metrics.refused();
        TopicPartition partition = new TopicPartition(at.topic(), at.partition());
        log.warn(partition + " offset " + at.offset() + " is left out: " + why, context.currentSystemTimeMs());
        refusedRun.refuse(partition, at.offset(), why);
    }

    private void lost(Loss loss) {
        context.forward(new Record<>(KafkaLosses.keyOf(loss), new Refused(loss), timestamp));
    }
}
