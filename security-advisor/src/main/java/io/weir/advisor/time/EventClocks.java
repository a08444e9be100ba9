package io.weir.advisor.time;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Event time of each observation point: the least among the partitions of the flows topic that report it, so that a partition that is
 * read faster than another does not end episodes early. A partition that stays silent no longer holds the time back, and an
 * observation point that stays silent is gone. Silence is counted in calls of {@link #tick}, the only wall clock there is.
 *
 * <p>Of an input that has an end, no observation point is gone before it, however fast the input is read; behind it, every point's time is the greatest
 * that was reported.
 */
public final class EventClocks {

    /** No event time is known. */
    public static final long UNKNOWN = Long.MIN_VALUE;

    /** Most pairs of observation point and partition; further ones have no event time, and their episodes end at the cap. */
    private static final int MAX_INPUTS = 50_000;

    /**
     * Ticks until a new observation point's time counts, at least: other partitions' first reports are to come in before. When a file or a backlog is
     * read, partitions are seconds apart, and the first one would close episodes of which the others still hold flows.
     */
    private static final int MIN_SETTLING_TICKS = 2;

    /** Part of the ticks after which a point is gone that a partition may be silent, and that a point takes to settle. */
    private static final int PATIENCE_SHARE = 10;

    /**
     * Ticks until a new observation point's time counts, at most, of an input that has an end, from when every partition is read: what was read is
     * between two steps for a second or so. Were it longer, days would be read before anything ends.
     */
    private static final int MAX_SETTLING_TICKS_OF_FINITE = 25;

    private final int silentTicks;
    private final int settlingTicks;
    private final InputEnd end;
    private final Map<String, Clock> clocks = new HashMap<>();
    private long newest = UNKNOWN;
    private int inputs;
    private long tick;

    /** When every partition was read. */
    private long begunTick;

    /** @param silentTicks calls of {@link #tick} until an observation point that says nothing is gone */
    public EventClocks(int silentTicks) {
        this(silentTicks, InputEnd.NONE);
    }

    /**
     * @param silentTicks calls of {@link #tick} until an observation point that says nothing is gone
     * @param end whether more may come
     */
    public EventClocks(int silentTicks, InputEnd end) {
        this.silentTicks = silentTicks;
        this.end = end;
        int settling = Math.max(MIN_SETTLING_TICKS, silentTicks / PATIENCE_SHARE);
        this.settlingTicks = end.isExpected() ? Math.min(settling, MAX_SETTLING_TICKS_OF_FINITE) : settling;
    }

    private static final class Clock {
        private final long firstTick;
        private final Map<Integer, Report> reports = new HashMap<>(4);

        /** Answer of {@link EventClocks#now}, and the tick at which it was found; it holds until more is reported. */
        private long now = UNKNOWN;

        private long nowTick = -1;

        Clock(long firstTick) {
            this.firstTick = firstTick;
        }
    }

    private static final class Report {
        private long eventTimeMs = UNKNOWN;
        private long lastTick;
    }

    /**
     * Every flow of this observation point and partition before this event time was seen, apart from late ones.
     *
     * @return true when that is news
     */
    public boolean report(String observationPoint, int partition, long eventTimeMs) {
        Clock clock = clocks.get(observationPoint);
        Report report = clock == null ? null : clock.reports.get(partition);
        if (clock != null) {
            clock.nowTick = -1;
        }
        if (report == null) {
            if (inputs >= MAX_INPUTS) {
                return false;
            }
            inputs++;
            report = new Report();
            clocks.computeIfAbsent(observationPoint, ignored -> new Clock(tick))
                    .reports
                    .put(partition, report);
        }
        report.lastTick = tick;
        newest = Math.max(newest, eventTimeMs);
        // Nobody reports a time before the last one, unless the point's clock was set back.
        boolean isSetBack = eventTimeMs < report.eventTimeMs - EventTimeReports.SET_BACK_MS;
        if (eventTimeMs <= report.eventTimeMs && !isSetBack) {
            return false;
        }
        report.eventTimeMs = eventTimeMs;
        return true;
    }

    /** To be called regularly. */
    public void tick() {
        tick++;
        if (!end.isBegun()) {
            begunTick = tick;
        }
    }

    /** Event time in epoch milliseconds, or {@link #UNKNOWN}. */
    public long now(String observationPoint) {
        Clock clock = clocks.get(observationPoint);
        boolean isEnded = end.isReached();
        if (clock == null || (!isEnded && tick - Math.max(clock.firstTick, begunTick) < settlingTicks)) {
            return UNKNOWN;
        }
        if (clock.nowTick != tick) {
            clock.now = now(clock, isEnded);
            clock.nowTick = tick;
        }
        return clock.now;
    }

    /** No observation point's time is later, epoch milliseconds; {@link #UNKNOWN} before the first report. */
    public long newest() {
        return newest;
    }

    private long now(Clock clock, boolean isEnded) {
        long least = Long.MAX_VALUE;
        long greatest = UNKNOWN;
        long silentSince = tick - Math.max(1, silentTicks / PATIENCE_SHARE);
        for (Report report : clock.reports.values()) {
            greatest = Math.max(greatest, report.eventTimeMs);
            if (!isEnded && report.lastTick >= silentSince) {
                least = Math.min(least, report.eventTimeMs);
            }
        }
        return least == Long.MAX_VALUE ? greatest : least;
    }

    /** Takes away the observation points that are gone, and names them with their partitions. */
    public Map<String, List<Integer>> removeGone() {
        Map<String, List<Integer>> gone = new HashMap<>();
        if (end.isExpected()) {
            return gone;
        }
        clocks.entrySet().removeIf(entry -> {
            for (Report report : entry.getValue().reports.values()) {
                if (report.lastTick >= tick - silentTicks) {
                    return false;
                }
            }
            gone.put(entry.getKey(), new ArrayList<>(entry.getValue().reports.keySet()));
            inputs -= entry.getValue().reports.size();
            return true;
        });
        return gone;
    }
}
