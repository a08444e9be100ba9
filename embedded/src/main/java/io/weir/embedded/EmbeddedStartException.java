package io.weir.embedded;

/** The broker or the registry did not start; the message is for the user, names the thing and says the way out. */
public final class EmbeddedStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why it did not start. */
    public enum Reason {
        /** Another program listens on the port. */
        PORT_IN_USE,
        /** The host is no address of this machine, or the port is not ours to open. */
        ADDRESS_NOT_AVAILABLE,
        /** Another broker of ours holds the data directory. */
        DIRECTORY_IN_USE,
        /** The data directory cannot be created or written. */
        DIRECTORY_NOT_WRITABLE,
        /** The data directory holds something that this version cannot open. */
        INCOMPATIBLE_DATA,
        /** No room is left for the data directory. */
        DISK_FULL,
        /** The registry cannot reach its Kafka cluster. */
        KAFKA_UNREACHABLE,
        /** The registry's topic exists with settings that would lose schemas. */
        TOPIC_UNSUITABLE,
        /** Anything else; the cause tells. */
        FAILED
    }

    private final Reason reason;

    public EmbeddedStartException(Reason reason, String message) {
        this(reason, message, null);
    }

    public EmbeddedStartException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
