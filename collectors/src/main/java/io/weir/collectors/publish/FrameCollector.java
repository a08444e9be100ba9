package io.weir.collectors.publish;

import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.CaptureLossReason;
import io.weir.collectors.capture.CaptureProblem;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.FrameSink;
import io.weir.collectors.publish.CaptureCollector.Kind;
import io.weir.decoding.facts.FactReader;
import io.weir.decoding.packet.FlowKeys;
import io.weir.decoding.packet.PacketDecoder;
import io.weir.decoding.packet.PacketHeaders;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.IcmpError;
import io.weir.schemas.packets.PayloadFact;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one thread of a collector does: takes the frames of its source, decodes them and gathers their summaries. */
final class FrameCollector {

    private static final Logger LOG = LoggerFactory.getLogger(FrameCollector.class);

    private static final int FRAMES_PER_POLL = 4096;

    /** Event time after which a file sends a sign of life to every partition. */
    private static final long FILE_HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** A kernel hands frames over after this time at the latest: its own 100 ms, and as much again for being late. */
    private static final long HELD_BY_KERNEL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** Processors that take frames of one interface at the same time stamp them before they queue for the ring. */
    private static final long OUT_OF_ORDER_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Milliseconds between two countings for other threads: an object each. */
    private static final long COUNT_EVERY_MS = 100;

    private static final long NO_TIME = Long.MIN_VALUE;

    private final Shared shared;
    private final CollectorConfig config;
    private final Kind kind;
    private final int thread;
    private final CaptureSource source;

    /** Null where no later run can go on where this one gets to. */
    private final ResumableSender resumable;

    /** Null where every packet is taken. */
    private final PacketSampler sampler;

    /** Null where all are taken. */
    private final OwnConnections own;

    /** Every segment comes here, so that what one tells beside those before it can be told. */
    private final boolean looksAtTcp;

    /** Null where no digests are noted. */
    private final TrajectorySampler trajectories;

    private final PacketDecoder decoder;
    private final PacketHeaders headers = new PacketHeaders();
    /** Key of the frame, then of what it encloses, from the outside in. */
    private final CanonicalKey[] keys;

    private final FactReader factReader = new FactReader();
    private final PayloadFact fact = new PayloadFact();
    private final IcmpError icmpError = new IcmpError();
    private final FragmentTable fragments = new FragmentTable();
    /** Null when nothing is copied. */
    private final RawPackets rawPackets;

    private final List<CaptureInterface> interfaces = new ArrayList<>();
    private final Map<Long, SessionBatches> batches = new HashMap<>();
    private final List<CaptureProblem> problems = new ArrayList<>();

    private SessionBatches lastBatches;
    private long lastKey = -1;

    /** Event time up to which the source has delivered everything. */
    private long deliveredNanos = NO_TIME;

    /** Event time from which on the source may hold packets back. */
    private long heldSinceNanos;

    private long nextHeartbeatNanos = NO_TIME;
    private long packets;

    /** Copy of {@link #packets} for other threads, renewed with every poll. */
    private volatile long packetsForOthers;

    private volatile CaptureCounts counts = CaptureCounts.NONE;
    private long nextCountMs;
    private long ownPackets;
    private long layer2Octets;
    private long enclosedPackets;
    private long lostAtSource;
    private long droppedBefore;
    private long problemCount;

    /** Packets of the source that are dealt with: its frames, and one within which it ended. Counted where a later run can go on. */
    private long dealtWith;

    /** Octet of the source before which all damage begins that it has told. */
    private long lossesBeforeOffset;

    /**
     * What the threads of a collector have in common.
     *
     * @param interfaceName name of the observation point's interface; interfaces that the capture names are put behind it
     * @param outlet where batches and losses go
     * @param resumable the outlet once more where a later run can go on where this one gets to, else null
     * @param lost counts what is missing
     * @param clock of this machine, by which a live source's packets are timed
     * @param stopped whether the sources were asked to end
     */
    record Shared(
            CollectorConfig config,
            Kind kind,
            String interfaceName,
            ObservationSessions sessions,
            Watermark watermark,
            BatchOutlet outlet,
            ResumableSender resumable,
            LostPackets lost,
            InstantSource clock,
            BooleanSupplier stopped) {}

