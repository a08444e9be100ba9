package io.weir.collectors.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.decoding.packet.PacketHeaders;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.TcpMarks;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Timelines of one connection, with what each segment tells. Side A asks, side B answers. */
class TcpTrackerTest {

    private static final boolean A = true;
    private static final boolean B = false;
    private static final String NOTHING = "";
    private static final String AGAIN = "retransmitted";
    private static final String OVERTAKEN = "out of order";
    private static final String TWICE = "duplicate acknowledgement";
    private static final String FULL = "window of zero";

    private final TcpTracker tracker = new TcpTracker();
    private final PacketHeaders segment = new PacketHeaders();
    private long id = 7;

    @Test
    void shouldFindNothingInAnUndisturbedConnection() {
        assertThat(at(0, A, "S", 100, 0, 0)).isEqualTo(NOTHING);
        assertThat(at(1, B, "SA", 500, 101, 0)).isEqualTo(NOTHING);
        assertThat(at(2, A, "A", 101, 501, 0)).isEqualTo(NOTHING);
        assertThat(at(3, A, "A", 101, 501, 10)).isEqualTo(NOTHING);
        assertThat(at(13, B, "A", 501, 111, 0)).isEqualTo("10 ms");
        assertThat(at(14, B, "A", 501, 111, 1000)).isEqualTo(NOTHING);
        assertThat(at(20, A, "A", 111, 1501, 0)).isEqualTo("6 ms");
        assertThat(at(21, A, "FA", 111, 1501, 0)).isEqualTo(NOTHING);
        assertThat(at(22, B, "FA", 1501, 112, 0)).isEqualTo(NOTHING);
        assertThat(at(23, A, "A", 112, 1502, 0)).isEqualTo(NOTHING);
    }

    @Test
    void shouldFindASegmentThatIsSentAgain() {
        at(0, A, "A", 100, 1, 10);
        assertThat(at(200, A, "A", 100, 1, 10)).isEqualTo(AGAIN);
        // Which of the two was acknowledged cannot be told.
        assertThat(at(210, B, "A", 1, 110, 0)).isEqualTo(NOTHING);
    }

    @Test
    void shouldFindASegmentThatIsSentAgainWithMore() {
        at(0, A, "A", 100, 1, 10);
        assertThat(at(200, A, "A", 100, 1, 25)).isEqualTo(AGAIN);
        assertThat(at(201, A, "A", 125, 1, 10)).isEqualTo(NOTHING);
    }

    @Test
    void shouldFindARepeatedSynAndSynAck() {
        at(0, A, "S", 100, 0, 0);
        assertThat(at(1000, A, "S", 100, 0, 0)).isEqualTo(AGAIN);
        at(1001, B, "SA", 500, 101, 0);
        assertThat(at(2001, B, "SA", 500, 101, 0)).isEqualTo(AGAIN);
    }

    @Test
    void shouldBeginAnewWithASynOfAnotherNumber() {
        at(0, A, "A", 100, 1, 10);
        assertThat(at(1, A, "S", 50, 0, 0)).isEqualTo(NOTHING);
        assertThat(at(2, A, "A", 51, 1, 10)).isEqualTo(NOTHING);
    }

    @Test
    void shouldBeginAnewAfterAReset() {
        at(0, A, "A", 1000, 1, 10);
        at(1, B, "RA", 1, 1010, 0);
        assertThat(at(2, A, "A", 500, 1, 10)).isEqualTo(NOTHING);
    }

    @Test
    void shouldTakeUpOtherNumbersWhereTheSynWasNotSeen() {
        at(0, A, "A", 1_000_000_000, 1, 10);
        assertThat(at(1, A, "A", 7, 1, 10)).isEqualTo(NOTHING);
        assertThat(at(2, A, "A", 17, 1, 10)).isEqualTo(NOTHING);
        assertThat(at(3, A, "A", 17, 1, 10)).isEqualTo(AGAIN);
    }

    @Test
    void shouldNotLetOneForeignSegmentSpoilTheRest() {
        at(0, A, "A", 100, 1, 10);
        at(1, A, "A", 2_000_000_000, 1, 10);
        assertThat(at(2, A, "A", 110, 1, 10)).isEqualTo(NOTHING);
        assertThat(at(3, A, "A", 120, 1, 10)).isEqualTo(NOTHING);
    }

    @Test
    void shouldTellASegmentThatWasOvertakenFromOneThatIsSentAgain() {
        at(0, A, "A", 100, 1, 10);
        at(1, A, "A", 120, 1, 10);
        assertThat(at(2, A, "A", 110, 1, 10)).isEqualTo(OVERTAKEN);
        // The gap is filled: once more is once too often.
        assertThat(at(3, A, "A", 110, 1, 10)).isEqualTo(AGAIN);
    }

    @Test
    void shouldTakeAGapThatIsFilledLateForALossBeforeTheObservationPoint() {
        at(0, A, "A", 100, 1, 10);
        at(1, A, "A", 120, 1, 10);
        assertThat(at(30, A, "A", 110, 1, 10)).isEqualTo(AGAIN);
    }

    @Test
    void shouldFillAGapFromBothEnds() {
        at(0, A, "A", 100, 1, 10);
        at(1, A, "A", 140, 1, 10);
        assertThat(at(1, A, "A", 130, 1, 10)).isEqualTo(OVERTAKEN);
        assertThat(at(1, A, "A", 110, 1, 10)).isEqualTo(OVERTAKEN);
        assertThat(at(1, A, "A", 120, 1, 10)).isEqualTo(OVERTAKEN);
        assertThat(at(1, A, "A", 120, 1, 10)).isEqualTo(AGAIN);
    }

