package io.weir.exporters.encode;

/** A record cannot be read, now or later; the message says why. */
public final class UndecodableRecordException extends Exception {

    private static final long serialVersionUID = 1L;

    public UndecodableRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
