package io.weir.collectors.publish;

import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.CaptureProblem;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.FrameSink;
import io.weir.collectors.decode.PacketDecoder;
import io.weir.collectors.decode.PacketHeaders;
import io.weir.collectors.facts.FactReader;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.PayloadFact;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes frames from one source, decodes them and publishes their summaries: the observation process of one place. One thread runs it.
 *
 * <p>For a file, what is sent depends on the file alone: batches are cut by number of packets and by event time, never by the clock.
 */
public final class CaptureCollector {

    private static final Logger LOG = LoggerFactory.getLogger(CaptureCollector.class);

    private static final int FRAMES_PER_POLL = 4096;
    private static final int MAX_KEPT_PROBLEMS = 100;

    /** Observation points that one source may make; the frames of further interfaces share one. */
    private static final int MAX_SESSIONS = 1024;

    /** Event time after which a file sends a sign of life to every partition. */
    private static final long FILE_HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long NO_TIME = Long.MIN_VALUE;

    private final CollectorConfig config;
    private final CaptureSource source;
    private final Kind kind;
    private final String interfaceName;
    private final BatchSender sender;
    private final InstantSource clock;
    private final Supplier<String> sessionIds;

    private final PacketDecoder decoder;
    private final PacketHeaders headers = new PacketHeaders();
    /** Key of the frame, then of what it encloses, from the outside in. */
    private final CanonicalKey[] keys;

    private final FactReader factReader = new FactReader();
    private final PayloadFact fact = new PayloadFact();
    private final FragmentTable fragments = new FragmentTable();

    /** Null when nothing is copied. */
    private final RawPackets rawPackets;

    private final List<CaptureInterface> interfaces = new ArrayList<>();
    private final Map<Long, ObservationSession> sessions = new HashMap<>();
    private final List<CaptureProblem> problems = new ArrayList<>();

    private ObservationSession lastSession;
    private long lastSessionKey = -1;
    private long watermarkNanos = NO_TIME;
    private long nextHeartbeatNanos = NO_TIME;
    private long packets;

    /** Copy of {@link #packets} for other threads, renewed with every poll. */
    private volatile long packetsForOthers;

    private long layer2Octets;
    private long enclosedPackets;
    private long lostAtSource;
    private long problemCount;

    /** How a source relates to time and to back-pressure. */
    public enum Kind {
        /** Waits for Kafka; only event time counts. */
        FILE,
        /** Waits for Kafka; what has arrived is sent without waiting for more. */
        STREAM,
        /** Cannot wait: what Kafka does not take in time is lost, and counted. Its clock is this machine's. */
        LIVE
    }

    /**
     * @param interfaceName name of the observation point's interface; interfaces that the capture names are put behind it
     * @param sessionIds makes an id that no other run has
     */
    public CaptureCollector(
            CollectorConfig config,
            CaptureSource source,
            Kind kind,
            String interfaceName,
            BatchSender sender,
            InstantSource clock,
            Supplier<String> sessionIds) {
        this.config = config;
        this.source = source;
        this.kind = kind;
        this.interfaceName = interfaceName;
        this.sender = sender;
        this.clock = clock;
        this.sessionIds = sessionIds;
        decoder = new PacketDecoder(config.tunnelDepth(), config.facts());
        rawPackets = sender.rawPackets() == null
                ? null
                : new RawPackets(config.rawPackets(), sender.rawPackets(), kind == Kind.FILE);
        keys = new CanonicalKey[1 + config.tunnelDepth()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = new CanonicalKey();
        }
    }

    /** Packets summarised so far; may be read by other threads. */
    public long packets() {
        return packetsForOthers;
    }

    /** Ends a run: what was captured is sent, then {@link #run} returns. */
    public void stop() {
        source.stop();
    }

