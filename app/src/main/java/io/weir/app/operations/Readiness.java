package io.weir.app.operations;

import org.apache.kafka.streams.KafkaStreams;

/**
 * What one component says of itself.
 *
 * @param isReady whether it does its job now
 * @param state a word for people, in capitals
 */
public record Readiness(boolean isReady, String state) {

    /** Does its job. */
    public static final Readiness RUNNING = new Readiness(true, "RUNNING");

    /** Has not begun. */
    public static final Readiness STARTING = new Readiness(false, "STARTING");

    /** Of a Kafka Streams application: one that shares its work anew does nothing meanwhile. */
    public static Readiness of(KafkaStreams.State state) {
        return new Readiness(state == KafkaStreams.State.RUNNING, state.name());
    }

    /** Of a member of a consumer group. */
    public static Readiness ofAssigned(boolean assigned) {
        return assigned ? RUNNING : not("JOINING");
    }

    /** Does not do its job now. */
    public static Readiness not(String state) {
        return new Readiness(false, state);
    }
}
