package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.packets.CanonicalKey;
import org.junit.jupiter.api.Test;

class FlowKeysTest {

    private final PacketHeaders headers = new PacketHeaders();
    private final CanonicalKey key = new CanonicalKey();

    @Test
    void shouldGiveBothDirectionsOneKey() {
        ip(6, 0x0a000002L, 40000, 0x0a000001L, 443);
        boolean there = FlowKeys.fill(headers, false, key);
        long hash = key.hash();
        long ports = key.word4();
        ip(6, 0x0a000001L, 443, 0x0a000002L, 40000);
        boolean back = FlowKeys.fill(headers, false, key);

        assertThat(there).isFalse();
        assertThat(back).isTrue();
        assertThat(key.hash()).isEqualTo(hash);
        assertThat(key.word4()).isEqualTo(ports);
        assertThat(key.portA).isEqualTo(443);
    }

    @Test
    void shouldPairAnEchoRequestWithItsReply() {
        icmp(0x0a000002L, 0x0a000001L, 8, 0);
        FlowKeys.fill(headers, false, key);
        long request = key.word4();
        icmp(0x0a000001L, 0x0a000002L, 0, 0);
        FlowKeys.fill(headers, false, key);

        assertThat(key.word4()).isEqualTo(request);
        assertThat(key.portA).isZero();
        assertThat(key.portB).isEqualTo(8);
    }

    @Test
    void shouldKeepTheOrderOfAOneWayMessage() {
        icmp(0x0a000002L, 0x0a000001L, 3, 1);
        assertThat(FlowKeys.fill(headers, false, key)).isTrue();
        assertThat(key.addressALow).isEqualTo(0x0a000002L);
        assertThat(key.portA).isEqualTo(3);
        assertThat(key.portB).isEqualTo(1);
    }

    @Test
    void shouldKeyFramesWithoutIpByTheirMacAddresses() {
        headers.clear();
        headers.etherType = 0x0806;
        headers.sourceMac = 0x020000000009L;
        headers.destinationMac = 0x020000000001L;

        assertThat(FlowKeys.fill(headers, false, key)).isFalse();
        assertThat(key.ipVersion).isZero();
        assertThat(key.macA).isEqualTo(0x020000000001L);
        assertThat(key.protocolIdentifier).isEqualTo(CanonicalKey.ABSENT);
    }

    private void ip(int protocol, long source, int sourcePort, long destination, int destinationPort) {
        headers.clear();
        headers.etherType = 0x0800;
        headers.ipVersion = 4;
        headers.protocol = protocol;
        headers.sourceAddressLow = source;
        headers.sourcePort = sourcePort;
        headers.destinationAddressLow = destination;
        headers.destinationPort = destinationPort;
    }

    private void icmp(long source, long destination, int type, int code) {
        ip(CanonicalKey.ICMP, source, -1, destination, -1);
        headers.icmpType = type;
        headers.icmpCode = code;
    }
}
