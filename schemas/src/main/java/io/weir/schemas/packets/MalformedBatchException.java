package io.weir.schemas.packets;

/** Bytes that are not a packet batch; the message names the offset and what was expected there. */
public final class MalformedBatchException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedBatchException(String message) {
        super(message);
    }
}
