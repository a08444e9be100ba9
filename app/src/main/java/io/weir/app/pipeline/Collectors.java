package io.weir.app.pipeline;

import io.weir.app.logging.Messages;
import io.weir.app.operations.Readiness;
import io.weir.collectors.publish.BatchSender;
import io.weir.collectors.publish.CaptureReporter;
import io.weir.collectors.publish.CollectorConfig;
import io.weir.collectors.publish.CollectorMetrics;
import io.weir.collectors.publish.CollectorReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Collectors that run side by side, a thread for each input. To be closed before what they send to, so that nothing is taken that cannot
 * be sent. Used by one thread, but for {@link #readiness}.
 */
final class Collectors implements AutoCloseable {

    /** An interface is polled ten times a second, and what it has is sent then. */
    private static final long STOP_MS = 30_000;

    private final List<InputGroup> groups;
    private final CollectorOutlet outlet;
    private final List<CollectorThread> threads = new ArrayList<>();
    private final Set<CollectorReport> told = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean ended;

    /** @param groups ended with the others */
    Collectors(
            List<CaptureInput.Opener> inputs,
            List<InputGroup> groups,
            CollectorConfig config,
            BatchSender sender,
            CaptureReporter captures,
            CollectorMetrics metrics) {
        this.groups = groups;
        this.outlet = new CollectorOutlet(sender, captures, metrics, Collections.synchronizedList(new ArrayList<>()));
        for (CaptureInput.Opener input : inputs) {
            threads.add(new CollectorThread(List.of(input), input.config().orElse(config), outlet));
        }
    }

    void start() {
        threads.forEach(Thread::start);
        groups.forEach(group -> group.start(outlet));
    }

    /** True until the last input has ended; sockets and patterns of interfaces do not end. */
    boolean isRunning() {
        return groups.stream().anyMatch(group -> !group.isEmpty())
                || threads.stream().anyMatch(Thread::isAlive);
    }

    /**
     * Whether every input is open, or has ended, and Kafka takes what comes from them. Sockets and patterns of interfaces wait for their
     * inputs, which is their job. For any thread, once they are started.
     */
    Readiness readiness() {
        if (!outlet.sender().isTaken()) {
            return Readiness.not("KAFKA_AWAY");
        }
        return threads.stream().anyMatch(CollectorThread::isOpening) ? Readiness.not("OPENING") : Readiness.RUNNING;
    }

    /** Tells what the inputs that have ended found wrong in their captures; throws what ended one before its end. */
    void check() {
        for (CollectorReport report : List.copyOf(outlet.reports())) {
            if (told.add(report)) {
                report.problems().forEach(problem -> Messages.print("weir: warning: " + problem.message()));
            }
        }
        groups.forEach(InputGroup::check);
        threads.forEach(CollectorThread::rethrow);
    }

    /** Ends all of them: what was captured is sent, and acknowledged or lost. Throws what ended one before its end. */
    void stop() throws InterruptedException {
        end();
        check();
        outlet.sender().flush();
    }

    private void end() throws InterruptedException {
        if (ended) {
            return;
        }
        threads.forEach(CollectorThread::stopCollecting);
        for (InputGroup group : groups) {
            group.stop(STOP_MS);
        }
        for (CollectorThread thread : threads) {
            thread.join(STOP_MS);
        }
        ended = true;
    }

    /** Ends those that run, because one of them has failed or what they serve has. Waits for them even when it is interrupted. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try {
            end();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Packets collected so far. */
    long packets() {
        return groups.stream().mapToLong(InputGroup::packets).sum()
                + threads.stream().mapToLong(CollectorThread::packets).sum();
    }
}
