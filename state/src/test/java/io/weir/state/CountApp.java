package io.weir.state;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Counts keys with a {@link CountTable}; never commits of itself within a test, but does so when a record's value says it. */
final class CountApp implements AutoCloseable {

    static final String COUNT = "count";
    static final String REMOVE = "remove";
    static final String COMMIT = "commit";
    static final String CRASH = "crash";

    final AtomicInteger processed = new AtomicInteger();

    private final KafkaStreams streams;

    CountApp(String name, String topic, Path stateDir, Map<String, Object> clientProps) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.addStateStore(new TableStoreBuilder<>(CountTable.NAME, CountTable::new));
        builder.stream(topic, Consumed.with(Serdes.String(), Serdes.String()).withName("read"))
                .process(Counter::new, Named.as("count"), CountTable.NAME);
        Properties properties = new Properties();
        properties.putAll(clientProps);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 600_000);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 600_000);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        streams = new KafkaStreams(builder.build(), properties);
        streams.setUncaughtExceptionHandler(error -> StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
        streams.start();
    }

    KafkaStreams.State state() {
        return streams.state();
    }

    /** Tasks that are active here. */
    int tasks() {
        return streams.metadataForLocalThreads().stream()
                .mapToInt(thread -> thread.activeTasks().size())
                .sum();
    }

    @Override
    public void close() {
        // Otherwise the next instance waits until the group has missed this one for long enough.
        streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(Duration.ofSeconds(30)));
    }

    private final class Counter implements Processor<String, String, Void, Void> {

        private ProcessorContext<Void, Void> context;
        private CountTable table;

        @Override
        public void init(ProcessorContext<Void, Void> processorContext) {
            context = processorContext;
            table = context.getStateStore(CountTable.NAME);
            table.open(context, new CompositeMeterRegistry().timer("flush"));
        }

        @Override
        public void process(Record<String, String> input) {
            switch (input.value()) {
                case COUNT -> table.add(input.key());
                case REMOVE -> table.remove(input.key());
                case COMMIT -> context.commit();
                default -> throw new IllegalStateException("crash, as asked");
            }
            processed.incrementAndGet();
        }
    }
}
