package io.weir.advisor.allow;

import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.PrefixTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Entries in their order: the first that fits and has not expired counts. At most {@value #MAX_ENTRIES}. Thread-safe.
 *
 * <p>Time is event time, so that a replay finds the same.
 */
public final class AllowList {

    /** Most entries: each prefix of a source holds all entries that fit it, so that memory grows with the square. */
    public static final int MAX_ENTRIES = 1000;

    /** Permits nothing. */
    public static final AllowList NONE = new AllowList(List.of(), entry -> {});

    private final List<AllowEntry> entries;
    private final PrefixTable<AllowEntry[]> bySource;
    /** Those that fit where the source is not one. */
    private final AllowEntry[] fromEverywhere;

    private final Consumer<AllowEntry> onExpired;
    /** Names of entries that were told of; bounded by their number. */
    private final Set<String> expired = ConcurrentHashMap.newKeySet();

    /**
     * @param onExpired told once of each entry that would have permitted something had it not expired; from any thread
     * @throws IllegalArgumentException when they are too many
     */
    public AllowList(List<AllowEntry> entries, Consumer<AllowEntry> onExpired) {
        if (entries.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException("the allow-list has " + entries.size() + " entries: there may be "
                    + MAX_ENTRIES + ", so give one entry several sources or destinations");
        }
        this.entries = List.copyOf(entries);
        this.onExpired = onExpired;
        Map<Cidr, AllowEntry[]> prefixes = new HashMap<>();
        for (AllowEntry entry : entries) {
            for (Cidr source : entry.sources()) {
                prefixes.computeIfAbsent(source, this::fittingFrom);
            }
        }
        this.bySource = PrefixTable.of(prefixes);
        this.fromEverywhere = entries.stream()
                .filter(entry -> entry.sources().stream().anyMatch(range -> range.length() == 0))
                .toArray(AllowEntry[]::new);
    }

    private AllowEntry[] fittingFrom(Cidr source) {
        return entries.stream()
                .filter(entry -> entry.sources().stream().anyMatch(range -> range.contains(source)))
                .toArray(AllowEntry[]::new);
    }

    public List<AllowEntry> entries() {
        return entries;
    }

    /** True when it permits nothing, so that there is no need to ask. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /**
     * The entry that permits what was found.
     *
     * @return null when none does
     */
    public AllowEntry find(AllowQuery asked) {
        if (entries.isEmpty()) {
            return null;
        }
        Cidr source = asked.source();
        AllowEntry[] fitting =
                source == null ? fromEverywhere : bySource.lookup(source.high(), source.low(), source.v6());
        if (fitting == null) {
            return null;
        }
        for (AllowEntry entry : fitting) {
            if (!entry.permits(asked)) {
                continue;
            }
            if (asked.eventTimeMs() < entry.expiresMs()) {
                return entry;
            }
            if (expired.add(entry.name())) {
                onExpired.accept(entry);
            }
        }
        return null;
    }
}
