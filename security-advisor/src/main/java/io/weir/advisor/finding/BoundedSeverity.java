package io.weir.advisor.finding;

import io.weir.schemas.Confidence;
import io.weir.schemas.Severity;

/** No alarm above low where it is not sure who began. */
public final class BoundedSeverity {

    private BoundedSeverity() {}

    /**
     * @param severity where it is sure who began
     * @param confidence how sure it is
     */
    public static Severity of(Severity severity, Confidence confidence) {
        boolean isSure = confidence == Confidence.medium || confidence == Confidence.high;
        return isSure || severity.compareTo(Severity.low) < 0 ? severity : Severity.low;
    }
}
