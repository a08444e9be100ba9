package io.weir.advisor;

import io.weir.advisor.detection.Detection;
import io.weir.advisor.detection.Detector;
import io.weir.advisor.detection.DetectorSettings;
import io.weir.advisor.host.HostTable;
import io.weir.advisor.host.Observation;
import io.weir.advisor.observe.ObservationBatches;
import io.weir.advisor.time.InputEnd;
import io.weir.schemas.Finding;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Remembers the hosts of its partition and has the detections look at them. State, findings and offsets change in one transaction. */
final class ExamineHosts implements Processor<byte[], byte[], String, Finding>, ObservationBatches.Reader {

    /** Looking takes a tenth of a thread's time at most: under load, hosts are looked at the more seldom, the longer it takes. */
    private static final int REST_BY_LOOK = 9;

    /** Once nothing comes in, a look waits no longer than this, so that what came last is told in time. */
    private static final long REST_WHEN_QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Tasks that share the thread. */
    private static final ThreadLocal<AtomicInteger> TASKS_OF_THREAD = ThreadLocal.withInitial(AtomicInteger::new);

    private final List<Detection> detections;
    private final DetectorSettings settings;
    private final Duration flushInterval;
    private final LongSupplier nanoClock;
    private final LimitedLog log;
    private final AdvisorMetrics metrics;
    private final InputEnd end;

    private ProcessorContext<String, Finding> context;
    private Teller<Finding> teller;
    private AtomicInteger tasksOfThread;
    private HostTable hosts;
    private Detector detector;
    private long hostsBefore;
    private long contactsBefore;
    private long evictedBefore;
    private long forgottenBefore;
    private long refusedBefore;

    /** Of the latest look and the rest after it, as {@link #nanoClock} counts. */
    private long lookedAt;

    private long restNanos;

    ExamineHosts(
            List<Detection> detections,
            DetectorSettings settings,
            Duration flushInterval,
            LongSupplier nanoClock,
            LimitedLog log,
            AdvisorMetrics metrics,
            InputEnd end) {
        this.detections = detections;
        this.settings = settings;
        this.flushInterval = flushInterval;
        this.nanoClock = nanoClock;
        this.log = log;
        this.metrics = metrics;
        this.end = end;
    }

    @Override
    public void init(ProcessorContext<String, Finding> newContext) {
        context = newContext;
        teller = new Teller<>(context);
        hosts = context.getStateStore(HostTable.NAME);
        hosts.open(context, metrics.flushes(HostTable.NAME));
        detector = new Detector(detections, settings, hosts, this::tell, end);
        hostsBefore = 0;
        contactsBefore = 0;
        evictedBefore = hosts.evictedHosts();
        forgottenBefore = hosts.forgottenContacts();
        refusedBefore = 0;
        count();
        lookedAt = nanoClock.getAsLong();
        restNanos = 0;
        tasksOfThread = TASKS_OF_THREAD.get();
        tasksOfThread.incrementAndGet();
        end.await(this);
        context.schedule(flushInterval, PunctuationType.WALL_CLOCK_TIME, nowMs -> flush());
    }

    @Override
    public void close() {
        end.told(this);
        if (tasksOfThread != null) {
            tasksOfThread.decrementAndGet();
            tasksOfThread = null;
        }
        metrics.remembered(-hostsBefore, -contactsBefore);
        hostsBefore = 0;
        contactsBefore = 0;
    }

    private void flush() {
        boolean isEnded = end.isReached();
        long begin = nanoClock.getAsLong();
        // Between two transactions of those who write to it, a busy task gets nothing for a moment.
        long rest = teller.isBusy() ? restNanos : Math.min(restNanos, REST_WHEN_QUIET_NANOS);
        if (begin - lookedAt < rest && !isEnded) {
            detector.skipFlush();
            teller.skipped();
            return;
        }
        detector.flush();
        lookedAt = nanoClock.getAsLong();
        restNanos = REST_BY_LOOK * (long) tasksOfThread.get() * (lookedAt - begin);
        count();
        teller.flushed();
        if (isEnded) {
            end.told(this);
        }
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        teller.came();
        ObservationBatches.read(record.value(), this);
    }

    @Override
    public void began(Observation seen) {
        detector.onBegan(seen);
    }

    @Override
    public void asked(Observation seen) {
        detector.onAsked(seen);
    }

    @Override
    public void eventTime(String point, int partition, long eventTimeMs) {
        detector.onEventTime(point, partition, eventTimeMs);
    }

    private void tell(Finding finding) {
        metrics.told(finding);
        teller.tell(finding.getFindingId(), finding);
    }

    private void count() {
        metrics.remembered(hosts.hosts() - hostsBefore, hosts.contacts() - contactsBefore);
        hostsBefore = hosts.hosts();
        contactsBefore = hosts.contacts();
        metrics.forgottenContacts(hosts.forgottenContacts() - forgottenBefore);
        forgottenBefore = hosts.forgottenContacts();
        metrics.refusedFindings(detector.refusedFindings() - refusedBefore);
        refusedBefore = detector.refusedFindings();
        long evicted = hosts.evictedHosts() - evictedBefore;
        if (evicted == 0) {
            return;
        }
        evictedBefore = hosts.evictedHosts();
        metrics.evictedHosts(evicted);
        log.warn(
                "task " + context.taskId() + " remembers " + hosts.hosts() + " hosts with " + hosts.contacts()
                        + " contacts and forgets the quietest of which it knows least: raise advisor.max-hosts or advisor.max-contacts, or start more"
                        + " advisors",
                context.currentSystemTimeMs());
    }
}
