package io.weir.schemas.json;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Random values of a schema, reproducible by seed. */
final class RandomAvro {

    private static final String[] TEXTS = {
        "",
        "10.0.0.1",
        "quote \" back \\ slash /",
        "\u0000\u0001\b\t\n\f\r\u001f\u007f",
        "grüße €",
        "\uD83D\uDE00 emoji",
        "x".repeat(9000)
    };

    private static final double[] DOUBLES = {
        0, -0.0, 1, 0.1, 1e300, 4.9e-324, 2.0E-3, 1e21, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
    };

    private final Random random;

    RandomAvro(long seed) {
        random = new Random(seed);
    }

    byte[] bytes(Schema schema) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<>(schema).write(value(schema, 0), encoder);
        encoder.flush();
        return out.toByteArray();
    }

    private Object value(Schema schema, int depth) {
        return switch (schema.getType()) {
            case RECORD -> {
                GenericData.Record record = new GenericData.Record(schema);
                for (Schema.Field field : schema.getFields()) {
                    record.put(field.pos(), value(field.schema(), depth + 1));
                }
                yield record;
            }
            // Deep recursion takes the first branch, which is null where a schema refers to itself.
            case UNION ->
                value(
                        schema.getTypes()
                                .get(
                                        depth > 12
                                                ? 0
                                                : random.nextInt(
                                                        schema.getTypes().size())),
                        depth + 1);
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(value(schema.getElementType(), depth + 1));
                }
                yield list;
            }
            case MAP -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    map.put("key \"" + i, value(schema.getValueType(), depth + 1));
                }
                yield map;
            }
            case ENUM ->
                new GenericData.EnumSymbol(
                        schema,
                        schema.getEnumSymbols()
                                .get(random.nextInt(schema.getEnumSymbols().size())));
            case STRING -> TEXTS[random.nextInt(TEXTS.length)];
            case BYTES -> ByteBuffer.wrap(octets(random.nextInt(20)));
            case FIXED -> new GenericData.Fixed(schema, octets(schema.getFixedSize()));
            case INT -> random.nextInt() >> random.nextInt(32);
            case LONG -> random.nextLong() >> random.nextInt(64);
            case FLOAT -> random.nextBoolean() ? random.nextFloat() : Float.NaN;
            case DOUBLE ->
                random.nextBoolean() ? DOUBLES[random.nextInt(DOUBLES.length)] : Double.valueOf(random.nextGaussian());
            case BOOLEAN -> random.nextBoolean();
            case NULL -> null;
        };
    }

    private byte[] octets(int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        return octets;
    }
}