    /**
     * Collects until the source ends or {@link #stop} is called.
     *
     * @throws IOException when the source cannot be read
     * @throws InterruptedException when the thread was interrupted; what was collected is lost then
     */
    public CollectorReport run() throws IOException, InterruptedException {
        Sink sink = new Sink();
        long nextFlushMs = clock.millis() + config.batchDelay().toMillis();
        long nextHeartbeatMs = clock.millis() + config.heartbeat().toMillis();
        int frames = source.poll(sink, FRAMES_PER_POLL);
        while (frames != CaptureSource.END) {
            sink.rethrow();
            packetsForOthers = packets;
            long nowMs = clock.millis();
            if (kind == Kind.LIVE && frames == 0) {
                // The kernel had nothing: everything up to a moment ago has been delivered.
                advance(TimeUnit.MILLISECONDS.toNanos(nowMs - config.heartbeat().toMillis()));
            }
            boolean heartbeat = kind == Kind.LIVE && nowMs >= nextHeartbeatMs;
            if (heartbeat) {
                nextHeartbeatMs = nowMs + config.heartbeat().toMillis();
            }
            boolean drained = kind == Kind.STREAM && frames < FRAMES_PER_POLL;
            if (heartbeat || drained || (kind != Kind.FILE && nowMs >= nextFlushMs)) {
                flush(heartbeat);
                nextFlushMs = nowMs + config.batchDelay().toMillis();
            }
            frames = source.poll(sink, FRAMES_PER_POLL);
        }
        sink.rethrow();
        packetsForOthers = packets;
        for (ObservationSession session : sessions.values()) {
            session.end(watermarkNanos);
        }
        flushRawPackets();
        if (factReader.skippedInitials() > 0) {
            LOG.info(
                    "{}: {} first packets of QUIC were left closed, more than are opened in a second",
                    interfaceName,
                    factReader.skippedInitials());
        }
        return report();
    }

    private CollectorReport report() {
        return new CollectorReport(
                packets + lostAtSource, packets, layer2Octets, enclosedPackets, List.copyOf(problems), problemCount);
    }

    private void flush(boolean empty) throws InterruptedException {
        for (ObservationSession session : sessions.values()) {
            session.flush(watermarkNanos, empty);
        }
        flushRawPackets();
    }

    private void flushRawPackets() throws InterruptedException {
        if (rawPackets != null) {
            rawPackets.flush();
        }
    }

    private void advance(long timeNanos) {
        if (timeNanos > watermarkNanos) {
            watermarkNanos = timeNanos;
        }
    }

    private void collect(Frame frame) throws InterruptedException {
        long timeNanos = frame.timeNanos();
        advance(timeNanos);
        if (kind != Kind.LIVE && watermarkNanos >= nextHeartbeatNanos) {
            heartbeatByEventTime();
        }
        decoder.decode(
                frame.buffer(),
                frame.offset(),
                frame.capturedOctets(),
                frame.layer2Octets(),
                frame.linkType(),
                headers);
        ObservationSession session = session(frame.interfaceIndex(), headers.interfaceIndex);
        CanonicalKey key = keys[0];
        boolean sentByA = fill(headers, key, timeNanos);
        session.add(
                key,
                sentByA,
                timeNanos,
                frame.layer2Octets(),
                headers.octets,
                headers.tcpControlBits,
                fact(frame, headers, timeNanos),
                watermarkNanos);
        packets++;
        layer2Octets += frame.layer2Octets();
        if (headers.enclosed() != null) {
            collectEnclosed(session, frame, timeNanos);
        }
        if (rawPackets != null) {
            rawPackets.add(session, frame, headers, keys);
        }
    }

    /** A summary for each packet within the frame's, in the partition of its own conversation (ADR 15). */
    private void collectEnclosed(ObservationSession session, Frame frame, long timeNanos) throws InterruptedException {
        int depth = 0;
        for (PacketHeaders inner = headers.enclosed(); inner != null; inner = inner.enclosed()) {
            CanonicalKey parent = keys[depth++];
            CanonicalKey key = keys[depth];
            key.setEnclosed(parent, inner.tunnel.ordinal(), inner.tunnelIdentifier, inner.tunnelIsNetwork);
            boolean sentByA = fill(inner, key, timeNanos);
            session.add(
                    key,
                    sentByA,
                    timeNanos,
                    inner.enclosedOctets,
                    inner.octets,
                    inner.tcpControlBits,
                    fact(frame, inner, timeNanos),
                    watermarkNanos);
            enclosedPackets++;
        }
    }

    /** What the payload of a packet shows, valid until the next one; null for nothing. */
    private PayloadFact fact(Frame frame, PacketHeaders packet, long timeNanos) {
        return packet.payloadKind() != null && factReader.read(frame.buffer(), packet, timeNanos, fact) ? fact : null;
    }

    private boolean fill(PacketHeaders packet, CanonicalKey key, long timeNanos) {
        boolean encloses =
                packet.fragment ? fragments.resolve(packet, key.tunnel, timeNanos) : packet.enclosed() != null;
        return FlowKeys.fill(packet, encloses, key);
    }

