package io.weir.topology.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** One direction between counter samples; the agent around it is in {@link SflowIntakeTest}. */
class CountedDirectionTest {

    private static final long UNKNOWN = CountedDirection.UNKNOWN;
    private static final long ANEW = CountedDirection.ANEW;
    private static final long TWO_TO_32 = 1L << 32;

    private final CountedDirection direction = new CountedDirection();

    private void begin(long octets, long packets) {
        direction.begin(octets, packets, 0, 0);
    }

    @Test
    void shouldCompareFromTheCountersBehindTheFirstSample() {
        begin(1_000, 10);
        direction.sample(100, 64);
        direction.compare(6_400, 100);
        assertThat(direction.isCompared()).isFalse();

        begin(7_400, 110);
        direction.sample(100, 500);
        direction.sample(100, 100);
        direction.compare(90_000, 300);

        assertThat(direction.estimatedPackets).isEqualTo(200);
        assertThat(direction.countedPackets).isEqualTo(300);
        assertThat(direction.packetsVariance).isEqualTo(300.0 * 99);
        assertThat(direction.estimatedOctets).isEqualTo(60_000);
        assertThat(direction.countedOctets).isEqualTo(90_000);
        assertThat(direction.octetsVariance).isEqualTo(100.0 * 99 * (500 * 500 + 100 * 100));
    }

    @Test
    void shouldSumWhatIsKnown() {
        begin(0, 0);
        direction.sample(10, 64);
        begin(0, 0);
        direction.sample(10, 64);
        direction.compare(UNKNOWN, 12);
        begin(0, 0);
        direction.sample(10, 64);
        direction.compare(700, UNKNOWN);

        assertThat(direction.estimatedPackets).isEqualTo(10);
        assertThat(direction.countedPackets).isEqualTo(12);
        assertThat(direction.estimatedOctets).isEqualTo(640);
        assertThat(direction.countedOctets).isEqualTo(700);
    }

    @Test
    void shouldTellOctetsThatWrap() {
        begin(TWO_TO_32 - 10, 0);
        assertThat(direction.octetsSince(TWO_TO_32 + 5)).as("of 64 bits").isEqualTo(15);
        assertThat(direction.octetsSince(5)).as("of 32 bits").isEqualTo(15);
        assertThat(direction.octetsSince(TWO_TO_32 - 11)).isEqualTo(ANEW);
        begin(-10, 0);
        assertThat(direction.octetsSince(-3)).as("unsigned").isEqualTo(7);
        assertThat(direction.octetsSince(UNKNOWN)).isEqualTo(UNKNOWN);
        begin(1_000, 0);
        assertThat(direction.octetsSince(5)).isEqualTo(ANEW);
    }

    @Test
    void shouldTellPacketsThatWrap() {
        direction.begin(0, TWO_TO_32 - 10, 7, UNKNOWN);

        assertThat(direction.packetsSince(5, 9, UNKNOWN, 2_000)).isEqualTo(17);
        assertThat(direction.packetsSince(5, 9, UNKNOWN, UNKNOWN)).isEqualTo(17);
        assertThat(direction.packetsSince(5, 9, 1, 2_000))
                .as("a counter that was not known")
                .isEqualTo(UNKNOWN);
        assertThat(direction.packetsSince(UNKNOWN, 9, UNKNOWN, 2_000)).isEqualTo(UNKNOWN);
        assertThat(direction.packetsSince(TWO_TO_32 - 20, 9, UNKNOWN, 2_000))
                .as("more than there are octets for")
                .isEqualTo(ANEW);
        assertThat(direction.packetsSince(5, 9, UNKNOWN, 60 * TWO_TO_32))
                .as("may have wrapped twice")
                .isEqualTo(UNKNOWN);
    }
}