    /** @param thread number of this one, from 0 */
    FrameCollector(Shared shared, int thread, CaptureSource source) {
        this.shared = shared;
        this.config = shared.config();
        this.kind = shared.kind();
        this.thread = thread;
        this.source = source;
        this.resumable = shared.resumable();
        // Threads that chose alike would take the same of what is alike.
        sampler = config.samplingRate() == 1
                ? null
                : new PacketSampler(
                        config.samplingRate(), shared.interfaceName().hashCode() + thread);
        own = kind == Kind.LIVE && !config.ownTraffic() ? OwnConnections.OF_THIS_PROCESS : null;
        rawPackets = shared.outlet().rawPackets() == null
                ? null
                : new RawPackets(config.rawPackets(), shared.outlet().rawPackets(), kind == Kind.FILE);
        looksAtTcp = config.tcpNotes() && sampler == null && !source.method().equals("ebpf");
        trajectories = config.trajectorySampling() == 0 ? null : new TrajectorySampler(config.trajectorySampling());
        decoder = new PacketDecoder(config.tunnelDepth(), config.facts());
        keys = new CanonicalKey[1 + config.tunnelDepth()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = new CanonicalKey();
        }
    }

    /** Collects until the source ends; then there is either {@link #leave} or {@link #end} to do. */
    void run() throws IOException, InterruptedException {
        InstantSource clock = shared.clock();
        Sink sink = new Sink();
        if (resumable != null) {
            source.keepProblemsApart();
            if (resumable.isReplaying() && !replay(sink)) {
                return;
            }
        }
        long nextFlushMs = clock.millis() + config.batchDelay().toMillis();
        long lastHeartbeatMs = clock.millis();
        heldSinceNanos = source.heldSinceNanos();
        long askedMs = clock.millis();
        int delivered = source.poll(sink, FRAMES_PER_POLL);
        while (delivered != CaptureSource.END) {
            sink.rethrow();
            dealtWith += delivered;
            packetsForOthers = packets;
            heldSinceNanos = source.heldSinceNanos();
            long nowMs = clock.millis();
            if (nowMs >= nextCountMs) {
                nextCountMs = nowMs + COUNT_EVERY_MS;
                counts = count();
            }
            if (own != null) {
                own.refresh(nowMs);
            }
            if (kind == Kind.LIVE && delivered == 0) {
                // The kernel had nothing when it was asked: everything up to a moment before that has been delivered.
                advance(TimeUnit.MILLISECONDS.toNanos(askedMs) - HELD_BY_KERNEL_NANOS);
            }
            boolean heartbeat = isHeartbeatDue(nowMs - lastHeartbeatMs);
            if (heartbeat) {
                lastHeartbeatMs = nowMs;
            }
            boolean drained = kind == Kind.STREAM && delivered < FRAMES_PER_POLL;
            if (heartbeat || drained || (kind != Kind.FILE && nowMs >= nextFlushMs)) {
                flush(heartbeat);
                nextFlushMs = nowMs + config.batchDelay().toMillis();
            }
            if (resumable != null && resumable.isDue(dealtWith)) {
                commit();
            }
            askedMs = clock.millis();
            delivered = source.poll(sink, FRAMES_PER_POLL);
        }
        sink.rethrow();
        packetsForOthers = packets;
        counts = count();
    }

    /**
     * Takes up what an earlier run has sent, without sending it again: what is remembered of connections and fragments is then what that run
     * remembered. Returns false when stopped before its end.
     */
    private boolean replay(Sink sink) throws IOException, InterruptedException {
        long wanted = resumable.packetsBefore();
        while (dealtWith < wanted) {
            int delivered = source.replay(sink, (int) Math.min(FRAMES_PER_POLL, wanted - dealtWith));
            sink.rethrow();
            if (delivered != CaptureSource.END) {
                dealtWith += delivered;
                heldSinceNanos = source.heldSinceNanos();
            } else if (shared.stopped().getAsBoolean()) {
                return false;
            } else if (dealtWith < wanted) {
                throw new IOException("it holds " + dealtWith + " packets, and an earlier run has sent " + wanted
                        + " of it: it was cut since. Restore it, or read it under another name");
            }
        }
        flush(false);
        resumable.goOn();
        packets = 0;
        layer2Octets = 0;
        enclosedPackets = 0;
        LOG.info("{}: {} packets were sent by an earlier run; going on behind them", source.name(), wanted);
        return true;
    }

