package io.weir.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.weir.schemas.Subnet;
import io.weir.schemas.SubnetKind;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.registry.SchemaRegistryException;
import io.weir.schemas.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

class AvroSerdesTest {

    private static final String TOPIC = "weir.subnets.v1";

    private final Map<String, Object> configs = Map.of(SchemaRegistryClient.URL_CONFIG, "mock://serdes");
    private final SchemaRegistryClient registry = SchemaRegistryClient.create(configs);
    private final Serializer<Subnet> serializer = AvroSerdes.serializer(Subnet.class, configs);
    private final Deserializer<Subnet> deserializer = AvroSerdes.deserializer(Subnet.class, configs);

    @Test
    void shouldGiveBackWhatWasWritten() {
        Subnet subnet = new Subnet("10.42.0.0/16", SubnetKind.pod, "pods of küste", 1_700_000_000_000L);

        byte[] bytes = serializer.serialize(TOPIC, subnet);

        assertThat(bytes[0]).isZero();
        assertThat(registry.schemaById(WireFormat.schemaId(bytes))).isEqualTo(Subnet.getClassSchema());
        assertThat(deserializer.deserialize(TOPIC, bytes)).isEqualTo(subnet);
        assertThat(serializer.serialize(TOPIC, null)).isNull();
        assertThat(deserializer.deserialize(TOPIC, null)).isNull();
    }

    @Test
    void shouldWriteTheFirstRecordOfATopicWhileTheRegistryIsAway() throws IOException {
        HttpServer answering = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answering.createContext("/", exchange -> {
            byte[] answer = "{\"id\":7}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        answering.start();
        String url = "http://127.0.0.1:" + answering.getAddress().getPort();
        Serde<Subnet> serde =
                AvroSerdes.serde(Topics.ofDefaultPrefix().subnets(), Map.of(SchemaRegistryClient.URL_CONFIG, url));
        answering.stop(0);

        byte[] bytes = serde.serializer().serialize(TOPIC, new Subnet("10.42.0.0/16", SubnetKind.pod, "pods", 1L));

        assertThat(WireFormat.schemaId(bytes)).isEqualTo(7);
    }

    @Test
    void shouldAskWithTheFirstRecordWhenTheRegistryWasAway() {
        Serde<Subnet> serde = AvroSerdes.serde(
                Topics.ofDefaultPrefix().subnets(), Map.of(SchemaRegistryClient.URL_CONFIG, "http://127.0.0.1:1"));
        Subnet subnet = new Subnet("10.42.0.0/16", SubnetKind.pod, "pods", 1L);

        assertThatThrownBy(() -> serde.serializer().serialize(TOPIC, subnet))
                .isInstanceOf(SchemaRegistryException.class);
    }

    @Test
    void shouldLeaveNothingOfARefusedRecordInTheNext() {
        Subnet broken = new Subnet("192.0.2.0/24", SubnetKind.pod, "ends before its time", 1L);
        broken.put(Subnet.getClassSchema().getField("kind").pos(), null);
        Subnet good = new Subnet("10.42.0.0/16", SubnetKind.pod, "pods", 2L);

        assertThatThrownBy(() -> serializer.serialize(TOPIC, broken)).isInstanceOf(SerializationException.class);

        assertThat(deserializer.deserialize(TOPIC, serializer.serialize(TOPIC, good)))
                .isEqualTo(good);
    }

    @Test
    void shouldReadRecordsOfANewerSchema() throws IOException {
        Schema newer =
                changed("\"name\":\"validFrom\"", "\"name\":\"owner\",\"type\":\"string\"},{\"name\":\"validFrom\"");
        newer = new Schema.Parser().parse(newer.toString().replace("\"pod\",", "\"pod\",\"mesh\","));
        GenericRecord record = new GenericRecordBuilder(newer)
                .set("cidr", "fd42::/48")
                .set("kind", new GenericData.EnumSymbol(newer.getField("kind").schema(), "mesh"))
                .set("owner", "somebody")
                .build();

        Subnet read = deserializer.deserialize(TOPIC, framed(record));

        // A symbol that this version does not know is the enum's default.
        assertThat(read).isEqualTo(new Subnet("fd42::/48", SubnetKind.unknown, null, 0L));
    }

    @Test
    void shouldReadRecordsOfAnOlderSchema() throws IOException {
        Schema older = changed(",\"doc\":\"Name for people.\"", "");
        older = without(older, "name");
        GenericRecord record = new GenericRecordBuilder(older)
                .set("cidr", "10.0.0.0/8")
                .set("kind", new GenericData.EnumSymbol(older.getField("kind").schema(), "node"))
                .build();

        assertThat(deserializer.deserialize(TOPIC, framed(record)))
                .isEqualTo(new Subnet("10.0.0.0/8", SubnetKind.node, null, 0L));
    }

    @Test
    void shouldBeReadableByAnyAvroReader() throws IOException {
        byte[] bytes = serializer.serialize(TOPIC, new Subnet("10.0.0.0/8", SubnetKind.vpc, null, 5L));

        Schema schema = registry.schemaById(WireFormat.schemaId(bytes));
        GenericRecord record = new GenericDatumReader<GenericRecord>(schema)
                .read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));

        assertThat(record.get("kind")).hasToString("vpc");
        assertThat(record.get("validFrom")).isEqualTo(5L);
    }

