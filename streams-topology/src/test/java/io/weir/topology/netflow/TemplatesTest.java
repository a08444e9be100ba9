package io.weir.topology.netflow;

import static io.weir.topology.netflow.NetflowWriter.hex;
import static io.weir.topology.netflow.NetflowWriter.ipfix;
import static io.weir.topology.netflow.NetflowWriter.v9;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is kept, for how long, and what goes. */
class TemplatesTest {
    private static final int[] FIELDS = {8, 4, 12, 4, 1, 4};
    private static final int[] OTHER = {12, 4, 8, 4, 1, 4};
    private static final byte[] RECORD = hex("0a000001 0a000002 00000064");

    private final Recording told = new Recording();

    private static NetflowLimits limits(int exporters, int templates, long octets) {
        NetflowLimits defaults = NetflowLimits.defaults();
        return new NetflowLimits(
                exporters,
                templates,
                defaults.maxFieldsPerTemplate(),
                octets,
                defaults.templateLifetimeNanos(),
                defaults.maxPendingSetsPerExporter(),
                defaults.maxPendingOctetsPerExporter(),
                defaults.maxPendingOctets(),
                defaults.pendingLifetimeNanos(),
                defaults.maxClockSkewNanos(),
                defaults.maxAheadNanos(),
                defaults.maxOptionsPerExporter(),
                defaults.maxOptions());
    }

    private static Exporter exporter(int number) {
        return new Exporter(0, 0x0a000000L + number, 4, 2055);
    }

    private static Exporter port(int port) {
        return new Exporter(0, 0x0a000001L, 4, port);
    }

    private void decode(NetflowDecoder decoder, Exporter exporter, long now, byte[] datagram) {
        Decoding.decode(decoder, told, datagram, exporter, now);
    }

    /** N-24: templates of an exporter. */
    @Test
    void shouldLetTheTemplateGoThatWasUsedLongestAgo() {
        NetflowDecoder decoder = new NetflowDecoder(limits(10, 2, Long.MAX_VALUE));
        long now = Decoding.NOW;
        decode(decoder, exporter(1), now, v9().template(256, FIELDS).bytes());
        decode(decoder, exporter(1), now + 1, v9().template(257, FIELDS).bytes());
        decode(decoder, exporter(1), now + 2, v9().data(256, RECORD).bytes());
        decode(decoder, exporter(1), now + 3, v9().template(258, FIELDS).bytes());
        assertThat(told.events).endsWith("template 258 LEARNED", "template 257 EVICTED", "end 0");
        assertThat(decoder.templates().evicted()).isEqualTo(1);
        assertThat(decoder.templates().size()).isEqualTo(2);
    }

    /** N-24: exporters. */
    @Test
    void shouldLetTheExporterGoThatWasHeardOfLongestAgo() {
        NetflowDecoder decoder = new NetflowDecoder(limits(2, 10, Long.MAX_VALUE));
        decode(decoder, exporter(1), Decoding.NOW, v9().template(256, FIELDS).bytes());
        decode(decoder, exporter(2), Decoding.NOW, v9().template(257, FIELDS).bytes());
        decode(decoder, exporter(1), Decoding.NOW, v9().data(256, RECORD).bytes());
        decode(decoder, exporter(3), Decoding.NOW, v9().template(258, FIELDS).bytes());
        assertThat(told.changes)
                .containsExactly(
                        TemplateChange.LEARNED, TemplateChange.LEARNED, TemplateChange.EVICTED, TemplateChange.LEARNED);
        assertThat(told.changed.get(2).key().id()).isEqualTo(257);
        decode(decoder, exporter(1), Decoding.NOW, v9().data(256, RECORD).bytes());
        assertThat(told.records).hasSize(2);
    }

    /** N-24: octets of all. */
    @Test
    void shouldKeepWithinTheOctetsOfAll() {
        long octets = 3L * 400;
        NetflowDecoder decoder = new NetflowDecoder(limits(100, 100, octets));
        for (int i = 0; i < 50; i++) {
            decode(
                    decoder,
                    exporter(i % 7),
                    Decoding.NOW,
                    v9().template(256 + i, FIELDS).bytes());
            assertThat(decoder.templates().heapOctets()).isBetween(1L, octets);
        }
        long sum = decoder.templates().all().stream()
                .mapToLong(Template::heapOctets)
                .sum();
        assertThat(decoder.templates().heapOctets()).isEqualTo(sum);
        assertThat(decoder.templates().evicted())
                .isEqualTo(50 - decoder.templates().size());
        // The newest is never the one that goes.
        assertThat(decoder.templates().all())
                .extracting(template -> template.key().id())
                .contains(305);
    }

