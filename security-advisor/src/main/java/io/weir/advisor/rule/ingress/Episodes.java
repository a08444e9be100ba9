package io.weir.advisor.rule.ingress;

import java.util.ArrayList;
import java.util.List;

/**
 * The open episodes of one key, ascending by time. Mostly one; a second one while the first may still get late flows. Each is at least
 * the idle time away from the next, so that idle time and lateness bound their number.
 */
public final class Episodes {

    final List<Episode> list;

    Episodes() {
        this(new ArrayList<>(1));
    }

    Episodes(List<Episode> list) {
        this.list = list;
    }

    /** Number of open episodes. */
    public int size() {
        return list.size();
    }
}
