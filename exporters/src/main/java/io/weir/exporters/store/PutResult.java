package io.weir.exporters.store;

/** What became of a put. */
public sealed interface PutResult {

    /**
     * The object is there.
     *
     * @param before true when it had been stored before, with the same content
     */
    record Stored(boolean before) implements PutResult {}

    /**
     * Not now: the same put may succeed later.
     *
     * @param reason names the thing and the way out
     */
    record RetryLater(String reason) implements PutResult {}

    /**
     * Never: another content stands under the object's name.
     *
     * @param reason names the thing and the way out
     */
    record Refused(String reason) implements PutResult {}
}
