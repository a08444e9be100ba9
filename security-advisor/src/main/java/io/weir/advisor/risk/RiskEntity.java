package io.weir.advisor.risk;

import io.weir.schemas.EntityKind;
import io.weir.schemas.ObservationPoint;

/**
 * Who is at risk, or is one.
 *
 * @param name the address, or the prefix as CIDR
 * @param point where equal addresses of separate networks are told apart, the point that sees them; else null
 */
public record RiskEntity(String name, ObservationPoint point) {

    /** Key of its records. */
    public String key() {
        return point == null
                ? name
                : name + "|" + point.getHost() + "|" + point.getInterface$() + "|" + point.getCapture();
    }

    EntityKind kind() {
        return name.indexOf('/') < 0 ? EntityKind.address : EntityKind.network;
    }
}
