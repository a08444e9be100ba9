package io.weir.collectors.datagram;

import io.weir.collectors.publish.BatchSender;
import io.weir.schemas.Datagram;
import io.weir.schemas.topic.TopicSpec;

/** A topic of datagrams as a sender needs it. */
record DatagramTopic(String name, int partitions, int schemaId) {

    /** @throws org.apache.kafka.common.KafkaException when topic or registry cannot be used */
    static DatagramTopic of(TopicSpec<Datagram> topic, BatchSender sender) {
        return new DatagramTopic(topic.name(), sender.partitions(topic.name()), sender.schemaId(topic));
    }
}