    private void commit() throws InterruptedException {
        flush(false);
        List<ObservationSession> sessions = new ArrayList<>();
        shared.sessions().forEach(sessions::add);
        resumable.commit(dealtWith, lossesBeforeOffset, sessions, false);
    }

    private CaptureCounts count() {
        return new CaptureCounts(packets, layer2Octets, ownPackets, passedOver(), droppedBefore, lostAtSource);
    }

    /** Sends what is left here, while other threads still collect. */
    void leave() throws InterruptedException {
        flush(false);
        shared.watermark().sent(thread, Long.MAX_VALUE);
    }

    /**
     * Sends what is left here, when no other thread has anything left, and the word that nothing follows.
     *
     * @param stopped whether the source may hold more, which a later run will read if one can
     */
    void end(boolean stopped) throws InterruptedException {
        if (resumable == null) {
            end();
        } else if (stopped) {
            if (!resumable.isReplaying()) {
                commit();
            }
        } else if (resumable.isUnfinished(dealtWith, lossesBeforeOffset)) {
            end();
            resumable.commit(dealtWith, lossesBeforeOffset, List.of(), true);
        }
    }

    private void end() throws InterruptedException {
        meetAllSessions();
        for (SessionBatches gathered : batches.values()) {
            gathered.end(deliveredNanos);
        }
        flushRawPackets();
    }

    /** Packets summarised so far; may be read by other threads. */
    long packets() {
        return packetsForOthers;
    }

    /** What has been done so far, or a moment ago; may be read by other threads. */
    CaptureCounts counts() {
        return counts;
    }

    /** What was done; for the time after the end. */
    CollectorReport report() {
        return new CollectorReport(
                packets + lostAtSource, packets, layer2Octets, enclosedPackets, List.copyOf(problems), problemCount);
    }

    /** Packets of QUIC left closed because too many came in one second; for the time after the end. */
    long skippedInitials() {
        return factReader.skippedInitials();
    }

    /** Packets of this process's own connections that were left out; for the time after the end. */
    long ownPackets() {
        return ownPackets;
    }

    /** Packets that were not chosen; for the time after the end. */
    long passedOver() {
        return sampler == null ? 0 : sampler.passedOver();
    }

    private void flush(boolean heartbeat) throws InterruptedException {
        if (heartbeat) {
            meetAllSessions();
        }
        for (SessionBatches gathered : batches.values()) {
            gathered.flush(deliveredNanos, heartbeat);
        }
        if (deliveredNanos != NO_TIME) {
            shared.watermark().sent(thread, deliveredNanos);
        }
        flushRawPackets();
    }

    private void flushRawPackets() throws InterruptedException {
        if (rawPackets != null) {
            rawPackets.flush();
        }
    }

    /** Sessions that only other threads have had packets of get their signs of life and their end from here, too. */
    private void meetAllSessions() {
        shared.sessions().forEach(this::batches);
    }

    private void advance(long timeNanos) {
        long nanos = Math.min(timeNanos, heldSinceNanos);
        if (nanos > deliveredNanos) {
            deliveredNanos = nanos;
        }
    }

    private void collect(Frame frame) throws InterruptedException {
        long timeNanos = frame.timeNanos();
        if (kind == Kind.LIVE) {
            advance(timeNanos - OUT_OF_ORDER_NANOS);
        } else {
            advance(timeNanos);
            if (deliveredNanos >= nextHeartbeatNanos) {
                heartbeatOfFile();
            }
        }
        if (sampler != null && !sampler.takes()) {
            return;
        }
        decode(frame);
        SessionBatches batches = batches(frame.interfaceIndex(), headers.interfaceIndex);
        CanonicalKey key = keys[0];
        boolean sentByA = fill(headers, key, timeNanos);
        if (own != null && own.include(key, TimeUnit.NANOSECONDS.toMillis(timeNanos))) {
            ownPackets++;
            return;
        }
        batches.add(
                key,
                sentByA,
                timeNanos,
                1,
                frame.layer2Octets(),
                headers.octets,
                headers.tcpControlBits,
                headers,
                fact(frame, headers, timeNanos),
                deliveredNanos);
        packets++;
        layer2Octets += frame.layer2Octets();
        if (headers.holdsPacket()) {
            collectHeld(batches, frame, timeNanos);
        }
        if (rawPackets != null) {
            rawPackets.add(batches.session(), frame, headers, keys);
        }
    }

