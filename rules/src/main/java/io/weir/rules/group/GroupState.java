package io.weir.rules.group;

import io.weir.advisor.host.EvidenceInput;
import io.weir.advisor.host.EvidenceOutput;
import java.util.Map;
import java.util.TreeMap;

/** How far a group has been looked at, and what came of it. Hops are counted from the epoch. */
final class GroupState {

    /** No hop. */
    static final long NONE = Long.MIN_VALUE;

    /** The last hop that has been looked at. */
    long looked = NONE;

    /** Since when the threshold is met without a break. */
    long metSince = NONE;

    /** The last hop of the silence after the finding before. */
    long silentUntil = NONE;

    /** The hop in which the finding was opened; {@link #NONE} when there is none now. */
    long opened = NONE;

    /** The greatest value since it was opened. */
    double peak;

    /** What was counted for the finding, by clock; empty when there is none. */
    final Map<String, Tally> totals = new TreeMap<>();

    boolean isOpen() {
        return opened != NONE;
    }

    GroupState copy() {
        GroupState copy = new GroupState();
        copy.looked = looked;
        copy.metSince = metSince;
        copy.silentUntil = silentUntil;
        copy.opened = opened;
        copy.peak = peak;
        totals.forEach((clock, tally) -> copy.totals.put(clock, tally.copy()));
        return copy;
    }

    void write(EvidenceOutput out) {
        out.bits(looked);
        out.bits(metSince);
        out.bits(silentUntil);
        out.bits(opened);
        out.bits(Double.doubleToLongBits(peak));
        writeTallies(totals, out);
    }

    static GroupState read(EvidenceInput in) {
        GroupState state = new GroupState();
        state.looked = in.bits();
        state.metSince = in.bits();
        state.silentUntil = in.bits();
        state.opened = in.bits();
        state.peak = Double.longBitsToDouble(in.bits());
        for (int left = in.integer(); left > 0; left--) {
            state.totals.put(in.text(), Tally.read(in));
        }
        return state;
    }

    private static void writeTallies(Map<String, Tally> tallies, EvidenceOutput out) {
        out.number(tallies.size());
        tallies.forEach((key, tally) -> {
            out.text(key);
            tally.write(out);
        });
    }
}
