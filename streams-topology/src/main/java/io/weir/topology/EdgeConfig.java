package io.weir.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings of the edges.
 *
 * @param rollUps lengths of the longer windows that edges are given in, too, in any order; empty for none
 * @param maxEdges edges of one observation point that a task keeps in one window; beyond it the lighter half is folded into one
 */
public record EdgeConfig(List<Duration> rollUps, int maxEdges) {

    public EdgeConfig {
        rollUps = rollUps.stream().distinct().sorted().toList();
    }

    /** Each window must be made of whole ones of the length before it. */
    void check(Duration window, List<String> mistakes) {
        if (maxEdges < 1) {
            mistakes.add("max edges is " + maxEdges + "; it must be 1 or more");
        }
        Duration shorter = window;
        for (Duration rollUp : rollUps) {
            if (!isMultiple(rollUp, shorter)) {
                mistakes.add("edges cannot be rolled up from windows of " + shorter + " to windows of " + rollUp
                        + "; each must be longer than those before it and a multiple of them");
            }
            shorter = rollUp;
        }
    }

    /** Those of the lengths, ascending, that windows can be rolled up to. */
    public static List<Duration> possible(Duration window, List<Duration> rollUps) {
        List<Duration> possible = new ArrayList<>();
        Duration shorter = window;
        for (Duration rollUp : rollUps) {
            if (isMultiple(rollUp, shorter)) {
                possible.add(rollUp);
                shorter = rollUp;
            }
        }
        return possible;
    }

    private static boolean isMultiple(Duration longer, Duration shorter) {
        return shorter.toMillis() > 0 && longer.compareTo(shorter) > 0 && longer.toMillis() % shorter.toMillis() == 0;
    }
}
