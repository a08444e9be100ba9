package io.weir.advisor.time;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * When the event time of an observation point is worth telling: once it has moved on by a stated time. Late records say nothing, unless there come
 * so many of them, and no others, that the point's clock must have been set back.
 */
public final class EventTimeReports {

    /** Most points remembered; one that is forgotten tells its time once more than needed. */
    private static final int MAX_POINTS = 10_000;

    /** Further behind than records come late. */
    static final long SET_BACK_MS = Duration.ofMinutes(5).toMillis();

    /** Records in a row that have to be as far behind: two clocks under one name take turns, and are not followed to and fro. */
    static final int RECORDS_IN_A_ROW = 64;

    private final long everyMs;
    private final Map<String, Told> points = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Told> eldest) {
            return size() > MAX_POINTS;
        }
    };

    private static final class Told {
        private long eventTimeMs;
        private int behind;
    }

    /** @param every how much event time has to pass between two reports */
    public EventTimeReports(Duration every) {
        everyMs = every.toMillis();
    }

    /** Takes the event time of a record, epoch milliseconds; true when it is to be told. */
    public boolean isDue(String observationPoint, long eventTimeMs) {
        Told told = points.get(observationPoint);
        if (told == null) {
            told = new Told();
            points.put(observationPoint, told);
        } else if (eventTimeMs < told.eventTimeMs - SET_BACK_MS) {
            told.behind++;
            if (told.behind < RECORDS_IN_A_ROW) {
                return false;
            }
        } else {
            told.behind = 0;
            if (eventTimeMs - told.eventTimeMs < everyMs) {
                return false;
            }
        }
        told.behind = 0;
        told.eventTimeMs = eventTimeMs;
        return true;
    }

    /** Forgets all: every point tells its time with its next record. */
    public void clear() {
        points.clear();
    }
}
