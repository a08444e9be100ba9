package io.weir.decoding.facts;

import static io.weir.decoding.facts.Payloads.hex;
import static io.weir.decoding.facts.Payloads.hexOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.ApplicationProtocol;
import io.weir.schemas.packets.PayloadFact;
import org.junit.jupiter.api.Test;

class DhcpReaderTest {

    static final String NAME = "0c 05" + hexOf("rosie");

    private final Payloads payloads = new Payloads();

    @Test
    void shouldReadARequest() {
        PayloadFact fact = payloads.udp(68, 67, message("01", "00000000", "00 35 01 03", NAME, "ff"));

        assertThat(fact.protocol).isEqualTo(ApplicationProtocol.dhcp.ordinal());
        assertThat(fact.dhcpMessageType).isEqualTo(3);
        assertThat(fact.dhcpHostName.text()).isEqualTo("rosie");
        assertThat(fact.dhcpAddress.isAbsent()).isTrue();
    }

    @Test
    void shouldReadTheAddressThatAServerGives() {
        PayloadFact fact = payloads.udp(67, 68, message("02", "0a000007", "35 01 05 ff"));

        assertThat(fact.dhcpMessageType).isEqualTo(5);
        assertThat(fact.dhcpAddress.ipv4()).isEqualTo(0x0a000007L);
    }

    @Test
    void shouldRefuseWhatIsNotDhcp() {
        assertThat(payloads.udp(68, 67, message("01", "00000000", NAME, "ff")))
                .as("without message type")
                .isNull();
        assertThat(payloads.udp(68, 67, message("03", "00000000", "35 01 03 ff")))
                .isNull();
        byte[] other = message("01", "00000000", "35 01 03 ff");
        other[236]++;
        assertThat(payloads.udp(68, 67, other)).as("another magic number").isNull();
    }

    @Test
    void shouldBearCutsFlipsAndLies() {
        byte[] message = message("01", "00000000", "35 01 03", NAME, "0c ff 41");
        assertThat(payloads.abuse(17, 68, 67, message)).isEqualTo(240 + 3);
    }

    static byte[] message(String operation, String given, String... options) {
        return hex(
                operation,
                "01 06 00",
                "12345678",
                "00000000",
                "00000000",
                given,
                "00".repeat(216),
                "63825363",
                String.join("", options));
    }
}
