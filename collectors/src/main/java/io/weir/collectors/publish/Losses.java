package io.weir.collectors.publish;

import io.weir.schemas.Loss;
import io.weir.schemas.ObservationPoint;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Loss ranges: their record key, and how two of them become one. */
final class Losses {

    private Losses() {}

    static byte[] key(ObservationPoint point) {
        return (point.getHost() + '|' + point.getInterface$() + '|' + point.getCapture())
                .getBytes(StandardCharsets.UTF_8);
    }

    /** True when the two say the same of the same place, only of other packets. */
    static boolean mergeable(Loss left, Loss right) {
        return left.getReason() == right.getReason()
                && left.getFirstOffset() == null
                && right.getFirstOffset() == null
                && left.getObservationPoint().equals(right.getObservationPoint())
                && Objects.equals(left.getSessionId(), right.getSessionId())
                && left.getSource().equals(right.getSource());
    }

    /** Widens {@code into} by {@code more}; an unknown count makes an unknown sum. */
    static void mergeInto(Loss into, Loss more) {
        into.setPackets(sum(into.getPackets(), more.getPackets()));
        into.setLayer2Octets(sum(into.getLayer2Octets(), more.getLayer2Octets()));
        into.setRawPackets(sum(into.getRawPackets(), more.getRawPackets()));
        into.setDatagrams(sum(into.getDatagrams(), more.getDatagrams()));
        into.setFirstTimeMicroseconds(least(into.getFirstTimeMicroseconds(), more.getFirstTimeMicroseconds()));
        into.setLastTimeMicroseconds(greatest(into.getLastTimeMicroseconds(), more.getLastTimeMicroseconds()));
    }

    private static Long sum(Long left, Long right) {
        return left == null || right == null ? null : (Long) (left + right);
    }

    private static Long least(Long left, Long right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        return Math.min(left, right);
    }

    private static Long greatest(Long left, Long right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        return Math.max(left, right);
    }
}
