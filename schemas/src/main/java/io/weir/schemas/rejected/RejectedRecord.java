package io.weir.schemas.rejected;

import io.weir.schemas.LossReason;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Makes, of a record that could not be read or delivered, the one for {@code <topic>.rejected}: key, value and headers as they were, and further
 * headers, text in UTF-8, that say where it was and why. Where Kafka Streams has a name for it (KIP-1034), the name is that.
 */
public final class RejectedRecord {

    /** Topic that the record was read from. */
    public static final String TOPIC = "__streams.errors.topic";

    /** Its partition there. */
    public static final String PARTITION = "__streams.errors.partition";

    /** Its offset there. */
    public static final String OFFSET = "__streams.errors.offset";

    /** What is wrong, one sentence for people. */
    public static final String MESSAGE = "__streams.errors.message";

    /** Time stamp that it had there, epoch milliseconds. */
    public static final String TIMESTAMP = "weir.rejected.timestamp";

    /** A {@link LossReason}, or {@link #UNDELIVERABLE}. */
    public static final String REASON = "weir.rejected.reason";

    /** Consumer group of the part that refused it. */
    public static final String BY = "weir.rejected.by";

    /** Reason of a record that could be read, and that its receiver did not take. */
    public static final String UNDELIVERABLE = "undeliverable";

    /**
     * Where a record was read.
     *
     * @param timestampMs time stamp that it had there, epoch milliseconds
     */
    public record Place(String topic, int partition, long offset, long timestampMs) {}

    private static final int MAX_MESSAGE_CHARACTERS = 1000;

    /** Generous for our own headers and Kafka's framing. */
    private static final int OVERHEAD_OCTETS = 8 * 1024;

    private RejectedRecord() {}

    /**
     * The record to send. A record above {@link Topics#MAX_RECORD_OCTETS} (compressed, a topic takes larger ones) leaves its value, key
     * and headers behind, as Kafka would not take them: the message says so, and the record itself is where the headers say for as long
     * as its topic keeps it.
     *
     * @param original headers that it had
     * @param by consumer group of the part that cannot read it
     * @param why one sentence for people
     */
    public static ProducerRecord<byte[], byte[]> of(
            Place at, byte[] key, byte[] value, Headers original, String by, String why) {
        return of(at, key, value, original, LossReason.undecodable_record.name(), by, why);
    }

    /**
     * The same for a record that is refused for another reason.
     *
     * @param reason a {@link LossReason}, or {@link #UNDELIVERABLE}
     */
    public static ProducerRecord<byte[], byte[]> of(
            Place at, byte[] key, byte[] value, Headers original, String reason, String by, String why) {
        boolean fits = octets(key, value, original) <= Topics.MAX_RECORD_OCTETS;
        Headers headers = fits ? new RecordHeaders(original.toArray()) : new RecordHeaders();
        String message = why == null ? "no reason given" : why;
        put(headers, TOPIC, at.topic());
        put(headers, PARTITION, Integer.toString(at.partition()));
        put(headers, OFFSET, Long.toString(at.offset()));
        put(headers, TIMESTAMP, Long.toString(at.timestampMs()));
        put(headers, REASON, reason);
        put(headers, BY, by);
        put(
                headers,
                MESSAGE,
                (fits ? "" : "not copied, as it is larger than " + Topics.MAX_RECORD_OCTETS + " octets: ")
                        + message.substring(0, Math.min(message.length(), MAX_MESSAGE_CHARACTERS)));
        return new ProducerRecord<>(
                at.topic() + TopicSpec.REJECTED_SUFFIX, null, fits ? key : null, fits ? value : null, headers);
    }

    /** Topic that a rejected record goes to, by its headers. */
    public static String topicOf(Headers rejected) {
        return new String(rejected.lastHeader(TOPIC).value(), StandardCharsets.UTF_8) + TopicSpec.REJECTED_SUFFIX;
    }

    /** Memory that a rejected record holds, octets. */
    public static long octets(ProducerRecord<byte[], byte[]> rejected) {
        return octets(rejected.key(), rejected.value(), rejected.headers());
    }

    private static long octets(byte[] key, byte[] value, Headers headers) {
        long octets = OVERHEAD_OCTETS + lengthOf(key) + lengthOf(value);
        for (Header header : headers) {
            octets += header.key().length() + lengthOf(header.value());
        }
        return octets;
    }

    private static long lengthOf(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    /** A record that was rejected before and written again has these headers already. */
    private static void put(Headers headers, String name, String value) {
        headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
