package io.weir.collectors.datagram;

import io.weir.collectors.publish.BatchSender;
import io.weir.schemas.LossReason;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One socket's thread: takes datagrams, tells their protocol, sends them on. What it does not send it counts, and tells as a loss. */
final class DatagramReceiver implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(DatagramReceiver.class);

    /** Time between two words in the log about the same. */
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Time between two looks at what the kernel has dropped, and between two words about what was refused. */
    private static final long TELL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final UdpSocket socket;
    private final DatagramConfig config;
    private final BatchSender sender;
    private final DatagramTopic sflowTopic;
    private final DatagramTopic netflowTopic;
    private final DatagramCounts counts;
    private final DatagramLosses losses;
    private final InstantSource clock;
    private final long heartbeatNanos;

    /** Null until the first datagram of its protocol. */
    private DatagramSession sflow;

    private DatagramSession netflow;

    private final Refusals unknown = new Refusals(
            LossReason.unknown_protocol,
            "neither sFlow version 5 nor NetFlow version 5 or 9 nor IPFIX; does another program send to this port?");
    private final Refusals notAllowed =
            new Refusals(LossReason.not_allowed, "sent from an address that collector.datagrams.allow does not have");

    private long knownDrops;
    private boolean saidUnknown;
    private long dropsSinceNanos;
    private long toldNanos = System.nanoTime();
    private long heartbeatDueNanos = System.nanoTime();
    private volatile boolean stopped;
    private volatile IOException failure;

    DatagramReceiver(
            UdpSocket socket,
            DatagramConfig config,
            BatchSender sender,
            DatagramTopic sflowTopic,
            DatagramTopic netflowTopic,
            DatagramCounts counts,
            DatagramLosses losses,
            InstantSource clock) {
        this.socket = socket;
        this.config = config;
        this.sender = sender;
        this.sflowTopic = sflowTopic;
        this.netflowTopic = netflowTopic;
        this.counts = counts;
        this.losses = losses;
        this.clock = clock;
        this.heartbeatNanos = config.heartbeat().toNanos();
        this.dropsSinceNanos = nowNanos();
    }

    /** Ends {@link #run} when what is there has been taken. */
    void stop() {
        stopped = true;
    }

    /** What ended {@link #run} early, or null. */
    IOException failure() {
        return failure;
    }

    @Override
    public void run() {
        try {
            receive();
            end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException | Error e) {
            LOG.error("{}: no more datagrams are taken: {}", losses.listener(), e.getMessage(), e);
            failure = e instanceof IOException known
                    ? known
                    : new IOException(losses.listener() + ": no more datagrams are taken: " + e, e);
        } finally {
            socket.close();
        }
    }

    /** Until it is told to stop, and what had come by then is taken. */
    private void receive() throws IOException, InterruptedException {
        long stopNanos = Long.MAX_VALUE;
        boolean more = true;
        while (more) {
            long beforeNanos = nowNanos();
            if (stopped && stopNanos == Long.MAX_VALUE) {
                stopNanos = beforeNanos;
            }
            int count = socket.receive();
            for (int i = 0; i < count; i++) {
                take(i, beforeNanos);
            }
            boolean full = count == UdpSocket.BATCH;
            long lastNanos = full ? socket.timeNanos(count - 1, beforeNanos) : beforeNanos;
            if (System.nanoTime() - toldNanos >= TELL_NANOS) {
                tell();
            }
            beat(lastNanos, false);
            more = lastNanos < stopNanos;
        }
    }

    private void end() throws InterruptedException {
        tell();
        beat(nowNanos(), true);
    }

    private void tell() {
        toldNanos = System.nanoTime();
        tellDrops();
        unknown.tell();
        notAllowed.tell();
    }

    private void take(int index, long nowNanos) throws InterruptedException {
        counts.received(socket.length(index));
        long timeNanos = socket.timeNanos(index, nowNanos);
        if (!config.allows(socket.ipVersion(index), socket.addressHigh(index), socket.addressLow(index))) {
            notAllowed.add(socket, index, timeNanos);
            return;
        }
        switch (DatagramProtocol.of(socket.memory(), socket.offset(index), socket.length(index))) {
            case SFLOW -> {
                if (sflow == null) {
                    sflow = session(DatagramProtocol.SFLOW, sflowTopic);
                }
                sflow.send(socket, index, timeNanos);
            }
            case NETFLOW -> {
                if (netflow == null) {
                    netflow = session(DatagramProtocol.NETFLOW, netflowTopic);
                }
                netflow.send(socket, index, timeNanos);
            }
            case UNKNOWN -> unknown.add(socket, index, timeNanos);
        }
    }

    private DatagramSession session(DatagramProtocol protocol, DatagramTopic topic) {
        return new DatagramSession(protocol, topic, sender, losses.host(), losses.listener(), counts, losses);
    }

    private void beat(long sentUntilNanos, boolean end) throws InterruptedException {
        long now = System.nanoTime();
        if (!end && now - heartbeatDueNanos < 0) {
            return;
        }
        heartbeatDueNanos = now + heartbeatNanos;
        if (sflow != null) {
            sflow.sendLife(sentUntilNanos, end);
        }
        if (netflow != null) {
            netflow.sendLife(sentUntilNanos, end);
        }
    }

    private void tellDrops() {
        long drops = socket.drops();
        long untilNanos = nowNanos();
        if (drops < 0 && !saidUnknown) {
            saidUnknown = true;
            LOG.warn("{}: this kernel does not say what it drops; Linux 4.12 and later do", losses.listener());
        }
        // A counter of 32 bits.
        long dropped = drops < 0 ? 0 : (drops - knownDrops) & 0xffff_ffffL;
        if (dropped > 0) {
            knownDrops = drops;
            counts.lost(LossReason.kernel_drop, dropped);
            sender.report(losses.of(
                    DatagramProtocol.UNKNOWN,
                    null,
                    LossReason.kernel_drop,
                    dropped,
                    dropsSinceNanos,
                    untilNanos,
                    "The kernel had no room for datagrams of " + losses.listener()
                            + ", or found them damaged: raise collector.datagrams.buffer and net.core.rmem_max, or"
                            + " collector.datagrams.threads"));
        }
        dropsSinceNanos = untilNanos;
    }

    private long nowNanos() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** Datagrams that are not taken for one reason: one loss for those of one call, and a word in the log once in a while. */
    private final class Refusals {

        private final LossReason reason;
        private final String why;
        private long datagrams;
        private long firstNanos;
        private long lastNanos;
        private String example;
        private long quietUntilNanos = System.nanoTime();

        Refusals(LossReason reason, String why) {
            this.reason = reason;
            this.why = why;
        }

        void add(UdpSocket from, int index, long timeNanos) {
            if (datagrams == 0) {
                firstNanos = timeNanos;
                example = DatagramListener.sender(from, index);
            }
            datagrams++;
            lastNanos = timeNanos;
        }

        void tell() {
            if (datagrams == 0) {
                return;
            }
            counts.lost(reason, datagrams);
            String message = losses.listener() + ": " + why + " (for example from " + example + ")";
            sender.report(losses.of(DatagramProtocol.UNKNOWN, null, reason, datagrams, firstNanos, lastNanos, message));
            long now = System.nanoTime();
            if (now - quietUntilNanos >= 0) {
                quietUntilNanos = now + QUIET_NANOS;
                LOG.warn(
                        "{} datagrams not taken, further ones are told in the losses topic only: {}",
                        datagrams,
                        message);
            }
            datagrams = 0;
        }
    }
}