    @Test
    void shouldRefuseWhatIsNotFramed() {
        for (byte[] value :
                new byte[][] {{}, {0, 0, 0, 1}, "{\"cidr\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8)}) {
            assertThatThrownBy(() -> deserializer.deserialize(TOPIC, value))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining(TOPIC)
                    .hasMessageContaining("magic byte 0");
        }
    }

    @Test
    void shouldSayThatAnIdIsUnknown() {
        byte[] bytes = serializer.serialize(TOPIC, new Subnet("10.0.0.0/8", SubnetKind.vpc, null, 5L));
        WireFormat.writeHeader(bytes, 4711);

        assertThatThrownBy(() -> deserializer.deserialize(TOPIC, bytes))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("4711");
    }

    @Test
    void shouldNeverThrowAnythingElseOnGarbage() {
        byte[] good = serializer.serialize(TOPIC, new Subnet("10.42.0.0/16", SubnetKind.pod, "pods", 7L));
        for (int length = 5; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> deserializer.deserialize(TOPIC, cut))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining("Subnet");
        }
        byte[] longText = Arrays.copyOf(good, 64);
        // A string that claims 2 GB, in zigzag.
        System.arraycopy(new byte[] {-2, -1, -1, -1, 14}, 0, longText, WireFormat.HEADER_OCTETS, 5);
        assertThatThrownBy(() -> deserializer.deserialize(TOPIC, longText)).isInstanceOf(SerializationException.class);
        Random random = new Random(20240101);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = good.clone();
            for (int i = WireFormat.HEADER_OCTETS; i < bytes.length; i++) {
                bytes[i] = random.nextInt(3) == 0 ? (byte) random.nextInt() : bytes[i];
            }
            try {
                deserializer.deserialize(TOPIC, bytes);
            } catch (SerializationException expected) {
                assertThat(expected).hasMessageContaining(TOPIC);
            }
        }
    }

    @Test
    void shouldNameTheRecordThatDoesNotFit() {
        assertThatThrownBy(() -> serializer.serialize(TOPIC, new Subnet(null, SubnetKind.pod, null, 0L)))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("Subnet")
                .hasMessageContaining(TOPIC);
        // What was left half written does not reach the next record.
        assertThat(deserializer.deserialize(
                        TOPIC, serializer.serialize(TOPIC, new Subnet("::/0", SubnetKind.external, null, 0L))))
                .isEqualTo(new Subnet("::/0", SubnetKind.external, null, 0L));
    }

    @Test
    void shouldUseClassesThatConfigurationNames() {
        Map<String, Object> named = Map.of(
                SchemaRegistryClient.URL_CONFIG,
                "mock://serdes",
                AvroSerdes.SERIALIZER_CONFIG,
                "org.apache.kafka.common.serialization.StringSerializer");
        assertThat(AvroSerdes.serializer(Subnet.class, named))
                .isInstanceOf(org.apache.kafka.common.serialization.StringSerializer.class);
        assertThatThrownBy(() -> AvroSerdes.deserializer(
                        Subnet.class, Map.of(AvroSerdes.DESERIALIZER_CONFIG, "io.confluent.NotHere")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("io.confluent.NotHere")
                .hasMessageContaining("WEIR_PLUGINS");
    }

    private byte[] framed(GenericRecord record) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[WireFormat.HEADER_OCTETS]);
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
        byte[] bytes = out.toByteArray();
        WireFormat.writeHeader(bytes, registry.register(TOPIC + "-value", record.getSchema()));
        return bytes;
    }

    private static Schema changed(String from, String to) {
        return new Schema.Parser().parse(Subnet.getClassSchema().toString().replace(from, to));
    }

    private static Schema without(Schema schema, String field) {
        return Schema.createRecord(
                schema.getName(),
                null,
                schema.getNamespace(),
                false,
                schema.getFields().stream()
                        .filter(one -> !one.name().equals(field))
                        .map(one -> new Schema.Field(one, one.schema()))
                        .toList());
    }
}
