package io.weir.topology.netflow;

import static io.weir.topology.netflow.NetflowWriter.hex;
import static io.weir.topology.netflow.NetflowWriter.ipfix;
import static io.weir.topology.netflow.NetflowWriter.v9;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** N-15 and N-16: which rate applies to a record, and what told it. */
class SamplingOptionsTest {
    private final NetflowDecoder decoder = Decoding.decoder();
    private final Recording told = new Recording().of(decoder);

    private String rateOf(NetflowWriter message) {
        Decoding.decode(decoder, told, message.bytes());
        return told.records.get(told.records.size() - 1).sampling().toString();
    }

    private void options(NetflowWriter message) {
        Decoding.decode(decoder, told, message.bytes());
    }

    @Test
    void shouldNotKnowTheRateWhenNothingTellsIt() {
        assertThat(rateOf(v9().template(256, 1, 4).data(256, hex("00000001")))).isEqualTo("1:NaN by NONE");
    }

    @Test
    void shouldBelieveTheRecordFirst() {
        options(v9().options(300, 1, 1, 0, 34, 4).data(300, hex("00000064")));
        assertThat(rateOf(v9().template(256, 1, 4, 34, 2).data(256, hex("00000001 0200"))))
                .isEqualTo("1:512.0 by RECORD");
    }

    @Test
    void shouldKnowTheRateOfASampler() {
        options(v9().options(300, 1, 1, 4, 48, 1, 49, 1, 50, 4)
                .data(300, hex("00000000 01 02 00000064"), hex("00000000 02 02 000003e8")));
        NetflowWriter first = v9().template(256, 1, 4, 48, 1).data(256, hex("00000001 01"));
        assertThat(rateOf(first)).isEqualTo("1:100.0 by SELECTOR");
        assertThat(rateOf(v9().data(256, hex("00000001 02")))).isEqualTo("1:1000.0 by SELECTOR");
        assertThat(rateOf(v9().data(256, hex("00000001 03")))).isEqualTo("1:NaN by NONE");
    }

    @Test
    void shouldKnowTheRateOfASelectorByIntervalAndSpace() {
        options(ipfix().options(300, 1, 302, 8, 304, 2, 305, 4, 306, 4)
                .data(300, hex("0000000000000009 0001 00000002 000000c6")));
        assertThat(rateOf(ipfix().template(256, 1, 4, 302, 8).data(256, hex("00000001 0000000000000009"))))
                .isEqualTo("1:100.0 by SELECTOR");
    }

    @Test
    void shouldKnowTheRateOfASelectorBySizeAndPopulation() {
        options(ipfix().options(300, 1, 302, 2, 304, 2, 309, 4, 310, 4).data(300, hex("0009 0003 00000002 00000005")));
        assertThat(rateOf(ipfix().template(256, 1, 4, 302, 8).data(256, hex("00000001 0000000000000009"))))
                .isEqualTo("1:2.5 by SELECTOR");
    }

    @Test
    void shouldKnowTheRateOfAnInterface() {
        options(v9().options(300, 1, 2, 4, 34, 4).data(300, hex("00000007 00000040")));
        assertThat(rateOf(v9().template(256, 10, 2).data(256, hex("0007")))).isEqualTo("1:64.0 by INTERFACE");
        assertThat(rateOf(v9().data(256, hex("0008")))).isEqualTo("1:NaN by NONE");
    }

    /** In the same message, as some exporters do it, and from the next one on. */
    @Test
    void shouldApplyTheRateOfTheExporterToWhatFollows() {
        options(v9().template(256, 1, 4)
                .data(256, hex("00000001"))
                .options(300, 1, 1, 0, 35, 1, 34, 4)
                .data(300, hex("02 00000064"))
                .data(256, hex("00000002")));
        assertThat(told.records)
                .extracting(seen -> seen.sampling().toString())
                .containsExactly("1:NaN by NONE", "1:100.0 by RECORD", "1:100.0 by EXPORTER");
    }

    /** N-16: options under a source id of their own; but what the own domain said goes first. */
    @Test
    void shouldUseWhatAnotherDomainSaidIfTheOwnSaidNothing() {
        options(v9().domain(9).options(300, 1, 1, 4, 34, 4).data(300, hex("00000000 00000064")));
        assertThat(rateOf(v9().domain(1).template(256, 1, 4).data(256, hex("00000001"))))
                .isEqualTo("1:100.0 by EXPORTER");
        options(v9().domain(1).options(300, 1, 1, 4, 34, 4).data(300, hex("00000000 00000032")));
        options(v9().domain(9).data(300, hex("00000000 00000063")));
        assertThat(rateOf(v9().domain(1).data(256, hex("00000001")))).isEqualTo("1:50.0 by EXPORTER");
    }

