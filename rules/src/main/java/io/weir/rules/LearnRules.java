package io.weir.rules;

import io.weir.advisor.LimitedLog;
import io.weir.advisor.RegistryAway;
import io.weir.rules.file.RuleFile;
import io.weir.schemas.RuleDefinition;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Topic of rules → {@link RuleBook}. The global store holds the records as they are. A start reads the topic through this processor, so that the book
 * is whole before the first record is looked at. What stands under an id and is no rule takes the rule with that id away, as a start
 * would find nothing else.
 */
final class LearnRules implements Processor<byte[], byte[], Void, Void> {

    private final RuleBook book;
    private final String topic;
    private final Deserializer<RuleDefinition> deserializer;
    private final LimitedLog log;
    private final String storeName;

    private ProcessorContext<Void, Void> context;
    private KeyValueStore<String, byte[]> store;

    LearnRules(
            RuleBook book, String topic, Deserializer<RuleDefinition> deserializer, LimitedLog log, String storeName) {
        this.book = book;
        this.topic = topic;
        this.deserializer = deserializer;
        this.log = log;
        this.storeName = storeName;
    }

    @Override
    public void init(ProcessorContext<Void, Void> newContext) {
        context = newContext;
        store = newContext.getStateStore(storeName);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        if (record.key() == null) {
            warn("a record without a key was left out: the key is the rule's id");
            return;
        }
        String id = new String(record.key(), StandardCharsets.UTF_8);
        store.put(id, record.value());
        if (record.value() == null) {
            book.remove(id);
            return;
        }
        try {
            learn(id, deserializer.deserialize(topic, record.value()).getYaml());
        } catch (RuntimeException e) {
            if (RegistryAway.is(e)) {
                throw e;
            }
            book.refuse(id);
            warn("rule " + id + " was left out: " + e.getMessage());
        }
    }

    private void learn(String id, String yaml) {
        RuleFile read = RuleFile.parseOne(topic, id, yaml);
        if (!read.problems().isEmpty()) {
            book.refuse(id);
            read.problems().forEach(problem -> warn("rule " + id + " was left out: " + problem));
        } else if (book.rules().stream().filter(rule -> !rule.id().equals(id)).count() >= RuleFile.MAX_RULES) {
            book.refuse(id);
            warn("rule " + id + " was left out: it is one too many, there may be " + RuleFile.MAX_RULES);
        } else {
            book.put(read.rules().get(0));
        }
    }

    private void warn(String message) {
        log.warn(topic + ": " + message, context.currentSystemTimeMs());
    }
}
