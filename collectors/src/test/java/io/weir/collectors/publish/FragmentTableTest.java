package io.weir.collectors.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.decoding.packet.PacketHeaders;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FragmentTableTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final FragmentTable table = new FragmentTable();

    @Test
    void shouldGiveLaterFragmentsThePortsOfTheirFirst() {
        table.resolve(first(7, 53, 40_000), 0, 0);
        PacketHeaders later = later(7);

        table.resolve(later, 0, SECOND);

        assertThat(later.sourcePort).isEqualTo(53);
        assertThat(later.destinationPort).isEqualTo(40_000);
        assertThat(later.icmpType).isEqualTo(-1);
        assertThat(later.laterFragment).isFalse();
        assertThat(later.fragment).isTrue();
    }

    @Test
    void shouldGiveLaterFragmentsTheMessageOfTheirFirst() {
        PacketHeaders echo = first(7, -1, -1);
        echo.icmpType = 8;
        echo.icmpCode = 0;
        table.resolve(echo, 0, 0);
        PacketHeaders later = later(7);

        table.resolve(later, 0, 0);

        assertThat(later.icmpType).isEqualTo(8);
        assertThat(later.icmpCode).isZero();
        assertThat(later.sourcePort).isEqualTo(-1);
    }

    @Test
    void shouldLeaveOthersWithout() {
        table.resolve(first(7, 53, 40_000), 0, 0);
        PacketHeaders otherPacket = later(8);
        PacketHeaders otherProtocol = later(7);
        otherProtocol.protocol = 6;
        PacketHeaders otherAddress = later(7);
        otherAddress.destinationAddressLow++;
        PacketHeaders otherVersion = later(7);
        otherVersion.ipVersion = 6;
        PacketHeaders tooLate = later(7);

        table.resolve(otherPacket, 0, 0);
        table.resolve(otherProtocol, 0, 0);
        table.resolve(otherAddress, 0, 0);
        table.resolve(otherVersion, 0, 0);
        table.resolve(tooLate, 0, 31 * SECOND);

        assertThat(new PacketHeaders[] {otherPacket, otherProtocol, otherAddress, otherVersion, tooLate})
                .allSatisfy(later -> {
                    assertThat(later.sourcePort).isEqualTo(-1);
                    assertThat(later.laterFragment).isTrue();
                });
    }

    @Test
    void shouldKeepTunnelsApart() {
        table.resolve(first(7, 53, 40_000), 11, 0);
        PacketHeaders bare = later(7);
        PacketHeaders inTunnel = later(7);

        table.resolve(bare, 0, 0);
        table.resolve(inTunnel, 11, 0);

        assertThat(bare.laterFragment).isTrue();
        assertThat(inTunnel.laterFragment).isFalse();
    }

    @Test
    void shouldTakeTheNewestPacketOfAnIdentification() {
        table.resolve(first(7, 53, 40_000), 0, 0);
        table.resolve(first(7, 53, 40_001), 0, SECOND);
        PacketHeaders later = later(7);

        table.resolve(later, 0, SECOND);

        assertThat(later.destinationPort).isEqualTo(40_001);
    }

    @Test
    void shouldForgetTheOldestWhenFull() {
        for (int i = 0; i < 100_000; i++) {
            table.resolve(first(i, 53, i & 0xffff), 0, i);
        }
        PacketHeaders newest = later(99_999);
        PacketHeaders oldest = later(0);

        table.resolve(newest, 0, 100_000);
        table.resolve(oldest, 0, 100_000);

        assertThat(newest.destinationPort).isEqualTo(99_999 & 0xffff);
        assertThat(oldest.laterFragment).isTrue();
    }

    private static PacketHeaders first(int identification, int sourcePort, int destinationPort) {
        PacketHeaders headers = later(identification);
        headers.laterFragment = false;
        headers.sourcePort = sourcePort;
        headers.destinationPort = destinationPort;
        return headers;
    }

    private static PacketHeaders later(int identification) {
        PacketHeaders headers = new PacketHeaders();
        headers.ipVersion = 4;
        headers.protocol = 17;
        headers.sourceAddressLow = 0x0a000001;
        headers.destinationAddressLow = 0x0a000002;
        headers.fragment = true;
        headers.laterFragment = true;
        headers.fragmentIdentification = identification;
        return headers;
    }
}
