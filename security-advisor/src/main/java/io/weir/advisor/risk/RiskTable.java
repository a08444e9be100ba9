package io.weir.advisor.risk;

import io.weir.state.TableStore;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Entities of a task with their risks, at most a stated number: beyond, the least risky makes room. What changed goes to the changelog once a commit. */
public final class RiskTable extends TableStore {

    /** Name of the store. */
    public static final String NAME = "risks";

    /** Rows that are written when one of them changed: each is as long as a page of others. */
    private static final int ROWS_PER_PAGE = 1;

    private final RiskSettings settings;
    private final Map<String, EntityRisk> byKey = new HashMap<>();

    /** Least risky first. */
    private final TreeSet<EntityRisk> byRank =
            new TreeSet<>(Comparator.comparingDouble(EntityRisk::rank).thenComparing(EntityRisk::key));

    private long evicted;

    public RiskTable(RiskSettings settings) {
        super(NAME, ROWS_PER_PAGE);
        this.settings = settings;
    }

    RiskSettings settings() {
        return settings;
    }

    /**
     * Takes what a finding says of an entity.
     *
     * @return the entity; null when that changes nothing
     */
    EntityRisk take(RiskPart part) {
        EntityRisk risk = byKey.computeIfAbsent(
                part.entity().key(), key -> new EntityRisk(part.entity(), settings.halfLifeMicros()));
        if (!risk.take(part)) {
            return null;
        }
        byRank.remove(risk);
        risk.file(risk.currentRank());
        byRank.add(risk);
        markChanged(risk);
        return risk;
    }

    /** What was told of the entity has changed. */
    void changed(EntityRisk risk) {
        markChanged(risk);
    }

    /** The least risky entity leaves where there are too many; null where there are not. */
    EntityRisk evict() {
        if (byKey.size() <= settings.maxEntities()) {
            return null;
        }
        EntityRisk least = byRank.pollFirst();
        byKey.remove(least.key());
        markRemoved(least);
        evicted++;
        return least;
    }

    /** Entities. */
    public int entities() {
        return byKey.size();
    }

    /** Entities that had to make room so far. */
    public long evictedEntities() {
        return evicted;
    }

    void forEach(Consumer<EntityRisk> action) {
        byRank.forEach(action);
    }

    @Override
    protected Row restoreRow(byte[] key, byte[] value) {
        EntityRisk risk = RiskRows.read(value, settings.halfLifeMicros());
        byKey.put(risk.key(), risk);
        return risk;
    }

    @Override
    protected void restoreComplete() {
        byKey.values().forEach(risk -> {
            risk.file(risk.currentRank());
            byRank.add(risk);
        });
    }

    @Override
    protected void clear() {
        byKey.clear();
        byRank.clear();
    }
}
