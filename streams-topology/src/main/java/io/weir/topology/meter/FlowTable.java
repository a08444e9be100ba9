package io.weir.topology.meter;

import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.PacketBatchDecoder;
import io.weir.state.TableStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The flows of one task, their observation points and the services that were seen there; flows are indexed by observation point and flow
 * key. What to do with them is the {@link Meter}'s.
 */
public final class FlowTable extends TableStore {

    /** Name of the store. */
    public static final String NAME = "flow-table";

    /** In a record with one row the row is the smaller part of the cost; in one with many, rows that have not changed are. */
    private static final int ROWS_PER_PAGE = 16;

    private static final int INITIAL_SLOTS = 1 << 12;

    /** Keys that are looked ahead: some more than a processor asks memory for at a time. */
    private static final int KEYS_AHEAD = 128;

    /** So many rows and more do not stay in the processor's caches. */
    private static final int MANY_ROWS = 1 << 14;

    private final Map<ObservationPoint, ObservationState> points = new HashMap<>();
    private final Map<Long, ObservationState> pointsById = new HashMap<>();
    private final KnownServices services = new KnownServices();
    private final SharedObjects<SharedKey> sharedKeys = new SharedObjects<>();
    private final SharedObjects<SharedForwarding> sharedForwardings = new SharedObjects<>();
    private final List<FlowRow> restoredRows = new ArrayList<>();
    private FlowRow[] slots = new FlowRow[INITIAL_SLOTS];
    private final FlowRow[] ahead = new FlowRow[KEYS_AHEAD];

    /** A sum over what was read ahead: what nobody used would not be read. */
    private long readSum;

    private int rows;
    private long inserted;

    /** An empty table. */
    public FlowTable() {
        super(NAME, ROWS_PER_PAGE);
    }

    /** Flows in the table, those that have ended but are not emitted included. */
    public int size() {
        return rows;
    }

    /** Rows that {@link #insert} took since the table was made. */
    long inserted() {
        return inserted;
    }

    Collection<ObservationState> points() {
        return points.values();
    }

    /** The state of a point, a new one if it was not known. */
    ObservationState point(ObservationPoint point) {
        ObservationState state = points.get(point);
        if (state == null) {
            state = new ObservationState(idOf(point));
            state.point = point;
            points.put(point, state);
            pointsById.put(state.id, state);
            markChanged(state);
        }
        return state;
    }

    void forget(ObservationState state) {
        points.remove(state.point);
        pointsById.remove(state.id);
        markRemoved(state);
    }

    /**
     * The live flow of a key, or null.
     *
     * @param slot see {@link SharedKey#slot}
     */
    FlowRow find(ObservationState point, CanonicalKey key, long hash, long slot) {
        long addresses = FlowRow.addresses(key);
        long word4 = key.word4();
        FlowRow row = slots[slot(hash)];
        while (row != null
                && (row.addresses != addresses
                        || row.word4 != word4
                        || row.point != point
                        || row.endReason >= 0
                        || !row.key.isOf(key, slot))) {
            row = row.nextInSlot;
        }
        return row;
    }

    /**
     * Reads what {@link #find} and a packet will need of the next keys of a batch. Each of them waits for memory where flows are many; here they
     * all wait at the same time, as none needs the other's answer. Changes nothing.
     *
     * @param first index of the first key
     * @return index behind the last key that was read ahead
     */
    int readAhead(PacketBatchDecoder batch, int first) {
        if (rows < MANY_ROWS) {
            return batch.keyCount();
        }
        int count = Math.min(KEYS_AHEAD, batch.keyCount() - first);
        for (int i = 0; i < count; i++) {
            ahead[i] = slots[slot(batch.key(first + i).hash())];
        }
        long sum = 0;
        for (int i = 0; i < count; i++) {
            FlowRow row = ahead[i];
            if (row != null) {
                // Of its front, its middle and its end.
                sum += row.lastNanos + row.addresses + (row.point == null ? 0 : 1);
            }
        }
        for (int i = 0; i < count; i++) {
            FlowRow row = ahead[i];
            if (row != null) {
                WindowDelta delta = row.deltas;
                sum += isChanged(row) ? 1 : 0;
                sum += delta == null ? 0 : delta.window + (delta.next == null ? 0 : 1);
            }
        }
        readSum = sum;
        return first + count;
    }

    long readSum() {
        return readSum;
    }

    /** What the flows of a key share with others. */
    SharedKey shared(CanonicalKey key, long slot) {
        return sharedKeys.unique(SharedKey.of(key, slot));
    }

    /** What is said of the way of flows, once for many of them. */
    SharedObjects<SharedForwarding> sharedForwardings() {
        return sharedForwardings;
    }

