package io.weir.topology.meter;

import io.weir.schemas.FlowEndReason;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.IcmpError;
import io.weir.schemas.packets.PacketBatchDecoder;
import io.weir.schemas.packets.PayloadFact;
import io.weir.schemas.packets.TcpControlBits;
import io.weir.topology.Grace;
import io.weir.topology.MeterConfig;
import io.weir.topology.conversation.ConversationTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The metering process (RFC 7011): packet summaries in, flow records per window out. Pure: what happens depends on the batches alone;
 * the wall clock comes in as an argument and only ends the flows of points that fell silent. No Kafka in here.
 *
 * <p>A flow lives from its first packet until its connection closed and lingered, until it was idle or active for too long, until its
 * input ended, or until the table was full. The window's record is given when the point's event time has passed the window's end plus
 * grace; a packet later than that makes a further, late record.
 */
public final class Meter {

    /**
     * ICMP errors of one observation point that wait for their flows at most: as many as come in the moment by which one thread of a collector is
     * ahead of another. At the bound the one that has waited longest is given up.
     */
    static final int MAX_WAITING_ERRORS = 1024;

    private static final long SECOND_NANOS = 1_000_000_000L;

    /** How far a collector's threads, or what is out of order in a capture, may lie apart without moving the event time by the newest packet. */
    private static final long THREADS_APART_NANOS = 2 * SECOND_NANOS;

    /** IANA protocol numbers, and none. */
    private static final int PROTOCOLS = 1 + 256;

    private final FlowTable table;
    private final ConversationTable conversations;
    private final MeterOutput output;
    private final long windowNanos;
    private final Grace grace;

    /** Idle timeouts by protocol number plus one, 0 for no protocol. */
    private final long[] idleNanos = new long[PROTOCOLS];

    private final long[] activeNanos = new long[PROTOCOLS];

    /** The shortest of all: a packet that keeps to it need not be looked at any closer. */
    private final long shortestIdleNanos;

    private final long shortestActiveNanos;
    private final long lingerNanos;

    /** How long flows live that enclose others: the idle timeout in whole windows. */
    private final long slotNanos;

    private final boolean tellsEarly;
    private final long silenceMs;
    private final int maxFlows;

    /** Rows of the current batch by index of its dictionary. */
    private FlowRow[] rows = new FlowRow[256];

    private final BatchForwarding forwarding;

    Meter(MeterConfig config, FlowTable table, ConversationTable conversations, MeterOutput output) {
        this.table = table;
        this.conversations = conversations;
        this.output = output;
        forwarding = new BatchForwarding(table.sharedForwardings());
        windowNanos = config.window().toNanos();
        grace = config.grace();
        Arrays.fill(idleNanos, config.timeouts().idle().toNanos());
        Arrays.fill(activeNanos, config.timeouts().active().toNanos());
        config.timeoutsByProtocol().forEach((protocol, own) -> {
            idleNanos[protocol + 1] = own.idle().toNanos();
            activeNanos[protocol + 1] = own.active().toNanos();
        });
        shortestIdleNanos = Arrays.stream(idleNanos).min().orElseThrow();
        shortestActiveNanos = Arrays.stream(activeNanos).min().orElseThrow();
        lingerNanos = config.tcpLinger().toNanos();
        slotNanos = slotNanos(config);
        tellsEarly = config.earlyRecords();
        silenceMs = config.silenceTimeout().toMillis();
        maxFlows = config.maxFlows();
    }

    /** Takes up the flows that the tables restored. */
    void resume(long nowMs) {
        for (FlowRow row : table.takeRestored()) {
            if (!row.isEnded()) {
                enqueue(row, expiryBucket(row));
            }
            if (row.shared) {
                row.extras().conversation = conversations.rejoin(row.conversationKey());
            }
        }
        conversations.resume(table.points().stream()
                .map(point -> new ConversationTable.Place(point.id, point.point, point.firstOpenWindow))
                .toList());
        for (ObservationState point : table.points()) {
            point.lastHeardMs = nowMs;
        }
    }

