package io.weir.topology.sflow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Reads datagrams of sFlow version 5 in place [sflow_version_5.txt, section 5; XDR of RFC 4506]: big endian, units of four octets, 64-bit
 * numbers not aligned. Samples and records are walked by the lengths that their heads give, rounded up to four, and read within those
 * bounds only, so that one that is odd or unknown costs none of its neighbours.
 *
 * <pre>
 * datagram   head, see {@link SflowDatagram}, then samples
 * sample     0 enterprise (20 bits) and format (12 bits)   4 length   8 body: fixed fields, number of records, records
 * record     0 enterprise (20 bits) and format (12 bits)   4 length   8 body
 * </pre>
 *
 * <p>No octets can hurt: nothing outside the datagram is read, nothing is thrown on account of them, and each turn of a loop goes on by
 * four octets at least. What a datagram that was cut short holds of its last sample is reported, with the problem. Octets behind the
 * last record of a sample are an extension of it and no problem.
 *
 * <p>Used by one thread; its carriers are filled anew and nothing is allocated.
 */
public final class SflowDecoder {
    private static final int VERSION_5 = 5;
    private static final int VERSION_2 = 2;
    private static final int VERSION_4 = 4;

    private static final int VERSION_LENGTH = 4;

    // Behind the agent's address.
    private static final int HEAD_SEQUENCE_NUMBER = 4;
    private static final int HEAD_UPTIME = 8;
    private static final int HEAD_SAMPLES = 12;
    private static final int HEAD_REST_LENGTH = 16;

    private static final int FLOW_SAMPLE = 1;
    private static final int COUNTERS_SAMPLE = 2;
    private static final int FLOW_SAMPLE_EXPANDED = 3;
    private static final int COUNTERS_SAMPLE_EXPANDED = 4;
    private static final int DISCARDED_PACKET = 5;

    // Pairs of words are read as one; each is named for both.
    private static final int SOURCE_INDEX_BITS = 24;
    private static final int SOURCE_INDEX_MASK = (1 << SOURCE_INDEX_BITS) - 1;
    private static final int EXPANDED_SOURCE_INDEX = 8;

    private static final int FLOW_RATE_POOL = 8;
    private static final int FLOW_DROPS_INPUT = 16;
    private static final int FLOW_OUTPUT_RECORDS = 24;
    private static final int FLOW_LENGTH = 32;

    private static final int EXPANDED_FLOW_RATE = 12;
    private static final int EXPANDED_FLOW_POOL_DROPS = 16;
    private static final int EXPANDED_FLOW_INPUT = 24;
    private static final int EXPANDED_FLOW_OUTPUT = 32;
    private static final int EXPANDED_FLOW_RECORDS = 40;
    private static final int EXPANDED_FLOW_LENGTH = 44;

    private static final int COUNTERS_RECORDS = 8;
    private static final int COUNTERS_LENGTH = 12;
    private static final int EXPANDED_COUNTERS_RECORDS = 12;
    private static final int EXPANDED_COUNTERS_LENGTH = 16;

    private static final int DISCARDED_DROPS = 12;
    private static final int DISCARDED_INPUT = 16;
    private static final int DISCARDED_OUTPUT = 20;
    private static final int DISCARDED_REASON = 24;
    private static final int DISCARDED_RECORDS = 28;
    private static final int DISCARDED_LENGTH = 32;

    private static final int IF_COUNTERS = 1;
    private static final int ETHERNET_COUNTERS = 2;

    private final SflowDatagram datagram = new SflowDatagram();
    private final FlowSample flowSample = new FlowSample();
    private final CounterSample counterSample = new CounterSample();
    private final DiscardedPacket discardedPacket = new DiscardedPacket();
    private final FlowRecordReader flowRecords = new FlowRecordReader();
    private final XdrCursor cursor = new XdrCursor();

    /**
     * Reports what a datagram holds.
     *
     * @param buffer in big endian order; left as it is
     * @param offset index of the first octet of the UDP payload
     * @param length octets of the UDP payload
     * @throws IllegalArgumentException if the buffer is not in big endian order
     * @throws IndexOutOfBoundsException if the datagram does not lie within the buffer's limit
     */
    public void decode(ByteBuffer buffer, int offset, int length, SflowListener listener) {
        if (buffer.order() != ByteOrder.BIG_ENDIAN) {
            throw new IllegalArgumentException("The buffer of a datagram must be in big endian order");
        }
        Objects.checkFromIndexSize(offset, length, buffer.limit());
        int end = offset + length;
        SflowProblem problem = readVersion(buffer, offset, end);
        if (problem == SflowProblem.NONE) {
            readAgent(buffer, offset, end, listener);
        } else {
            listener.onProblem(problem, offset);
        }
        listener.onEnd();
    }

