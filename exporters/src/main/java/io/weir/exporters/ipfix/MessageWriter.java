package io.weir.exporters.ipfix;

import io.weir.exporters.run.LogLimiter;
import io.weir.exporters.transport.Connection;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.common.utils.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends batches from a thread of its own, as a collector may let it wait for long. What fails is sent again in a new session, from the message
 * that failed on: those before it were taken by the kernel, which is all that IPFIX lets an exporter know. It never gives up.
 */
final class MessageWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MessageWriter.class);

    private static final ExponentialBackoff BACKOFF = new ExponentialBackoff(200, 2, 30_000, 0.2);
    private static final Duration LOG_PERIOD = Duration.ofSeconds(30);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final IpfixConfig config;
    private final Connection.Opener opener;
    private final int processId;
    private final IpfixCounters counters;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final LogLimiter log;
    private final Pacing pacing;
    private final Consumer<Throwable> onDefect;
    private final Thread thread;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Object monitor = new Object();

    /** Guarded by the monitor; null while there is nothing to do. */
    private MessageBatch batch;

    private volatile Connection connection;
    private ExportSession session;
    private long sessions;
    private int failuresInARow;

    /**
     * Sends nothing before {@link #start}.
     *
     * @param onDefect told, from its thread, when it cannot go on
     */
    MessageWriter(
            IpfixConfig config,
            Connection.Opener opener,
            int processId,
            IpfixCounters counters,
            InstantSource clock,
            LongSupplier nanoClock,
            Consumer<Throwable> onDefect) {
        this.onDefect = onDefect;
        this.config = config;
        this.opener = opener;
        this.processId = processId;
        this.counters = counters;
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.log = new LogLimiter(nanoClock, LOG_PERIOD);
        this.pacing = new Pacing(config.isUdp() ? config.messageRate() : 0);
        this.thread = new Thread(this::run, "weir-ipfix-writer");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Gives it a batch; it must be idle. The batch is the writer's until it is idle again. */
    void submit(MessageBatch next) {
        synchronized (monitor) {
            if (batch != null) {
                throw new IllegalStateException("a batch is being sent");
            }
            batch = next;
            monitor.notifyAll();
        }
    }

    /** Whether what was given to it is sent. */
    boolean isIdle() {
        synchronized (monitor) {
            return batch == null;
        }
    }

    /** Waits until it is; false when the time is over. */
    boolean awaitIdle(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (monitor) {
            while (batch != null) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                try {
                    monitor.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            return true;
        }
    }

    private void run() {
        try {
            while (!isStopped()) {
                MessageBatch next = take();
                if (next != null && send(next)) {
                    synchronized (monitor) {
                        batch = null;
                        monitor.notifyAll();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            onDefect.accept(e);
        } finally {
            disconnect();
        }
    }

    private MessageBatch take() throws InterruptedException {
        synchronized (monitor) {
            while (batch == null && !isStopped()) {
                monitor.wait();
            }
            return batch;
        }
    }

    /** @return false when it was stopped before all was sent */
    private boolean send(MessageBatch next) throws InterruptedException {
        int message = 0;
        while (message < next.messages()) {
            if (isStopped() || pauses(pacing.waitNanos(nanoClock.getAsLong()))) {
                return false;
            }
            try {
                if (session == null) {
                    connect();
                }
                session.tellStatistics();
                session.write(next.announcement(message), next.octets(), next.offset(message), next.length(message));
                message++;
                failuresInARow = 0;
            } catch (IOException e) {
                disconnect();
                if (isStopped() || pauses(onFailure(e))) {
                    return false;
                }
            }
        }
        return true;
    }

    private void connect() throws IOException {
        Connection opened = opener.open();
        connection = opened;
        session = new ExportSession(opened, config, ++sessions, processId, counters, clock, nanoClock);
        counters.sessionBegun();
        LOG.info("Sink {} sends flows to {}", config.name(), config.to());
    }

    private void disconnect() {
        session = null;
        counters.sessionEnded();
        Connection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }

    /** @return nanoseconds to wait */
    private long onFailure(IOException e) {
        counters.failed();
        if (!isStopped() && log.permits()) {
            LOG.warn("Sink {} cannot send to {} and tries again: {}", config.name(), config.to(), e.toString());
        }
        return TimeUnit.MILLISECONDS.toNanos(BACKOFF.backoff(failuresInARow++));
    }

    private boolean isStopped() {
        return stopped.getCount() == 0;
    }

    /** Waits; true when it was stopped meanwhile. */
    private boolean pauses(long nanos) throws InterruptedException {
        return nanos > 0 && stopped.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** Ends; what is not sent stays so. A session that is idle ends in good order. */
    @Override
    public void close() {
        Connection open = connection;
        if (open != null && isIdle()) {
            open.finish(CLOSE_PATIENCE);
        }
        stopped.countDown();
        synchronized (monitor) {
            monitor.notifyAll();
        }
        if (open != null) {
            open.close();
        }
    }
}
