package io.weir.topology.meter;

import io.weir.schemas.packets.TcpMarks;
import io.weir.topology.sketch.RoundTripSketch;
import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.ByteUtils;

/** What the segments of one flow and one window show, by canonical side. */
final class TcpHealth {

    /** One side's segments. */
    static final class Side {

        /** Four varints; one octet that says whether round trips follow. */
        private static final int COUNTERS_OCTETS = 4 * 5 + 1;

        int retransmitted;
        int outOfOrder;
        int duplicateAcknowledgements;
        int zeroWindows;

        /** Of acknowledgements that this side sent; null without. */
        RoundTripSketch roundTrips;

        private void note(int marks, int roundTripMicroseconds) {
            if ((marks & TcpMarks.RETRANSMITTED) != 0) {
                retransmitted++;
            }
            if ((marks & TcpMarks.OUT_OF_ORDER) != 0) {
                outOfOrder++;
            }
            if ((marks & TcpMarks.DUPLICATE_ACKNOWLEDGEMENT) != 0) {
                duplicateAcknowledgements++;
            }
            if ((marks & TcpMarks.ZERO_WINDOW) != 0) {
                zeroWindows++;
            }
            if (roundTripMicroseconds >= 0) {
                if (roundTrips == null) {
                    roundTrips = new RoundTripSketch();
                }
                roundTrips.add(roundTripMicroseconds);
            }
        }

        private int octets() {
            return COUNTERS_OCTETS + (roundTrips == null ? 0 : roundTrips.octets());
        }

        private void put(ByteBuffer out) {
            ByteUtils.writeUnsignedVarint(retransmitted, out);
            ByteUtils.writeUnsignedVarint(outOfOrder, out);
            ByteUtils.writeUnsignedVarint(duplicateAcknowledgements, out);
            ByteUtils.writeUnsignedVarint(zeroWindows, out);
            out.put((byte) (roundTrips == null ? 0 : 1));
            if (roundTrips != null) {
                roundTrips.put(out);
            }
        }

        private void take(ByteBuffer in) {
            retransmitted = ByteUtils.readUnsignedVarint(in);
            outOfOrder = ByteUtils.readUnsignedVarint(in);
            duplicateAcknowledgements = ByteUtils.readUnsignedVarint(in);
            zeroWindows = ByteUtils.readUnsignedVarint(in);
            roundTrips = in.get() == 0 ? null : RoundTripSketch.get(in);
        }
    }

    /** Of a window in which there was nothing to note. */
    static final TcpHealth GOOD = new TcpHealth();

    final Side a = new Side();
    final Side b = new Side();

    void note(boolean sentByA, int marks, int roundTripMicroseconds) {
        (sentByA ? a : b).note(marks, roundTripMicroseconds);
    }

    /** Octets that {@link #put} writes at most. */
    int octets() {
        return a.octets() + b.octets();
    }

    void put(ByteBuffer out) {
        a.put(out);
        b.put(out);
    }

    static TcpHealth get(ByteBuffer in) {
        TcpHealth health = new TcpHealth();
        health.a.take(in);
        health.b.take(in);
        return health;
    }
}
