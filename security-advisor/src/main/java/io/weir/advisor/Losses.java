package io.weir.advisor;

import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.registry.SchemaRegistryException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import org.apache.kafka.common.errors.RetriableException;

/** Losses of the advisor: records that it cannot read. */
final class Losses {

    private static final String STAGE = "advisor";

    private Losses() {}

    /** A record that cannot be read. Its observation point is not known, so the place in Kafka stands for it. */
    static Loss undecodable(String topic, int partition, long offset, String problem) {
        String source = topic + "-" + partition;
        return Loss.newBuilder()
                .setObservationPoint(new ObservationPoint("kafka", source, "kafka", 1))
                .setStage(STAGE)
                .setReason(LossReason.undecodable_record)
                .setSource(source)
                .setFirstOffset(offset)
                .setLastOffset(offset)
                .setMessage("record " + source + "@" + offset + " was left out: " + problem)
                .build();
    }

    /** Key of a loss in the losses topic. */
    static String keyOf(Loss loss) {
        ObservationPoint point = loss.getObservationPoint();
        return point.getHost() + "|" + point.getInterface$() + "|" + point.getCapture();
    }

    /** True when the record may be fine but the Schema Registry is away: then to stop is right, and to go on would lose it. */
    static boolean isRegistryAway(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SchemaRegistryException registry) {
                return registry.isRetriable();
            }
            if (cause instanceof RetriableException
                    || cause instanceof ConnectException
                    || cause instanceof SocketTimeoutException) {
                return true;
            }
        }
        return false;
    }
}
