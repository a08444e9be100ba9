package io.weir.advisor;

import io.weir.advisor.detection.Detection;
import io.weir.advisor.detection.Detections;
import io.weir.advisor.detection.DetectorSettings;
import io.weir.advisor.detection.Thresholds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the detections may remember, and which are off.
 *
 * @param off ids of rules that do not look; {@value #ALL} for none at all, so that nothing is remembered either
 * @param thresholds what differs from the rules' defaults
 * @param maxHosts most hosts that a task remembers; beyond, one of which little is known makes room
 * @param maxContacts most contacts and services of these
 */
public record DetectionConfig(Set<String> off, Thresholds thresholds, int maxHosts, int maxContacts) {

    private static final String ALL = "all";

    /** Event time that passes until rules that wait look at a busy host again. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Nothing has come in for so many looks: the evidence is as complete as it will be for now. */
    static final int QUIET_FLUSHES = 5;

    /** An observation point that says nothing for so long is gone, and its episodes end. */
    private static final Duration GONE = Duration.ofMinutes(20);

    /** More of one host tell nobody more. */
    private static final int MAX_FINDINGS_OF_HOST = 256;

    /** @throws IllegalArgumentException that lists everything that is wrong, one mistake a line */
    public DetectionConfig {
        off = Set.copyOf(off);
        List<String> problems = new ArrayList<>();
        Set<String> known = new TreeSet<>(Detections.ids());
        for (String id : new TreeSet<>(off)) {
            if (!known.contains(id) && !id.equals(ALL)) {
                problems.add("there is no detection '" + id + "' to switch off: there are " + String.join(", ", known)
                        + ", and " + ALL + " for none of them");
            }
        }
        if (maxHosts < 1) {
            problems.add("cap of hosts is " + maxHosts + ": it must be at least 1");
        }
        if (maxContacts < 1) {
            problems.add("cap of contacts is " + maxContacts + ": it must be at least 1");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /** All on, 100,000 hosts, 500,000 contacts. */
    public static DetectionConfig defaults() {
        return new DetectionConfig(Set.of(), Thresholds.DEFAULTS, 100_000, 500_000);
    }

    List<Detection> detections() {
        return Detections.all(thresholds).stream()
                .filter(one -> !off.contains(ALL) && !off.contains(one.facts().id()))
                .toList();
    }

    DetectorSettings settings(Duration lateness, Duration flushInterval) {
        return new DetectorSettings(
                lateness, PATIENCE, QUIET_FLUSHES, ticks(GONE, flushInterval), MAX_FINDINGS_OF_HOST);
    }

    private static int ticks(Duration time, Duration flushInterval) {
        return (int) Math.max(1, Math.min(time.toMillis() / flushInterval.toMillis(), Integer.MAX_VALUE / 2));
    }
}
