package io.weir.exporters.run;

/** A sink cannot go on; the message names the thing and the way out. */
public final class SinkException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SinkException(String message) {
        super(message);
    }
}
