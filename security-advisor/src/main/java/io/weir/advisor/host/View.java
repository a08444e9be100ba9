package io.weir.advisor.host;

/**
 * Something as one observation point sees it. Those of other points stand behind it in a chain: mostly there is one, and at most {@value #MAX_POINTS}.
 *
 * @param <V> the kind of view itself
 */
abstract class View<V extends View<V>> {

    /** Most observation points that are kept. */
    static final int MAX_POINTS = 4;

    final String point;
    long flowCount;
    long firstMicros = Long.MAX_VALUE;
    long lastMicros = Long.MIN_VALUE;
    int samplingRate = 1;

    /** The same at the next observation point, or null. */
    V next;

    View(String point) {
        this.point = point;
    }

    /** The view of an observation point, or null. */
    static <V extends View<V>> V find(V first, String point) {
        V view = first;
        while (view != null && !view.point.equals(point)) {
            view = view.next;
        }
        return view;
    }

    /** Views of a chain. */
    static <V extends View<V>> int count(V first) {
        int count = 0;
        for (V view = first; view != null; view = view.next) {
            count++;
        }
        return count;
    }

    /** Puts a view at the end of a chain, and returns the first. */
    static <V extends View<V>> V append(V first, V added) {
        if (first == null) {
            return added;
        }
        V last = first;
        while (last.next != null) {
            last = last.next;
        }
        last.next = added;
        return first;
    }

    /** Start of the first flow at any point, epoch microseconds. */
    static <V extends View<V>> long earliest(V first) {
        long micros = Long.MAX_VALUE;
        for (V view = first; view != null; view = view.next) {
            micros = Math.min(micros, view.firstMicros);
        }
        return micros;
    }

    /** Last packet at any point, epoch microseconds. */
    static <V extends View<V>> long latest(V first) {
        long micros = Long.MIN_VALUE;
        for (V view = first; view != null; view = view.next) {
            micros = Math.max(micros, view.lastMicros);
        }
        return micros;
    }

    /** Takes what both kinds count. */
    final void count(Observation seen) {
        if (seen.flow().isFirst()) {
            flowCount++;
        }
        firstMicros = Math.min(firstMicros, seen.flow().startMicros());
        lastMicros = Math.max(lastMicros, seen.flow().endMicros());
        samplingRate = Math.max(samplingRate, seen.samplingRate());
    }

    /** {@code host|interface|capture}. */
    public final String point() {
        return point;
    }

    /** Flows so far, those that are no longer remembered among them. */
    public final long flowCount() {
        return flowCount;
    }

    /** Start of the first flow, epoch microseconds. */
    public final long firstMicros() {
        return firstMicros;
    }

    /** Last packet, epoch microseconds. */
    public final long lastMicros() {
        return lastMicros;
    }

    /** N where one packet in N was seen; 1 = every packet. */
    public final int samplingRate() {
        return samplingRate;
    }
}