    @Test
    void shouldTakeTheRateOfV5FromItsHeader() {
        byte[] record = NetflowWriter.v5Record(1, 2, 3, 4, 5, 6);
        Decoding.decode(decoder, told, NetflowWriter.v5(1, 0, 0, 0x8000 | 1000, record));
        assertThat(told.only().sampling()).hasToString("1:1000.0 by HEADER");
    }

    @Test
    void shouldNotBelieveImpossibleRates() {
        options(ipfix().options(300, 1, 302, 1, 305, 4, 306, 4, 309, 4, 310, 4, 34, 4)
                .data(300, hex("01 00000000 00000064 00000005 00000004 00000000")));
        assertThat(rateOf(ipfix().template(256, 302, 1).data(256, hex("01")))).isEqualTo("1:NaN by NONE");
    }

    @Test
    void shouldTakeInABoundedNumberOfSamplers() {
        NetflowDecoder small = new NetflowDecoder(limits(10, 1_000));
        Decoding.decode(
                small, told, v9().options(300, 1, 2, 4, 82, 4, 48, 4, 50, 4).bytes());
        for (int i = 0; i < 100; i++) {
            Decoding.decode(
                    small,
                    told,
                    v9().data(300, hex("%08x 65746830 %08x 00000064".formatted(i, i)))
                            .bytes());
        }
        ExporterOptions options = small.options(Decoding.EXPORTER);
        assertThat(options.sampling().entries()).isEqualTo(10);
        assertThat(options.sampling().refused()).isPositive();
        assertThat(options.interfaceNames().size()).isEqualTo(10);
        assertThat(options.interfaceNames().refused()).isEqualTo(90);
    }

    @Test
    void shouldForgetTheOptionsOfTheExporterHeardOfLongestAgo() {
        NetflowDecoder small = new NetflowDecoder(limits(10, 25));
        for (int exporter = 1; exporter <= 3; exporter++) {
            Exporter from = new Exporter(0, exporter, 4, 2055);
            byte[] template = v9().options(300, 1, 2, 4, 82, 4).bytes();
            Decoding.decode(small, told, template, from, Decoding.NOW);
            for (int i = 0; i < 10; i++) {
                byte[] name = v9().data(300, hex("%08x 65746830".formatted(i))).bytes();
                Decoding.decode(small, told, name, from, Decoding.NOW);
            }
        }
        assertThat(small.options(new Exporter(0, 3, 4, 0)).interfaceNames().size())
                .isEqualTo(10);
        assertThat(small.options(new Exporter(0, 2, 4, 0)).interfaceNames().size())
                .isEqualTo(10);
        assertThat(small.options(new Exporter(0, 1, 4, 0)).interfaceNames().size())
                .isZero();
    }

    private static NetflowLimits limits(int ofOne, int ofAll) {
        NetflowLimits defaults = NetflowLimits.defaults();
        return new NetflowLimits(
                defaults.maxExporters(),
                defaults.maxTemplatesPerExporter(),
                defaults.maxFieldsPerTemplate(),
                defaults.maxTemplateOctets(),
                defaults.templateLifetimeNanos(),
                defaults.maxPendingSetsPerExporter(),
                defaults.maxPendingOctetsPerExporter(),
                defaults.maxPendingOctets(),
                defaults.pendingLifetimeNanos(),
                defaults.maxClockSkewNanos(),
                defaults.maxAheadNanos(),
                ofOne,
                ofAll);
    }

    /** N-15. */
    @Test
    void shouldKeepTheNamesThatOptionsGive() {
        options(ipfix().options(300, 1, 10, 4, 82, 0xffff, 83, 8)
                .data(300, hex("00000007 04 65746830 75706c696e6b0000")));
        options(ipfix().options(301, 1, 234, 4, 236, 4).data(301, hex("00000005 72656400")));
        options(ipfix().options(302, 1, 95, 4, 96, 4, 94, 4).data(302, hex("0d000035 646e7300 6e616d65")));
        options(v9().options(303, 1, 2, 4, 82, 4).data(303, hex("00000008 65746831")));
        ExporterOptions options = decoder.options(Decoding.EXPORTER);
        assertThat(options.interfaceNames().name(7)).isEqualTo("eth0");
        assertThat(options.interfaceNames().name(8)).isEqualTo("eth1");
        assertThat(options.interfaceNames().name(9)).isNull();
        assertThat(options.interfaceDescriptions().name(7)).isEqualTo("uplink");
        assertThat(options.vrfNames().name(5)).isEqualTo("red");
        assertThat(options.applicationNames().name(0x0d000035)).isEqualTo("dns");
        assertThat(options.applicationDescriptions().name(0x0d000035)).isEqualTo("name");
    }
}
