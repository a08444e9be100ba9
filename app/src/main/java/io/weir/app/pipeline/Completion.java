package io.weir.app.pipeline;

import io.weir.advisor.AdvisorApp;
import io.weir.app.failure.Failure;
import io.weir.collectors.publish.BatchSender;
import io.weir.collectors.publish.CollectorConfig;
import io.weir.collectors.publish.CollectorReport;
import io.weir.rules.RulesApp;
import io.weir.rules.RulesConfig;
import io.weir.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * Collects finite inputs and waits until all that they cause is on the topics: every packet in a flow and in an edge, every flow seen by
 * the advisor, every finding and every risk told.
 */
final class Completion implements AutoCloseable {

    /** Time without any progress after which packets count as missing. */
    private static final Duration STALL = Duration.ofSeconds(60);

    /** Of what was told last, so many things follow one from the other at most. */
    private static final int STEPS = 3;

    private final AnalyzeOutput output;
    private final Duration findingsFlush;
    private final StopSignal stop;
    private final Progress progress;
    private final List<Finder> finders;
    private final Map<Finder, GroupProgress> progressOf = new HashMap<>();

    /**
     * An application that makes findings.
     *
     * @param group its consumer group
     * @param reads topics that it reads
     * @param between topics between its steps
     */
    record Finder(String group, Set<String> reads, List<String> between) {

        static Finder advisor(Topics topics) {
            List<String> between = new ArrayList<>(AdvisorApp.topicsBetweenSteps(topics));
            between.add(AdvisorApp.topicOfRiskParts(topics));
            return new Finder(AdvisorApp.groupId(topics), Set.of(topics.flows().name()), between);
        }

        static Finder rules(RulesConfig config, Topics topics) {
            return new Finder(
                    RulesApp.groupId(topics),
                    Set.copyOf(config.topics(topics)),
                    List.of(RulesApp.topicBetweenSteps(topics)));
        }
    }

    /** Null where records are to stay. */
    private final TopicTrim trim;

    private long packets;
    private long enclosedPackets;

    /**
     * @param finders who makes findings
     * @param findingsFlush time between two of their looks for findings to tell
     * @param stop asks to give up; its failure is thrown
     * @param progress told how far it is
     * @param trim takes away what was read; null to leave it
     */
    Completion(
            Cluster cluster,
            List<Finder> finders,
            AnalyzeOutput output,
            Duration findingsFlush,
            StopSignal stop,
            Progress progress,
            TopicTrim trim) {
        this.finders = List.copyOf(finders);
        this.output = output;
        this.findingsFlush = findingsFlush;
        this.stop = stop;
        this.progress = progress;
        this.trim = trim;
        for (Finder finder : finders) {
            progressOf.put(finder, new GroupProgress(cluster.clientProperties(), finder.group()));
        }
    }

    /**
     * Collects one input after the other; what comes out is taken meanwhile, so that it does not pile up.
     *
     * @return false when asked to stop before the end
     */
    boolean collect(
            List<CaptureInput.Opener> captures,
            CollectorConfig config,
            BatchSender sender,
            List<CollectorReport> reports)
            throws InterruptedException {
        CollectorThread thread =
                new CollectorThread(captures, config, new CollectorOutlet(sender, null, null, reports));
        thread.start();
        try {
            while (thread.isAlive() && sender.firstError() == null) {
                poll();
                progress.tell(thread.packets(), output.flowPackets());
                if (stop.isAsked()) {
                    stop.rethrow();
                    return false;
                }
            }
        } finally {
            // Ended by itself, or what it still has is of no use.
            thread.abandon();
        }
        thread.rethrow();
        sender.flush();
        if (sender.firstError() != null) {
            throw Failure.failed(
                    sender.firstError(),
                    "check that Kafka runs and has room, then analyze again; nothing here is complete");
        }
        packets += reports.stream().mapToLong(CollectorReport::packets).sum();
        enclosedPackets +=
                reports.stream().mapToLong(CollectorReport::enclosedPackets).sum();
        return true;
    }

    /**
     * Waits for the rest. Ends when everything is there, or when nothing has moved for a minute.
     *
     * @return false when asked to stop before that
     */
    boolean await() {
        output.drain();
        if (packets == 0) {
            return true;
        }
        if (!awaitUntil(this::isMetered) || !awaitUntil(() -> finders.stream().allMatch(this::hasRead))) {
            return false;
        }
        // They have read everything; what they have not told yet comes once nothing came in for some flushes, and
        // their commit. What follows from that, risks from findings, is on its way as long as something between their
        // steps is unread.
        pollUntilQuiet();
        for (int chain = 0; chain < STEPS && !haveFinishedSteps(); chain++) {
            if (!awaitUntil(this::haveFinishedSteps)) {
                return false;
            }
            pollUntilQuiet();
        }
        output.drain();
        return true;
    }

    private void pollUntilQuiet() {
        Stall quiet = new Stall(findingsFlush.multipliedBy(AdvisorApp.QUIET_FLUSHES + 7L));
        while (!quiet.isOver()) {
            quiet.progress(output.poll() > 0);
        }
    }

    private boolean haveFinishedSteps() {
        return finders.stream().allMatch(this::hasFinishedSteps);
    }

    private boolean hasFinishedSteps(Finder finder) {
        GroupProgress at = progressOf.get(finder);
        return finder.between().stream().allMatch(at::hasFinished);
    }

    private boolean hasRead(Finder finder) {
        GroupProgress at = progressOf.get(finder);
        Map<TopicPartition, Long> ends = output.ends();
        ends.keySet().removeIf(partition -> !finder.reads().contains(partition.topic()));
        return at.hasReached(ends) && hasFinishedSteps(finder);
    }

    private int poll() {
        int records = output.poll();
        if (trim != null) {
            trim.tick(output::ends);
        }
        return records;
    }

    private boolean isMetered() {
        return output.flowPackets() >= packets
                && output.edgePackets() >= packets
                && output.enclosedPackets() >= enclosedPackets
                && output.enclosedEdgePackets() >= enclosedPackets;
    }

    private boolean awaitUntil(BooleanSupplier condition) {
        Stall stall = new Stall(STALL);
        while (!condition.getAsBoolean() && !stall.isOver()) {
            stall.progress(poll() > 0);
            progress.tell(packets, output.flowPackets());
            if (stop.isAsked()) {
                stop.rethrow();
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        progressOf.values().forEach(GroupProgress::close);
    }
}
