package io.weir.advisor.host;

import io.weir.schemas.ObservationPoint;

/** How observation points are named in evidence: {@code host|interface|capture}. */
public final class ObservationPoints {

    private ObservationPoints() {}

    public static String nameOf(ObservationPoint point) {
        return point.getHost() + "|" + point.getInterface$() + "|" + point.getCapture();
    }
}
