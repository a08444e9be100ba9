package io.weir.app.read;

import io.weir.app.failure.Failure;
import io.weir.app.terminal.Console;
import io.weir.app.terminal.StreamingTable;
import io.weir.app.terminal.Table;
import io.weir.exporters.finding.FindingFormat;
import io.weir.schemas.Finding;
import io.weir.schemas.json.AvroJson;
import io.weir.schemas.json.JsonBuffer;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.registry.SchemaRegistryException;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.serde.WireFormat;
import io.weir.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Prints the records that pass, as a table or as one JSON object a line (findings also in forms of others), and counts those that cannot be read. */
public final class TopicPrinter implements TopicReader.Handler, AutoCloseable {

    private final ReadableTopic topic;
    private final Console console;
    private final boolean json;
    private final FindingFormat format;
    private final boolean live;
    private final long limit;
    private final RecordFilter filter;
    private final SchemaRegistryClient registry;
    private final Deserializer<? extends SpecificRecord> deserializer;
    private final Map<Integer, AvroJson> writers = new HashMap<>();
    private final JsonBuffer buffer = new JsonBuffer();
    private final StreamingTable table;
    private long printed;
    private final UnreadableRecords unreadable;

    /**
     * @param clientProperties with {@code schema.registry.url}
     * @param json one object a line, as in the schema
     * @param format one object a line, of findings, in this form; null for none
     * @param filter null for all
     * @param limit records to print at most
     * @param live show rows as they come instead of waiting for more to settle the column widths
     */
    public TopicPrinter(
            ReadableTopic topic,
            Map<String, Object> clientProperties,
            Console console,
            boolean json,
            FindingFormat format,
            RecordFilter filter,
            long limit,
            boolean live) {
        this.topic = topic;
        this.console = console;
        this.unreadable = new UnreadableRecords(console.err());
        this.json = json;
        this.format = format;
        this.live = live;
        this.filter = filter;
        this.limit = limit;
        this.registry = SchemaRegistryClient.create(clientProperties);
        this.deserializer =
                AvroSerdes.deserializer(topic.spec(Topics.ofDefaultPrefix()).valueType(), clientProperties);
        this.table = new StreamingTable(console.columns(), topic.columns().toArray(new Table.Column[0]));
    }

    @Override
    public boolean accept(ConsumerRecord<byte[], byte[]> record) {
        if (printed >= limit) {
            return false;
        }
        byte[] value = record.value();
        if (value == null) {
            return true;
        }
        try {
            SpecificRecord decoded = json && filter == null ? null : deserializer.deserialize(record.topic(), value);
            if (filter != null && !filter.matches((IndexedRecord) decoded)) {
                return true;
            }
            if (json) {
                appendJson(value);
            } else if (format != null) {
                buffer.write(format.render((Finding) decoded).getBytes(StandardCharsets.UTF_8));
                buffer.newLine();
            } else {
                print(table.add(topic.row(decoded)));
            }
        } catch (SerializationException e) {
            unreadable.add(record, e);
            return true;
        } catch (SchemaRegistryException e) {
            throw Failure.failed(e.getMessage(), "check --registry and the schema.registry.* settings", e);
        }
        printed++;
        return printed < limit;
    }

    private void appendJson(byte[] value) {
        int id = WireFormat.schemaId(value);
        if (id < 0) {
            throw new SerializationException("the value does not begin with magic byte 0 and a schema id");
        }
        AvroJson writer = writers.get(id);
        if (writer == null) {
            writer = AvroJson.of(registry.schemaById(id));
            writers.put(id, writer);
        }
        writer.write(value, WireFormat.HEADER_OCTETS, value.length - WireFormat.HEADER_OCTETS, buffer);
        buffer.newLine();
    }

    /** Shows what was held back; false when nobody reads our output any more. */
    @Override
    public boolean endOfFetch() {
        if (json || format != null) {
            console.out().write(buffer.array(), 0, buffer.size());
            buffer.reset();
        } else if (live) {
            print(table.drain());
        }
        return !console.out().checkError();
    }

    private void print(List<String> lines) {
        if (!lines.isEmpty()) {
            console.out().print(String.join("\n", lines) + "\n");
        }
    }

    /** Shows the rest. */
    public void finish() {
        print(table.drain());
        console.out().flush();
        unreadable.tell();
    }

    /** Records printed so far. */
    public long printed() {
        return printed;
    }

    @Override
    public void close() {
        deserializer.close();
        registry.close();
    }
}
