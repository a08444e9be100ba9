package io.weir.topology.netflow;

import static io.weir.topology.netflow.NetflowWriter.hex;
import static io.weir.topology.netflow.NetflowWriter.v9;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nothing that waits is lost without a word. */
class PendingSetsTest {
    private static final byte[] RECORD = hex("0a000001 0a000002 00000064");
    private static final int[] FIELDS = {8, 4, 12, 4, 1, 4};

    private final Recording told = new Recording();

    private static NetflowLimits limits(int setsOfOne, long octetsOfOne, long octets) {
        NetflowLimits defaults = NetflowLimits.defaults();
        return new NetflowLimits(
                defaults.maxExporters(),
                defaults.maxTemplatesPerExporter(),
                defaults.maxFieldsPerTemplate(),
                defaults.maxTemplateOctets(),
                defaults.templateLifetimeNanos(),
                setsOfOne,
                octetsOfOne,
                octets,
                defaults.pendingLifetimeNanos(),
                defaults.maxClockSkewNanos(),
                defaults.maxAheadNanos(),
                defaults.maxOptionsPerExporter(),
                defaults.maxOptions());
    }

    private static Exporter exporter(int number) {
        return new Exporter(0, 0x0a000000L + number, 4, 2055);
    }

    @Test
    void shouldGiveUpTheOldestOfAnExporterWithTooManySets() {
        NetflowDecoder decoder = new NetflowDecoder(limits(2, 1 << 20, 1 << 20));
        for (int id = 256; id < 260; id++) {
            Decoding.decode(decoder, told, v9().data(id, RECORD).bytes());
        }
        assertThat(told.givenUp).extracting(PendingSet::templateId).containsExactly(256, 257);
        assertThat(told.reasons).containsOnly(GiveUpReason.TOO_MANY_PENDING);
        assertThat(decoder.pending().all()).extracting(PendingSet::templateId).containsExactly(258, 259);
    }

    @Test
    void shouldGiveUpTheOldestOfAllWhenThereIsNoRoom() {
        NetflowDecoder decoder = new NetflowDecoder(limits(100, 1_000, 1_000));
        for (int i = 0; i < 5; i++) {
            Decoding.decode(decoder, told, v9().data(256, RECORD).bytes(), exporter(i), Decoding.NOW);
            assertThat(decoder.pending().heapOctets()).isLessThanOrEqualTo(1_000);
        }
        assertThat(told.givenUp).extracting(PendingSet::exporter).containsExactly(exporter(0), exporter(1));
    }

    @Test
    void shouldGiveUpASetAtOnceThatIsLargerThanAllRoom() {
        NetflowDecoder decoder = new NetflowDecoder(limits(100, 300, 1_000));
        Decoding.decode(decoder, told, v9().data(256, new byte[400]).bytes());
        assertThat(told.held).isEmpty();
        assertThat(told.givenUp).singleElement().extracting(PendingSet::octets).isEqualTo(400);
        assertThat(decoder.pending().size()).isZero();
    }

    /** In whatever order things happen, each set held is released, given up, or still there; and octets add up. */
    @Test
    void shouldAccountForEverySet() {
        NetflowDecoder decoder = new NetflowDecoder(limits(20, 4_000, 9_000));
        Random random = new Random(5);
        long now = Decoding.NOW;
        for (int i = 0; i < 4_000; i++) {
            now += random.nextInt(2_000_000_000);
            int id = 256 + random.nextInt(8);
            NetflowWriter message = v9().domain(random.nextInt(3));
            byte[] datagram = random.nextInt(8) == 0
                    ? message.template(id, FIELDS).bytes()
                    : message.data(id, new byte[12 * random.nextInt(10)]).bytes();
            Decoding.decode(decoder, told, datagram, exporter(random.nextInt(4)), now);
            if (random.nextInt(50) == 0) {
                decoder.expire(now, told);
            }
            if (random.nextInt(100) == 0) {
                decoder.expire(now + NetflowLimits.defaults().templateLifetimeNanos() + 1, told);
            }
        }
        Set<Long> open = new HashSet<>();
        told.held.forEach(set -> assertThat(open.add(set.number())).isTrue());
        told.released.forEach(set -> assertThat(open.remove(set.number())).isTrue());
        told.givenUp.forEach(set -> assertThat(open.remove(set.number())).isTrue());
        List<PendingSet> left = decoder.pending().all();
        assertThat(open)
                .containsExactlyInAnyOrderElementsOf(
                        left.stream().map(PendingSet::number).toList());
        assertThat(decoder.pending().heapOctets())
                .isEqualTo(left.stream().mapToLong(PendingSet::heapOctets).sum());
        assertThat(told.released).isNotEmpty();
        assertThat(told.reasons).contains(GiveUpReason.values());
    }

    @Test
    void shouldComeBackFromItsOctets() {
        PendingSet set = Decoding.decode(
                        v9().domain(-1).sequence(-5).data(300, RECORD).bytes())
                .held
                .get(0);
        PendingSet back = PendingSet.fromBytes(set.toBytes());
        assertThat(back).hasToString(set.toString().replace("count=1", "count=0"));
        assertThat(back.toBytes()).isEqualTo(set.toBytes());
        assertThat(back.head().uptimeMillis).isEqualTo(NetflowWriter.UPTIME_MILLIS);
        assertThat(back.head().receiveNanos).isEqualTo(Decoding.NOW);
    }

    /** Numbers go on where they were, so that a store does not mix sets up. */
    @Test
    void shouldGoOnCountingAfterARestart() {
        PendingSet set = Decoding.decode(
                        v9().data(300, RECORD).data(301, RECORD).bytes())
                .held
                .get(1);
        PendingSets restarted = new PendingSets(NetflowLimits.defaults());
        restarted.restore(set);
        NetflowDecoder decoder =
                new NetflowDecoder(NetflowLimits.defaults(), new Templates(NetflowLimits.defaults()), restarted);
        Decoding.decode(decoder, told, v9().data(302, RECORD).bytes());
        assertThat(told.held.get(0).number()).isEqualTo(set.number() + 1);
    }

    @Test
    void shouldRefuseOctetsThatAreNoSet() {
        byte[] octets =
                Decoding.decode(v9().data(300, RECORD).bytes()).held.get(0).toBytes();
        for (int length = 0; length < octets.length - RECORD.length; length++) {
            byte[] cut = Arrays.copyOf(octets, length);
            assertThatThrownBy(() -> PendingSet.fromBytes(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        octets[0] = 9;
        assertThatThrownBy(() -> PendingSet.fromBytes(octets)).hasMessageContaining("format 9");
    }
}
