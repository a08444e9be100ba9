package io.weir.app.audit;

import io.weir.schemas.ObservationPoint;

/** An observation point as a key. */
record Point(String host, String interfaceName, String capture) implements Comparable<Point> {

    static Point of(ObservationPoint point) {
        return new Point(point.getHost(), point.getInterface$(), point.getCapture());
    }

    @Override
    public int compareTo(Point other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return host + " " + interfaceName + " (" + capture + ")";
    }
}
