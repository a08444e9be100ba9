package io.weir.advisor;

import io.weir.advisor.Step.ClassifiedFlow;
import io.weir.advisor.Step.EventTime;
import io.weir.advisor.Step.Observations;
import io.weir.advisor.Step.Refused;
import io.weir.advisor.Step.Rejected;
import io.weir.advisor.classify.Classification;
import io.weir.advisor.classify.FlowClassifier;
import io.weir.advisor.host.Observation;
import io.weir.advisor.observe.FlowGlance;
import io.weir.advisor.observe.Martians;
import io.weir.advisor.observe.ObservationOutbox;
import io.weir.advisor.rule.ingress.EpisodeScope;
import io.weir.advisor.rule.ingress.IngressRule;
import io.weir.advisor.subnet.Subnets;
import io.weir.advisor.time.EventTimeReports;
import io.weir.schemas.Flow;
import io.weir.schemas.FlowClass;
import io.weir.schemas.Loss;
import io.weir.schemas.rejected.KafkaLosses;
import io.weir.schemas.rejected.RefusedRun;
import io.weir.schemas.rejected.RejectedRecord;
import java.time.Duration;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Flows as bytes → flows that a rule wants to see, keyed by service; the event time of each observation point; and what cannot be read.
 * Takes bytes and decodes here, so that a bad record becomes a loss in the same transaction as its offset. A record that no rule can
 * want, by its addresses, is read no further than these: what is wrong behind them is not found.
 */
final class ClassifyFlows implements Processor<byte[], byte[], String, Step> {

    private static final Duration TELL_REFUSED_EVERY = Duration.ofSeconds(1);

    /** The only key in the store of refused records. */
    private static final String REFUSED_KEY = "untold";

    private final FlowClassifier classifier;
    private final SubnetProblems problems;
    private final LimitedLog log;
    private final FlowGlance glance;
    private final Deserializer<Flow> deserializer;
    private final EpisodeScope scope;
    private final AdvisorMetrics metrics;
    private final String group;
    private final String refusedStore;

    /** There are detections. */
    private final boolean isObserving;

    /** Event times last told to the rule of ingress and to the detections. */
    private final EventTimeReports reported;

    private final EventTimeReports observed;

    private final Duration flushInterval;

    private ProcessorContext<String, Step> context;
    private Teller<Step> teller;
    private ObservationOutbox outbox;
    private RefusedRun refusedRun;

    /** Read and not counted yet. */
    private long flowRecords;

    /** Windows of these, epoch milliseconds. */
    private long earliestMs = Long.MAX_VALUE;

    private long latestMs = Long.MIN_VALUE;

    private long timestamp;

    ClassifyFlows(
            Subnets subnets,
            SubnetProblems problems,
            LimitedLog log,
            FlowGlance glance,
            Deserializer<Flow> deserializer,
            EpisodeScope scope,
            Duration reportEvery,
            AdvisorMetrics metrics,
            String group,
            String refusedStore,
            boolean isObserving,
            Duration flushInterval) {
        this.classifier = new FlowClassifier(subnets);
        this.problems = problems;
        this.log = log;
        this.glance = glance;
        this.deserializer = deserializer;
        this.scope = scope;
        this.reported = new EventTimeReports(reportEvery);
        this.observed = new EventTimeReports(reportEvery);
        this.metrics = metrics;
        this.group = group;
        this.refusedStore = refusedStore;
        this.isObserving = isObserving;
        this.flushInterval = flushInterval;
    }

    @Override
    public void init(ProcessorContext<String, Step> newContext) {
        context = newContext;
        teller = new Teller<>(context);
        // A task that is taken up again after a failure comes to the same object: what it told last may have been taken
        // back.
        reported.clear();
        observed.clear();
        outbox = context.getStateStore(ObservationOutbox.NAME);
        outbox.open(context, metrics.flushes(ObservationOutbox.NAME));
        outbox.sendTo((slot, batch) ->
                context.forward(new Record<>(null, new Observations(slot, Bytes.wrap(batch)), timestamp)));
        KeyValueStore<String, byte[]> store = context.getStateStore(refusedStore);
        refusedRun = new RefusedRun("advisor", untold -> store.put(REFUSED_KEY, untold), this::lost);
        refusedRun.resume(store.get(REFUSED_KEY));
        context.schedule(TELL_REFUSED_EVERY, PunctuationType.WALL_CLOCK_TIME, this::tellRefused);
        // The steps behind this one see what was committed.
        context.schedule(flushInterval, PunctuationType.WALL_CLOCK_TIME, nowMs -> teller.flushed());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata at = context.recordMetadata().orElseThrow();
        timestamp = record.timestamp();
        teller.came();
        flowRecords++;
        Flow flow;
        boolean isGlanced;
        Observation seen;
        try {
            isGlanced = glance.read(record.value());
            FlowClass flowClass = isGlanced ? classOfGlance() : null;
            seen = isGlanced && isObserving ? observation(flowClass) : null;
            flow = isGlanced && !IngressRule.mayConcern(flowClass) ? null : decode(at.topic(), record.value());
        } catch (RuntimeException e) {
            if (RegistryAway.is(e)) {
                throw e;
            }
            refuse(record, at, e.getMessage());
            return;
        }
        refusedRun.end();
        countWindow(isGlanced ? glance.windowStart() : flow.getWindowStart());
        if (isGlanced) {
            observe(seen, at.partition());
        }
        if (flow == null) {
            if (!glance.isEarly()) {
                reportEventTime(glance.observationPoint(), glance.windowStart(), at.partition(), record.timestamp());
            }
        } else {
            classify(flow, record, at.partition());
        }
    }

