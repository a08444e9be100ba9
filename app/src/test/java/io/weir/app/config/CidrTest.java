package io.weir.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,10.0.0.0/8",
        "10.1.2.3/8,10.0.0.0/8",
        "192.168.7.130/25,192.168.7.128/25",
        "10.1.2.3,10.1.2.3/32",
        "0.0.0.0/0,0.0.0.0/0",
        "FD42:0:0::/48,fd42::/48",
        "2001:db8:0:0:1:0:0:1,2001:db8::1:0:0:1/128",
        "2001:0:3::1/64,2001:0:3::/64",
        "::/0,::/0",
        "::1,::1/128",
        "1:0:2:3:4:5:6:7,1:0:2:3:4:5:6:7/128",
        "::ffff:10.0.0.1/104,::ffff:a00:0/104"
    })
    void shouldWriteRangesCanonically(String text, String canonical) {
        assertThat(Cidr.parse(text)).hasToString(canonical).isEqualTo(Cidr.parse(canonical));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "abc",
                "10.0.0.0/33",
                "10.0.0/8",
                "10.0.0.0/",
                "10.0.0.0/-1",
                "10.0.0.0/x",
                "256.0.0.1",
                "fd42::/129",
                "fd42:::/48",
                "g::/16",
                "10.0.0.0/8/8",
                "fe80::1%eth0",
                "localhost/8",
                ":",
                "1:2:3:4:5:6:7:8:9"
            })
    void shouldRefuseWhatIsNoRange(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Cidr.parse(text));
    }

    @Test
    void shouldTellWhatLiesInside() {
        Cidr range = Cidr.parse("10.128.0.0/9");

        assertThat(range.contains(Cidr.addressOctets("10.128.0.0"))).isTrue();
        assertThat(range.contains(Cidr.addressOctets("10.255.255.255"))).isTrue();
        assertThat(range.contains(Cidr.addressOctets("10.127.255.255"))).isFalse();
        assertThat(range.contains(Cidr.addressOctets("fd00::1"))).isFalse();
        assertThat(Cidr.parse("::/0").contains(Cidr.addressOctets("fd00::1"))).isTrue();
    }
}