    private static SflowProblem readVersion(ByteBuffer buffer, int position, int end) {
        if (end - position < VERSION_LENGTH) {
            return SflowProblem.TRUNCATED_DATAGRAM;
        }
        return switch (buffer.getInt(position)) {
            case VERSION_5 -> SflowProblem.NONE;
            case VERSION_2, VERSION_4 -> SflowProblem.OLD_VERSION;
            default -> SflowProblem.UNKNOWN_VERSION;
        };
    }

    /** The head behind the version, and all behind it. */
    private void readAgent(ByteBuffer buffer, int offset, int end, SflowListener listener) {
        int address = offset + VERSION_LENGTH;
        int taken = datagram.agentAddress.read(buffer, address, end);
        if (taken < 0) {
            listener.onProblem(SflowAddress.problemAt(buffer, address, end, SflowProblem.TRUNCATED_DATAGRAM), offset);
            return;
        }
        int at = address + taken;
        if (end - at < HEAD_REST_LENGTH) {
            listener.onProblem(SflowProblem.TRUNCATED_DATAGRAM, offset);
            return;
        }
        datagram.subAgentId = u32(buffer, at);
        datagram.sequenceNumber = u32(buffer, at + HEAD_SEQUENCE_NUMBER);
        datagram.uptimeMs = u32(buffer, at + HEAD_UPTIME);
        datagram.announcedSamples = u32(buffer, at + HEAD_SAMPLES);
        listener.onDatagram(datagram);
        readSamples(buffer, at + HEAD_REST_LENGTH, end, listener);
    }

    private void readSamples(ByteBuffer buffer, int first, int end, SflowListener listener) {
        int position = first;
        for (long left = datagram.announcedSamples; left > 0; left--) {
            int rest = end - position - BlockHead.LENGTH;
            if (rest < 0) {
                listener.onProblem(SflowProblem.TRUNCATED_DATAGRAM, position);
                return;
            }
            long head = buffer.getLong(position);
            int claimed = BlockHead.length(head);
            boolean whole = BlockHead.fits(claimed, rest);
            int octets = whole ? claimed : rest;
            readSample(buffer, BlockHead.dataFormat(head), position + BlockHead.LENGTH, octets, whole, listener);
            if (!whole) {
                listener.onProblem(SflowProblem.TRUNCATED_DATAGRAM, position);
                return;
            }
            position += BlockHead.LENGTH + XdrCursor.padded(octets, rest);
        }
        if (position < end) {
            listener.onProblem(SflowProblem.TRAILING_OCTETS, position);
        }
    }

    /**
     * @param body index of the sample's body
     * @param octets of the sample's body that are there
     * @param whole the datagram does not end within the sample; if it does that is reported by the caller
     */
    private void readSample(
            ByteBuffer buffer, int dataFormat, int body, int octets, boolean whole, SflowListener listener) {
        switch (dataFormat) {
            case FLOW_SAMPLE -> readFlowSample(buffer, body, octets, whole, listener);
            case FLOW_SAMPLE_EXPANDED -> readExpandedFlowSample(buffer, body, octets, whole, listener);
            case COUNTERS_SAMPLE -> readCounterSample(buffer, body, octets, false, whole, listener);
            case COUNTERS_SAMPLE_EXPANDED -> readCounterSample(buffer, body, octets, true, whole, listener);
            case DISCARDED_PACKET -> readDiscardedPacket(buffer, body, octets, whole, listener);
            default ->
                listener.onOtherSample(
                        dataFormat >>> SflowStructures.FORMAT_BITS,
                        dataFormat & SflowStructures.FORMAT_MASK,
                        body,
                        octets);
        }
    }

