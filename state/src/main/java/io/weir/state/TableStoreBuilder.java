package io.weir.state;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Builds one {@link TableStore} per task, with a changelog.
 *
 * @param <S> store
 */
public final class TableStoreBuilder<S extends TableStore> implements StoreBuilder<S> {

    private final String name;
    private final Supplier<S> supplier;
    private final Map<String, String> logConfig = new HashMap<>();

    /**
     * @param name name of the store
     * @param supplier makes a new, empty store of that name
     */
    public TableStoreBuilder(String name, Supplier<S> supplier) {
        this.name = name;
        this.supplier = supplier;
    }

    /** {@inheritDoc} The table is its own cache: changes reach the changelog once per commit either way. */
    @Override
    public StoreBuilder<S> withCachingEnabled() {
        return this;
    }

    @Override
    public StoreBuilder<S> withCachingDisabled() {
        return this;
    }

    @Override
    public StoreBuilder<S> withLoggingEnabled(Map<String, String> config) {
        logConfig.putAll(config);
        return this;
    }

    /** {@inheritDoc} Refused: without its changelog a table would lose packets in a crash. */
    @Override
    public StoreBuilder<S> withLoggingDisabled() {
        throw new IllegalArgumentException(
                "store " + name + " needs its changelog: a crash would lose what it counted");
    }

    @Override
    public S build() {
        return supplier.get();
    }

    @Override
    public Map<String, String> logConfig() {
        return logConfig;
    }

    @Override
    public boolean loggingEnabled() {
        return true;
    }

    @Override
    public String name() {
        return name;
    }
}