    private void heartbeatByEventTime() throws InterruptedException {
        if (nextHeartbeatNanos != NO_TIME) {
            flush(true);
        }
        nextHeartbeatNanos = (Math.floorDiv(watermarkNanos, FILE_HEARTBEAT_NANOS) + 1) * FILE_HEARTBEAT_NANOS;
    }

    private ObservationSession session(int interfaceIndex, int systemIndex) {
        long sessionKey = (long) interfaceIndex << 32 | systemIndex;
        if (sessionKey != lastSessionKey) {
            lastSession = sessions.get(sessionKey);
            if (lastSession == null) {
                lastSession = newSession(sessionKey, interfaceIndex, systemIndex);
            }
            lastSessionKey = sessionKey;
        }
        return lastSession;
    }

    private ObservationSession newSession(long sessionKey, int interfaceIndex, int systemIndex) {
        boolean full = sessions.size() >= MAX_SESSIONS;
        if (full) {
            ObservationSession shared = sessions.get(-1L);
            if (shared != null) {
                return shared;
            }
            LOG.warn(
                    "{} has more than {} interfaces; the frames of the others share one observation point",
                    interfaceName,
                    MAX_SESSIONS);
        }
        String name = full ? interfaceName + "#others" : pointName(interfaceIndex, systemIndex);
        ObservationPoint point = new ObservationPoint(config.host(), name, source.method(), 1);
        ObservationSession session =
                new ObservationSession(point, sessionIds.get(), sender, kind != Kind.LIVE, config.batchPackets());
        sessions.put(full ? -1L : sessionKey, session);
        return session;
    }

    private String pointName(int interfaceIndex, int systemIndex) {
        CaptureInterface known = interfaceIndex < interfaces.size() ? interfaces.get(interfaceIndex) : null;
        String name = interfaceName;
        if (kind != Kind.LIVE) {
            if (known != null && known.name() != null && !known.name().isBlank()) {
                name += '#' + known.name();
            } else if (interfaceIndex > 0) {
                name += "#" + interfaceIndex;
            }
        }
        return systemIndex > 0 ? name + "#" + systemIndex : name;
    }

    private void problem(CaptureProblem problem) {
        problemCount++;
        if (problems.size() < MAX_KEPT_PROBLEMS) {
            problems.add(problem);
        }
        LOG.debug("{}", problem.message());
        if (problem.reason().isSeen() && problem.packets() != null) {
            lostAtSource += problem.packets();
        }
        int index = Math.max(problem.interfaceIndex(), 0);
        ObservationPoint point = new ObservationPoint(config.host(), pointName(index, 0), source.method(), 1);
        sender.report(Loss.newBuilder()
                .setObservationPoint(point)
                .setStage("collector")
                .setReason(LossReason.valueOf(problem.reason().code()))
                .setSource(problem.source())
                .setFirstOffset(optional(problem.firstOffset()))
                .setLastOffset(problem.endOffset() < 1 ? null : (Long) (problem.endOffset() - 1))
                .setPackets(problem.packets())
                .setLayer2Octets(problem.layer2Octets())
                .setFirstTimeMicroseconds(micros(problem.firstTimeNanos()))
                .setLastTimeMicroseconds(micros(problem.lastTimeNanos()))
                .setMessage(problem.message())
                .build());
    }

    private static Long optional(long offset) {
        return offset < 0 ? null : (Long) offset;
    }

    private static Long micros(Long nanos) {
        return nanos == null ? null : (Long) Math.floorDiv(nanos, 1000L);
    }

    private final class Sink implements FrameSink {

        private InterruptedException interrupted;

        @Override
        public void onFrame(Frame frame) {
            if (interrupted != null) {
                return;
            }
            try {
                collect(frame);
            } catch (InterruptedException e) {
                interrupted = e;
            }
        }

        @Override
        public void onInterface(int interfaceIndex, CaptureInterface description) {
            while (interfaces.size() <= interfaceIndex) {
                interfaces.add(null);
            }
            interfaces.set(interfaceIndex, description);
            if (!PacketDecoder.knows(description.linkType())) {
                LOG.warn(
                        "{}: {} is not known here; its frames are counted as one flow without addresses",
                        description.source(),
                        description.linkType() < 0 ? description.description() : "link type " + description.linkType());
            }
        }

        @Override
        public void onProblem(CaptureProblem problem) {
            problem(problem);
        }

        void rethrow() throws InterruptedException {
            if (interrupted != null) {
                throw interrupted;
            }
        }

        private void problem(CaptureProblem found) {
            CaptureCollector.this.problem(found);
        }
    }
}