    private void readFlowSample(ByteBuffer buffer, int body, int octets, boolean whole, SflowListener listener) {
        if (isShort(octets, FLOW_LENGTH, whole, body, listener)) {
            return;
        }
        FlowSample out = flowSample;
        begin(out, buffer, body, octets, false, whole);
        long ratePool = buffer.getLong(body + FLOW_RATE_POOL);
        out.samplingRate = BlockHead.first(ratePool);
        out.samplePool = BlockHead.second(ratePool);
        long dropsInput = buffer.getLong(body + FLOW_DROPS_INPUT);
        out.drops = BlockHead.first(dropsInput);
        long input = BlockHead.second(dropsInput);
        out.inputFormat = input >>> InterfaceKind.COMPACT_VALUE_BITS;
        out.inputValue = input & InterfaceKind.COMPACT_VALUE_MASK;
        long outputRecords = buffer.getLong(body + FLOW_OUTPUT_RECORDS);
        long output = BlockHead.first(outputRecords);
        out.outputFormat = output >>> InterfaceKind.COMPACT_VALUE_BITS;
        out.outputValue = output & InterfaceKind.COMPACT_VALUE_MASK;
        long records = BlockHead.second(outputRecords);
        readFlowRecords(buffer, body + FLOW_LENGTH, body + octets, records, whole, out, out.packet, listener);
        listener.onFlowSample(out);
    }

    private void readExpandedFlowSample(
            ByteBuffer buffer, int body, int octets, boolean whole, SflowListener listener) {
        if (isShort(octets, EXPANDED_FLOW_LENGTH, whole, body, listener)) {
            return;
        }
        FlowSample out = flowSample;
        begin(out, buffer, body, octets, true, whole);
        out.samplingRate = u32(buffer, body + EXPANDED_FLOW_RATE);
        long poolDrops = buffer.getLong(body + EXPANDED_FLOW_POOL_DROPS);
        out.samplePool = BlockHead.first(poolDrops);
        out.drops = BlockHead.second(poolDrops);
        long input = buffer.getLong(body + EXPANDED_FLOW_INPUT);
        out.inputFormat = BlockHead.first(input);
        out.inputValue = BlockHead.second(input);
        long output = buffer.getLong(body + EXPANDED_FLOW_OUTPUT);
        out.outputFormat = BlockHead.first(output);
        out.outputValue = BlockHead.second(output);
        long records = u32(buffer, body + EXPANDED_FLOW_RECORDS);
        readFlowRecords(buffer, body + EXPANDED_FLOW_LENGTH, body + octets, records, whole, out, out.packet, listener);
        listener.onFlowSample(out);
    }

    private void readDiscardedPacket(ByteBuffer buffer, int body, int octets, boolean whole, SflowListener listener) {
        if (isShort(octets, DISCARDED_LENGTH, whole, body, listener)) {
            return;
        }
        DiscardedPacket out = discardedPacket;
        begin(out, buffer, body, octets, true, whole);
        out.drops = u32(buffer, body + DISCARDED_DROPS);
        out.inputIfIndex = u32(buffer, body + DISCARDED_INPUT);
        out.outputIfIndex = u32(buffer, body + DISCARDED_OUTPUT);
        out.reason = u32(buffer, body + DISCARDED_REASON);
        long records = u32(buffer, body + DISCARDED_RECORDS);
        readFlowRecords(buffer, body + DISCARDED_LENGTH, body + octets, records, whole, out, out.packet, listener);
        listener.onDiscardedPacket(out);
    }

    private void readCounterSample(
            ByteBuffer buffer, int body, int octets, boolean expanded, boolean whole, SflowListener listener) {
        int length = expanded ? EXPANDED_COUNTERS_LENGTH : COUNTERS_LENGTH;
        if (isShort(octets, length, whole, body, listener)) {
            return;
        }
        CounterSample out = counterSample;
        begin(out, buffer, body, octets, expanded, whole);
        long records = u32(buffer, body + (expanded ? EXPANDED_COUNTERS_RECORDS : COUNTERS_RECORDS));
        int end = body + octets;
        int position = body + length;
        for (long left = records; left > 0; left--) {
            int rest = end - position - BlockHead.LENGTH;
            if (rest < 0) {
                noteCut(out, whole, position, listener);
                break;
            }
            long head = buffer.getLong(position);
            int dataFormat = BlockHead.dataFormat(head);
            int claimed = BlockHead.length(head);
            boolean recordWhole = BlockHead.fits(claimed, rest);
            int recordOctets = recordWhole ? claimed : rest;
            list(out, position, listener);
            SflowProblem problem = readCounters(buffer, dataFormat, position + BlockHead.LENGTH, recordOctets, out);
            if (!recordWhole) {
                noteCut(out, whole, position, listener);
                break;
            }
            if (problem != SflowProblem.NONE) {
                note(out, problem, position, listener);
            }
            position += BlockHead.LENGTH + XdrCursor.padded(recordOctets, rest);
        }
        listener.onCounterSample(out);
    }

