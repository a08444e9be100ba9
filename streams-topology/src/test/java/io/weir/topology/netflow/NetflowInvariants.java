package io.weir.topology.netflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What holds for the decoding of any octets whatever. */
final class NetflowInvariants {
    private static final int MARGIN = 96;
    private static final byte[] SURROUNDINGS = {0x00, (byte) 0xff};

    private final List<byte[]> before;

    /**
     * Invariants of decoders that know some templates already.
     *
     * @param before datagrams that each decoder gets first
     */
    NetflowInvariants(byte[]... before) {
        this.before = List.of(before);
    }

    /**
     * Decodes a datagram alone and amid other octets: nothing is thrown, nothing outside is read, nothing inside is written, reports are
     * bounded and consistent, and the same whatever lies around.
     */
    void check(byte[] datagram, String what) {
        byte[] untouched = datagram.clone();
        List<String> alone = decode(ByteBuffer.wrap(datagram).asReadOnlyBuffer(), 0, datagram.length, what);
        assertThat(datagram).as(what).isEqualTo(untouched);
        for (byte surrounding : SURROUNDINGS) {
            byte[] around = new byte[datagram.length + 2 * MARGIN];
            Arrays.fill(around, surrounding);
            System.arraycopy(datagram, 0, around, MARGIN, datagram.length);
            List<String> amid = decode(ByteBuffer.wrap(around), MARGIN, datagram.length, what);
            if (!amid.equals(alone)) {
                throw new AssertionError(what + ": amid " + surrounding + " " + amid + "\nalone " + alone);
            }
        }
    }

    private List<String> decode(ByteBuffer buffer, int offset, int length, String what) {
        NetflowDecoder decoder = Decoding.decoder();
        for (byte[] datagram : before) {
            Decoding.decode(decoder, new Recording(), datagram);
        }
        int waitingBefore = decoder.pending().size();
        Watch watch = new Watch(offset, length);
        decoder.decode(buffer, offset, length, Decoding.EXPORTER, Decoding.NOW, watch);
        require(watch.messages == watch.ends, what, "messages end");
        require(watch.problems <= NetflowDecoder.MAX_PROBLEMS + 1, what, "problems are bounded");
        require(watch.records <= 2 * length + 1 || watch.late > 0, what, "records are bounded by octets");
        require(
                decoder.pending().size() == waitingBefore + watch.held - watch.released - watch.givenUp,
                what,
                "sets are accounted for");
        return watch.lines;
    }

    private static void require(boolean holds, String what, String expectation) {
        if (!holds) {
            throw new AssertionError(what + ": expected that " + expectation);
        }
    }

    /** Writes down all, with positions from the datagram's start. */
    private static final class Watch implements NetflowListener {
        final List<String> lines = new ArrayList<>();
        final int offset;
        final int length;
        int messages;
        int ends;
        int problems;
        int records;
        int late;
        int held;
        int released;
        int givenUp;

        Watch(int offset, int length) {
            this.offset = offset;
            this.length = length;
        }

        @Override
        public void onMessage(MessageHead head) {
            messages++;
            require(messages == ends + 1, head.toString(), "messages do not overlap");
            lines.add(head.toString());
        }

        @Override
        public void onDataRecord(DataRecord record) {
            record(record);
        }

        @Override
        public void onOptionsRecord(DataRecord record) {
            require(record.template().isOptions(), record.toString(), "options records have options templates");
            record(record);
        }

        private void record(DataRecord record) {
            records++;
            late += record.isLate() ? 1 : 0;
            int from = record.isLate() ? 0 : offset;
            int end = record.isLate() ? record.buffer().limit() : offset + length;
            require(
                    record.position() >= from && record.octets() > 0 && record.position() + record.octets() <= end,
                    record.toString(),
                    "records are within");
            for (int i = 0; i < record.template().fieldCount(); i++) {
                int position = record.fieldPosition(i);
                require(
                        position >= record.position()
                                && position + record.fieldOctets(i) <= record.position() + record.octets(),
                        record.toString(),
                        "fields are within");
            }
            require(
                    record.lastNanos >= record.firstNanos && record.firstNanos != DataRecord.NO_TIME,
                    record.toString(),
                    "the last packet is not before the first");
            require(
                    record.icmpType >= -1 && record.icmpType <= 255 && (record.icmpType < 0) == (record.icmpCode < 0),
                    record.toString(),
                    "type and code go together");
            if (records < 50) {
                lines.add(record.toString());
                lines.add(FieldText.of(record, record.template().fieldCount() - 1));
            }
        }

        @Override
        public void onTemplate(Template template, TemplateChange change) {
            lines.add(template + " " + change);
            assertThat(Template.fromBytes(template.toBytes())).hasToString(template.toString());
        }

        @Override
        public void onSetHeld(PendingSet set) {
            held++;
            lines.add("held " + set);
        }

        @Override
        public void onSetReleased(PendingSet set) {
            released++;
            lines.add("released " + set);
        }

        @Override
        public void onSetGivenUp(PendingSet set, GiveUpReason reason) {
            givenUp++;
            lines.add("given up " + set + reason);
        }

        @Override
        public void onLateSet(PendingSet set) {
            lines.add("late " + set);
        }

        @Override
        public void onProblem(MessageHead head, NetflowProblem problem, int position, int octets) {
            problems++;
            require(octets >= 0 && position >= 0, problem.code(), "places are places");
            // What is wrong in a set that waited is placed in its own octets.
            lines.add(problem.code() + " " + octets);
        }

        @Override
        public void onMessageEnd(MessageHead head) {
            ends++;
            lines.add("end " + head.dataRecords + " " + head.undecodedSets);
        }
    }
}
