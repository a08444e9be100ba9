package io.weir.collectors.publish;

/** Kafka has not taken what was read from a file that can be gone on with; all of it is still in the file. */
public final class NotCommittedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String hint;

    NotCommittedException(String message, String hint, Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    /** The way out. */
    public String hint() {
        return hint;
    }
}