    /**
     * Counts one batch.
     *
     * @param nowMs wall clock, epoch milliseconds
     */
    void process(PacketBatchDecoder batch, long nowMs) {
        ObservationState point = table.point(batch.observationPoint());
        point.lastHeardMs = nowMs;
        if (point.nowNanos == Long.MIN_VALUE) {
            conversations.begin(point.id);
        }
        int keyCount = batch.keyCount();
        if (rows.length < keyCount) {
            rows = new FlowRow[Math.max(keyCount, rows.length * 2)];
        } else {
            Arrays.fill(rows, 0, keyCount, null);
        }
        int[] keys = batch.keyColumn();
        long[] times = batch.timeNanosecondsColumn();
        int[] layer2Octets = batch.layer2OctetsColumn();
        int[] octets = batch.octetsColumn();
        int[] flags = batch.tcpControlBitsColumn();
        int[] packets = batch.packetsColumn();
        if (point.notesTcp != batch.notesTcp()) {
            point.notesTcp = batch.notesTcp();
            table.changed(point);
        }
        int note = 0;
        int nextNote = packetOfNote(batch, note);
        int digest = 0;
        // With one observation point alone there is nobody to compare them with.
        boolean wantsDigests = table.points().size() > 1;
        int nextDigest = wantsDigests ? packetOfDigest(batch, digest) : -1;
        int facts = 0;
        int nextFact = packetOfFact(batch, facts);
        boolean tellsWay = forwarding.begin(batch);
        long newest = Long.MIN_VALUE;
        int keysAhead = 0;
        int i = 0;
        // ICMP errors stand between the packets: in pieces, so that a packet costs no look at them.
        for (int error = 0; error <= batch.icmpErrorCount(); error++) {
            for (int stop = packetsBefore(batch, error); i < stop; i++) {
                boolean sentByA = keys[i] >= 0;
                int index = sentByA ? keys[i] : -1 - keys[i];
                long time = times[i];
                FlowRow row = rows[index];
                if (row == null || row.endReason >= 0) {
                    if (index >= keysAhead) {
                        keysAhead = table.readAhead(batch, index);
                    }
                    row = bind(point, batch.key(index), sentByA, time);
                    rows[index] = row;
                }
                if (row.watched
                        || isSyn(flags[i])
                        || time - row.lastNanos > shortestIdleNanos
                        || time - row.firstNanos >= shortestActiveNanos) {
                    row = rowAt(row, batch.key(index), sentByA, time, flags[i]);
                    rows[index] = row;
                }
                WindowDelta delta = count(row, sentByA, time, packets[i], layer2Octets[i], octets[i], flags[i]);
                if (row.enclosure != null) {
                    enclosed(row, delta, sentByA, batch.key(index));
                }
                if (tellsWay) {
                    forwarding.tell(i, index, sentByA, row);
                }
                while (i == nextFact) {
                    note(row, delta, batch.fact(facts++), sentByA, time);
                    nextFact = packetOfFact(batch, facts);
                }
                if (i == nextNote) {
                    delta.noteTcp(sentByA, batch.tcpNoteMarks()[note], batch.tcpNoteRoundTripsMicroseconds()[note]);
                    nextNote = packetOfNote(batch, ++note);
                }
                if (i == nextDigest) {
                    delta.noteDigest(sentByA, time, batch.digests()[digest], batch.digestTimesToLive()[digest]);
                    nextDigest = packetOfDigest(batch, ++digest);
                }
                newest = Math.max(newest, time);
            }
            if (error < batch.icmpErrorCount()) {
                quote(point, batch.icmpError(error));
            }
        }
        advance(point, eventTime(point, batch.watermarkNanoseconds(), newest));
        if (batch.endOfInput()) {
            end(point);
        }
    }

    /**
     * What the collector says that it has sent is the time of its point. The packets themselves only move it where it says nothing, or a thread
     * of several has stood still for long; not where flow records tell of them, one long after another.
     *
     * @param newestNanos time of the newest packet, {@link Long#MIN_VALUE} without packets
     */
    private static long eventTime(ObservationState point, long watermarkNanos, long newestNanos) {
        boolean tells = newestNanos != Long.MIN_VALUE && !point.isOfFlowRecords();
        long byPackets = tells ? newestNanos - THREADS_APART_NANOS : Long.MIN_VALUE;
        return Math.max(point.nowNanos, Math.max(watermarkNanos, byPackets));
    }

    /** Ends the flows of points that sent nothing, not even a heartbeat, for the silence timeout: their collector is gone. */
    void expireSilent(long nowMs) {
        List<ObservationState> silent = new ArrayList<>();
        for (ObservationState point : table.points()) {
            if (nowMs - point.lastHeardMs >= silenceMs) {
                silent.add(point);
            }
        }
        silent.forEach(this::end);
    }

    /** Packets before an ICMP error, or, behind the last error, all of them. */
    private static int packetsBefore(PacketBatchDecoder batch, int error) {
        return error < batch.icmpErrorCount() ? batch.icmpError(error).packetsBefore : batch.packetCount();
    }

