package io.weir.decoding.facts;

import static io.weir.decoding.facts.Payloads.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.ApplicationProtocol;
import io.weir.schemas.packets.PayloadFact;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ArpReaderTest {

    static final long MAC = 0x02000000000aL;
    private static final long ADDRESS = 0xc0a80001L;

    private final Payloads payloads = new Payloads();

    @Test
    void shouldBindTheSendersAddress() {
        PayloadFact request = payloads.arp(MAC, arp("0001", "c0a80001"));
        assertThat(request.protocol).isEqualTo(ApplicationProtocol.arp.ordinal());
        assertThat(request.arpAddress.ipv4()).isEqualTo(ADDRESS);
        assertThat(payloads.arp(MAC, arp("0002", "c0a80001")).arpAddress.ipv4()).isEqualTo(ADDRESS);
    }

    @Test
    void shouldBindNothingForAnotherOrForNoAddress() {
        assertThat(payloads.arp(MAC + 1, arp("0001", "c0a80001")).arpAddress.isAbsent())
                .as("for another")
                .isTrue();
        assertThat(payloads.arp(MAC, arp("0001", "00000000")).arpAddress.isAbsent())
                .as("a probe")
                .isTrue();
    }

    @Test
    void shouldRefuseOtherFramesAndCuts() {
        assertThat(payloads.arp(MAC, arp("0003", "c0a80001"))).as("RARP").isNull();
        byte[] frame = arp("0001", "c0a80001");
        for (int length = 0; length < frame.length; length++) {
            assertThat(payloads.arp(MAC, Arrays.copyOf(frame, length))).isNull();
        }
        frame[3] = 1;
        assertThat(payloads.arp(MAC, frame)).as("another protocol").isNull();
    }

    static byte[] arp(String operation, String sender) {
        return hex("0001 0800 06 04", operation, "02000000000a", sender, "000000000000 c0a80002");
    }
}
