package io.weir.exporters.store;

import io.weir.exporters.object.SealedObject;
import java.util.Optional;

/**
 * Keeps objects by key. Puts of different keys run at the same time on several threads; a put may be repeated with the same content,
 * also by another process. Implementations do not retry: the caller does.
 */
public interface ObjectStore extends AutoCloseable {

    /** What is wrong with the store or its configuration so that no put can ever succeed, and the way out; empty when it is fine or cannot be known now. */
    Optional<String> defect();

    /** Stores an object. After {@link PutResult.Stored} it survives a crash of the store's machine as far as the store promises. */
    PutResult put(SealedObject object);

    /** Where objects go, for log lines; without secrets. */
    @Override
    String toString();

    @Override
    void close();
}
