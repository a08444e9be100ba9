package io.weir.collectors.capture;

import java.io.IOException;

/** A capture source cannot be opened; the message names it and says what the user can do. */
public final class CaptureOpenException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What kind of failure it is. */
    public enum Reason {
        NOT_FOUND,
        NOT_READABLE,
        EMPTY,
        NOT_A_CAPTURE,
        UNSUPPORTED_FORMAT,
        HEADER_CUT,
        INTERFACE_NOT_FOUND,
        INTERFACE_DOWN,
        LIBRARY_MISSING,
        NOT_PERMITTED,
        BAD_FILTER,
        /** This system has not what this kind of source needs; another kind may do. */
        NOT_SUPPORTED,
        FAILED
    }

    private final Reason reason;
    private final String source;

    /** @param message names the source and says what the user can do */
    public CaptureOpenException(Reason reason, String source, String message) {
        super(message);
        this.reason = reason;
        this.source = source;
    }

    /** @param message names the source and says what the user can do */
    public CaptureOpenException(Reason reason, String source, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.source = source;
    }

    /** The kind of failure. */
    public Reason reason() {
        return reason;
    }

    /** File or interface name as given by the user. */
    public String source() {
        return source;
    }
}
