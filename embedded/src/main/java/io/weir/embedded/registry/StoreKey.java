package io.weir.embedded.registry;

/** Key of a record in the schemas topic. */
sealed interface StoreKey {
    /** @param version from 1 */
    record Schema(String subject, int version) implements StoreKey {}

    /** @param subject null for the global level */
    record Config(String subject) implements StoreKey {}

    /** @param subject null for the global mode */
    record SubjectMode(String subject) implements StoreKey {}

    /** Soft deletion of all versions of a subject up to the one in the value. */
    record DeleteSubject(String subject) implements StoreKey {}

    /** Carries nothing; its offset tells how far a reader has come. */
    record Noop() implements StoreKey {}
}
