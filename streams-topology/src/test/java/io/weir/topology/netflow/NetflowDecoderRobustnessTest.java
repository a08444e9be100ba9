package io.weir.topology.netflow;

import static io.weir.topology.netflow.NetflowWriter.hex;
import static io.weir.topology.netflow.NetflowWriter.ipfix;
import static io.weir.topology.netflow.NetflowWriter.join;
import static io.weir.topology.netflow.NetflowWriter.v9;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.Captures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** No octets can hurt: cut, flipped and random datagrams are decoded without a throw and without a look beside them. */
class NetflowDecoderRobustnessTest {
    private static final int FLIPPED = 4_000;
    private static final int RANDOM = 4_000;
    private static final int[] FIELDS = {8, 4, 12, 4, 1, 3, 2, 4, 22, 4, 21, 4, 4, 1, 11, 2, 82, 0xffff};
    private static final byte[] RECORD = hex("0a000001 0a000002 000064 00000002 00000000 00000001 01 0800 0161");

    static List<byte[]> samples() {
        List<byte[]> samples = new ArrayList<>();
        byte[] v5 = NetflowWriter.v5Record(1, 2, 3, 4, 5, 6);
        samples.add(NetflowWriter.v5(2, 1, 2, 3, v5, v5));
        samples.add(v9().data(256, RECORD)
                .template(256, FIELDS)
                .data(256, RECORD, RECORD)
                .options(257, 1, 2, 4, 34, 4, 82, 4)
                .data(257, hex("00000007 00000064 65746830"))
                .bytes());
        byte[] ipfix = ipfix().enterpriseTemplate(256, 0, 27, 16, 0, 28, 16, 29_305, 1, 4, 0, 152, 8, 0, 315, 6)
                .data(256, join(new byte[32], hex("00000001 0000018bcfe56800 010203040506")))
                .template(258, 4, 1)
                .data(258, hex("06"), hex("11"))
                .template(258)
                .options(259, 1, 302, 2, 305, 4, 306, 4)
                .data(259, hex("0001 00000001 00000063"))
                .bytes();
        samples.add(join(ipfix, ipfix));
        return samples;
    }

    static NetflowInvariants knowing() {
        return new NetflowInvariants(samples().get(1), samples().get(2));
    }

    @Test
    void shouldReadTheSamplesWithoutProblem() {
        for (byte[] sample : samples()) {
            Recording told = Decoding.decode(sample);
            assertThat(told.problems).isEmpty();
            assertThat(told.records).isNotEmpty();
        }
    }

    @Test
    void shouldBearEveryCut() {
        for (byte[] sample : samples()) {
            int records = 0;
            for (int length = 0; length <= sample.length; length++) {
                byte[] cut = Arrays.copyOf(sample, length);
                knowing().check(cut, "cut at " + length);
                new NetflowInvariants().check(cut, "cut at " + length);
                int now = Decoding.decode(cut).records.size();
                assertThat(now).as("records at %d octets", length).isGreaterThanOrEqualTo(records);
                records = now;
            }
        }
    }

    /** Every 16 bits as a length that lies. */
    @Test
    void shouldBearEveryExtremeAnywhere() {
        for (byte[] sample : samples()) {
            for (int at = 0; at + 2 <= sample.length; at++) {
                for (int value : new int[] {0, 1, 3, 255, 0x8000, 0xffff}) {
                    byte[] variant = sample.clone();
                    ByteBuffer.wrap(variant).putShort(at, (short) value);
                    knowing().check(variant, value + " at " + at);
                }
            }
        }
    }

    @Test
    void shouldSurviveFlippedBits() {
        Random random = new Random(17);
        List<byte[]> samples = samples();
        NetflowInvariants knowing = knowing();
        for (int i = 0; i < FLIPPED; i++) {
            byte[] datagram = samples.get(random.nextInt(samples.size())).clone();
            for (int flips = 1 + random.nextInt(6); flips > 0; flips--) {
                datagram[random.nextInt(datagram.length)] ^= (byte) (1 << random.nextInt(8));
            }
            knowing.check(Arrays.copyOf(datagram, datagram.length - random.nextInt(8)), "flipped " + i);
        }
    }

    @Test
    void shouldSurviveRandomOctets() {
        Random random = new Random(19);
        NetflowInvariants knowing = knowing();
        for (int i = 0; i < RANDOM; i++) {
            byte[] datagram = new byte[random.nextInt(300)];
            random.nextBytes(datagram);
            for (int at = 0; at < datagram.length; at++) {
                // Few bits set: small numbers, short lengths.
                datagram[at] &= (byte) (random.nextBoolean() ? 0xff : random.nextInt(4));
            }
            if (datagram.length > 1) {
                datagram[0] = 0;
                datagram[1] = (byte) new int[] {5, 9, 10}[random.nextInt(3)];
            }
            if (datagram.length > 24 && random.nextBoolean()) {
                int sets = datagram[1] == 10 ? 16 : 20;
                datagram[sets] = (byte) random.nextInt(2);
                datagram[sets + 1] = (byte) random.nextInt(4);
                datagram[sets + 2] = 0;
                datagram[sets + 3] = (byte) (random.nextInt(datagram.length - sets) & 0xfc);
            }
            knowing.check(datagram, "random " + i);
        }
    }

