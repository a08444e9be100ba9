package io.weir.topology.sflow;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** What holds for datagrams of any octets whatever. */
final class SflowInvariants {
    private static final int MARGIN = 64;
    private static final byte[] SURROUNDINGS = {0x00, (byte) 0xff, 0x01};
    /** Head, end, a problem of the datagram, and room for those of samples and records, of which each takes eight octets. */
    private static final int OCTETS_PER_REPORT = 8;

    private static final int REPORTS_BESIDE = 4;

    private final SflowDecoder reused = new SflowDecoder();
    private final byte[] dirt = SflowFixtures.everyStructure(new Random(1));

    /**
     * Decodes the octets alone and amid others: nothing is thrown, nothing outside is read, nothing inside is written, nothing is left over
     * from another datagram, reports are bounded, and carriers hold what the records do.
     *
     * @throws AssertionError that names {@code what}
     */
    SflowText check(byte[] octets, String what) {
        try {
            SflowText alone = SflowText.of(octets);
            List<String> lines = alone.lines;
            // Two reports for eight octets: a sample or record, and its problem.
            int bound = REPORTS_BESIDE + 2 * octets.length / OCTETS_PER_REPORT;
            require(lines.size() <= bound, "as many reports as " + bound);
            require(lines.indexOf("end") == lines.size() - 1, "one end");
            for (byte surrounding : SURROUNDINGS) {
                byte[] around = new byte[octets.length + 2 * MARGIN];
                Arrays.fill(around, surrounding);
                System.arraycopy(octets, 0, around, MARGIN, octets.length);
                byte[] before = around.clone();
                SflowDigest.of(reused, ByteBuffer.wrap(dirt), dirt.length);
                ByteBuffer buffer = ByteBuffer.wrap(around);
                SflowText amid = SflowText.of(reused, buffer, MARGIN, octets.length);
                require(amid.lines.equals(lines), "the same amid others: " + amid.lines + " not " + lines);
                require(Arrays.equals(around, before) && buffer.remaining() == around.length, "the buffer as it was");
            }
            return alone;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(what + ": " + HexFormat.of().formatHex(octets), e);
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("expected " + what);
        }
    }
}
