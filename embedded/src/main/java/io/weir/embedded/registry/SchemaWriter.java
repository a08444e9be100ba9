package io.weir.embedded.registry;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes changes one after the other, each decided on the current state and written before it is answered. */
final class SchemaWriter {
    private static final Logger log = LoggerFactory.getLogger(SchemaWriter.class);
    /** Two registries that write in turns take the log from each other; each turn is some ten milliseconds. */
    private static final int MAX_ATTEMPTS = 20;

    private final SchemaLog schemaLog;
    private final long lockTimeoutMs;
    private final ReentrantLock lock = new ReentrantLock(true);

    SchemaWriter(SchemaLog schemaLog, long lockTimeoutMs) {
        this.schemaLog = schemaLog;
        this.lockTimeoutMs = lockTimeoutMs;
    }

    /** Takes the log ahead of the first change, which is then quicker. */
    void warmUp() {
        try {
            change(() -> Decision.unchanged(null));
        } catch (RegistryException e) {
            log.debug("The schemas topic is not writable yet: {}", e.getMessage());
        } catch (InterruptException e) {
            log.debug("The registry closes before its log was taken");
        }
    }

    /**
     * Decides and writes.
     *
     * @param decision called with the state current, again when another writer came between
     * @throws RegistryException what the decision threw, or 50001, 50002 when Kafka did not take it
     */
    <T> T change(Supplier<Decision<T>> decision) {
        lock();
        try {
            for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
                try {
                    schemaLog.own();
                    Decision<T> decided = decision.get();
                    if (!decided.records().isEmpty()) {
                        schemaLog.commit(decided.records());
                    }
                    return decided.answer();
                } catch (SchemaLog.Fenced e) {
                    log.info("Another Schema Registry wrote to the same Kafka cluster; taking its changes in");
                }
            }
        } finally {
            lock.unlock();
        }
        throw RegistryException.storeFailed(
                "Other Schema Registries on this Kafka cluster write without pause; use one of them.", null);
    }

    private void lock() {
        try {
            if (!lock.tryLock(lockTimeoutMs, TimeUnit.MILLISECONDS)) {
                throw RegistryException.storeTimedOut("Earlier changes still wait for Kafka; try again.", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RegistryException.storeTimedOut("The registry is closing.", e);
        }
    }
}