    /** Octets of real exporters, changed. */
    @Test
    void shouldSurviveFlippedCaptures() throws IOException {
        Random random = new Random(23);
        for (Path capture : Captures.all("nf9-", "ipfix-", "nfx-")) {
            List<ExportCapture.Datagram> datagrams = ExportCapture.read(capture);
            NetflowDecoder decoder = Decoding.decoder();
            for (int i = 0; i < 200; i++) {
                ExportCapture.Datagram datagram = datagrams.get(i % datagrams.size());
                byte[] payload = datagram.payload().clone();
                for (int flips = random.nextInt(4); flips > 0 && payload.length > 0; flips--) {
                    payload[random.nextInt(payload.length)] ^= (byte) (1 << random.nextInt(8));
                }
                Recording told = new Recording().of(decoder);
                Decoding.decode(decoder, told, payload, datagram.exporter(), CaptureTruthTest.exportNanos(datagram));
                assertThat(told.messages).isEqualTo(told.ends);
            }
        }
    }

    /** The longest datagram of the shortest records, sets and messages is done with in short time. */
    @Test
    void shouldBoundTheWorkOfHostileDatagrams() {
        byte[] ones = new byte[65_000];
        Arrays.fill(ones, (byte) 1);
        NetflowWriter emptySets = v9();
        for (int i = 0; i < 16_000; i++) {
            emptySets.set(2, new byte[0]);
        }
        NetflowWriter waiting = v9();
        for (int i = 0; i < 8_000; i++) {
            waiting.set(256 + i, new byte[4]);
        }
        byte[][] hostile = {
            ipfix().template(256, 4, 1).set(256, ones).bytes(),
            emptySets.bytes(),
            waiting.bytes(),
            join(hex("0009 0000 00000000 00000000 00000000 00000001"), ones),
        };
        long start = System.nanoTime();
        for (byte[] datagram : hostile) {
            NetflowDecoder decoder = Decoding.decoder();
            int[] told = new int[2];
            decoder.decode(
                    ByteBuffer.wrap(datagram),
                    0,
                    datagram.length,
                    Decoding.EXPORTER,
                    Decoding.NOW,
                    new ForwardingListener(new Recording()) {
                        @Override
                        public void onDataRecord(DataRecord record) {
                            told[0]++;
                        }

                        @Override
                        public void onProblem(MessageHead head, NetflowProblem problem, int position, int octets) {
                            told[1]++;
                        }
                    });
            assertThat(told[0]).isLessThanOrEqualTo(datagram.length);
            assertThat(told[1]).isLessThanOrEqualTo(NetflowDecoder.MAX_PROBLEMS + 1);
            assertThat(decoder.pending().heapOctets())
                    .isLessThanOrEqualTo(NetflowLimits.defaults().maxPendingOctetsPerExporter());
        }
        assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
    }

    /** Random templates and records written and read: what comes out is what went in. */
    @Test
    void shouldReadWhatTheWriterWrote() {
        Random random = new Random(29);
        int[] elements = {1, 2, 4, 5, 6, 7, 10, 11, 14, 16, 17, 58, 61, 85, 86, 89, 136, 148, 231, 232, 352};
        for (int round = 0; round < 3_000; round++) {
            int count = 1 + random.nextInt(elements.length);
            boolean variable = random.nextInt(3) == 0;
            List<Integer> order = new ArrayList<>();
            for (int element : elements) {
                order.add(element);
            }
            Collections.shuffle(order, random);
            int[] fields = new int[2 * count];
            int[] lengths = new int[count];
            for (int i = 0; i < count; i++) {
                lengths[i] = 1 + random.nextInt(8);
                fields[2 * i] = order.get(i);
                fields[2 * i + 1] = variable && random.nextBoolean() ? 0xffff : lengths[i];
            }
            int records = 1 + random.nextInt(30);
            long[][] values = new long[records][count];
            byte[][] written = new byte[records][];
            for (int r = 0; r < records; r++) {
                ByteBuffer record = ByteBuffer.allocate(12 * count);
                for (int i = 0; i < count; i++) {
                    // The lowest bit is set, so that no record looks like padding.
                    values[r][i] = (random.nextLong() | 1) & (lengths[i] == 8 ? -1L : (1L << (8 * lengths[i])) - 1);
                    if (fields[2 * i + 1] == 0xffff) {
                        record.put((byte) lengths[i]);
                    }
                    for (int shift = 8 * (lengths[i] - 1); shift >= 0; shift -= 8) {
                        record.put((byte) (values[r][i] >>> shift));
                    }
                }
                written[r] = Arrays.copyOf(record.array(), record.position());
            }
            int version = random.nextBoolean() ? NetflowDecoder.V9 : NetflowDecoder.IPFIX;
            NetflowWriter message = NetflowWriter.of(version);
            byte[] datagram = random.nextBoolean()
                    ? message.template(300, fields).data(300, written).bytes()
                    : message.data(300, written).template(300, fields).bytes();
            Recording told = Decoding.decode(datagram);
            assertThat(told.problems).isEmpty();
            assertThat(told.records).hasSize(records);
            for (int r = 0; r < records; r++) {
                for (int i = 0; i < count; i++) {
                    RecordField field = RecordField.of(0, fields[2 * i]);
                    assertThat(told.records.get(r).get(field))
                            .as("%s of record %d", field, r)
                            .isEqualTo(values[r][i]);
                }
                assertThat(told.records.get(r).values()).hasSize(count);
            }
        }
    }
}
