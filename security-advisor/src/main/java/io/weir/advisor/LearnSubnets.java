package io.weir.advisor;

import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.Subnets;
import io.weir.schemas.Loss;
import io.weir.schemas.LossReason;
import io.weir.schemas.Subnet;
import io.weir.schemas.rejected.KafkaLosses;
import io.weir.schemas.rejected.RejectedRecord;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Subnets topic → table of prefixes. The global store holds the accepted records as they are; what is asked is the table. Since Kafka
 * Streams 3.8 (KAFKA-7663) a start reads the topic through this processor, not around it, so that the table is whole before the first
 * flow is classified.
 */
final class LearnSubnets implements Processor<byte[], byte[], Void, Void> {

    private final Subnets subnets;
    private final SubnetProblems problems;
    private final LimitedLog log;
    private final Deserializer<Subnet> deserializer;
    private final String group;
    private final String storeName;

    private ProcessorContext<Void, Void> context;
    private KeyValueStore<String, byte[]> store;

    LearnSubnets(
            Subnets subnets,
            SubnetProblems problems,
            LimitedLog log,
            Deserializer<Subnet> deserializer,
            String group,
            String storeName) {
        this.subnets = subnets;
        this.problems = problems;
        this.log = log;
        this.deserializer = deserializer;
        this.group = group;
        this.storeName = storeName;
    }

    @Override
    public void init(ProcessorContext<Void, Void> newContext) {
        context = newContext;
        store = newContext.getStateStore(storeName);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata at = context.recordMetadata().orElseThrow();
        try {
            String key = new String(record.key(), StandardCharsets.UTF_8);
            Cidr prefix = Cidr.parse(key);
            if (record.value() == null) {
                subnets.end(prefix, record.timestamp());
            } else {
                learn(prefix, deserializer.deserialize(at.topic(), record.value()));
            }
            store.put(key, record.value());
        } catch (RuntimeException e) {
            if (RegistryAway.is(e)) {
                throw e;
            }
            refuse(record, at, e.getMessage());
        }
    }

    private void refuse(Record<byte[], byte[]> record, RecordMetadata at, String why) {
        TopicPartition partition = new TopicPartition(at.topic(), at.partition());
        RejectedRecord.Place place =
                new RejectedRecord.Place(at.topic(), at.partition(), at.offset(), record.timestamp());
        String message = partition + " offset " + at.offset() + " was left out: " + why;
        Loss loss =
                KafkaLosses.of("advisor", partition, at.offset(), at.offset(), LossReason.undecodable_record, message);
        boolean told = problems.add(new SubnetProblems.Problem(
                loss, RejectedRecord.of(place, record.key(), record.value(), record.headers(), group, why)));
        log.warn(
                told
                        ? message
                        : message + " (not written to the losses: too many wait; they are told at the next start)",
                context.currentSystemTimeMs());
    }

    private void learn(Cidr prefix, Subnet subnet) {
        if (!Cidr.parse(subnet.getCidr()).equals(prefix)) {
            throw new IllegalArgumentException("its key is " + prefix + " but its value describes " + subnet.getCidr()
                    + ": use the CIDR as the key");
        }
        subnets.put(prefix, subnet.getKind(), subnet.getName(), subnet.getValidFrom());
    }
}
