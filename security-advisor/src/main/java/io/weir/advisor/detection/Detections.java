package io.weir.advisor.detection;

import java.util.List;

/** All detections, with their defaults. */
public final class Detections {

    private Detections() {}

    /** Each once; they have no state, so all tasks may share them. */
    public static List<Detection> all() {
        return List.of(new VerticalScan(VerticalScan.Settings.defaults()));
    }

    /** Ids of all. */
    public static List<String> ids() {
        return all().stream().map(one -> one.facts().id()).toList();
    }
}
