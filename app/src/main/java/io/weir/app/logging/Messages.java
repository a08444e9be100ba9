package io.weir.app.logging;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The way of every message for people to the standard error. A live display takes it over while it is on the screen, so that messages
 * appear above it and not in it.
 */
public final class Messages {

    private static final Consumer<String> STANDARD_ERROR = System.err::println;
    private static final AtomicReference<Consumer<String>> TARGET = new AtomicReference<>(STANDARD_ERROR);

    /** Ends the redirection when closed. */
    @FunctionalInterface
    public interface Redirection extends AutoCloseable {
        @Override
        void close();
    }

    private Messages() {}

    /** Prints one message, possibly of several lines. */
    public static void print(String message) {
        TARGET.get().accept(message);
    }

    /** Sends messages elsewhere until the result is closed. */
    public static Redirection redirect(Consumer<String> target) {
        TARGET.set(target);
        return () -> TARGET.compareAndSet(target, STANDARD_ERROR);
    }
}
