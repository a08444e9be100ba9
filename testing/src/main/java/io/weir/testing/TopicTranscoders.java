package io.weir.testing;

import io.weir.schemas.json.AvroJson;
import io.weir.schemas.serde.Avro;
import io.weir.schemas.topic.Topics;
import java.util.List;

/** Records of our topics to JSON, for tests of modules that have nothing to do with Avro otherwise. */
public final class TopicTranscoders {

    private TopicTranscoders() {}

    /** One for the current schema of each topic, in the order of {@link Topics#all()}. */
    public static List<AvroJson> all() {
        return Topics.ofDefaultPrefix().all().stream()
                .map(topic -> AvroJson.of(Avro.schemaOf(topic.valueType())))
                .toList();
    }
}