    /** N-07: by silence of the exporter, each for itself. */
    @Test
    void shouldExpireExportersThatAreSilentAndNoOthers() {
        NetflowDecoder decoder = Decoding.decoder();
        long minute = TimeUnit.MINUTES.toNanos(1);
        decode(decoder, exporter(1), Decoding.NOW, v9().template(256, FIELDS).bytes());
        decode(decoder, exporter(2), Decoding.NOW, v9().template(256, FIELDS).bytes());
        decode(
                decoder,
                exporter(1),
                Decoding.NOW + 20 * minute,
                v9().data(256, RECORD).bytes());
        decoder.expire(Decoding.NOW + 31 * minute, told);
        assertThat(decoder.templates().all())
                .extracting(template -> template.key().session())
                .containsExactly(exporter(1).withoutPort());
        // Its templates may not be used for long: it is the exporter that must be silent.
        decode(
                decoder,
                exporter(1),
                Decoding.NOW + 45 * minute,
                v9().data(999, RECORD).bytes());
        decoder.expire(Decoding.NOW + 60 * minute, told);
        assertThat(decoder.templates().size()).isEqualTo(1);
    }

    /** N-01: a new port with other fields is a restart, and then all goes on with them. */
    @Test
    void shouldTakeANewPortWithOtherFieldsForARestart() {
        NetflowDecoder decoder = Decoding.decoder();
        decode(decoder, port(1000), Decoding.NOW, ipfix().template(256, FIELDS).bytes());
        decode(decoder, port(2000), Decoding.NOW, ipfix().template(256, OTHER).bytes());
        decode(
                decoder,
                port(2000),
                Decoding.NOW,
                ipfix().template(256, OTHER).data(256, RECORD).bytes());
        assertThat(told.only().source()).isEqualTo("10.0.0.2");
        assertThat(decoder.templates().portConflicts()).isZero();
    }

    /** N-01: an exporter that changes its mind is one exporter. */
    @Test
    void shouldNotTakeOnePortThatTakesTurnsForTwoExporters() {
        NetflowDecoder decoder = Decoding.decoder();
        for (int i = 0; i < 3; i++) {
            decode(
                    decoder,
                    port(1000),
                    Decoding.NOW,
                    ipfix().template(256, FIELDS).bytes());
            decode(
                    decoder,
                    port(1000),
                    Decoding.NOW,
                    ipfix().template(256, OTHER).bytes());
        }
        assertThat(decoder.templates().portConflicts()).isZero();
        assertThat(decoder.templates().all().get(0).revision()).isEqualTo(5);
    }

    /** N-01: ports stay apart as long as one of them is in use. */
    @Test
    void shouldTellPortsApartForAsLongAsTheyAreUsed() {
        NetflowDecoder decoder = Decoding.decoder();
        for (int i = 0; i < 2; i++) {
            decode(
                    decoder,
                    port(1000),
                    Decoding.NOW,
                    ipfix().template(256, FIELDS).bytes());
            decode(
                    decoder,
                    port(2000),
                    Decoding.NOW,
                    ipfix().template(256, OTHER).bytes());
        }
        for (int minutes = 10; minutes <= 60; minutes += 10) {
            long now = Decoding.NOW + TimeUnit.MINUTES.toNanos(minutes);
            decode(decoder, port(1000), now, ipfix().data(256, RECORD).bytes());
            decode(decoder, port(2000), now, ipfix().data(256, RECORD).bytes());
            decoder.expire(now, told);
        }
        assertThat(decoder.templates().isSplit(port(3000))).isTrue();
        assertThat(told.records).hasSize(12);
        assertThat(told.records.get(11).source()).isEqualTo("10.0.0.2");
        decoder.expire(Decoding.NOW + TimeUnit.MINUTES.toNanos(91), told);
        decoder.expire(Decoding.NOW + TimeUnit.MINUTES.toNanos(91), told);
        assertThat(decoder.templates().exporters()).isZero();
    }

    /** N-01: what waits of one port is not read with the template of another. */
    @Test
    void shouldKeepWaitingSetsOfPortsApart() {
        NetflowDecoder decoder = Decoding.decoder();
        for (int i = 0; i < 2; i++) {
            decode(
                    decoder,
                    port(1000),
                    Decoding.NOW,
                    ipfix().template(256, FIELDS).bytes());
            decode(
                    decoder,
                    port(2000),
                    Decoding.NOW,
                    ipfix().template(256, OTHER).bytes());
        }
        assertThat(decoder.templates().portConflicts()).isEqualTo(1);
        decode(decoder, port(2000), Decoding.NOW, ipfix().data(300, RECORD).bytes());
        decode(decoder, port(1000), Decoding.NOW, ipfix().template(300, FIELDS).bytes());
        assertThat(told.records).isEmpty();
        decode(decoder, port(2000), Decoding.NOW, ipfix().template(300, OTHER).bytes());
        assertThat(told.only().source()).isEqualTo("10.0.0.2");
    }

    /** What an exporter sends after it was forgotten is kept like what any other sends. */
    @Test
    void shouldLearnAnewAfterAnExporterWasForgotten() {
        NetflowDecoder decoder = Decoding.decoder();
        decode(decoder, port(1000), Decoding.NOW, ipfix().template(256, FIELDS).bytes());
        long later = Decoding.NOW + NetflowLimits.defaults().templateLifetimeNanos() + 1;
        decoder.expire(later, told);
        decode(decoder, port(1000), later, ipfix().template(257, FIELDS).bytes());
        assertThat(decoder.templates().all())
                .extracting(template -> template.key().id())
                .containsExactly(257);
        assertThat(decoder.templates().exporters()).isEqualTo(1);
    }

