package io.weir.advisor.subnet;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressBitsTest {

    private final AddressBits bits = new AddressBits();

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0",
        "192.0.2.255, 192.0.2.255",
        "::, ::",
        "::1, ::1",
        "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "1::, 1::",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "1:2:3:4:5:6:7.8.9.10, 1:2:3:4:5:6:708:90a",
        "0:0:1::, 0:0:1::",
    })
    void shouldReadAndWriteInCanonicalForm(String text, String canonical) {
        assertThat(bits.parse(text)).isTrue();
        assertThat(bits).hasToString(canonical);
    }

    @Test
    void shouldTakeIpv4MappedAddressesForIpv4() {
        assertThat(bits.parse("::ffff:192.0.2.1")).isTrue();
        assertThat(bits.isV6()).isFalse();
        assertThat(bits).hasToString("192.0.2.1");
        assertThat(bits.parse("::ffff:c000:201")).isTrue();
        assertThat(bits).hasToString("192.0.2.1");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                ".",
                ":",
                ":::",
                "1",
                "1.2.3",
                "1.2.3.4.",
                "1.2.3.4.5",
                "256.1.1.1",
                "01.2.3.4",
                "1..2.3",
                "-1.2.3.4",
                " 1.2.3.4",
                "1.2.3.4 ",
                "1.2.3.4/8",
                "localhost",
                "a.b.c.d",
                "::1::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "12345::",
                "::g",
                "fe80::1%eth0",
                "1:2:3:4:5:6:7:1.2.3.4",
                "::1.2.3",
                "1:",
                ":1",
                "::1.2.3.4.5",
                "1::2:",
                "\u0661.2.3.4",
                "::1.2.3.4:5"
            })
    void shouldRefuseWhatIsNotAnAddress(String text) {
        assertThat(bits.parse(text)).isFalse();
    }

    @Test
    void shouldAgreeWithTheJdkOnRandomAddresses() throws UnknownHostException {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] octets = new byte[random.nextBoolean() ? 16 : 4];
            random.nextBytes(octets);
            for (int j = 0; j < octets.length; j += 2) {
                if (random.nextInt(3) == 0) {
                    octets[j] = 0;
                    octets[j + 1] = 0;
                }
            }
            InetAddress address = InetAddress.getByAddress(octets);
            assertThat(bits.parse(address.getHostAddress())).isTrue();
            ByteBuffer expected = ByteBuffer.wrap(address.getAddress());
            if (octets.length == 4) {
                assertThat(bits.high()).isEqualTo((long) expected.getInt() << 32);
                assertThat(bits.isV6()).isFalse();
            } else {
                assertThat(bits.high()).isEqualTo(expected.getLong());
                assertThat(bits.low()).isEqualTo(expected.getLong());
            }
            String canonical = bits.toString();
            assertThat(InetAddress.getByName(canonical)).isEqualTo(address);
            assertThat(bits.parse(canonical)).isTrue();
            assertThat(bits).hasToString(canonical);
        }
    }

    @Test
    void shouldNeverThrowOnAnyText() {
        Random random = new Random(2);
        String alphabet = "0123456789abcdefABCDEF::::....%/ -x";
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(48); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            if (bits.parse(text.toString())) {
                String canonical = bits.toString();
                assertThat(bits.parse(canonical)).isTrue();
                assertThat(bits).hasToString(canonical);
            }
        }
    }
}