    @Test
    void shouldGoOnWhereNumbersBeginAnew() {
        at(0, A, "A", 0xffff_fff0, 1, 16);
        assertThat(at(1, A, "A", 0, 1, 10)).isEqualTo(NOTHING);
        assertThat(at(2, B, "A", 1, 10, 0)).isEqualTo("2 ms");
        assertThat(at(300, A, "A", 0xffff_fff0, 1, 16)).isEqualTo(AGAIN);
    }

    @Test
    void shouldFindADuplicateAcknowledgementOnlyWhileSomethingIsOnItsWay() {
        at(0, B, "A", 1, 100, 0);
        assertThat(at(1, B, "A", 1, 100, 0)).isEqualTo(NOTHING);
        at(2, A, "A", 110, 1, 10);
        assertThat(at(3, B, "A", 1, 100, 0)).isEqualTo(TWICE);
        // Another window is news, and so is data.
        assertThat(at(4, B, "A", 1, 100, 0, 999)).isEqualTo(NOTHING);
        assertThat(at(5, B, "A", 1, 100, 5, 999)).isEqualTo(NOTHING);
    }

    @Test
    void shouldLetKeepAlivesPass() {
        at(0, A, "A", 100, 1, 10);
        at(1, B, "A", 1, 110, 0);
        assertThat(at(10_000, A, "A", 109, 1, 0)).isEqualTo(NOTHING);
        assertThat(at(20_000, A, "A", 109, 1, 1)).isEqualTo(NOTHING);
    }

    @Test
    void shouldFindAWindowOfZero() {
        assertThat(at(0, B, "A", 1, 100, 0, 0)).isEqualTo(FULL);
        assertThat(at(1, B, "A", 1, 100, 0, 100)).isEqualTo(NOTHING);
        assertThat(at(2, B, "RA", 1, 100, 0, 0)).isEqualTo(NOTHING);
        assertThat(at(3, B, "S", 1, 0, 0, 0)).isEqualTo(NOTHING);
    }

    @Test
    void shouldTimeOneRoundTripInATenthOfASecond() {
        at(0, A, "A", 100, 1, 10);
        assertThat(at(5, B, "A", 1, 110, 0)).isEqualTo("5 ms");
        at(50, A, "A", 110, 1, 10);
        assertThat(at(56, B, "A", 1, 120, 0)).isEqualTo(NOTHING);
        at(110, A, "A", 120, 1, 10);
        assertThat(at(117, B, "A", 1, 130, 0)).isEqualTo("7 ms");
    }

    @Test
    void shouldKeepConnectionsApart() {
        at(0, A, "A", 100, 1, 10);
        id = 8;
        assertThat(at(1, A, "A", 50, 1, 10)).isEqualTo(NOTHING);
        assertThat(tracker.size()).isEqualTo(2);
    }

    @Test
    void shouldRememberSomeTenThousandsOfConnectionsAndNoMore() {
        Random random = new Random(1);
        for (int i = 0; i < 4 * TcpTracker.MAX_CONNECTIONS; i++) {
            id = random.nextLong();
            at(i, A, "A", 100, 1, 10);
        }
        assertThat(tracker.size())
                .isGreaterThan(TcpTracker.MAX_CONNECTIONS * 9 / 10)
                .isLessThanOrEqualTo(TcpTracker.MAX_CONNECTIONS + 8);
        assertThat(at(1_000_000, A, "A", 100, 1, 10)).isEqualTo(AGAIN);
    }

    @Test
    void shouldTellOnlyWhenAPlaceThatIsInUseIsTaken() {
        for (int i = 0; i < 4 * TcpTracker.MAX_CONNECTIONS; i++) {
            tracker.connection(CanonicalKey.mix(++id));
        }
        tracker.inUseSince(tracker.lookups() + 1);
        int before = tracker.moves();
        for (int i = 0; i < TcpTracker.MAX_CONNECTIONS / 8; i++) {
            tracker.connection(CanonicalKey.mix(++id));
        }
        assertThat(tracker.moves()).isEqualTo(before);
        for (int i = 0; i < 4 * TcpTracker.MAX_CONNECTIONS; i++) {
            tracker.connection(CanonicalKey.mix(++id));
        }
        assertThat(tracker.moves()).isGreaterThan(before + TcpTracker.MAX_CONNECTIONS);
    }

    private String at(long ms, boolean sentByA, String flags, int sequence, int acknowledgement, int payload) {
        return at(ms, sentByA, flags, sequence, acknowledgement, payload, 512);
    }

    private String at(
            long ms, boolean sentByA, String flags, int sequence, int acknowledgement, int payload, int window) {
        segment.clear();
        segment.tcpControlBits = 0;
        for (int i = 0; i < flags.length(); i++) {
            segment.tcpControlBits |= 1 << "FSRPA".indexOf(flags.charAt(i));
        }
        segment.tcpSequence = sequence;
        segment.tcpAcknowledgement = acknowledgement;
        segment.tcpPayloadOctets = payload;
        segment.tcpWindow = window;
        boolean noted = tracker.observe(tracker.connection(id), sentByA, segment, ms * 1_000_000);
        String told = text(tracker.marks(), tracker.roundTripMicroseconds());
        assertThat(noted).isEqualTo(!told.isEmpty());
        return told;
    }

    private static String text(int marks, int roundTripMicroseconds) {
        String time = roundTripMicroseconds < 0 ? "" : roundTripMicroseconds / 1000 + " ms";
        return switch (marks) {
            case 0 -> time;
            case TcpMarks.RETRANSMITTED -> AGAIN + time;
            case TcpMarks.OUT_OF_ORDER -> OVERTAKEN + time;
            case TcpMarks.DUPLICATE_ACKNOWLEDGEMENT -> TWICE + time;
            case TcpMarks.ZERO_WINDOW -> FULL + time;
            default -> marks + time;
        };
    }
}
