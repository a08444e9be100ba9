package io.weir.app.pipeline;

import io.weir.app.failure.ExitCode;
import io.weir.app.logging.Messages;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * SIGINT, SIGTERM and failures of a part: the first of them asks the pipeline to end in order, and the process stays until it has, or
 * until {@value #END_SECONDS} s are over. The outermost resource of a run, so that everything else is closed before it.
 */
final class StopSignal implements AutoCloseable {

    private static final long END_SECONDS = 60;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onShutdown, "weir-stop");
    private volatile Throwable failure;

    StopSignal() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void onShutdown() {
        asked.countDown();
        awaitEnd();
    }

    /** Returns true when the run ended in time. */
    private boolean awaitEnd() {
        try {
            if (ended.await(END_SECONDS, TimeUnit.SECONDS)) {
                return true;
            }
            Messages.print("weir: did not end in " + END_SECONDS
                    + " s, so not everything was handed over in order; what Kafka" + " has acknowledged is kept");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** Asks from inside: something cannot go on. The first cause counts. */
    void fail(Throwable error) {
        synchronized (this) {
            if (failure != null) {
                return;
            }
            failure = error;
        }
        asked.countDown();
        Thread limit = new Thread(this::endAnyway, "weir-stop-limit");
        limit.setDaemon(true);
        limit.start();
    }

    /** Closing can hang on what has failed, a broker that is gone for instance. */
    private void endAnyway() {
        if (!awaitEnd()) {
            Failures.print(Failures.of("the pipeline", failure));
            Runtime.getRuntime().halt(ExitCode.FAILED);
        }
    }

    /** What went wrong, or null. */
    Throwable failure() {
        return failure;
    }

    /** Throws what went wrong, if anything did. */
    void rethrow() {
        if (failure != null) {
            throw Failures.of("the pipeline", failure);
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
