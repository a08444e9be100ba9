package io.weir.collectors.publish;

import io.weir.schemas.ObservationPoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The observation points that a collector run has met, each with the session that all its threads share. Thread-safe. */
final class ObservationSessions {

    private static final Logger LOG = LoggerFactory.getLogger(ObservationSessions.class);

    /** Observation points that one run may make; the frames of further interfaces share one. */
    private static final int MAX_SESSIONS = 1024;

    private static final long OTHERS = -1;

    /** How a session begins: anew, or where an earlier run of its collector has got to. */
    interface Beginning {

        /** Id of the session of a key, which no other run has. */
        String sessionId(long key);

        /** Number of the next batch of each partition, 0 for those behind the list's end. */
        default List<Long> nextNumbers(long key) {
            return List.of();
        }
    }

    private final String name;
    private final BatchOutlet outlet;
    private final boolean wait;
    private final Beginning beginning;
    private final LostPackets lost;
    private final Map<Long, ObservationSession> sessions = new HashMap<>();

    /**
     * @param name of the run's interface
     * @param wait true when the source can wait for Kafka, false when it must go on
     * @param lost counts packets that Kafka did not take
     * @param beginning how sessions begin
     */
    ObservationSessions(String name, BatchOutlet outlet, boolean wait, LostPackets lost, Beginning beginning) {
        this.name = name;
        this.outlet = outlet;
        this.wait = wait;
        this.lost = lost;
        this.beginning = beginning;
    }

    /**
     * The session of a point, or that of all others when there are too many.
     *
     * @param key not negative
     * @param point makes the point when it is new
     */
    synchronized ObservationSession of(long key, Supplier<ObservationPoint> point) {
        ObservationSession known = sessions.get(key);
        if (known != null) {
            return known;
        }
        if (sessions.size() < MAX_SESSIONS) {
            return begin(key, point.get());
        }
        ObservationSession others = sessions.get(OTHERS);
        if (others != null) {
            return others;
        }
        LOG.warn(
                "{} has more than {} interfaces; the frames of the others share one observation point",
                name,
                MAX_SESSIONS);
        ObservationPoint any = point.get();
        any.setInterface$(name + "#others");
        return begin(OTHERS, any);
    }

    private ObservationSession begin(long key, ObservationPoint point) {
        ObservationSession session = new ObservationSession(
                key, point, beginning.sessionId(key), outlet, wait, lost, beginning.nextNumbers(key));
        sessions.put(key, session);
        return session;
    }

    synchronized void forEach(Consumer<ObservationSession> action) {
        sessions.values().forEach(action);
    }
}