    /** By what was glanced at. */
    private FlowClass classOfGlance() {
        return classifier.classify(
                glance.initiatorAddress(),
                glance.responderAddress(),
                glance.translatedDestination(),
                glance.windowStart(),
                glance.flowStartMicroseconds());
    }

    /** What the detections take from the record; null when they take nothing. */
    private Observation observation(FlowClass flowClass) {
        return glance.observation(
                glance.observationPoint(), flowClass, FlowClassifier.confidenceOf(glance.orientation()));
    }

    /** For the detections; forwards what has waited when that is much. */
    private void observe(Observation seen, int partition) {
        if (glance.isEarly() || !isObserving) {
            return;
        }
        if (seen != null) {
            outbox.add(Martians.atPrefix(seen));
        }
        String point = glance.observationPoint();
        if (observed.isDue(point, glance.windowStart())) {
            outbox.addEventTime(point, partition, glance.windowStart());
        }
    }

    private Flow decode(String topic, byte[] value) {
        Flow flow = deserializer.deserialize(topic, value);
        if (flow == null) {
            throw new SerializationException("it has no value");
        }
        return flow;
    }

    private void classify(Flow flow, Record<byte[], byte[]> record, int partition) {
        if (!flow.getIsEarly()) {
            reportEventTime(IngressRule.observationPointOf(flow), flow.getWindowStart(), partition, record.timestamp());
        }
        Classification classification = classifier.classify(flow);
        if (IngressRule.concerns(flow, classification)) {
            context.forward(new Record<>(
                    IngressRule.keyOf(flow, scope),
                    new ClassifiedFlow(flow, Bytes.wrap(record.value()), classification),
                    record.timestamp()));
        }
    }

    /**
     * The start of the window and not its end: the other flows of this window come behind this one. Not to be told of early records, which come
     * before those of the window before theirs.
     */
    private void reportEventTime(String observationPoint, long eventTimeMs, int partition, long timestamp) {
        if (reported.isDue(observationPoint, eventTimeMs)) {
            context.forward(
                    new Record<>(observationPoint, new EventTime(observationPoint, partition, eventTimeMs), timestamp));
        }
    }

    private void countWindow(long windowStartMs) {
        earliestMs = Math.min(earliestMs, windowStartMs);
        latestMs = Math.max(latestMs, windowStartMs);
    }

    private void countRead() {
        metrics.flowRecords(flowRecords);
        flowRecords = 0;
        metrics.windows(earliestMs, latestMs);
    }

    @Override
    public void close() {
        countRead();
    }

    private void refuse(Record<byte[], byte[]> record, RecordMetadata at, String why) {
        TopicPartition partition = new TopicPartition(at.topic(), at.partition());
        RejectedRecord.Place place =
                new RejectedRecord.Place(at.topic(), at.partition(), at.offset(), record.timestamp());
        log.warn(partition + " offset " + at.offset() + " is left out: " + why, context.currentSystemTimeMs());
        refusedRun.refuse(partition, at.offset(), why);
        reject(RejectedRecord.of(place, record.key(), record.value(), record.headers(), group, why));
    }

    private void tellRefused(long nowMs) {
        countRead();
        timestamp = Math.max(0, nowMs);
        refusedRun.end();
        for (SubnetProblems.Problem problem = problems.poll(); problem != null; problem = problems.poll()) {
            lost(problem.loss());
            reject(problem.record());
        }
    }

    private void reject(ProducerRecord<byte[], byte[]> rejected) {
        metrics.refused();
        context.forward(new Record<>(rejected.topic(), new Rejected(rejected), timestamp, rejected.headers()));
    }

    private void lost(Loss loss) {
        context.forward(new Record<>(KafkaLosses.keyOf(loss), new Refused(loss), timestamp));
    }
}
