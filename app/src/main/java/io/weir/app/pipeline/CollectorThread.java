package io.weir.app.pipeline;

import io.weir.app.failure.Failure;
import io.weir.collectors.publish.CaptureCollector;
import io.weir.collectors.publish.CollectorConfig;
import io.weir.collectors.publish.ResumableSender;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Runs collectors, one after the other. */
final class CollectorThread extends Thread {

    /** A source that blocks in the operating system ends with the process. */
    private static final long JOIN_MS = 10_000;

    private final List<CaptureInput.Opener> inputs;
    private final CollectorConfig config;
    private final CollectorOutlet outlet;
    private volatile Failure failure;
    private volatile CaptureCollector current;
    private volatile boolean stopped;
    private final AtomicLong collected = new AtomicLong();

    CollectorThread(List<CaptureInput.Opener> inputs, CollectorConfig config, CollectorOutlet outlet) {
        super("weir-collector");
        setDaemon(true);
        this.inputs = inputs;
        this.config = config;
        this.outlet = outlet;
    }

    @Override
    public void run() {
        for (CaptureInput.Opener opener : inputs) {
            if (stopped || !collect(opener)) {
                return;
            }
        }
    }

    /** Returns false when the thread must end. */
    private boolean collect(CaptureInput.Opener opener) {
        try {
            CaptureInput input = opener.open();
            try {
                collect(input);
            } finally {
                closeQuietly(input);
            }
            return true;
        } catch (InterruptedException e) {
            return false;
        } catch (IOException e) {
            if (stopped) {
                return false;
            }
            failure = Failure.failed(opener.name() + " cannot be read: " + e.getMessage(), "", e);
        } catch (RuntimeException e) {
            failure = e instanceof Failure known ? known : Failures.of("collecting from " + opener.name(), e);
        }
        return false;
    }

    private void collect(CaptureInput input) throws IOException, InterruptedException {
        try (ResumableSender resumable = input.resumable(outlet.sender())) {
            CaptureCollector collector = input.collector(config, outlet.sender(), resumable);
            current = collector;
            if (stopped) {
                collector.stop();
            }
            collected.addAndGet(outlet.run(collector).packets());
            current = null;
        }
    }

    /** Packets collected so far. */
    long packets() {
        CaptureCollector running = current;
        return collected.get() + (running == null ? 0 : running.packets());
    }

    /** True while it waits for its input to open. */
    boolean isOpening() {
        return isAlive() && current == null;
    }

    /** Ends: what was captured is sent. */
    void stopCollecting() {
        stopped = true;
        CaptureCollector running = current;
        if (running != null) {
            running.stop();
        }
    }

    /** Ends without sending what is still here; waits for it, though not for ever. */
    void abandon() throws InterruptedException {
        stopped = true;
        interrupt();
        join(JOIN_MS);
    }

    /** Throws what ended the thread early, if anything did. */
    void rethrow() {
        if (failure != null) {
            throw failure;
        }
    }

    private static void closeQuietly(CaptureInput input) {
        try {
            input.close();
        } catch (IOException e) {
            // Everything was read from it.
        }
    }
}