    private static int packetOfNote(PacketBatchDecoder batch, int index) {
        return index < batch.tcpNoteCount() ? batch.tcpNotePackets()[index] : -1;
    }

    private static int packetOfDigest(PacketBatchDecoder batch, int index) {
        return index < batch.digestCount() ? batch.digestPackets()[index] : -1;
    }

    private static int packetOfFact(PacketBatchDecoder batch, int index) {
        return index < batch.factCount() ? batch.fact(index).packet : -1;
    }

    private static void note(FlowRow row, WindowDelta delta, PayloadFact fact, boolean sentByA, long time) {
        FlowExtras extras = row.extras();
        if (extras.application == null) {
            extras.application = new ApplicationFacts();
        }
        extras.application.note(fact, delta, sentByA, time);
        Orientations.said(row, fact, sentByA);
    }

    /** Tells the flow that an error quotes, now or when the packets that came before the error must all be here. */
    private void quote(ObservationState point, IcmpError told) {
        QuotedError error = QuotedError.of(told);
        if (error.kind() == null) {
            output.unattributed(MeterOutput.Unattributed.unknown_type);
        } else if (!attribute(point, error)) {
            if (point.waitingErrors.size() == MAX_WAITING_ERRORS) {
                point.waitingErrors.removeFirst();
                output.unattributed(MeterOutput.Unattributed.too_many);
            }
            point.waitingErrors.addLast(error);
            table.changed(point);
        }
    }

    /** Looks a last time for the flows of errors that have waited for the grace. */
    private void attributeWaiting(ObservationState point, long nowNanos) {
        point.waitingErrors.removeIf(error -> {
            if (nowNanos < error.timeNanos + graceNanos(point)) {
                return false;
            }
            if (!attribute(point, error)) {
                output.unattributed(MeterOutput.Unattributed.no_flow);
            }
            return true;
        });
    }

    /**
     * Tells the flow of the error. It is no packet of that flow: neither does it begin one, nor does one live longer for it.
     *
     * @return false when there is no flow that the quoted packet can be of
     */
    private boolean attribute(ObservationState point, QuotedError error) {
        FlowRow row = quotedRow(point, error);
        if (row == null || error.timeNanos < row.firstNanos || error.timeNanos > deadline(row)) {
            return false;
        }
        FlowExtras extras = row.extras();
        if (extras.icmpErrors == null) {
            extras.icmpErrors = new LastIcmpErrors();
        }
        extras.icmpErrors.note(error);
        deltaOf(row, Math.floorDiv(error.timeNanos, windowNanos)).noteIcmpError(error.ofA, error.kind());
        table.changed(row);
        return true;
    }

    /** The quote ends before what the packet may have enclosed. */
    private FlowRow quotedRow(ObservationState point, QuotedError error) {
        CanonicalKey key = error.key;
        long hash = key.hash();
        key.encloses = false;
        FlowRow row = table.find(point, key, hash, 0);
        if (row == null) {
            key.encloses = true;
            row = table.find(point, key, hash, slot(key, error.timeNanos));
        }
        return row;
    }

    /** The row of a key for the first time in a batch, or after its flow has ended. */
    private FlowRow bind(ObservationState point, CanonicalKey key, boolean sentByA, long time) {
        FlowRow row = table.find(point, key, key.hash(), slot(key, time));
        if (row == null) {
            row = begin(point, key, sentByA, time, null);
        }
        if (row.problem == 0) {
            row.problem = (byte) key.problem;
        }
        return row;
    }

    /** The row that this packet counts in: the known one of its key, or its successor. */
    private FlowRow rowAt(FlowRow row, CanonicalKey key, boolean sentByA, long time, int flags) {
        if (row.encloses()) {
            long slot = slot(key, time);
            if (slot == row.key.slot()) {
                return row;
            }
            // Rows of several slots live side by side until each slot's time is over, so that late packets find theirs.
            FlowRow other = table.find(row.point, key, key.hash(), slot);
            return other != null ? other : begin(row.point, key, sentByA, time, row);
        }
        FlowEndReason ended = endedBefore(row, time, flags);
        if (ended == null) {
            return row;
        }
        end(row, ended);
        FlowRow successor = begin(row.point, key, sentByA, time, row);
        if (ended == FlowEndReason.active && row.application() != null) {
            // The same conversation goes on, and says only at its start what it is.
            successor.extras().application = row.application().copy();
        }
        return successor;
    }

