package io.weir.advisor;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Flows up to the end of a replay's range: Kafka Streams reads on, as the topic goes on. */
final class WithinRange implements Processor<byte[], byte[], byte[], byte[]> {

    private final Replay replay;

    private ProcessorContext<byte[], byte[]> context;

    /** This task has one partition. */
    private boolean hasBegun;

    WithinRange(Replay replay) {
        this.replay = replay;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> newContext) {
        context = newContext;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata at = context.recordMetadata().orElseThrow();
        TopicPartition partition = new TopicPartition(at.topic(), at.partition());
        if (!hasBegun) {
            hasBegun = true;
            replay.began(partition);
        }
        if (replay.contains(partition, at.offset())) {
            context.forward(record);
        }
    }
}
