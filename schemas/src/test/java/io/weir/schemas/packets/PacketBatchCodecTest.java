package io.weir.schemas.packets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.schemas.ApplicationProtocol;
import io.weir.schemas.DecodingProblem;
import io.weir.schemas.DhcpFact;
import io.weir.schemas.DnsFact;
import io.weir.schemas.FlowKey;
import io.weir.schemas.ForwardingFact;
import io.weir.schemas.ForwardingNote;
import io.weir.schemas.ForwardingNotes;
import io.weir.schemas.HttpFact;
import io.weir.schemas.IcmpErrorNote;
import io.weir.schemas.Layer;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.PacketBatch;
import io.weir.schemas.PacketDigest;
import io.weir.schemas.PacketFact;
import io.weir.schemas.TcpNote;
import io.weir.schemas.TlsFact;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.serde.AvroSerdes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PacketBatchCodecTest {

    private static final Map<String, Object> CONFIGS = Map.of(SchemaRegistryClient.URL_CONFIG, "mock://codec");
    private static final ObservationPoint POINT = new ObservationPoint("node-1", "eth0", "pcap", 1);
    private static final long T0 = 1_700_000_000_000_000_000L;

    private final SchemaRegistryClient registry = SchemaRegistryClient.create(CONFIGS);
    private final int schemaId = registry.register("packets-value", PacketBatch.getClassSchema());
    private final PacketBatchEncoder encoder = new PacketBatchEncoder(1000, true);
    private final CanonicalKey key = new CanonicalKey();

    @BeforeEach
    void clearKey() {
        key.etherType = 0x0800;
        key.vlanCount = 0;
        key.vlanIds = 0;
        key.laterFragment = false;
        key.problem = 0;
        key.layers = Layer.ethernet.ordinal() | Layer.ipv4.ordinal() << 8 | Layer.tcp.ordinal() << 16;
    }

    @Test
    void shouldBeReadableByAnyAvroConsumer() {
        addTcp("10.0.0.2", 40000, "10.0.0.1", 443, 0, 74, 60, 0x02);
        addTcp("10.0.0.1", 443, "10.0.0.2", 40000, 150_000, 74, 60, 0x12);
        addTcp("10.0.0.3", 40001, "10.0.0.1", 443, 100_000, 74, 60, 0x02);
        byte[] value = encoder.encode(schemaId, new BatchHeader(POINT, "s-1", 7, T0 + 150_000, false));

        PacketBatch batch = deserializer().deserialize("packets", value);

        assertThat(batch.getObservationPoint()).isEqualTo(POINT);
        assertThat(batch.getSessionId()).isEqualTo("s-1");
        assertThat(batch.getSequenceNumber()).isEqualTo(7);
        assertThat(batch.getBaseTimeNanoseconds()).isEqualTo(T0);
        assertThat(batch.getWatermarkNanoseconds()).isEqualTo(T0 + 150_000);
        assertThat(batch.getEndOfInput()).isFalse();
        assertThat(batch.getKey()).containsExactly(-1, 0, -2);
        assertThat(batch.getTimeDelta()).containsExactly(0L, 150L, -50L);
        assertThat(batch.getLayer2Octets()).containsExactly(74, 74, 74);
        assertThat(batch.getOctets()).containsExactly(60, 60, 60);
        assertThat(batch.getTcpControlBits()).containsExactly(0x02, 0x12, 0x02);
        assertThat(batch.getPackets()).isEmpty();
        FlowKey first = batch.getKeys().get(0);
        assertThat(first.getEtherType()).isEqualTo(0x0800);
        assertThat(first.getProtocolIdentifier()).isEqualTo(6);
        assertThat(first.getAddressA()).isEqualTo(ByteBuffer.wrap(new byte[] {10, 0, 0, 1}));
        assertThat(first.getPortA()).isEqualTo(443);
        assertThat(first.getPortB()).isEqualTo(40000);
        assertThat(first.getEncapsulation()).containsExactly(Layer.ethernet, Layer.ipv4, Layer.tcp);
        assertThat(first.getDecodingProblem()).isEqualTo(DecodingProblem.none);
    }

    @Test
    void shouldReadBackWhatAnotherWriterWrote() throws Exception {
        addTcp("10.0.0.2", 40000, "10.0.0.1", 443, 0, 74, 60, 0x02);
        byte[] ours = encoder.encode(schemaId, new BatchHeader(POINT, "s-1", 0, T0, true));
        PacketBatch batch = deserializer().deserialize("packets", ours);
        batch.setPackets(List.of(12));
        byte[] theirs = serializer().serialize("packets", batch);

        PacketBatchDecoder decoded = new PacketBatchReader(registry).read(theirs);

        assertThat(decoded.observationPoint()).isEqualTo(POINT);
        assertThat(decoded.endOfInput()).isTrue();
        assertThat(decoded.packetCount()).isEqualTo(1);
        assertThat(decoded.packetsColumn()[0]).isEqualTo(12);
        assertThat(decoded.timeNanosecondsColumn()[0]).isEqualTo(T0);
        assertThat(decoded.key(0).portB).isEqualTo(40000);
    }

    @Test
    void shouldCarryTcpNotesForAnyAvroConsumer() throws Exception {
        addTcp("10.0.0.2", 40000, "10.0.0.1", 443, 0, 74, 60, 0x10);
        addTcp("10.0.0.1", 443, "10.0.0.2", 40000, 150_000, 74, 60, 0x10);
        encoder.addTcpNote(TcpMarks.DUPLICATE_ACKNOWLEDGEMENT | TcpMarks.ZERO_WINDOW, 150);
        addTcp("10.0.0.2", 40000, "10.0.0.1", 443, 200_000, 74, 60, 0x10);
        encoder.addTcpNote(TcpMarks.RETRANSMITTED, -1);
        byte[] value = encoder.encode(schemaId, new BatchHeader(POINT, "s-1", 0, T0, false));

        PacketBatch batch = deserializer().deserialize("packets", value);
        PacketBatchDecoder decoded = new PacketBatchReader(registry).read(value);

        assertThat(batch.getTcpNotes()).containsExactly(new TcpNote(1, 12, 150), new TcpNote(2, 1, -1));
        assertThat(decoded.notesTcp()).isTrue();
        assertThat(decoded.tcpNoteCount()).isEqualTo(2);
        assertThat(decoded.tcpNotePackets()).startsWith(1, 2);
        assertThat(decoded.tcpNoteMarks()).startsWith(12, 1);
        assertThat(decoded.tcpNoteRoundTripsMicroseconds()).startsWith(150, -1);
        // The next batch has none of them.
        addTcp("10.0.0.2", 40000, "10.0.0.1", 443, 0, 74, 60, 0x10);
        value = encoder.encode(schemaId, new BatchHeader(POINT, "s-1", 1, T0, false));
        assertThat(deserializer().deserialize("packets", value).getTcpNotes()).isEmpty();
    }

    @Test
    void shouldCarryDigestsForAnyAvroConsumer() throws Exception {
        addTcp("10.0.0.2", 40000, "10.0.0.1", 443, 0, 74, 60, 0x02);
        encoder.addDigest(0xfedcba98, 64);
        addTcp("10.0.0.1", 443, "10.0.0.2", 40000, 150_000, 74, 60, 0x10);
        addTcp("10.0.0.2", 40000, "10.0.0.1", 443, 200_000, 74, 60, 0x10);
        encoder.addDigest(1, 255);
        byte[] value = encoder.encode(schemaId, new BatchHeader(POINT, "s-1", 0, T0, false));

        PacketBatch batch = deserializer().deserialize("packets", value);
        PacketBatchDecoder decoded = new PacketBatchReader(registry).read(value);

        assertThat(batch.getDigests())
                .containsExactly(new PacketDigest(0, 0xfedcba98, 64), new PacketDigest(2, 1, 255));
        assertThat(decoded.digestCount()).isEqualTo(2);
        assertThat(decoded.digestPackets()).startsWith(0, 2);
        assertThat(decoded.digests()).startsWith(0xfedcba98, 1);
        assertThat(decoded.digestTimesToLive()).startsWith(64, 255);
        // The next batch has none of them.
        value = encoder.encode(schemaId, new BatchHeader(POINT, "s-1", 1, T0, false));
        assertThat(new PacketBatchReader(registry).read(value).digestCount()).isZero();
    }

    @Test
    void shouldCarryIcmpErrorsForAnyAvroConsumer() throws Exception {
        IcmpError error = anError();
        encoder.addIcmpError(error);
        addTcp("10.0.0.2", 40000, "10.0.0.1", 443, 0, 74, 60, 0x02);
        error.type = 11;
        error.code = 0;
        error.sentByA = false;
        encoder.addIcmpError(error);
        byte[] value = encoder.encode(schemaId, new BatchHeader(POINT, "s-1", 0, T0, false));

        PacketBatch batch = deserializer().deserialize("packets", value);
        PacketBatchDecoder decoded = new PacketBatchReader(registry).read(value);

        // The packet alone is counted, and its key is not mixed up with the one that was quoted.
        assertThat(batch.getKeys()).hasSize(1);
        assertThat(batch.getKey()).containsExactly(-1);
        assertThat(batch.getIcmpErrors()).hasSize(2);
        IcmpErrorNote first = batch.getIcmpErrors().get(0);
        assertThat(first.getPacketsBefore()).isZero();
        assertThat(first.getTimeNanoseconds()).isEqualTo(T0 + 5);
        assertThat(first.getQuoted().getPortA()).isEqualTo(53);
        assertThat(first.getQuoted().getMacAddressA().remaining()).isZero();
        assertThat(first.getSentByA()).isTrue();
        assertThat(first.getType()).isEqualTo(3);
        assertThat(first.getCode()).isEqualTo(1);
        assertThat(first.getSender()).isEqualTo(ByteBuffer.wrap(new byte[] {10, 0, 0, (byte) 254}));
        assertThat(batch.getIcmpErrors().get(1).getPacketsBefore()).isEqualTo(1);
        assertThat(decoded.icmpErrorCount()).isEqualTo(2);
        IcmpError second = decoded.icmpError(1);
        assertThat(second.packetsBefore).isEqualTo(1);
        assertThat(second.timeNanoseconds).isEqualTo(T0 + 5);
        assertThat(second.quoted.hash()).isEqualTo(error.quoted.hash());
        assertThat(second.sentByA).isFalse();
        assertThat(second.type).isEqualTo(11);
        assertThat(second.code).isZero();
        assertThat(second.senderLow).isEqualTo(v4("10.0.0.254"));
        // The next batch has none of them.
        assertThat(encoder.isEmpty()).isTrue();
        value = encoder.encode(schemaId, new BatchHeader(POINT, "s-1", 1, T0, false));
        assertThat(deserializer().deserialize("packets", value).getIcmpErrors()).isEmpty();
    }

    @Test
    void shouldNameWhatEnclosesAQuotedPacket() throws Exception {
        IcmpError error = anError();
        CanonicalKey tunnel = parent(new Random(3));
        error.quoted.setEnclosed(tunnel, Layer.vxlan.ordinal(), 42, true);
        encoder.addIcmpError(error);
        byte[] value = encoder.encode(schemaId, new BatchHeader(POINT, "s-1", 0, T0, false));

        PacketBatchDecoder decoded = new PacketBatchReader(registry).read(value);

        assertThat(decoded.packetCount()).isZero();
        CanonicalKey quoted = decoded.icmpError(0).quoted;
        assertThat(quoted.tunnel).isEqualTo(error.quoted.tunnel);
        assertThat(quoted.tunnelIdentifier).isEqualTo(42);
        assertThat(quoted.parent).isNotNull();
        assertThat(quoted.parent.hash()).isEqualTo(tunnel.hash());
    }

    @Test
    void shouldRefuseIcmpErrorsBehindPacketsThatAreNotThereOrWithoutAddress() {
        encoder.addIcmpError(anError());
        PacketBatch batch = deserializer()
                .deserialize("packets", encoder.encode(schemaId, new BatchHeader(POINT, "s-1", 0, T0, false)));
        IcmpErrorNote note = batch.getIcmpErrors().get(0);
        note.setPacketsBefore(1);
        assertThatThrownBy(
                        () -> new PacketBatchReader(registry).read(serializer().serialize("packets", batch)))
                .hasMessageContaining("ICMP error 0 stands behind 1 of 0 packets");
        note.setPacketsBefore(0);
        note.setSender(ByteBuffer.wrap(new byte[16]));
        assertThatThrownBy(
                        () -> new PacketBatchReader(registry).read(serializer().serialize("packets", batch)))
                .hasMessageContaining("a sender of 16 bytes and quotes a packet of IP version 4");
    }

    private static IcmpError anError() {
        IcmpError error = new IcmpError();
        error.timeNanoseconds = T0 + 5;
        error.quoted.etherType = 0x0800;
        error.sentByA = error.quoted.setEndpoints(
                4,
                17,
                0,
                v4("10.0.0.1"),
                53,
                CanonicalKey.NO_MAC,
                0,
                v4("10.0.0.2"),
                40000,
                CanonicalKey.NO_MAC,
                false);
        error.type = 3;
        error.code = 1;
        error.senderLow = v4("10.0.0.254");
        return error;
    }

    @Test
    void shouldRefuseADigestOfAPacketThatIsNotThere() {
        addTcp("10.0.0.2", 40000, "10.0.0.1", 443, 0, 74, 60, 0x10);
        encoder.addDigest(1, 1);
        byte[] value = encoder.encode(schemaId, new BatchHeader(POINT, "s-1", 0, T0, false));
        // The digest is the last but the end of its array, ICMP errors and ways of packets, of which there are none:
        // packet 0 becomes packet 1.
        value[value.length - 6] = 2;

        assertThatThrownBy(() -> new PacketBatchReader(registry).read(value))
                .isInstanceOf(MalformedBatchException.class)
                .hasMessageContaining("digest 0 names packet 1 of 1");
    }

    @Test
    void shouldTellNothingToNoteFromNotLookedAt() throws Exception {
        PacketBatchEncoder blind = new PacketBatchEncoder(1000, false);
        byte[] value = blind.encode(schemaId, new BatchHeader(POINT, "s-1", 0, T0, true));

        assertThat(deserializer().deserialize("packets", value).getTcpNotes()).isNull();
        assertThat(new PacketBatchReader(registry).read(value).notesTcp()).isFalse();
    }

    @Test
    void shouldRefuseANoteOfAPacketThatIsNotThere() {
        addTcp("10.0.0.2", 40000, "10.0.0.1", 443, 0, 74, 60, 0x10);
        encoder.addTcpNote(TcpMarks.RETRANSMITTED, -1);
        byte[] value = encoder.encode(schemaId, new BatchHeader(POINT, "s-1", 0, T0, false));
        // The note stands before the end of its array, two more arrays, which are empty, and a null: packet 0 becomes
        // packet 1.
        value[value.length - 7] = 2;

        assertThatThrownBy(() -> new PacketBatchReader(registry).read(value))
                .isInstanceOf(MalformedBatchException.class)
                .hasMessageContaining("TCP note 0 names packet 1 of 1");
    }

    @Test
    void shouldBeIdentityOverRandomBatches() throws Exception {
        long seed = 20261124L;
        Random random = new Random(seed);
        PacketBatchReader reader = new PacketBatchReader(registry);
        for (int round = 0; round < 50; round++) {
            List<long[]> expected = new ArrayList<>();
            int packets = random.nextInt(3000);
            for (int i = 0; i < packets; i++) {
                expected.add(addRandom(random));
            }
            byte[] value = encoder.encode(schemaId, new BatchHeader(POINT, "s", round, T0, false));
            PacketBatchDecoder decoded = reader.read(value);
            assertThat(decoded.packetCount()).as("seed %d", seed).isEqualTo(packets);
            for (int i = 0; i < packets; i++) {
                int index = decoded.keyColumn()[i];
                CanonicalKey got = decoded.key(index >= 0 ? index : -1 - index);
                assertThat(new long[] {
                            got.word0(),
                            got.word1(),
                            got.word2(),
                            got.word3(),
                            got.word4(),
                            got.word5(),
                            got.word6(),
                            got.tunnelIdentifier,
                            chainOf(got),
                            got.hash(),
                            index >= 0 ? 1 : 0,
                            decoded.timeNanosecondsColumn()[i],
                            decoded.layer2OctetsColumn()[i],
                            decoded.octetsColumn()[i],
                            decoded.tcpControlBitsColumn()[i]
                        })
                        .as("seed %d round %d packet %d", seed, round, i)
                        .containsExactly(expected.get(i));
            }
        }
    }

    @Test
    void shouldPutEnclosingKeysBeforeTheirsAndCountThemOnce() {
        CanonicalKey outer = new CanonicalKey();
        outer.etherType = 0x0800;
        outer.encloses = true;
        boolean outerByA = outer.setEndpoints(4, 17, 0, v4("10.0.0.1"), 50000, -1, 0, v4("10.0.0.2"), 4789, -1, false);
        boolean byA = key.setEndpoints(4, 6, 0, v4("192.168.0.1"), 1, -1, 0, v4("192.168.0.2"), 2, -1, false);
        key.setEnclosed(outer, Layer.vxlan.ordinal(), 42, true);

        encoder.add(key, key.hash(), byA, T0 / 1000, 60, 40, 0x02);
        encoder.add(outer, outer.hash(), outerByA, T0 / 1000, 110, 96, -1);
        encoder.add(key, key.hash(), byA, T0 / 1000, 60, 40, 0x10);

        assertThat(encoder.summaries()).isEqualTo(3);
        assertThat(encoder.rootPackets()).isEqualTo(1);
        assertThat(encoder.layer2Octets()).isEqualTo(110);
        PacketBatch batch = deserializer()
                .deserialize("packets", encoder.encode(schemaId, new BatchHeader(POINT, "s", 0, T0, false)));
        assertThat(batch.getKey()).containsExactly(1, 0, 1);
        assertThat(batch.getKeys()).extracting(FlowKey::getParent).containsExactly(null, 0);
        assertThat(batch.getKeys()).extracting(FlowKey::getTunnelIdentifier).containsExactly(null, 42L);
        assertThat(batch.getKeys()).extracting(FlowKey::getTunnel).containsExactly(0L, key.tunnel);
        assertThat(batch.getKeys()).extracting(FlowKey::getEncloses).containsExactly(true, false);
    }

    @Test
    void shouldWriteHowManyPacketsASummaryStandsForOnlyWhereItIsNotOne() throws MalformedBatchException {
        boolean byA = key.setEndpoints(4, 17, 0, v4("10.0.0.1"), 1, -1, 0, v4("10.0.0.2"), 2, -1, false);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 100; i++) {
                encoder.add(key, key.hash(), byA, T0 / 1000, 100, 86, -1);
            }
            int single = encoder.encodedOctets();
            encoder.add(key, key.hash(), byA, T0 / 1000, 1_000_000, 1_500_000_000, 1_486_000_000, -1);
            assertThat(encoder.encodedOctets()).isBetween(single + 100, single + 130);
            for (int i = 0; i < 1000; i++) {
                encoder.add(key, key.hash(), byA, T0 / 1000, 100, 86, -1);
            }
            assertThat(encoder.summaries()).isEqualTo(1101);
            assertThat(encoder.rootSummaries()).isEqualTo(1101);
            assertThat(encoder.rootPackets()).isEqualTo(1_001_100);
            assertThat(encoder.layer2Octets()).isEqualTo(1_500_110_000L);
            PacketBatchDecoder decoder = new PacketBatchDecoder();
            decoder.decode(encoder.encode(schemaId, new BatchHeader(POINT, "s", 0, T0, false)), 5);
            assertThat(decoder.packetCount()).isEqualTo(1101);
            assertThat(Arrays.stream(decoder.packetsColumn(), 0, 1101).sum()).isEqualTo(1_001_100);
            assertThat(decoder.packetsColumn()[100]).isEqualTo(1_000_000);

            encoder.add(key, key.hash(), byA, T0 / 1000, 100, 86, -1);
            PacketBatch batch = deserializer()
                    .deserialize("packets", encoder.encode(schemaId, new BatchHeader(POINT, "s", 0, T0, false)));
            assertThat(batch.getPackets()).as("a packet each").isEmpty();
        }
    }

    @Test
    void shouldKnowATunnelByItsEndsKindAndNetworkButNotByItsPorts() {
        long there = tunnelOf("10.0.0.1", 50000, "10.0.0.2", 4789, Layer.vxlan, 42, true);

        assertThat(tunnelOf("10.0.0.2", 50001, "10.0.0.1", 4789, Layer.vxlan, 42, true))
                .isEqualTo(there);
        assertThat(tunnelOf("10.0.0.1", 50000, "10.0.0.2", 4789, Layer.vxlan, 43, true))
                .isNotEqualTo(there);
        assertThat(tunnelOf("10.0.0.1", 50000, "10.0.0.3", 4789, Layer.vxlan, 42, true))
                .isNotEqualTo(there);
        assertThat(tunnelOf("10.0.0.1", 50000, "10.0.0.2", 4789, Layer.geneve, 42, true))
                .isNotEqualTo(there);
        assertThat(tunnelOf("10.0.0.1", 2152, "10.0.0.2", 2152, Layer.gtp_u, 42, false))
                .isEqualTo(tunnelOf("10.0.0.2", 2152, "10.0.0.1", 2152, Layer.gtp_u, 99, false));
    }

    private static long tunnelOf(
            String source,
            int sourcePort,
            String destination,
            int destinationPort,
            Layer layer,
            long identifier,
            boolean network) {
        CanonicalKey outer = new CanonicalKey();
        outer.setEndpoints(4, 17, 0, v4(source), sourcePort, -1, 0, v4(destination), destinationPort, -1, false);
        CanonicalKey inner = new CanonicalKey();
        inner.setEnclosed(outer, layer.ordinal(), identifier, network);
        return inner.tunnel;
    }

    @Test
    void shouldWriteFactsThatAnyAvroConsumerReads() throws Exception {
        long seed = 20261125L;
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<PacketFact> expected = new ArrayList<>();
            for (int packet = 0; packet < 20; packet++) {
                addRandom(random);
                for (int facts = random.nextInt(3); facts > 0; facts--) {
                    PayloadFact fact = randomFact(random);
                    encoder.addFact(fact);
                    expected.add(record(packet, fact));
                }
            }
            byte[] value = encoder.encode(schemaId, new BatchHeader(POINT, "s", round, T0, false));

            PacketBatch batch = deserializer().deserialize("packets", value);
            assertThat(batch.getFacts()).as("seed %d round %d", seed, round).isEqualTo(expected);
            PacketBatchDecoder decoded =
                    new PacketBatchReader(registry).read(serializer().serialize("packets", batch));
            List<PacketFact> read = new ArrayList<>();
            for (int i = 0; i < decoded.factCount(); i++) {
                read.add(record(decoded.fact(i).packet, decoded.fact(i)));
            }
            assertThat(read).as("seed %d round %d", seed, round).isEqualTo(expected);
        }
    }

    @Test
    void shouldRefuseFactsOutOfOrderOrOfNoPacket() {
        for (int[] packets : new int[][] {{1, 0}, {2}, {-1}}) {
            addTcp("10.0.0.2", 40000, "10.0.0.1", 443, 0, 74, 60, 0x02);
            addTcp("10.0.0.2", 40000, "10.0.0.1", 443, 0, 74, 60, 0x02);
            PacketBatch batch = deserializer()
                    .deserialize("packets", encoder.encode(schemaId, new BatchHeader(POINT, "s", 0, T0, false)));
            List<PacketFact> facts = new ArrayList<>();
            for (int packet : packets) {
                facts.add(record(packet, new PayloadFact()));
            }
            batch.setFacts(facts);
            byte[] value = serializer().serialize("packets", batch);

            assertThatThrownBy(() -> new PacketBatchReader(registry).read(value))
                    .isInstanceOf(MalformedBatchException.class)
                    .hasMessageContaining("names packet");
        }
    }

    @Test
    void shouldRefuseSymbolsThatTheEnumsDoNotHave() {
        key.problem = DecodingProblem.values().length;
        addTcp("10.0.0.2", 40000, "10.0.0.1", 443, 0, 74, 60, 0x02);
        assertRefused("enum symbol " + key.problem);

        key.problem = 0;
        key.layers = Layer.values().length;
        addTcp("10.0.0.2", 40000, "10.0.0.1", 443, 0, 74, 60, 0x02);
        assertRefused("enum symbol " + key.layers);

        key.layers = 0;
        addTcp("10.0.0.2", 40000, "10.0.0.1", 443, 0, 74, 60, 0x02);
        PayloadFact fact = new PayloadFact();
        fact.protocol = ApplicationProtocol.values().length;
        encoder.addFact(fact);
        assertRefused("enum symbol " + fact.protocol);
    }

    private void assertRefused(String reason) {
        byte[] value = encoder.encode(schemaId, new BatchHeader(POINT, "s", 0, T0, false));
        assertThatThrownBy(() -> new PacketBatchReader(registry).read(value))
                .isInstanceOf(MalformedBatchException.class)
                .hasMessageContaining(reason);
    }

    private static PayloadFact randomFact(Random random) {
        PayloadFact fact = new PayloadFact();
        fact.protocol = random.nextInt(ApplicationProtocol.values().length);
        fact.hasDns = random.nextBoolean();
        if (fact.hasDns) {
            fact.dnsResponse = random.nextBoolean();
            fact.dnsTransactionId = random.nextInt(65536);
            randomText(random, fact.dnsName);
            fact.dnsQueryType = random.nextInt(65537) - 1;
            fact.dnsResponseCode = random.nextInt(17) - 1;
        }
        fact.hasTls = random.nextBoolean();
        if (fact.hasTls) {
            fact.tlsServer = random.nextBoolean();
            fact.tlsVersion = random.nextInt(65537) - 1;
            randomText(random, fact.tlsServerName);
            randomText(random, fact.tlsAlpn);
            randomText(random, fact.tlsFingerprint);
        }
        fact.hasHttp = random.nextBoolean();
        if (fact.hasHttp) {
            fact.httpMethod.set("GET");
            randomText(random, fact.httpHost);
        }
        fact.hasDhcp = random.nextBoolean();
        if (fact.hasDhcp) {
            fact.dhcpMessageType = random.nextInt(256);
            randomText(random, fact.dhcpHostName);
            fact.dhcpAddress.set("addr");
        }
        if (random.nextBoolean()) {
            fact.arpAddress.set("0123");
            fact.quicVersion = random.nextInt() & 0xffff_ffffL;
        }
        return fact;
    }

    private static ByteBuffer octets(FactText text) {
        return text.isAbsent() ? null : ByteBuffer.wrap(text.text().getBytes(StandardCharsets.US_ASCII));
    }

    private static void randomText(Random random, FactText text) {
        if (random.nextInt(4) > 0) {
            text.begin();
            for (int length = random.nextInt(1500); length > 0; length--) {
                text.append('!' + random.nextInt(90));
            }
        }
    }

    private static PacketFact record(int packet, PayloadFact fact) {
        DnsFact dns = fact.hasDns
                ? new DnsFact(
                        fact.dnsResponse,
                        fact.dnsTransactionId,
                        fact.dnsName.text(),
                        optional(fact.dnsQueryType),
                        optional(fact.dnsResponseCode))
                : null;
        TlsFact tls = fact.hasTls
                ? new TlsFact(
                        fact.tlsServer,
                        optional(fact.tlsVersion),
                        fact.tlsServerName.text(),
                        fact.tlsAlpn.text(),
                        fact.tlsFingerprint.text())
                : null;
        HttpFact http = fact.hasHttp ? new HttpFact(fact.httpMethod.text(), fact.httpHost.text()) : null;
        DhcpFact dhcp = fact.hasDhcp
                ? new DhcpFact(fact.dhcpMessageType, fact.dhcpHostName.text(), octets(fact.dhcpAddress))
                : null;
        return new PacketFact(
                packet,
                ApplicationProtocol.values()[fact.protocol],
                dns,
                tls,
                http,
                dhcp,
                fact.quicVersion < 0 ? null : (Long) fact.quicVersion,
                octets(fact.arpAddress));
    }

    private static Integer optional(int value) {
        return value < 0 ? null : (Integer) value;
    }

    @Test
    void shouldTellOfTheWayOfPacketsForAnyAvroConsumer() throws Exception {
        ReportedForwarding said = new ReportedForwarding();
        said.set(ForwardingNumber.INGRESS_INTERFACE, 0xffff_fffeL);
        said.set(ForwardingNumber.BGP_SOURCE_AS_NUMBER, 64_500);
        said.set(ForwardingAddress.IP_NEXT_HOP, 4, 0, v4("192.0.2.1"));
        said.addLabel(16_065);
        said.addLabel(3);
        addForwarded(0, said);
        addForwarded(0, said);
        said.clear();
        addForwarded(1, said);
        said.set(ForwardingNumber.IP_CLASS_OF_SERVICE, 0);
        said.set(ForwardingAddress.BGP_NEXT_HOP, 6, 0x20010db8_00000000L, 1);
        addForwarded(0, said);
        said.clear();
        addForwarded(0, said);
        byte[] value = encoder.encode(schemaId, new BatchHeader(POINT, "s-1", 0, T0, false));

        ForwardingNotes notes = deserializer().deserialize("packets", value).getForwarding();
        ForwardingFact first = ForwardingFact.newBuilder()
                .setIngressInterface(0xffff_fffeL)
                .setBgpSourceAsNumber(64_500L)
                .setIpNextHop(ByteBuffer.wrap(new byte[] {(byte) 192, 0, 2, 1}))
                .setMplsLabels(List.of(16_065, 3))
                .build();
        ForwardingFact second = ForwardingFact.newBuilder()
                .setIpClassOfService(0L)
                .setBgpNextHop(
                        ByteBuffer.wrap(new byte[] {0x20, 1, 0x0d, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}))
                .build();
        assertThat(notes.getFacts()).containsExactly(first, second);
        assertThat(notes.getNotes())
                .containsExactly(new ForwardingNote(0, 0), new ForwardingNote(3, 1), new ForwardingNote(4, -1));
        // The next batch has nothing of it.
        addForwarded(0, said);
        value = encoder.encode(schemaId, new BatchHeader(POINT, "s-1", 1, T0, false));
        assertThat(deserializer().deserialize("packets", value).getForwarding()).isNull();
    }

    /** Each packet's own, compared with what the notes of the batch say by then. */
    @Test
    void shouldTellOfTheWayOfEachPacketWhatWasSaidOfIt() throws Exception {
        Random random = new Random(11);
        PacketBatchReader reader = new PacketBatchReader(registry);
        for (int round = 0; round < 50; round++) {
            List<ReportedForwarding> kinds = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(60); i++) {
                kinds.add(randomForwarding(random));
            }
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(300); i++) {
                ReportedForwarding said = kinds.get(random.nextInt(kinds.size()));
                addForwarded(random.nextInt(100), said);
                expected.add(text(said));
            }
            PacketBatchDecoder decoded =
                    reader.read(encoder.encode(schemaId, new BatchHeader(POINT, "s-1", round, T0, false)));

            List<String> found = new ArrayList<>();
            Map<Integer, ReportedForwarding> held = new HashMap<>();
            int note = 0;
            for (int packet = 0; packet < decoded.packetCount(); packet++) {
                if (note < decoded.forwardingNoteCount() && decoded.forwardingNotePackets()[note] == packet) {
                    int fact = decoded.forwardingNoteFacts()[note++];
                    held.put(decoded.keyColumn()[packet], fact < 0 ? null : decoded.forwarding(fact));
                }
                ReportedForwarding said = held.get(decoded.keyColumn()[packet]);
                found.add(said == null ? text(new ReportedForwarding()) : text(said));
            }
            assertThat(found).isEqualTo(expected);
            assertThat(note).isEqualTo(decoded.forwardingNoteCount());
            assertThat(decoded.forwardingCount()).isLessThanOrEqualTo(kinds.size());
        }
    }

    @Test
    void shouldRefuseANoteOfAFactThatIsNotThere() {
        ReportedForwarding said = new ReportedForwarding();
        said.set(ForwardingNumber.EGRESS_INTERFACE, 7);
        addForwarded(0, said);
        byte[] value = encoder.encode(schemaId, new BatchHeader(POINT, "s-1", 0, T0, false));
        // Count, packet 0, fact 0, end.
        assertThat(value[value.length - 2]).isZero();
        value[value.length - 2] = 2;

        assertThatThrownBy(() -> new PacketBatchReader(registry).read(value))
                .isInstanceOf(MalformedBatchException.class)
                .hasMessage("note about the way 0 names fact 1 of 1");
    }

    @Test
    void shouldNotTakeNumbersThatCannotBe() {
        ReportedForwarding said = new ReportedForwarding();
        said.set(ForwardingNumber.POST_VLAN_ID, 4_095);
        said.set(ForwardingNumber.BGP_SOURCE_AS_NUMBER, 1L << 32);
        said.set(ForwardingNumber.FORWARDING_STATUS, -1);
        said.setUnlessZero(ForwardingNumber.INGRESS_INTERFACE, 0);
        said.set(ForwardingAddress.IP_NEXT_HOP, 6, 0, 0);
        said.set(ForwardingAddress.IP_NEXT_HOP, 0, 1, 1);
        assertThat(said.isEmpty()).isTrue();
        for (int i = 0; i < 2 * ReportedForwarding.MAX_LABELS; i++) {
            said.addLabel(i);
        }
        assertThat(said.labelCount()).isEqualTo(ReportedForwarding.MAX_LABELS);
    }

    /** A packet of one of many keys, whose direction is that of its number. */
    private void addForwarded(int number, ReportedForwarding said) {
        boolean sentByA = key.setEndpoints(
                4, 17, 0, number % 2 == 0 ? 1 : 2, number / 2, -1, 0, number % 2 == 0 ? 2 : 1, number / 2, -1, false);
        int index = encoder.add(key, key.hash(), sentByA, T0 / 1000, 1, 60, 46, -1);
        encoder.addForwarding(index, sentByA, said);
    }

    private static ReportedForwarding randomForwarding(Random random) {
        ReportedForwarding said = new ReportedForwarding();
        for (ForwardingNumber number : ForwardingNumber.values()) {
            if (random.nextInt(3) == 0) {
                said.set(number, random.nextInt(4) == 0 ? number.max : random.nextLong(number.max + 1));
            }
        }
        for (ForwardingAddress address : ForwardingAddress.values()) {
            if (random.nextInt(3) == 0) {
                said.set(address, 4, 0, random.nextInt() & 0xffff_ffffL);
            } else if (random.nextInt(3) == 0) {
                said.set(address, 6, random.nextLong(), random.nextLong());
            }
        }
        for (int labels = random.nextInt(ReportedForwarding.MAX_LABELS + 1); labels > 0; labels--) {
            said.addLabel(random.nextInt(ReportedForwarding.MAX_LABEL + 1));
        }
        return random.nextInt(5) == 0 ? new ReportedForwarding() : said;
    }

    private static String text(ReportedForwarding said) {
        StringBuilder text = new StringBuilder();
        for (ForwardingNumber number : ForwardingNumber.values()) {
            text.append(said.get(number)).append(' ');
        }
        for (ForwardingAddress address : ForwardingAddress.values()) {
            text.append(said.ipVersion(address)).append(' ');
            if (said.has(address)) {
                text.append(AddressText.ip(said.ipVersion(address), said.high(address), said.low(address)))
                        .append(' ');
            }
        }
        for (int i = 0; i < said.labelCount(); i++) {
            text.append(said.label(i)).append(',');
        }
        return text.toString();
    }

    @Test
    void shouldRefuseEveryCutOfABatch() {
        Random random = new Random(1);
        for (int i = 0; i < 40; i++) {
            addRandom(random);
            encoder.addFact(randomFact(random));
            encoder.addIcmpError(anError());
            encoder.addForwarding(i, true, randomForwarding(random));
        }
        byte[] value = encoder.encode(schemaId, new BatchHeader(POINT, "session", 1, T0, false));
        PacketBatchReader reader = new PacketBatchReader(registry);
        for (int length = 0; length < value.length; length++) {
            byte[] cut = Arrays.copyOf(value, length);
            assertThatThrownBy(() -> reader.read(cut)).isInstanceOf(MalformedBatchException.class);
        }
    }

    @Test
    void shouldNeverThrowAnythingElseOnDamagedBytes() {
        long seed = 42L;
        Random random = new Random(seed);
        PacketBatchReader reader = new PacketBatchReader(registry);
        for (int i = 0; i < 40; i++) {
            addRandom(random);
            if (i % 10 == 0) {
                encoder.addFact(randomFact(random));
                encoder.addIcmpError(anError());
                encoder.addForwarding(i, true, randomForwarding(random));
            }
        }
        byte[] value = encoder.encode(schemaId, new BatchHeader(POINT, "session", 1, T0, false));
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = value.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                damaged[5 + random.nextInt(damaged.length - 5)] = (byte) random.nextInt(256);
            }
            try {
                PacketBatchDecoder decoded = reader.read(damaged);
                for (int i = 0; i < decoded.packetCount(); i++) {
                    int index = decoded.keyColumn()[i];
                    assertThat(index >= 0 ? index : -1 - index).isLessThan(decoded.keyCount());
                }
            } catch (MalformedBatchException e) {
                refused++;
            }
        }
        assertThat(refused).as("seed %d", seed).isPositive();
    }

    @Test
    void shouldGiveBothDirectionsOneHash() {
        assertThat(hashOf("10.0.0.2", 40000, "10.0.0.1", 443)).isEqualTo(hashOf("10.0.0.1", 443, "10.0.0.2", 40000));
        assertThat(hashOf("10.0.0.2", 40000, "10.0.0.1", 443)).isNotEqualTo(hashOf("10.0.0.2", 40001, "10.0.0.1", 443));
    }

    @Test
    void shouldSpreadFlowsOverPartitions() {
        int[] counts = new int[7];
        for (int port = 1024; port < 8024; port++) {
            counts[CanonicalKey.partition(hashOf("10.0.0.2", port, "10.0.0.1", 443), counts.length)]++;
        }
        for (int count : counts) {
            assertThat(count).isBetween(850, 1150);
        }
    }

    private long hashOf(String source, int sourcePort, String destination, int destinationPort) {
        key.setEndpoints(4, 6, 0, v4(source), sourcePort, -1, 0, v4(destination), destinationPort, -1, false);
        return key.hash();
    }

    private void addTcp(
            String source,
            int sourcePort,
            String destination,
            int destinationPort,
            long afterNanoseconds,
            int layer2,
            int octets,
            int flags) {
        boolean sentByA = key.setEndpoints(
                4,
                6,
                0,
                v4(source),
                sourcePort,
                0x020000000001L,
                0,
                v4(destination),
                destinationPort,
                0x020000000002L,
                false);
        encoder.add(key, key.hash(), sentByA, (T0 + afterNanoseconds) / 1000, layer2, octets, flags);
    }

    private long[] addRandom(Random random) {
        boolean sentByA;
        key.vlanCount = random.nextInt(5);
        key.vlanIds = 0;
        for (int i = 0; i < key.vlanCount; i++) {
            key.vlanIds |= (long) random.nextInt(4096) << (12 * i);
        }
        key.laterFragment = random.nextInt(20) == 0;
        key.problem = random.nextInt(3);
        int kind = random.nextInt(3);
        key.etherType = kind == 0 ? 0x0800 : kind == 1 ? 0x86dd : random.nextInt(3) - 1;
        if (kind == 2) {
            sentByA = key.setMacEndpoints(random.nextInt(4) - 1, random.nextInt(4) - 1);
        } else {
            sentByA = key.setEndpoints(
                    kind == 0 ? 4 : 6,
                    random.nextInt(256),
                    kind == 0 ? 0 : random.nextLong(),
                    kind == 0 ? random.nextInt(5) : random.nextLong(),
                    random.nextInt(5) - 1,
                    random.nextInt(5),
                    kind == 0 ? 0 : random.nextLong(),
                    kind == 0 ? 0xfffffff0L + random.nextInt(5) : random.nextLong(),
                    random.nextInt(65536),
                    -1,
                    false);
        }
        key.encloses = random.nextInt(10) == 0;
        key.setRoot();
        if (random.nextInt(3) == 0) {
            key.setEnclosed(parent(random), Layer.vxlan.ordinal(), random.nextInt(3) - 1, random.nextBoolean());
        }
        long time = T0 + (random.nextInt(2_000_000) - 1_000_000) * 1000L;
        int layer2 = random.nextInt(70000);
        int octets = random.nextInt(70000) - 1;
        int flags = random.nextInt(4097) - 1;
        encoder.add(key, key.hash(), sentByA, time / 1000, layer2, octets, flags);
        return new long[] {
            key.word0(),
            key.word1(),
            key.word2(),
            key.word3(),
            key.word4(),
            key.word5(),
            key.word6(),
            key.tunnelIdentifier,
            chainOf(key),
            key.hash(),
            sentByA ? 1 : 0,
            time,
            layer2,
            octets,
            flags
        };
    }

    /** A key of a tunnel, half of the time within another one. */
    private static CanonicalKey parent(Random random) {
        CanonicalKey outer = new CanonicalKey();
        outer.encloses = true;
        outer.setEndpoints(4, 17, 0, random.nextInt(3), 4789, -1, 0, 9, random.nextInt(3), -1, false);
        if (random.nextBoolean()) {
            return outer;
        }
        CanonicalKey inner = new CanonicalKey();
        inner.encloses = true;
        inner.setEndpoints(6, 47, 1, random.nextInt(3), -1, -1, 1, 9, -1, -1, false);
        inner.setEnclosed(outer, Layer.vxlan.ordinal(), 7, true);
        return inner;
    }

    /** Hash over what encloses a key, from the inside out. */
    private static long chainOf(CanonicalKey key) {
        long chain = 0;
        for (CanonicalKey at = key.parent; at != null; at = at.parent) {
            chain = 31 * chain + (at.hash() ^ at.word5() ^ at.tunnel) + 1;
        }
        return chain;
    }

    private static long v4(String text) {
        long value = 0;
        for (String part : List.of(text.split("\\."))) {
            value = value << 8 | Integer.parseInt(part);
        }
        return value;
    }

    private static Deserializer<PacketBatch> deserializer() {
        return AvroSerdes.deserializer(PacketBatch.class, CONFIGS);
    }

    private static Serializer<PacketBatch> serializer() {
        return AvroSerdes.serializer(PacketBatch.class, CONFIGS);
    }
}
