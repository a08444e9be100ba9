package io.weir.advisor;

import io.weir.schemas.registry.SchemaRegistryException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import org.apache.kafka.common.errors.RetriableException;

/** Tells a record that cannot be read from one that cannot be read now. */
public final class RegistryAway {

    private RegistryAway() {}

    /**
     * True when the record may be fine but the Schema Registry does not answer, or refuses: then to stop is right, and to go on would
     * lose it. Other deserializers than ours hide the cause.
     */
    public static boolean is(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SchemaRegistryException
                    || cause instanceof RetriableException
                    || cause instanceof ConnectException
                    || cause instanceof SocketTimeoutException) {
                return true;
            }
        }
        return false;
    }
}