    /**
     * Flows of the conversation of {@code row}, also those that have ended but are not emitted, whatever their place; ask for the first one with {@code
     * before} null, for the others with the one before; null when there are no more.
     */
    FlowRow ofConversation(FlowRow row, long hash, FlowRow before) {
        FlowRow other = before == null ? slots[slot(hash)] : before.nextInSlot;
        while (other != null && !other.isOfConversation(row)) {
            other = other.nextInSlot;
        }
        return other;
    }

    /** Puts a row, whose key and point are set, into table and index. */
    void insert(FlowRow row, long hash) {
        rows++;
        inserted++;
        index(row, hash);
        markChanged(row);
    }

    /** The row's flow has ended: its key is free for the next one; the row stays until it is emitted. */
    void ended(FlowRow row) {
        markChanged(row);
    }

    /** Takes an ended row out of the table. */
    void remove(FlowRow row) {
        if (row.previousInSlot != null) {
            row.previousInSlot.nextInSlot = row.nextInSlot;
        } else {
            slots[slot(row.hash())] = row.nextInSlot;
        }
        if (row.nextInSlot != null) {
            row.nextInSlot.previousInSlot = row.previousInSlot;
        }
        row.previousInSlot = null;
        row.nextInSlot = null;
        rows--;
        markRemoved(row);
    }

    /** The responder of this flow has accepted the connection. */
    void accepted(FlowRow row) {
        services.learn(row, this::markChanged, this::markRemoved);
    }

    KnownServices services() {
        return services;
    }

    void changed(FlowRow row) {
        markChanged(row);
    }

    void changed(ObservationState state) {
        markChanged(state);
    }

    @Override
    protected Row restoreRow(byte[] key, byte[] value) {
        if (RowCodec.isPoint(key)) {
            ObservationState state = pointById(RowCodec.pointId(key));
            RowCodec.decode(value, state);
            points.put(state.point, state);
            return state;
        }
        if (RowCodec.isService(key)) {
            return services.restore(key, value);
        }
        FlowRow row = new FlowRow();
        row.point = pointById(RowCodec.decode(value, row, sharedKeys, sharedForwardings));
        rows++;
        restoredRows.add(row);
        return row;
    }

    /**
     * Rows come back in the order of their first packets: what is given after a restart is the same, though records of one window may
     * stand in another order than without it.
     */
    @Override
    protected void restoreComplete() {
        services.restoreComplete();
        restoredRows.sort(Comparator.<FlowRow>comparingLong(row -> row.firstNanos)
                .thenComparingLong(FlowIds::high)
                .thenComparingLong(FlowIds::low));
        for (FlowRow row : restoredRows) {
            index(row, row.hash());
            for (WindowDelta delta = row.deltas; delta != null; delta = delta.next) {
                row.point.open(delta);
            }
        }
    }

    /** Rows that {@link #restoreComplete} took back, for the meter to schedule; empties the list. */
    List<FlowRow> takeRestored() {
        List<FlowRow> taken = List.copyOf(restoredRows);
        restoredRows.clear();
        return taken;
    }

    @Override
    protected void clear() {
        services.clear();
        sharedKeys.clear();
        sharedForwardings.clear();
        points.clear();
        pointsById.clear();
        restoredRows.clear();
        slots = new FlowRow[INITIAL_SLOTS];
        Arrays.fill(ahead, null);
        rows = 0;
    }

    private ObservationState pointById(long id) {
        return pointsById.computeIfAbsent(id, ObservationState::new);
    }

    private void index(FlowRow row, long hash) {
        if (rows > slots.length) {
            grow();
        }
        link(row, slot(hash));
    }

    private void grow() {
        FlowRow[] old = slots;
        slots = new FlowRow[old.length * 2];
        for (FlowRow first : old) {
            FlowRow row = first;
            while (row != null) {
                FlowRow next = row.nextInSlot;
                link(row, slot(row.hash()));
                row = next;
            }
        }
    }

    /** In front: of the flows of one key the live one is found before those that have ended. */
    private void link(FlowRow row, int slot) {
        FlowRow first = slots[slot];
        row.previousInSlot = null;
        row.nextInSlot = first;
        if (first != null) {
            first.previousInSlot = row;
        }
        slots[slot] = row;
    }

    /** By what is alike at every observation point, so that the flows of a conversation are in one slot. */
    private int slot(long hash) {
        return (int) (hash ^ (hash >>> 32)) & (slots.length - 1);
    }

    /** 64 bits over the point's names, each ended by a zero byte. */
    static long idOf(ObservationPoint point) {
        String names = point.getHost()
                + '\0'
                + point.getInterface$()
                + '\0'
                + point.getCapture()
                + '\0'
                + point.getSamplingRate();
        long hash = 0xcbf29ce484222325L;
        for (byte octet : names.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xff)) * 0x100000001b3L;
        }
        return hash ^ (hash >>> 29);
    }
}
