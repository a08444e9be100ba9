package io.weir.advisor.risk;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * @param halfLife event time in which a risk halves when nothing new is found
 * @param maxEntities most entities that a task keeps; beyond, the least risky makes room
 */
public record RiskSettings(Duration halfLife, int maxEntities) {

    /** @throws IllegalArgumentException that lists everything that is wrong, one mistake a line */
    public RiskSettings {
        List<String> problems = new ArrayList<>();
        if (halfLife.compareTo(Duration.ofSeconds(1)) < 0) {
            problems.add("half-life of risks is " + halfLife.toMillis() + " ms: it must be at least 1000 ms");
        }
        if (maxEntities < 1) {
            problems.add("cap of entities with a risk is " + maxEntities + ": it must be at least 1");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /**
     * A day, 100,000 entities. Rules look at up to a day of evidence and a busy cluster hears of an episode that goes on only when its numbers get another digit, so
     * that with an hour a risk would fade while what it stands for goes on.
     */
    public static RiskSettings defaults() {
        return new RiskSettings(Duration.ofDays(1), 100_000);
    }

    double halfLifeMicros() {
        return halfLife.toNanos() / 1000.0;
    }
}
