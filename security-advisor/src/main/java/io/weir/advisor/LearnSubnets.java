package io.weir.advisor;

import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.Subnets;
import io.weir.schemas.Loss;
import io.weir.schemas.Subnet;
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
final class LearnSubnets implements Processor<String, byte[], Void, Void> {

    private final Subnets subnets;
    private final SubnetProblems problems;
    private final LimitedLog log;
    private final Deserializer<Subnet> deserializer;
    private final String storeName;

    private ProcessorContext<Void, Void> context;
    private KeyValueStore<String, byte[]> store;

    LearnSubnets(
            Subnets subnets,
            SubnetProblems problems,
            LimitedLog log,
            Deserializer<Subnet> deserializer,
            String storeName) {
        this.subnets = subnets;
        this.problems = problems;
        this.log = log;
        this.deserializer = deserializer;
        this.storeName = storeName;
    }

    @Override
    public void init(ProcessorContext<Void, Void> newContext) {
        context = newContext;
        store = newContext.getStateStore(storeName);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        RecordMetadata at = context.recordMetadata().orElseThrow();
        try {
            Cidr prefix = Cidr.parse(record.key());
            if (record.value() == null) {
                subnets.end(prefix, record.timestamp());
            } else {
                learn(prefix, deserializer.deserialize(at.topic(), record.value()));
            }
            store.put(record.key(), record.value());
        } catch (RuntimeException e) {
            if (Losses.isRegistryAway(e)) {
                throw e;
            }
            Loss loss = Losses.undecodable(at.topic(), at.partition(), at.offset(), e.getMessage());
            problems.add(loss);
            log.warn(loss.getMessage(), context.currentSystemTimeMs());
        }
    }

    private void learn(Cidr prefix, Subnet subnet) {
        if (!Cidr.parse(subnet.getCidr()).equals(prefix)) {
            throw new IllegalArgumentException("its key is " + prefix + " but its value describes " + subnet.getCidr()
                    + ": use the CIDR as the key");
        }
        subnets.put(prefix, subnet.getKind(), subnet.getName(), subnet.getValidFrom());
    }
}
