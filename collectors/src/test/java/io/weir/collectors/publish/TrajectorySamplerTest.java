package io.weir.collectors.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.decoding.packet.PacketHeaders;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrajectorySamplerTest {

    private static final int ACK = 0x10;
    private static final int SYN = 0x02;

    private final PacketHeaders packet = new PacketHeaders();

    @Test
    void shouldChooseEverySyn() {
        TrajectorySampler sampler = new TrajectorySampler(1 << 20);
        for (int i = 0; i < 100; i++) {
            segment(i * 7919, 0, SYN, 0);
            assertThat(sampler.chooses(packet)).isTrue();
        }
    }

    @Test
    void shouldChooseOnePacketInN() {
        TrajectorySampler sampler = new TrajectorySampler(64);
        Random random = new Random(1);
        int chosen = 0;
        for (int i = 0; i < 64_000; i++) {
            segment(random.nextInt(), random.nextInt(), ACK, 100);
            chosen += sampler.chooses(packet) ? 1 : 0;
        }
        // Six standard deviations of 31.
        assertThat(chosen).isBetween(1000 - 190, 1000 + 190);
    }

    @Test
    void shouldChooseTheSameAtEveryPlace() {
        TrajectorySampler here = new TrajectorySampler(1);
        TrajectorySampler there = new TrajectorySampler(1);
        segment(12345, 678, ACK, 64_000);
        here.chooses(packet);
        // Cut into pieces, behind a router.
        segment(12345, 678, ACK, 1448);
        packet.timeToLive = 3;
        packet.sourceMac = 5;
        there.chooses(packet);

        assertThat(there.digest()).isEqualTo(here.digest());
        segment(12346, 678, ACK, 1448);
        there.chooses(packet);
        assertThat(there.digest()).isNotEqualTo(here.digest());
    }

    @Test
    void shouldLeaveOutWhatNothingTellsApart() {
        packet.clear();
        packet.ipVersion = 4;
        assertThat(new TrajectorySampler(1).chooses(packet)).isFalse();
        packet.content = 1;
        assertThat(new TrajectorySampler(1).chooses(packet)).isTrue();
    }

    private void segment(int sequence, int acknowledgement, int controlBits, int payloadOctets) {
        packet.clear();
        packet.tcpSequence = sequence;
        packet.tcpAcknowledgement = acknowledgement;
        packet.tcpControlBits = controlBits;
        packet.tcpPayloadOctets = payloadOctets;
    }
}