    private long slot(CanonicalKey key, long time) {
        return key.encloses ? Math.floorDiv(time, slotNanos) : 0;
    }

    /** Length in nanoseconds of the spans of time that flows live in which enclose others; a multiple of the window. */
    static long slotNanos(MeterConfig config) {
        long window = config.window().toNanos();
        return -Math.floorDiv(-config.timeouts().idle().toNanos(), window) * window;
    }

    private static void enclosed(FlowRow row, WindowDelta delta, boolean sentByA, CanonicalKey key) {
        row.enclosure.parents = delta.noteParent(sentByA, key.parent);
    }

    /** Why a flow had ended before this packet of its key came, or null. */
    private FlowEndReason endedBefore(FlowRow row, long time, int flags) {
        boolean syn = isSyn(flags);
        if (row.closing && (syn || time - row.lastNanos > lingerNanos)) {
            return FlowEndReason.end_of_flow;
        }
        if (syn && TcpConnection.isNewConnection(row, time)) {
            return FlowEndReason.end_of_flow;
        }
        if (time - row.lastNanos > idleNanos(row)) {
            return FlowEndReason.idle;
        }
        return time - row.firstNanos >= activeNanos[row.protocolIdentifier() + 1] ? FlowEndReason.active : null;
    }

    private FlowRow begin(ObservationState point, CanonicalKey key, boolean sentByA, long time, FlowRow previous) {
        if (table.size() >= maxFlows) {
            evict();
        }
        FlowRow row = new FlowRow();
        row.point = point;
        row.setKey(key, table.shared(key, slot(key, time)));
        row.enclosure = Enclosure.of(key);
        row.problem = (byte) key.problem;
        row.firstNanos = time;
        row.lastNanos = time;
        row.generation = previous == null ? point.evictions : previous.generation + 1;
        long hash = key.hash();
        row.idSeed = FlowIds.seed(row, row.encloses() && deadline(row) > point.nowNanos);
        Orientations.begin(row, key, sentByA, previous);
        table.insert(row, hash);
        enqueue(row, expiryBucket(row));
        if (key.ipVersion != 0 && key.protocolIdentifier >= 0 && !row.hasLocalAddress()) {
            meet(row, hash, previous);
        }
        return row;
    }

    /** Finds out whether the same conversation is seen elsewhere, or has been in a window that is still open. */
    private void meet(FlowRow row, long hash, FlowRow previous) {
        if (previous != null && previous.key.slot() == row.key.slot()) {
            // Whoever is elsewhere has met it: flows of one key that follow each other fast do not look at all those
            // before.
            if (previous.shared) {
                share(row);
            }
            return;
        }
        FlowRow other = table.ofConversation(row, hash, null);
        while (other != null && !other.shared && other.isInPlaceOf(row)) {
            other = table.ofConversation(row, hash, other);
        }
        if (other == null) {
            return;
        }
        for (other = table.ofConversation(row, hash, null);
                other != null;
                other = table.ofConversation(row, hash, other)) {
            if (!other.shared) {
                share(other);
            }
        }
    }

    private void share(FlowRow row) {
        row.shared = true;
        row.extras().conversation = conversations.join(row.conversationKey(), row.point.id, row.point.point);
        if (row.emitted && row.point.firstOpenWindow != Long.MIN_VALUE) {
            conversations.hasStood(row.conversation(), row.hopId(), row.point.firstOpenWindow - 1);
        }
        prove(row);
        table.changed(row);
    }

    /** As packets come, not as records are given: their order within a window is not the same after a restart. */
    private void prove(FlowRow row) {
        if (Orientations.isProven(row)) {
            conversations.prove(row.conversation(), row.initiatorIsA);
        }
    }

    private void remove(FlowRow row) {
        table.remove(row);
        if (row.shared) {
            conversations.leave(row.conversation());
        }
    }

    private WindowDelta count(
            FlowRow row, boolean sentByA, long time, int packets, int layer2Octets, int octets, int flags) {
        WindowDelta delta = row.deltas;
        if (delta == null || !delta.holds(time, windowNanos)) {
            delta = deltaOf(row, Math.floorDiv(time, windowNanos));
        }
        delta.add(sentByA, packets, layer2Octets, octets, flags);
        if (time > row.lastNanos) {
            row.lastNanos = time;
        } else if (time < row.firstNanos) {
            row.firstNanos = time;
            Orientations.earlier(row, sentByA);
        }
        if (flags >= 0) {
            if (TcpControlBits.isUnion(flags)) {
                TcpConnection.observeUnion(row, sentByA, flags, time);
            } else if (TcpConnection.observe(row, sentByA, flags, time) && tellsEarly && !delta.late) {
                output.established(row, delta.window);
            }
            if (row.shared && (flags & FlowRow.SYN) != 0) {
                prove(row);
            }
            if (isSynAck(flags)) {
                table.accepted(row);
            }
            if ((flags & (FlowRow.FIN | FlowRow.RST)) != 0 && row.closing) {
                // It may end sooner than it was going to.
                schedule(row);
            }
        }
        table.changed(row);
        return delta;
    }

