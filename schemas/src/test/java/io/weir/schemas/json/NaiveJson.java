package io.weir.schemas.json;

import com.fasterxml.jackson.core.io.NumberOutput;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;

/** The transcoder's slow twin: Avro's own generic reader, then Jackson's tree. */
final class NaiveJson {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private NaiveJson() {}

    static JsonNode of(Schema schema, byte[] avro) throws IOException {
        Object value =
                new GenericDatumReader<>(schema).read(null, DecoderFactory.get().binaryDecoder(avro, null));
        return tree(value);
    }

    private static JsonNode tree(Object value) {
        if (value == null) {
            return NODES.nullNode();
        }
        if (value instanceof GenericRecord record) {
            ObjectNode object = NODES.objectNode();
            for (Schema.Field field : record.getSchema().getFields()) {
                object.set(field.name(), tree(record.get(field.pos())));
            }
            return object;
        }
        if (value instanceof List<?> list) {
            ArrayNode array = NODES.arrayNode();
            list.forEach(item -> array.add(tree(item)));
            return array;
        }
        if (value instanceof Map<?, ?> map) {
            ObjectNode object = NODES.objectNode();
            map.forEach((key, item) -> object.set(key.toString(), tree(item)));
            return object;
        }
        if (value instanceof ByteBuffer bytes) {
            byte[] octets = new byte[bytes.remaining()];
            bytes.duplicate().get(octets);
            return NODES.textNode(HexFormat.of().formatHex(octets));
        }
        if (value instanceof GenericFixed fixed) {
            return NODES.textNode(HexFormat.of().formatHex(fixed.bytes()));
        }
        if (value instanceof Integer || value instanceof Long) {
            return NODES.numberNode(((Number) value).longValue());
        }
        if (value instanceof Float number) {
            return Float.isFinite(number)
                    ? NODES.numberNode(Double.parseDouble(NumberOutput.toString(number, true)))
                    : NODES.nullNode();
        }
        if (value instanceof Double number) {
            return Double.isFinite(number) ? NODES.numberNode(number) : NODES.nullNode();
        }
        if (value instanceof Boolean bool) {
            return NODES.booleanNode(bool);
        }
        if (value instanceof CharSequence || value instanceof GenericData.EnumSymbol) {
            return NODES.textNode(value.toString());
        }
        throw new IllegalArgumentException(value.getClass().toString());
    }
}
