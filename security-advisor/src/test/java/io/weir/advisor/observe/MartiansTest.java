package io.weir.advisor.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.host.HostKey;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Observation.FlowSpan;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.advisor.host.Outcome;
import io.weir.advisor.subnet.AddressBits;
import io.weir.schemas.Confidence;
import io.weir.schemas.FlowClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MartiansTest {

    @ParameterizedTest
    @CsvSource({
        "0.1.2.3, 0.0.0.0/8",
        "127.0.0.1, 127.0.0.0/8",
        "127.255.255.255, 127.0.0.0/8",
        "169.254.0.1, 169.254.0.0/16",
        "192.0.0.170, 192.0.0.0/24",
        "224.0.0.1, 224.0.0.0/4",
        "239.255.255.255, 224.0.0.0/4",
        "240.0.0.1, 240.0.0.0/4",
        "255.255.255.255, 240.0.0.0/4",
        "::1, ::1",
        "100:0:0:1::9, 100:0:0:1::/64",
        "febf::1, fe80::/10",
        "ff02::1, ff00::/8"
    })
    void shouldKnowThePrefix(String address, String prefix) {
        assertThat(Martians.prefixOf(key(address))).hasToString(prefix);
    }

    /** Neighbours of the prefixes, private ranges, those for documentation, and those that are routed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.0.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "169.253.255.255",
                "169.255.0.0",
                "192.0.1.0",
                "192.0.2.255",
                "198.51.100.0",
                "203.0.113.5",
                "223.255.255.255",
                "10.0.0.1",
                "172.16.0.1",
                "192.168.0.1",
                "100.64.0.1",
                "198.18.0.1",
                "8.8.8.8",
                "::2",
                "100::1",
                "2001:db8:ffff::1",
                "3fff:fff::1",
                "fec0::1",
                "fc00::1",
                "fd00::1",
                "2606:4700:4700::1111"
            })
    void shouldLeaveOtherAddresses(String address) {
        assertThat(Martians.prefixOf(key(address))).isNull();
        assertThat(Martians.isMartian(key(address))).isFalse();
    }

    @Test
    void shouldPutThePrefixInPlaceOfASourceFromOutside() {
        Observation seen = seen("240.0.0.5", "10.0.0.1", FlowClass.ingress);

        Observation at = Martians.atPrefix(seen);

        assertThat(at.initiator()).hasToString("240.0.0.0/4");
        assertThat(at).usingRecursiveComparison().ignoringFields("initiator").isEqualTo(seen);
        assertThat(Martians.isMartian(at.initiator())).isTrue();
    }

    /** It counts as inside of the cluster, so the flow is no ingress. */
    @Test
    void shouldTakeLoopbackFromAnotherMachine() {
        assertThat(Martians.atPrefix(seen("127.0.0.1", "10.0.0.1", FlowClass.internal))
                        .initiator())
                .hasToString("127.0.0.0/8");
        Observation local = seen("127.0.0.1", "127.0.0.1", FlowClass.internal);
        assertThat(Martians.atPrefix(local)).isSameAs(local);
        Observation linkLocal = seen("169.254.0.1", "10.0.0.1", FlowClass.internal);
        assertThat(Martians.atPrefix(linkLocal)).isSameAs(linkLocal);
    }

    /** A cluster may use such addresses itself, and neighbours on a link do. */
    @Test
    void shouldLeaveOthersAsTheyAre() {
        for (Observation seen : new Observation[] {
            seen("240.0.0.5", "10.0.0.1", FlowClass.egress),
            seen("240.0.0.5", "240.0.0.6", FlowClass.internal),
            seen("240.0.0.5", "8.8.8.8", FlowClass.external),
            seen("169.254.0.1", "169.254.0.2", FlowClass.ingress),
            seen("8.8.8.8", "10.0.0.1", FlowClass.ingress)
        }) {
            assertThat(Martians.atPrefix(seen)).isSameAs(seen);
        }
    }

    private static Observation seen(String from, String to, FlowClass flowClass) {
        return new Observation(
                key(from),
                key(to),
                6,
                40_000,
                80,
                flowClass,
                Confidence.high,
                Outcome.UNANSWERED,
                1,
                "n|i|c",
                new FlowSpan(1, 2, 3, 4, true),
                Traffic.NONE,
                null);
    }

    private static HostKey key(String address) {
        AddressBits bits = new AddressBits();
        assertThat(bits.parse(address)).isTrue();
        return HostKey.of(bits.high(), bits.low(), bits.isV6());
    }
}