    private WindowDelta deltaOf(FlowRow row, long window) {
        WindowDelta known = row.deltas;
        while (known != null && known.window != window) {
            known = known.next;
        }
        if (known != null) {
            return known;
        }
        WindowDelta delta = new WindowDelta(row, window, window < row.point.firstOpenWindow);
        delta.tcp = row.point.notesTcp ? TcpHealth.GOOD : null;
        delta.next = row.deltas;
        row.deltas = delta;
        row.point.open(delta);
        return delta;
    }

    /** Lets the point's event time go on: gives the records of windows that are over and ends flows that have expired. */
    private void advance(ObservationState point, long nowNanos) {
        attributeWaiting(point, nowNanos);
        emitAll(point.lateDeltas);
        point.lateDeltas.clear();
        if (nowNanos == Long.MIN_VALUE) {
            return;
        }
        point.nowNanos = nowNanos;
        long firstOpen = Math.floorDiv(nowNanos - graceNanos(point), windowNanos);
        if (firstOpen > point.firstOpenWindow) {
            point.firstOpenWindow = firstOpen;
            while (!point.windows.isEmpty() && point.windows.firstKey() < firstOpen) {
                emitAll(point.closeFirstWindow());
            }
            expire(point);
            output.complete(point, firstOpen);
        } else {
            expire(point);
        }
        table.changed(point);
    }

    private long graceNanos(ObservationState point) {
        return grace.of(point.point.getCapture()).toNanos();
    }

    private void expire(ObservationState point) {
        TreeMap<Long, List<FlowRow>> expiry = point.expiry;
        while (!expiry.isEmpty() && expiry.firstKey() * SECOND_NANOS <= point.nowNanos) {
            Map.Entry<Long, List<FlowRow>> bucket = expiry.pollFirstEntry();
            for (FlowRow row : bucket.getValue()) {
                if (row.isEnded() || row.expiryBucket != bucket.getKey().intValue()) {
                    continue;
                }
                // By the bucket, not by the deadline itself: when a flow is ended must not depend on which bucket it
                // waited in.
                if (expiryBucket(row) * SECOND_NANOS <= point.nowNanos) {
                    end(row, expired(row));
                } else {
                    schedule(row);
                }
            }
        }
    }

    private long idleNanos(FlowRow row) {
        return idleNanos[row.protocolIdentifier() + 1];
    }

    private long deadline(FlowRow row) {
        if (row.encloses()) {
            return (row.key.slot() + 1) * slotNanos + graceNanos(row.point);
        }
        return row.lastNanos + (row.closing ? lingerNanos : idleNanos(row));
    }

    /** Why a flow ends at its deadline. */
    private static FlowEndReason expired(FlowRow row) {
        if (row.encloses()) {
            return FlowEndReason.active;
        }
        return row.closing ? FlowEndReason.end_of_flow : FlowEndReason.idle;
    }

    private long expiryBucket(FlowRow row) {
        return Math.floorDiv(deadline(row), SECOND_NANOS) + 1;
    }

    private void schedule(FlowRow row) {
        long bucket = expiryBucket(row);
        if ((int) bucket != row.expiryBucket) {
            enqueue(row, bucket);
        }
    }

    private static void enqueue(FlowRow row, long bucket) {
        row.expiryBucket = (int) bucket;
        row.point.expiry.computeIfAbsent(bucket, ignored -> new ArrayList<>()).add(row);
    }

    private void emitAll(List<WindowDelta> deltas) {
        // By index: giving a record may end a flow, but never opens a window.
        for (int i = 0; i < deltas.size(); i++) {
            WindowDelta delta = deltas.get(i);
            if (!delta.emitted) {
                emit(delta);
            }
        }
    }

