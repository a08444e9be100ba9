package io.weir.advisor.risk;

import io.weir.advisor.codec.FieldWriter;
import io.weir.schemas.EntityPlace;
import io.weir.schemas.Risk;
import io.weir.schemas.RiskContributor;
import io.weir.state.RowOutput;
import io.weir.state.TableStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The findings that make one entity risky, and what they come to.
 *
 * <p>Each counts by its weight, which halves in every half-life after its last packet. The gravest counts whole, the next half, the one behind a quarter and so on: so a
 * host of many small findings does not pass for one of a grave finding (low ones never come to more than twice one of them). All decay alike, so that their
 * order stays, and the sum as a whole halves in every half-life.
 *
 * <p>The {@value #MAX_PARTS} gravest are kept; those behind could not add a hundredth of a point. As a finding's part never shrinks, the result does not depend on the
 * order in which records come.
 */
final class EntityRisk extends TableStore.Row {

    static final int MAX_PARTS = 16;

    private final RiskEntity entity;
    private final String key;
    private final double halfLifeMicros;

    /** Gravest first. */
    private final List<RiskPart> parts = new ArrayList<>();

    /** The latest of all findings that ever counted, epoch microseconds. */
    long asOfMicros = Long.MIN_VALUE;

    /** What its latest record said. */
    double toldSum;

    long toldAsOfMicros;
    long toldHalfLifeMs;
    boolean isTold;

    /** Its place in the order of eviction, as it is filed. */
    private double rank;

    EntityRisk(RiskEntity entity, double halfLifeMicros) {
        this.entity = entity;
        this.key = entity.key();
        this.halfLifeMicros = halfLifeMicros;
    }

    RiskEntity entity() {
        return entity;
    }

    String key() {
        return key;
    }

    List<RiskPart> parts() {
        return parts;
    }

    /**
     * Takes what a finding says now; it replaces what it said before.
     *
     * @return false when that changes nothing
     */
    boolean take(RiskPart part) {
        RiskPart before = null;
        for (RiskPart one : parts) {
            if (one.findingId().equals(part.findingId())) {
                before = one;
            }
        }
        RiskPart now = before == null ? part : before.merge(part);
        if (now.equals(before)) {
            return false;
        }
        parts.remove(before);
        parts.add(now);
        boolean isLater = now.lastSeenMicros() > asOfMicros;
        asOfMicros = Math.max(asOfMicros, now.lastSeenMicros());
        parts.sort(Comparator.comparingDouble(this::rankOf).reversed().thenComparing(RiskPart::findingId));
        boolean isKept = parts.size() <= MAX_PARTS || !parts.remove(MAX_PARTS).equals(now);
        return isKept || isLater;
    }

    /** Takes a part out of the changelog, where they are in order. */
    void restore(RiskPart part) {
        parts.add(part);
    }

    /** Binary logarithm of what it would weigh at the epoch: greater is graver, at whatever time. */
    private double rankOf(RiskPart part) {
        return log2(part.weight()) + part.lastSeenMicros() / halfLifeMicros;
    }

    /** The same of the whole. */
    double currentRank() {
        return log2(sum()) + asOfMicros / halfLifeMicros;
    }

    double rank() {
        return rank;
    }

    void file(double newRank) {
        rank = newRank;
    }

    private static double log2(double value) {
        return Math.log(value) / Math.log(2);
    }

    /** At {@link #asOfMicros}. */
    double sum() {
        double sum = 0;
        for (int i = 0; i < parts.size(); i++) {
            sum += contribution(i);
        }
        return sum;
    }

    private double contribution(int place) {
        RiskPart part = parts.get(place);
        return Math.scalb(decayed(part.weight(), part.lastSeenMicros()), -place);
    }

    private double decayed(double value, long fromMicros) {
        return RiskLevels.decayed(value, fromMicros, asOfMicros, halfLifeMicros);
    }

    /** What the latest record comes to at {@link #asOfMicros}. */
    double toldSumNow() {
        return decayed(toldSum, toldAsOfMicros);
    }

    Risk toRisk(long halfLifeMs) {
        List<RiskContributor> contributors = new ArrayList<>(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            RiskPart part = parts.get(i);
            contributors.add(new RiskContributor(
                    part.findingId(),
                    part.rule(),
                    part.severity(),
                    part.role(),
                    part.weight(),
                    part.lastSeenMicros(),
                    contribution(i)));
        }
        double sum = sum();
        return new Risk(
                entity.name(),
                entity.kind(),
                place(),
                RiskLevels.score(sum),
                RiskLevels.level(RiskLevels.score(sum)),
                sum,
                halfLifeMs,
                asOfMicros,
                contributors,
                entity.point());
    }

    private EntityPlace place() {
        return parts.stream()
                .map(RiskPart::place)
                .filter(place -> place != EntityPlace.unknown)
                .findFirst()
                .orElse(EntityPlace.unknown);
    }

    @Override
    protected byte[] changelogKey() {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    protected void writeValue(RowOutput out) {
        RiskRows.write(new FieldWriter(out), this);
    }
}
