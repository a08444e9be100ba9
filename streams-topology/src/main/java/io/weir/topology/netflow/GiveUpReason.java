package io.weir.topology.netflow;

import java.util.Locale;

/** Why a data set is not decoded. */
public enum GiveUpReason {
    /** Its template did not come in time. */
    TEMPLATE_NEVER_CAME,
    /** Too many sets wait. */
    TOO_MANY_PENDING;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The code as written in records and metrics, lower snake case. */
    public String code() {
        return code;
    }
}
