package io.weir.app.pipeline;

import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.app.logging.Messages;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * SIGINT, SIGTERM and failures of a part: the first of them asks the pipeline to end in order, and the process stays until it has, or
 * for {@value #END_SECONDS} s. The outermost resource of a run, so that everything else is closed before it.
 */
final class StopSignal implements AutoCloseable {

    private static final long END_SECONDS = 60;

    /** Without its broker a pipeline can hand over nothing, and its clients would wait for minutes. */
    private static final long END_WITHOUT_BROKER_SECONDS = 5;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onShutdown, "weir-stop");
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile Runnable lastDuty = () -> {};

    StopSignal() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** What must be done even when the end in order takes too long. */
    void atLeast(Runnable duty) {
        lastDuty = duty;
    }

    private void onShutdown() {
        asked.countDown();
        if (!hasEnded(END_SECONDS)) {
            Messages.print("weir: did not end in " + END_SECONDS
                    + " s, so not everything was handed over; what Kafka has acknowledged is kept");
            lastDuty.run();
        }
    }

    private boolean hasEnded(long seconds) {
        try {
            return ended.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Asks from inside: something cannot go on. The first cause counts. */
    void fail(Throwable error) {
        fail(error, END_SECONDS);
    }

    /** The embedded broker has stopped. */
    void brokerStopped(String message) {
        fail(Failure.failed(message, ""), END_WITHOUT_BROKER_SECONDS);
    }

    private void fail(Throwable error, long endSeconds) {
        if (failure.compareAndSet(null, error)) {
            asked.countDown();
        }
        Thread limit = new Thread(() -> endAnyway(endSeconds), "weir-stop-limit");
        limit.setDaemon(true);
        limit.start();
    }

    /** Closing can hang on what has failed. */
    private void endAnyway(long seconds) {
        if (!hasEnded(seconds)) {
            Failures.print(Failures.of("the pipeline", failure.get()));
            lastDuty.run();
            Runtime.getRuntime().halt(ExitCode.FAILED);
        }
    }

    /** What went wrong, or null. */
    Throwable failure() {
        return failure.get();
    }

    /** What went wrong, in a line for people. */
    Optional<String> problem() {
        return Optional.ofNullable(failure.get())
                .map(error -> Failures.of("the pipeline", error).getMessage());
    }

    /** Throws what went wrong, if anything did. */
    void rethrow() {
        if (failure.get() != null) {
            throw Failures.of("the pipeline", failure.get());
        }
    }

    boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** Waits until somebody asks. */
    void await() throws InterruptedException {
        asked.await();
    }

    /** Waits for some time; returns true when somebody has asked. */
    boolean await(long milliseconds) throws InterruptedException {
        return asked.await(milliseconds, TimeUnit.MILLISECONDS);
    }

    /** Everything is closed: the process may go. */
    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It is running already.
        }
    }
}
