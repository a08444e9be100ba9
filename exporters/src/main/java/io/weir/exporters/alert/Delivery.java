package io.weir.exporters.alert;

import java.time.Duration;

/** What became of an attempt to tell. */
sealed interface Delivery {

    /** The receiver has it, as far as that can be known. */
    record Delivered() implements Delivery {}

    /**
     * It may take it later.
     *
     * @param after what the receiver asks to wait; null where it does not say
     * @param reason one sentence for people, without secrets
     */
    record RetryLater(Duration after, String reason) implements Delivery {}

    /**
     * It will never take this one.
     *
     * @param reason one sentence for people, without secrets
     */
    record Refused(String reason) implements Delivery {}
}