    private SflowProblem readCounters(ByteBuffer buffer, int dataFormat, int body, int octets, CounterSample out) {
        if (octets < XdrCursor.UNIT) {
            return dataFormat == IF_COUNTERS || dataFormat == ETHERNET_COUNTERS
                    ? SflowProblem.SHORT_RECORD
                    : SflowProblem.NONE;
        }
        if (dataFormat == IF_COUNTERS && !out.hasInterfaceCounters) {
            out.interfaceCounters.read(cursor.over(buffer, body, octets));
            out.hasInterfaceCounters = true;
            return cursor.problem();
        }
        if (dataFormat == ETHERNET_COUNTERS && !out.hasEthernetCounters) {
            out.ethernetCounters.read(cursor.over(buffer, body, octets));
            out.hasEthernetCounters = true;
            return cursor.problem();
        }
        return SflowProblem.NONE;
    }

    /**
     * @param first index of the first record
     * @param end index behind what is there of the sample
     */
    private void readFlowRecords(
            ByteBuffer buffer,
            int first,
            int end,
            long announced,
            boolean whole,
            SflowSample sample,
            SampledPacket out,
            SflowListener listener) {
        out.clear();
        int position = first;
        for (long left = announced; left > 0; left--) {
            int rest = end - position - BlockHead.LENGTH;
            if (rest < 0) {
                noteCut(sample, whole, position, listener);
                return;
            }
            long head = buffer.getLong(position);
            int dataFormat = BlockHead.dataFormat(head);
            int claimed = BlockHead.length(head);
            boolean recordWhole = BlockHead.fits(claimed, rest);
            int octets = recordWhole ? claimed : rest;
            list(sample, position, listener);
            SflowProblem problem = flowRecords.read(buffer, dataFormat, position + BlockHead.LENGTH, octets, out);
            if (!recordWhole) {
                noteCut(sample, whole, position, listener);
                return;
            }
            if (problem != SflowProblem.NONE) {
                note(sample, problem, position, listener);
            }
            position += BlockHead.LENGTH + XdrCursor.padded(octets, rest);
        }
    }

    /** Sequence number and source, which lie alike in all samples of a form. */
    private static void begin(
            SflowSample out, ByteBuffer buffer, int body, int octets, boolean expanded, boolean whole) {
        out.clear(buffer, body, octets, expanded);
        if (!whole) {
            out.note(SflowProblem.TRUNCATED_DATAGRAM);
        }
        long sequenceSource = buffer.getLong(body);
        out.sequenceNumber = BlockHead.first(sequenceSource);
        long source = BlockHead.second(sequenceSource);
        if (expanded) {
            out.sourceType = source;
            out.sourceIndex = u32(buffer, body + EXPANDED_SOURCE_INDEX);
        } else {
            out.sourceType = source >>> SOURCE_INDEX_BITS;
            out.sourceIndex = source & SOURCE_INDEX_MASK;
        }
    }

    /** Whether the fixed fields of a sample are not all there, which is reported here unless the datagram ends before. */
    private static boolean isShort(int octets, int length, boolean whole, int body, SflowListener listener) {
        if (octets >= length) {
            return false;
        }
        if (whole) {
            listener.onProblem(SflowProblem.SHORT_SAMPLE, body - BlockHead.LENGTH);
        }
        return true;
    }

    private static void list(SflowSample sample, int position, SflowListener listener) {
        if (!sample.records.add(position) && !sample.listFull) {
            sample.listFull = true;
            note(sample, SflowProblem.TOO_MANY_RECORDS, position, listener);
        }
    }

    /** The sample ends before its records do; where the datagram ends within the sample that is reported once, behind it. */
    private static void noteCut(SflowSample sample, boolean whole, int position, SflowListener listener) {
        if (whole) {
            note(sample, SflowProblem.TRUNCATED_SAMPLE, position, listener);
        }
    }

    private static void note(SflowSample sample, SflowProblem problem, int position, SflowListener listener) {
        sample.note(problem);
        listener.onProblem(problem, position);
    }

    private static long u32(ByteBuffer buffer, int position) {
        return Integer.toUnsignedLong(buffer.getInt(position));
    }
}
