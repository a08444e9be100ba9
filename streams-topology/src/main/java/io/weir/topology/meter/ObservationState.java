package io.weir.topology.meter;

import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.CaptureNames;
import io.weir.state.RowOutput;
import io.weir.state.TableStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * One observation point in one task: its clock, its open windows and its flows by expiry. Time is the event time of its own batches,
 * so that a point whose clock is off neither stalls nor closes the windows of others.
 */
final class ObservationState extends TableStore.Row {

    /** 64-bit hash of the point's names: the point's id in the changelog. */
    final long id;

    ObservationPoint point;

    /** Latest event time, epoch nanoseconds; {@link Long#MIN_VALUE} before the first batch. */
    long nowNanos = Long.MIN_VALUE;

    /** Windows before this number have been emitted. */
    long firstOpenWindow = Long.MIN_VALUE;

    /** Whether its collector looks at TCP, as its last batch says. */
    boolean notesTcp;

    /** Flows that were ended early to make room. */
    int evictions;

    /** Wall clock of the last batch, epoch milliseconds; not kept over a restart. */
    long lastHeardMs;

    /** Open deltas by window number. */
    final TreeMap<Long, List<WindowDelta>> windows = new TreeMap<>();

    /** Of the window that was asked for last, to which most deltas belong; null before the first. */
    private List<WindowDelta> lastDeltas;

    /** Flows by the number of the second in which they may have expired. */
    final TreeMap<Long, List<FlowRow>> expiry = new TreeMap<>();

    /** Deltas for windows already emitted, to be emitted after the batch. */
    final List<WindowDelta> lateDeltas = new ArrayList<>();

    /** ICMP errors whose flow is not here yet, at most {@link Meter#MAX_WAITING_ERRORS}, in the order in which they came. */
    final ArrayDeque<QuotedError> waitingErrors = new ArrayDeque<>();

    ObservationState(long id) {
        this.id = id;
    }

    /** Whether packets are known by flow records of an exporter, which come when a flow is over, or now and then. */
    boolean isOfFlowRecords() {
        return point.getCapture().equals(CaptureNames.NETFLOW);
    }

    /** Puts a delta among those of its window, or among the late ones. */
    void open(WindowDelta delta) {
        if (delta.late) {
            lateDeltas.add(delta);
        } else {
            if (lastDeltas == null || lastDeltas.get(0).window != delta.window) {
                lastDeltas = windows.computeIfAbsent(delta.window, ignored -> new ArrayList<>());
            }
            lastDeltas.add(delta);
        }
    }

    /** Deltas of the first window, which is no longer open. */
    List<WindowDelta> closeFirstWindow() {
        lastDeltas = null;
        return windows.pollFirstEntry().getValue();
    }

    @Override
    protected byte[] changelogKey() {
        return RowCodec.pointKey(id);
    }

    @Override
    protected void writeValue(RowOutput out) {
        out.put(RowCodec.encode(this));
    }
}