    private void emit(WindowDelta delta) {
        FlowRow row = delta.row;
        boolean watched = !row.isEnded() && row.watched;
        if (watched && deadline(row) <= row.point.nowNanos) {
            row.endReason = (byte) expired(row).ordinal();
            table.ended(row);
        }
        unlink(row, delta);
        row.add(delta);
        delta.emitted = true;
        boolean last = row.isEnded() && row.deltas == null;
        give(row, delta, delta.window, last);
        row.emitted = true;
        if (last) {
            remove(row);
        } else {
            table.changed(row);
            if (!row.isEnded()) {
                schedule(row);
            }
        }
    }

    private void give(FlowRow row, WindowDelta delta, long window, boolean last) {
        Orientations.review(row, table.services());
        if (row.shared) {
            Orientations.agree(row, row.conversation());
        }
        output.flow(row, delta, window, last);
    }

    private static void unlink(FlowRow row, WindowDelta delta) {
        if (row.deltas == delta) {
            row.deltas = delta.next;
            return;
        }
        WindowDelta before = row.deltas;
        while (before.next != delta) {
            before = before.next;
        }
        before.next = delta.next;
    }

    /** Ends a flow. What it still has open is given with its window; without that, a record that says only that it ended. */
    private void end(FlowRow row, FlowEndReason reason) {
        row.endReason = (byte) reason.ordinal();
        table.ended(row);
        if (row.deltas == null) {
            boolean timedOut = reason == FlowEndReason.idle;
            long endedNanos = timedOut ? row.lastNanos + idleNanos(row) : row.lastNanos;
            give(row, null, Math.floorDiv(endedNanos, windowNanos), true);
            remove(row);
        }
    }

    /** The point's input is over: everything it still has is given, and the point forgotten. */
    private void end(ObservationState point) {
        attributeWaiting(point, Long.MAX_VALUE);
        for (List<FlowRow> bucket : point.expiry.values()) {
            for (FlowRow row : bucket) {
                if (!row.isEnded()) {
                    end(row, row.closing ? FlowEndReason.end_of_flow : FlowEndReason.forced);
                }
            }
        }
        point.expiry.clear();
        emitAll(point.lateDeltas);
        point.lateDeltas.clear();
        while (!point.windows.isEmpty()) {
            emitAll(point.closeFirstWindow());
        }
        output.complete(point, Long.MAX_VALUE);
        table.forget(point);
    }

    /** Makes room: the flow that would expire first is ended now, with what it has counted so far. */
    private void evict() {
        FlowRow victim = firstToExpire();
        if (victim == null) {
            // Every flow has ended and waits for its window: bounded by the packets of one window and grace.
            return;
        }
        // The next flow of this key may begin with a packet of the same time; its id must be another.
        victim.point.evictions++;
        victim.endReason = (byte) FlowEndReason.lack_of_resources.ordinal();
        table.ended(victim);
        if (victim.deltas == null) {
            give(victim, null, Math.floorDiv(victim.lastNanos, windowNanos), true);
            remove(victim);
        }
        while (victim.deltas != null) {
            emit(victim.deltas);
        }
    }

    private FlowRow firstToExpire() {
        FlowRow first = null;
        long firstBucket = Long.MAX_VALUE;
        for (ObservationState point : table.points()) {
            Iterator<Map.Entry<Long, List<FlowRow>>> buckets =
                    point.expiry.entrySet().iterator();
            while (buckets.hasNext()) {
                Map.Entry<Long, List<FlowRow>> bucket = buckets.next();
                FlowRow candidate = lastLive(bucket.getValue(), bucket.getKey().intValue());
                if (candidate != null) {
                    if (first == null || bucket.getKey() < firstBucket) {
                        first = candidate;
                        firstBucket = bucket.getKey();
                    }
                    break;
                }
                buckets.remove();
            }
        }
        return first;
    }

    /** The last row of a bucket that is live and counts there; those behind it are dropped from the bucket. */
    private static FlowRow lastLive(List<FlowRow> bucket, int number) {
        for (int i = bucket.size() - 1; i >= 0; i--) {
            FlowRow row = bucket.get(i);
            if (!row.isEnded() && row.expiryBucket == number) {
                return row;
            }
            bucket.remove(i);
        }
        return null;
    }

    private static boolean isSyn(int flags) {
        return flags >= 0 && (flags & (FlowRow.SYN | FlowRow.ACK)) == FlowRow.SYN;
    }

    private static boolean isSynAck(int flags) {
        return flags >= 0
                && (flags & (FlowRow.SYN | FlowRow.ACK)) == (FlowRow.SYN | FlowRow.ACK)
                && !TcpControlBits.isUnion(flags);
    }
}
