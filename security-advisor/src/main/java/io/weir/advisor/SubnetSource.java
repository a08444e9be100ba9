package io.weir.advisor;

import io.weir.advisor.subnet.Subnets;
import io.weir.schemas.Subnet;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.Topics;
import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.state.Stores;

/** <pre>subnets ──learn-subnets──▶ (table of prefixes)</pre> */
public final class SubnetSource {

    private static final String STORE = "subnets";

    private SubnetSource() {}

    /**
     * The configured prefixes and those of the subnets topic, for a topology that classifies. What cannot be read there is logged; the advisor tells it
     * as a loss.
     *
     * @param serdeConfigs Kafka client properties with {@code schema.registry.url}
     * @param group application that reads
     */
    public static Subnets learn(
            StreamsBuilder builder, AdvisorConfig config, Topics topics, Map<String, ?> serdeConfigs, String group) {
        Subnets subnets = tableOf(config);
        learn(builder, subnets, new SubnetProblems(), new LimitedLog(), topics, serdeConfigs, group);
        return subnets;
    }

    static Subnets tableOf(AdvisorConfig config) {
        return new Subnets(config.clusterCidrs(), config.clusterSets(), config.maxSubnets());
    }

    static void learn(
            StreamsBuilder builder,
            Subnets subnets,
            SubnetProblems problems,
            LimitedLog log,
            Topics topics,
            Map<String, ?> serdeConfigs,
            String group) {
        Deserializer<Subnet> deserializer = AvroSerdes.deserializer(Subnet.class, serdeConfigs);
        builder.addGlobalStore(
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                topics.subnets().name(),
                Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("learn-subnets"),
                () -> new LearnSubnets(subnets, problems, log, deserializer, group, STORE));
    }
}
