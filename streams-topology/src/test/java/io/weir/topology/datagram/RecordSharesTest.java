package io.weir.topology.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordSharesTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long WINDOW = 10 * SECOND;

    private record Share(long timeNanos, long packets, long octets, long layer2Octets, boolean first, boolean last) {}

    private static List<Share> shares(long first, long last, long packets, long octets) {
        RecordShares shares = new RecordShares(WINDOW);
        shares.begin(first, last, packets, octets, octets + packets);
        List<Share> all = new ArrayList<>();
        while (shares.hasNext()) {
            long from = shares.nextNanos();
            shares.next();
            assertThat(shares.timeNanos).isGreaterThanOrEqualTo(from);
            all.add(new Share(
                    shares.timeNanos,
                    shares.packets,
                    shares.octets,
                    shares.layer2Octets,
                    shares.isFirst,
                    shares.isLast));
        }
        return all;
    }

    @Test
    void shouldSpreadEvenlyOverWindows() {
        assertThat(shares(5 * SECOND, 35 * SECOND, 32, 3200))
                .containsExactly(
                        new Share(5 * SECOND, 6, 600, 606, true, false),
                        new Share(10 * SECOND, 10, 1000, 1010, false, false),
                        new Share(20 * SECOND, 10, 1000, 1010, false, false),
                        new Share(35 * SECOND, 6, 600, 606, false, true));
    }

    @Test
    void shouldKeepStartAndEndWithinAWindow() {
        assertThat(shares(SECOND, 4 * SECOND, 3, 301))
                .containsExactly(
                        new Share(SECOND, 1, 100, 101, true, false), new Share(4 * SECOND, 2, 201, 203, false, true));
    }

    @Test
    void shouldNotPartOnePacketOrOneMoment() {
        assertThat(shares(SECOND, 40 * SECOND, 1, 60)).containsExactly(new Share(SECOND, 1, 60, 61, true, true));
        assertThat(shares(SECOND, SECOND, 9, 60)).containsExactly(new Share(SECOND, 9, 60, 69, true, true));
        assertThat(shares(SECOND, SECOND, 0, 0)).isEmpty();
    }

    @Test
    void shouldSkipWindowsWithoutPackets() {
        assertThat(shares(0, 1000 * SECOND, 2, 100))
                .containsExactly(
                        new Share(0, 1, 50, 51, true, false), new Share(1000 * SECOND, 1, 50, 51, false, true));
    }

    /** However long a record says that its flow lasted, it costs no more than so many summaries. */
    @Test
    void shouldBoundTheSharesOfARecord() {
        List<Share> shares = shares(0, 49 * 86_400 * SECOND, 1 << 30, 1L << 40);
        assertThat(shares).hasSizeBetween(RecordShares.MAX_SHARES / 2, RecordShares.MAX_SHARES + 1);
        assertThat(shares.stream().mapToLong(Share::octets).sum()).isEqualTo(1L << 40);
    }

    @Test
    void shouldLoseNothing() {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            long first = random.nextLong(100 * WINDOW);
            long last = first + random.nextLong(1 + random.nextLong(300 * WINDOW));
            long packets = random.nextLong(1 + (1L << random.nextInt(39)));
            long octets = packets * random.nextLong(1 + (1L << random.nextInt(5)));
            List<Share> shares = shares(first, last, packets, octets);

            assertThat(shares.stream().mapToLong(Share::packets).sum()).isEqualTo(packets);
            assertThat(shares.stream().mapToLong(Share::octets).sum()).isEqualTo(octets);
            assertThat(shares.stream().mapToLong(Share::layer2Octets).sum())
                    .isEqualTo(packets == 0 ? 0 : octets + packets);
            assertThat(shares).allMatch(share -> share.packets > 0 && share.octets >= 0 && share.layer2Octets >= 0);
            for (int i = 0; i < shares.size(); i++) {
                Share share = shares.get(i);
                assertThat(share.first).isEqualTo(i == 0);
                assertThat(share.last).isEqualTo(i == shares.size() - 1);
                assertThat(share.timeNanos).isBetween(i == 0 ? first : shares.get(i - 1).timeNanos, last);
            }
            if (packets > 0) {
                assertThat(shares.get(0).timeNanos).isEqualTo(first);
            }
            if (packets > 1) {
                assertThat(shares.get(shares.size() - 1).timeNanos).isEqualTo(last);
            }
        }
    }
}