    /** What the source counted instead of handing it over; it keeps no payload. */
    private void collectSummary(
            Frame header, int summaryPackets, int summaryLayer2Octets, int octets, int tcpControlBits)
            throws InterruptedException {
        long timeNanos = header.timeNanos();
        advance(timeNanos);
        decode(header);
        SessionBatches batches = batches(header.interfaceIndex(), headers.interfaceIndex);
        CanonicalKey key = keys[0];
        boolean sentByA = fill(headers, key, timeNanos);
        if (own != null && own.include(key, TimeUnit.NANOSECONDS.toMillis(timeNanos))) {
            ownPackets += summaryPackets;
            return;
        }
        batches.add(
                key,
                sentByA,
                timeNanos,
                summaryPackets,
                summaryLayer2Octets,
                octets,
                tcpControlBits,
                null,
                null,
                deliveredNanos);
        packets += summaryPackets;
        layer2Octets += summaryLayer2Octets;
    }

    private void decode(Frame frame) {
        decoder.decode(
                frame.buffer(),
                frame.offset(),
                frame.capturedOctets(),
                frame.layer2Octets(),
                frame.linkType(),
                headers);
    }

    /**
     * A summary for each packet within the frame's, in the partition of its own conversation (ADR 15), and a note for the flow of the packet
     * that an ICMP error quotes (ADR 28).
     */
    private void collectHeld(SessionBatches batches, Frame frame, long timeNanos) throws InterruptedException {
        int depth = 0;
        collectQuoted(batches, headers, keys[0], timeNanos);
        for (PacketHeaders inner = headers.enclosed(); inner != null; inner = inner.enclosed()) {
            CanonicalKey parent = keys[depth++];
            CanonicalKey key = keys[depth];
            key.setEnclosed(parent, inner.tunnel.ordinal(), inner.tunnelIdentifier, inner.tunnelIsNetwork);
            boolean sentByA = fill(inner, key, timeNanos);
            batches.add(
                    key,
                    sentByA,
                    timeNanos,
                    1,
                    inner.enclosedOctets,
                    inner.octets,
                    inner.tcpControlBits,
                    inner,
                    fact(frame, inner, timeNanos),
                    deliveredNanos);
            enclosedPackets++;
            collectQuoted(batches, inner, key, timeNanos);
        }
    }

