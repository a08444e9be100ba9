package io.weir.advisor.risk;

import io.weir.schemas.Risk;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Takes what findings say of entities and tells their risks: at once when the level changes or the sum by {@value #NOTICEABLE} points, and the rest once nothing
 * comes in any more, so that the last record of an entity always ends up with all that counts. What falls with time alone is not told: records say how they decay.
 *
 * <p>Parts change the table only; {@link #flush} tells. The order in which they come does not matter, as long as no entity has to make room. No clock, no thread, no
 * Kafka. One instance for each task; not thread-safe.
 */
public final class RiskScorer {

    /** About the least that separates two findings of neighbouring severities, for who was asked. */
    private static final double NOTICEABLE = 5;

    private final RiskTable table;
    private final long halfLifeMs;
    private final BiConsumer<String, Risk> out;

    /** Entities of which something is not told. */
    private final Set<EntityRisk> changed = new LinkedHashSet<>();

    private boolean partsSinceFlush;

    /**
     * @param table opened: what an earlier instance put there is taken over
     * @param out gets the key and the risk of each entity, null when it is forgotten
     */
    public RiskScorer(RiskTable table, BiConsumer<String, Risk> out) {
        this.table = table;
        this.halfLifeMs = table.settings().halfLife().toMillis();
        this.out = out;
        table.forEach(risk -> {
            if (!isUpToDate(risk)) {
                changed.add(risk);
            }
        });
    }

    /** True when a record says all, with the half-life of now. */
    private boolean isUpToDate(EntityRisk risk) {
        return risk.isTold
                && risk.toldAsOfMicros == risk.asOfMicros
                && risk.toldSum == risk.sum()
                && risk.toldHalfLifeMs == halfLifeMs;
    }

    /** Takes what a finding says of an entity. */
    public void onPart(RiskPart part) {
        partsSinceFlush = true;
        EntityRisk risk = table.take(part);
        if (risk == null) {
            return;
        }
        changed.add(risk);
        for (EntityRisk gone = table.evict(); gone != null; gone = table.evict()) {
            changed.remove(gone);
            if (gone.isTold) {
                out.accept(gone.key(), null);
            }
        }
    }

    /** Tells what is to tell. To be called regularly, some times a second. */
    public void flush() {
        boolean isQuiet = !partsSinceFlush;
        partsSinceFlush = false;
        changed.removeIf(risk -> {
            boolean isDue = isQuiet || isNoticeable(risk);
            if (isDue) {
                tell(risk);
            }
            return isDue;
        });
    }

    private boolean isNoticeable(EntityRisk risk) {
        double sum = risk.sum();
        double told = risk.toldSumNow();
        return !risk.isTold || Math.abs(sum - told) >= NOTICEABLE || RiskLevels.level(sum) != RiskLevels.level(told);
    }

    private void tell(EntityRisk risk) {
        risk.toldSum = risk.sum();
        risk.toldAsOfMicros = risk.asOfMicros;
        risk.toldHalfLifeMs = halfLifeMs;
        risk.isTold = true;
        table.changed(risk);
        out.accept(risk.key(), risk.toRisk(halfLifeMs));
    }
}
