package io.weir.advisor.subnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "' 10.0.0.0/8 ', 10.0.0.0/8",
        "10.0.0.0/255.0.0.0, 10.0.0.0/8",
        "192.0.2.7, 192.0.2.7/32",
        "192.0.2.7/32, 192.0.2.7/32",
        "0.0.0.0/0, 0.0.0.0/0",
        "FD42::/48, fd42::/48",
        "fd42::1, fd42::1/128",
        "::/0, ::/0",
        "::ffff:10.0.0.0/104, 10.0.0.0/8",
        "::ffff:10.1.2.3, 10.1.2.3/32",
        "64:ff9b::/96, 64:ff9b::/96",
    })
    void shouldReadWhatPeopleType(String typed, String canonical) {
        assertThat(Cidr.parse(typed)).hasToString(canonical);
        assertThat(Cidr.parse(canonical)).isEqualTo(Cidr.parse(typed));
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                "ten",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/8/8",
                "10.0.0/8",
                "10.*",
                "/8",
                "10.0.0.0/255.0.255.0",
                "fd42::/129",
                "fd42::/-1",
                "fd42::/x",
                "fd42::/",
                "example.org/24",
                "fd42:::/48"
            })
    void shouldRefuseWithTheRightForm(String typed) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cidr.parse(typed))
                .withMessageContaining(typed == null ? "" : typed)
                .withMessageContaining("write it like 10.42.0.0/16, fd42::/48");
    }

    @Test
    void shouldSuggestTheNetworkWhenHostBitsAreSet() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cidr.parse("10.1.2.3/8"))
                .withMessage(
                        "'10.1.2.3/8' has bits set behind its prefix: write 10.0.0.0/8 for the range, or 10.1.2.3 for the one address");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cidr.parse("fd42::1:0:0:0:1/64"))
                .withMessageContaining("write fd42:0:0:1::/64 for the range");
    }

    @Test
    void shouldRefuseZonesAndRangesThatMixFamilies() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cidr.parse("fe80::1%eth0/64"))
                .withMessageContaining("has a zone");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cidr.parse("::ffff:0.0.0.0/90"))
                .withMessageContaining("at least 96");
    }
}
