package io.weir.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.schemas.topic.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class MeterAppTest {

    @Test
    void setsProducerAndConsumerUnlessTheUserDoes() {
        StreamsConfig config = config(Map.of());

        assertEquals("lz4", producer(config).get(ProducerConfig.COMPRESSION_TYPE_CONFIG));
        assertEquals(20, producer(config).get(ProducerConfig.LINGER_MS_CONFIG));
        assertEquals(200, consumer(config).get(ConsumerConfig.MAX_POLL_RECORDS_CONFIG));
        assertEquals(10_000, consumer(config).get(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG));
    }

    @Test
    void usersClientPropertiesWinWithAndWithoutPrefix() {
        StreamsConfig config = config(Map.of(
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "none",
                StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
                7,
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                30_000,
                StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG),
                11));

        assertEquals("none", producer(config).get(ProducerConfig.COMPRESSION_TYPE_CONFIG));
        assertEquals(7, producer(config).get(ProducerConfig.LINGER_MS_CONFIG));
        assertEquals(30_000, consumer(config).get(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG));
        assertEquals(11, consumer(config).get(ConsumerConfig.MAX_POLL_RECORDS_CONFIG));
    }

    @Test
    void exactlyOnceIsNotTheUsersChoice() {
        StreamsConfig config = config(Map.of(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, "at_least_once"));

        assertEquals(StreamsConfig.EXACTLY_ONCE_V2, config.getString(StreamsConfig.PROCESSING_GUARANTEE_CONFIG));
        assertEquals("earliest", consumer(config).get(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG));
    }

    @Test
    void lessThanExactlyOnceAndStandbysAreChosenForTheMeter() {
        MeterConfig defaults = MeterConfig.defaults();
        MeterConfig chosen = new MeterConfig(
                defaults.window(),
                defaults.grace(),
                defaults.timeouts(),
                defaults.timeoutsByProtocol(),
                defaults.tcpLinger(),
                defaults.silenceTimeout(),
                defaults.conversationWait(),
                defaults.earlyRecords(),
                defaults.maxFlows(),
                defaults.edges(),
                defaults.threads(),
                defaults.commitInterval(),
                false,
                2);

        StreamsConfig config = config(chosen, Map.of(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, "exactly_once_v2"));

        assertEquals(StreamsConfig.AT_LEAST_ONCE, config.getString(StreamsConfig.PROCESSING_GUARANTEE_CONFIG));
        assertEquals("read_committed", consumer(config).get(ConsumerConfig.ISOLATION_LEVEL_CONFIG));
        assertEquals(2, config.getInt(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG));
    }

    @Test
    void transactionsLastLongerThanTheCommitInterval() {
        MeterConfig defaults = MeterConfig.defaults();
        MeterConfig seldom = new MeterConfig(
                defaults.window(),
                defaults.grace(),
                defaults.timeouts(),
                defaults.timeoutsByProtocol(),
                defaults.tcpLinger(),
                defaults.silenceTimeout(),
                defaults.conversationWait(),
                defaults.earlyRecords(),
                defaults.maxFlows(),
                defaults.edges(),
                defaults.threads(),
                Duration.ofMinutes(1),
                true,
                0);

        assertEquals(11_000, producer(config(Map.of())).get(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG));
        assertEquals(70_000, producer(config(seldom, Map.of())).get(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG));
    }

    private static StreamsConfig config(Map<String, Object> user) {
        return config(MeterConfig.defaults(), user);
    }

    private static StreamsConfig config(MeterConfig meter, Map<String, Object> user) {
        Properties properties = MeterApp.properties(meter, Topics.ofDefaultPrefix(), user, "/tmp/unused");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:1");
        return new StreamsConfig(properties);
    }

    private static Map<String, Object> producer(StreamsConfig config) {
        return config.getProducerConfigs("client");
    }

    private static Map<String, Object> consumer(StreamsConfig config) {
        return config.getMainConsumerConfigs("group", "client", 0);
    }
}
