package io.weir.embedded.registry;

/**
 * A named type that a schema takes from another subject.
 *
 * @param name full name of the type
 * @param subject where it is registered
 * @param version version there; -1 in a request means the latest
 */
record SchemaReference(String name, String subject, int version) {}