    /** @param errorKey key of the packet */
    private void collectQuoted(SessionBatches batches, PacketHeaders packet, CanonicalKey errorKey, long timeNanos)
            throws InterruptedException {
        PacketHeaders quoted = packet.quoted();
        if (quoted == null) {
            return;
        }
        if (quoted.laterFragment) {
            // Its first fragment gave the ports away when it passed here.
            fragments.resolve(quoted, errorKey.tunnel, timeNanos);
        }
        icmpError.timeNanoseconds = timeNanos;
        icmpError.sentByA = FlowKeys.fillQuoted(quoted, errorKey, icmpError.quoted);
        icmpError.type = packet.icmpType;
        icmpError.code = packet.icmpCode;
        icmpError.senderHigh = packet.sourceAddressHigh;
        icmpError.senderLow = packet.sourceAddressLow;
        if (own == null || !own.include(icmpError.quoted, TimeUnit.NANOSECONDS.toMillis(timeNanos))) {
            batches.add(icmpError, deliveredNanos);
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

    private void heartbeatOfFile() throws InterruptedException {
        if (nextHeartbeatNanos != NO_TIME) {
            flush(true);
        }
        nextHeartbeatNanos = nextMultiple(deliveredNanos, FILE_HEARTBEAT_NANOS);
    }

    /**
     * As soon as everything up to a multiple of the heartbeat interval has been sent: windows end there, and nothing then keeps the meter from
     * closing them. One thread's sign of life is enough.
     */
    private boolean isHeartbeatDue(long silentMs) {
        if (kind != Kind.LIVE || thread != 0) {
            return false;
        }
        long reachedNanos = shared.watermark().of(thread, deliveredNanos);
        boolean due = (reachedNanos >= nextHeartbeatNanos && nextHeartbeatNanos != NO_TIME)
                || silentMs >= 2 * config.heartbeat().toMillis();
        if (due || nextHeartbeatNanos == NO_TIME) {
            nextHeartbeatNanos = nextMultiple(reachedNanos, config.heartbeat().toNanos());
        }
        return due;
    }

    private static long nextMultiple(long nanos, long intervalNanos) {
        return (Math.floorDiv(nanos, intervalNanos) + 1) * intervalNanos;
    }

    private SessionBatches batches(int interfaceIndex, int systemIndex) {
        long key = (long) interfaceIndex << 32 | (systemIndex & 0xffff_ffffL);
        if (key != lastKey) {
            lastBatches = batches.get(key);
            if (lastBatches == null) {
                lastBatches = batches(shared.sessions().of(key, () -> point(interfaceIndex, systemIndex)));
            }
            lastKey = key;
        }
        return lastBatches;
    }

    private SessionBatches batches(ObservationSession session) {
        SessionBatches known = batches.get(session.key());
        if (known == null) {
            TcpTracker tcp = looksAtTcp ? new TcpTracker() : null;
            known = new SessionBatches(session, shared.watermark(), thread, config.batchPackets(), tcp, trajectories);
            batches.put(session.key(), known);
        }
        return known;
    }

    private ObservationPoint point(int interfaceIndex, int systemIndex) {
        return new ObservationPoint(
                config.host(), pointName(interfaceIndex, systemIndex), source.method(), config.samplingRate());
    }

    private String pointName(int interfaceIndex, int systemIndex) {
        CaptureInterface known = interfaceIndex < interfaces.size() ? interfaces.get(interfaceIndex) : null;
        String name = shared.interfaceName();
        if (kind != Kind.LIVE) {
            if (known != null && known.name() != null && !known.name().isBlank()) {
                name += '#' + known.name();
            } else if (interfaceIndex > 0) {
                name += "#" + interfaceIndex;
            }
        }
        return systemIndex > 0 ? name + "#" + systemIndex : name;
    }

    /**
     * Whether an earlier run has told of it. A packet within which the file ends is told as lost, and is dealt with: it stays so when the file has
     * grown.
     */
    private boolean isTold(CaptureProblem problem) {
        long offset = problem.firstOffset();
        boolean cut = problem.reason() == CaptureLossReason.TRUNCATED_FILE;
        if (cut && problem.packets() == null) {
            // Between packets, where the file may go on with something else to tell.
            lossesBeforeOffset = Math.max(lossesBeforeOffset, offset);
            return resumable.hasToldCut(offset);
        }
        if (cut) {
            dealtWith += problem.packets();
        }
        lossesBeforeOffset = Math.max(lossesBeforeOffset, offset + 1);
        return resumable.hasTold(offset);
    }

    private void problem(CaptureProblem problem) {
        if (resumable != null && isTold(problem)) {
            return;
        }
        problemCount++;
        if (problems.size() < CollectorReport.MAX_PROBLEMS) {
            problems.add(problem);
        }
        LOG.debug("{}", problem.message());
        LossReason reason = LossReason.valueOf(problem.reason().code());
        if (problem.packets() != null) {
            shared.lost().add(reason, problem.packets());
            if (problem.reason().isSeen()) {
                lostAtSource += problem.packets();
            } else {
                droppedBefore += problem.packets();
            }
        }
        int index = Math.max(problem.interfaceIndex(), 0);
        shared.outlet()
                .report(Loss.newBuilder()
                        .setObservationPoint(point(index, 0))
                        .setStage("collector")
                        .setReason(reason)
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
        public void onSummary(Frame header, int packets, int layer2Octets, int octets, int tcpControlBits) {
            if (interrupted != null) {
                return;
            }
            try {
                collectSummary(header, packets, layer2Octets, octets, tcpControlBits);
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
            FrameCollector.this.problem(found);
        }
    }
}
