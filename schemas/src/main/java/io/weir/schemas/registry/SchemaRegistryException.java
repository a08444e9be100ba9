package io.weir.schemas.registry;

import org.apache.kafka.common.KafkaException;

/** A Schema Registry refused a call or could not be reached; the message names the URL, the subject and the way out. */
public final class SchemaRegistryException extends KafkaException {

    private static final long serialVersionUID = 1L;

    private final int errorCode;

    public SchemaRegistryException(String message, int errorCode) {
        super(message);
        this.errorCode = errorCode;
    }

    public SchemaRegistryException(String message, Throwable cause) {
        super(message, cause);
        this.errorCode = 0;
    }

    /** Confluent's error code (for example 40403 or 409); 0 when the registry could not be reached. */
    public int errorCode() {
        return errorCode;
    }

    /** True when trying again may help: the registry was not reached, or answered with a server error. */
    public boolean isRetriable() {
        return errorCode == 0 || errorCode >= 50000 || (errorCode >= 500 && errorCode < 600);
    }
}
