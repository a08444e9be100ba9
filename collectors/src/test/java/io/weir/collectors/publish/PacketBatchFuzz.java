package io.weir.collectors.publish;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.json.AvroFields;
import io.weir.schemas.json.AvroJson;
import io.weir.schemas.json.JsonBuffer;
import io.weir.schemas.packets.BatchHeader;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.IcmpError;
import io.weir.schemas.packets.MalformedBatchException;
import io.weir.schemas.packets.PacketBatchDecoder;
import io.weir.schemas.packets.PacketBatchEncoder;
import io.weir.schemas.packets.PayloadFact;
import io.weir.schemas.serde.WireFormat;
import io.weir.testing.TopicTranscoders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;

/** Any octets as the Avro data of a record. Of an input 0 is the topic, 1 the data; those of packets are also read as a batch. */
public final class PacketBatchFuzz {
    private static final List<AvroJson> SCHEMAS = TopicTranscoders.all();
    private static final AvroFields WATERMARK = SCHEMAS.get(0).fields(List.of("watermarkNanoseconds", "endOfInput"));
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DATA = 1;

    /** A fact of ten octets becomes a text of some 150: names of fields are long. */
    private static final int MAX_JSON_GROWTH = 32;

    private static final int MAX_JSON_OF_FIXED_FIELDS = 4096;

    private PacketBatchFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        if (input.length < DATA) {
            return;
        }
        int topic = (input[0] & 0xff) % SCHEMAS.size();
        checkJson(SCHEMAS.get(topic), input);
        if (topic == 0) {
            checkFields(input);
            checkBatch(input);
        }
    }

    private static void checkJson(AvroJson transcoder, byte[] input) throws IOException {
        JsonBuffer out = new JsonBuffer();
        try {
            transcoder.write(input, DATA, input.length - DATA, out);
        } catch (SerializationException e) {
            require(out.size() == 0, "nothing written of " + e.getMessage());
            return;
        }
        require(
                out.size() <= MAX_JSON_OF_FIXED_FIELDS + MAX_JSON_GROWTH * input.length,
                "less than " + out.size() + " octets of JSON for " + input.length);
        JSON.readTree(out.array(), 0, out.size());
    }

    private static void checkFields(byte[] input) {
        try {
            WATERMARK.read(input, DATA, input.length - DATA);
        } catch (SerializationException e) {
            return;
        }
        require(WATERMARK.isPresent(0) && WATERMARK.isPresent(1), "both fields");
    }

    private static void checkBatch(byte[] input) {
        PacketBatchDecoder batch = new PacketBatchDecoder();
        try {
            batch.decode(input, DATA);
        } catch (MalformedBatchException e) {
            return;
        }
        for (int i = 0; i < batch.packetCount(); i++) {
            int key = batch.keyColumn()[i];
            require((key >= 0 ? key : -1 - key) < batch.keyCount(), "a key of packet " + i);
        }
        for (int i = 0; i < batch.keyCount(); i++) {
            CanonicalKey key = batch.key(i);
            require(key.problem < DecodingProblem.values().length, "a problem of key " + i);
            for (long rest = key.layers; rest != 0; rest >>>= Byte.SIZE) {
                require((rest & 0xff) < Layer.values().length, "layers of key " + i);
            }
            key.hash();
        }
        for (int i = 0; i < batch.factCount(); i++) {
            PayloadFact fact = batch.fact(i);
            require(fact.packet >= 0 && fact.packet < batch.packetCount(), "a packet of fact " + i);
            require(!fact.toString().isEmpty(), "a text of fact " + i);
        }
        for (int i = 0; i < batch.icmpErrorCount(); i++) {
            IcmpError error = batch.icmpError(i);
            require(
                    error.packetsBefore >= 0 && error.packetsBefore <= batch.packetCount(),
                    "a place of ICMP error " + i);
            require(error.quoted.ipVersion != 0, "an IP version of ICMP error " + i);
            error.quoted.hash();
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("Expected " + what);
        }
    }

    /** What the fuzzer begins with: a batch, and for each topic a record of empty fields. */
    public static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (int topic = 0; topic < SCHEMAS.size(); topic++) {
            byte[] empty = new byte[200];
            empty[0] = (byte) topic;
            seeds.add(empty);
        }
        seeds.add(batch());
        return seeds;
    }

    private static byte[] batch() {
        PacketBatchEncoder encoder = new PacketBatchEncoder(1000, true);
        CanonicalKey outer = new CanonicalKey();
        outer.etherType = 0x0800;
        outer.encloses = true;
        outer.setEndpoints(4, 17, 0, 0x0a000001, 50000, 1, 0, 0x0a000002, 4789, 2, false);
        CanonicalKey inner = new CanonicalKey();
        inner.vlanCount = 1;
        inner.vlanIds = 7;
        inner.layers = Layer.ethernet.ordinal();
        inner.setEndpoints(6, 17, 1, 2, 40000, -1, 3, 4, 53, -1, false);
        inner.setEnclosed(outer, Layer.vxlan.ordinal(), 42, true);
        encoder.add(inner, inner.hash(), true, 1000, 60, 40, -1);
        encoder.addFact(fact());
        encoder.add(outer, outer.hash(), false, 1001, 110, 96, 0x12);
        encoder.addIcmpError(error(inner));
        byte[] value =
                encoder.encode(1, new BatchHeader(new ObservationPoint("n", "eth0", "pcap", 1), "s", 1, 2, true));
        return Arrays.copyOfRange(value, WireFormat.HEADER_OCTETS - DATA, value.length);
    }

    private static IcmpError error(CanonicalKey about) {
        IcmpError error = new IcmpError();
        error.timeNanoseconds = 1_001_000;
        error.quoted.setWords(
                about.word0(),
                about.word1(),
                about.word2(),
                about.word3(),
                about.word4(),
                about.word5(),
                about.word6());
        error.quoted.parent = about.parent;
        error.type = 1;
        error.code = 4;
        error.senderLow = 9;
        return error;
    }

    private static PayloadFact fact() {
        PayloadFact fact = new PayloadFact();
        fact.hasDns = true;
        fact.dnsName.set("a.example");
        fact.hasTls = true;
        fact.tlsServerName.set("b.example");
        fact.hasHttp = true;
        fact.httpMethod.set("GET");
        fact.hasDhcp = true;
        fact.dhcpAddress.set("1234");
        fact.quicVersion = 1;
        return fact;
    }
}