    /** N-01: two exporters behind one address. */
    @Test
    void shouldTellPortsApartThatTakeTurns() {
        NetflowDecoder decoder = Decoding.decoder();
        for (int i = 0; i < 3; i++) {
            decode(
                    decoder,
                    port(1000),
                    Decoding.NOW,
                    ipfix().template(256, FIELDS).bytes());
            decode(
                    decoder,
                    port(2000),
                    Decoding.NOW,
                    ipfix().template(256, OTHER).bytes());
        }
        assertThat(decoder.templates().portConflicts()).isEqualTo(1);
        decode(decoder, port(1000), Decoding.NOW, ipfix().data(256, RECORD).bytes());
        decode(decoder, port(2000), Decoding.NOW, ipfix().data(256, RECORD).bytes());
        assertThat(told.records).extracting(Recording.Seen::source).containsExactly("10.0.0.1", "10.0.0.2");
        assertThat(decoder.templates().all())
                .extracting(template -> template.key().session())
                .containsExactlyInAnyOrder(port(1000), port(2000));
        // A third one has nothing in common with them.
        decode(decoder, port(3000), Decoding.NOW, ipfix().data(256, RECORD).bytes());
        assertThat(told.records).hasSize(2);

        NetflowDecoder restarted = Decoding.decoder();
        decoder.templates().all().forEach(kept -> restarted
                .templates()
                .restore(Template.fromBytes(kept.toBytes()), kept.definedNanos()));
        decode(restarted, port(1000), Decoding.NOW, ipfix().data(256, RECORD).bytes());
        assertThat(told.records.get(2).source()).isEqualTo("10.0.0.1");
    }

    /** What a store followed is what the decoder knows, whatever happened. */
    @Test
    void shouldTellEnoughForAStoreToFollow() {
        NetflowDecoder decoder = new NetflowDecoder(limits(3, 4, 5_000));
        Random random = new Random(3);
        for (int i = 0; i < 5_000; i++) {
            int id = 256 + random.nextInt(6);
            NetflowWriter message = random.nextBoolean() ? ipfix() : v9();
            byte[] datagram = random.nextInt(10) == 0
                    ? message.template(id).bytes()
                    : message.template(id, random.nextBoolean() ? FIELDS : OTHER)
                            .bytes();
            Exporter exporter = new Exporter(0, 0x0a000000L + random.nextInt(5), 4, 1000 + random.nextInt(2));
            decode(decoder, exporter, Decoding.NOW + i, datagram);
        }
        Map<TemplateKey, Template> store = new HashMap<>();
        for (int i = 0; i < told.changes.size(); i++) {
            Template template = told.changed.get(i);
            if (told.changes.get(i).isPresent()) {
                store.put(template.key(), template);
            } else {
                store.remove(template.key());
            }
        }
        assertThat(store.values())
                .containsExactlyInAnyOrderElementsOf(decoder.templates().all());
        assertThat(told.changes)
                .contains(
                        TemplateChange.LEARNED,
                        TemplateChange.REDEFINED,
                        TemplateChange.WITHDRAWN,
                        TemplateChange.EVICTED);
    }

    @Test
    void shouldComeBackFromItsOctets() {
        Recording defined = Decoding.decode(
                ipfix().domain(-7)
                        .enterpriseTemplate(40_000, 29_305, 1, 4, 0, 82, 0xffff, -1, 5, 2)
                        .bytes(),
                ipfix().options(256, 2, 149, 4, 10, 4, 82, 16).bytes());
        for (Template template : defined.changed) {
            Template back = Template.fromBytes(template.toBytes());
            assertThat(back.key()).isEqualTo(template.key());
            assertThat(back.sameFields(template)).isTrue();
            assertThat(back).hasToString(template.toString());
            assertThat(back.toBytes()).isEqualTo(template.toBytes());
            assertThat(back.port()).isEqualTo(2055);
            assertThat(back.definedNanos()).isEqualTo(Decoding.NOW);
        }
        assertThat(defined.changed.get(1))
                .hasToString("options template 256 of 192.0.2.1 version 10 domain 1:"
                        + " observationDomainId[4] ingressInterface[4] | interfaceName[16]");
    }

    @Test
    void shouldRefuseOctetsThatAreNoTemplate() {
        byte[] octets = Decoding.decode(v9().template(256, FIELDS).bytes())
                .changed
                .get(0)
                .toBytes();
        for (int length = 0; length < octets.length; length++) {
            byte[] cut = Arrays.copyOf(octets, length);
            assertThatThrownBy(() -> Template.fromBytes(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        byte[] other = octets.clone();
        other[0] = 2;
        assertThatThrownBy(() -> Template.fromBytes(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("format 2");
    }
}
