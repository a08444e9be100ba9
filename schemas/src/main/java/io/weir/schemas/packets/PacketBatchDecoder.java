package io.weir.schemas.packets;

import io.weir.schemas.ApplicationProtocol;
import io.weir.schemas.DecodingProblem;
import io.weir.schemas.Layer;
import io.weir.schemas.ObservationPoint;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a {@link io.weir.schemas.PacketBatch} written with the current schema into arrays that are reused from batch to batch.
 * Every length is checked against the bytes that are left before anything is allocated for it. Not thread-safe.
 */
public final class PacketBatchDecoder {

    private static final int LAYERS = Layer.values().length;
    private static final int PROBLEMS = DecodingProblem.values().length;
    private static final int PROTOCOLS = ApplicationProtocol.values().length;

    private static final ForwardingNumber[] FORWARDING_NUMBERS = ForwardingNumber.values();
    private static final ForwardingAddress[] FORWARDING_ADDRESSES = ForwardingAddress.values();

    /** A key of 16 octets and six values of one at least. */
    private static final int MIN_ERROR_OCTETS = 16 + 6;

    private byte[] bytes = new byte[0];
    private int at;
    private int end;

    private byte[] observationPointBytes = new byte[0];
    private ObservationPoint observationPoint;
    private String sessionId = "";
    private byte[] sessionIdBytes = new byte[0];
    private long sequenceNumber;
    private int tickNanoseconds;
    private long watermarkNanoseconds;
    private boolean endOfInput;
    private long baseTime;

    private CanonicalKey[] keys = new CanonicalKey[0];
    private int keyCount;
    private int packetCount;
    private int[] column = new int[0];
    private int[] key = new int[0];
    private long[] timeNanoseconds = new long[0];
    private int[] layer2Octets = new int[0];
    private int[] octets = new int[0];
    private int[] tcpControlBits = new int[0];
    private int[] packets = new int[0];
    private PayloadFact[] facts = new PayloadFact[0];
    private int factCount;
    private boolean notesTcp;
    private int[] notePackets = new int[0];
    private int[] noteMarks = new int[0];
    private int[] noteRoundTrips = new int[0];
    private int noteCount;
    private int[] digestPackets = new int[0];
    private int[] digests = new int[0];
    private int[] digestTimesToLive = new int[0];
    private int digestCount;
    private IcmpError[] errors = new IcmpError[0];
    private int errorCount;
    private ReportedForwarding[] forwardings = new ReportedForwarding[0];
    private int forwardingCount;
    private int[] forwardingPackets = new int[0];
    private int[] forwardingIndexes = new int[0];
    private int forwardingNoteCount;

    /**
     * Reads one batch.
     *
     * @param value Kafka value
     * @param offset first byte of the Avro data (behind the frame of the wire format)
     * @throws MalformedBatchException when the bytes are not a batch; nothing of it may be used then
     */
    public void decode(byte[] value, int offset) throws MalformedBatchException {
        bytes = value;
        at = offset;
        end = value.length;
        try {
            readHeader();
            readKeys();
            readColumns();
            readFacts();
            readTcpNotes();
            readDigests();
            readIcmpErrors();
            readForwarding();
        } catch (IndexOutOfBoundsException e) {
            throw new MalformedBatchException(
                    "packet batch ends at offset " + at + " of " + end + " in the middle of a value");
        }
        if (at != end) {
            throw new MalformedBatchException(
                    "packet batch ends at offset " + at + ", but there are " + end + " bytes");
        }
    }

    /** Where the packets were seen; the same object as long as consecutive batches name the same point. */
    public ObservationPoint observationPoint() {
        return observationPoint;
    }

    /** Run of the collector. */
    public String sessionId() {
        return sessionId;
    }

    /** Number of the batch within session and partition. */
    public long sequenceNumber() {
        return sequenceNumber;
    }

    /** Epoch nanoseconds up to which everything was sent. */
    public long watermarkNanoseconds() {
        return watermarkNanoseconds;
    }

    /** Unit of the time columns, nanoseconds. */
    public int tickNanoseconds() {
        return tickNanoseconds;
    }

    /** Last batch of its session in this partition. */
    public boolean endOfInput() {
        return endOfInput;
    }

    /** Number of distinct keys. */
    public int keyCount() {
        return keyCount;
    }

    /** A key of the dictionary; reused by the next batch. */
    public CanonicalKey key(int index) {
        return keys[index];
    }

    /** Number of packet summaries. */
    public int packetCount() {
        return packetCount;
    }

    /** Per summary: n ≥ 0 sent by A of key n; n &lt; 0 sent by B of key -1-n. Entries from {@link #packetCount()} on are left-overs. */
    public int[] keyColumn() {
        return key;
    }

    /** Per summary: epoch nanoseconds. */
    public long[] timeNanosecondsColumn() {
        return timeNanoseconds;
    }

    /** Per summary: frame octets. */
    public int[] layer2OctetsColumn() {
        return layer2Octets;
    }

    /** Per summary: IP octets, or -1. */
    public int[] octetsColumn() {
        return octets;
    }

    /** Per summary: TCP flags, or -1; see {@link TcpControlBits}. */
    public int[] tcpControlBitsColumn() {
        return tcpControlBits;
    }

    /** Per summary: packets that it stands for. */
    public int[] packetsColumn() {
        return packets;
    }

    /** Number of facts. */
    public int factCount() {
        return factCount;
    }

    /** A fact; they are in the order of their packets. It and its texts are reused by the next batch. */
    public PayloadFact fact(int index) {
        return facts[index];
    }

    /** Whether TCP was looked at: if so, packets without a note are packets without anything to note. */
    public boolean notesTcp() {
        return notesTcp;
    }

    /** Number of TCP notes. */
    public int tcpNoteCount() {
        return noteCount;
    }

    /** Per note, in this order: index of the packet. Entries from {@link #tcpNoteCount()} on are left-overs. */
    public int[] tcpNotePackets() {
        return notePackets;
    }

    /** Per note: sum of {@link TcpMarks}. */
    public int[] tcpNoteMarks() {
        return noteMarks;
    }

    /** Per note: round trip in microseconds, or -1. */
    public int[] tcpNoteRoundTripsMicroseconds() {
        return noteRoundTrips;
    }

    /** Number of packets that have a digest. */
    public int digestCount() {
        return digestCount;
    }

    /** Per digest, in this order: index of the packet. Entries from {@link #digestCount()} on are left-overs. */
    public int[] digestPackets() {
        return digestPackets;
    }

    /** Per digest: its value. */
    public int[] digests() {
        return digests;
    }

    /** Per digest: time to live or hop limit of the packet. */
    public int[] digestTimesToLive() {
        return digestTimesToLive;
    }

    /** Number of ICMP errors. */
    public int icmpErrorCount() {
        return errorCount;
    }

    /** An ICMP error; they are in the order of the packets before them. It is reused by the next batch. */
    public IcmpError icmpError(int index) {
        return errors[index];
    }

    /** Number of distinct facts about the way of packets. */
    public int forwardingCount() {
        return forwardingCount;
    }

    /** A fact about the way of packets; reused by the next batch. */
    public ReportedForwarding forwarding(int index) {
        return forwardings[index];
    }

    /** Number of notes that say from which packet on such a fact is told of its key and side. */
    public int forwardingNoteCount() {
        return forwardingNoteCount;
    }

    /** Per note, in this order: index of the packet. Entries from {@link #forwardingNoteCount()} on are left-overs. */
    public int[] forwardingNotePackets() {
        return forwardingPackets;
    }

    /** Per note: index of the fact, or -1 where nothing is said any more. */
    public int[] forwardingNoteFacts() {
        return forwardingIndexes;
    }

    private void readHeader() throws MalformedBatchException {
        int start = at;
        for (int i = 0; i < 3; i++) {
            skip(length());
        }
        int samplingRateAt = at;
        int samplingRate = readInt();
        if (!same(observationPointBytes, start, at)) {
            observationPointBytes = Arrays.copyOfRange(bytes, start, at);
            at = start;
            String host = readString();
            String name = readString();
            String capture = readString();
            observationPoint = new ObservationPoint(host, name, capture, samplingRate);
            at = samplingRateAt;
            readInt();
        }
        start = at;
        skip(length());
        if (!same(sessionIdBytes, start, at)) {
            sessionIdBytes = Arrays.copyOfRange(bytes, start, at);
            at = start;
            sessionId = readString();
        }
        sequenceNumber = readLong();
        baseTime = readLong();
        tickNanoseconds = readInt();
        if (tickNanoseconds < 1) {
            throw new MalformedBatchException("tickNanoseconds is " + tickNanoseconds + "; it must be 1 or more");
        }
        watermarkNanoseconds = readLong();
        endOfInput = readBoolean();
    }

    private void readKeys() throws MalformedBatchException {
        keyCount = 0;
        for (int block = blockCount(); block != 0; block = blockCount()) {
            // A key takes 16 bytes at least, so a lying count ends here and not in memory.
            checkCount(block, 16, "keys");
            ensureKeys(keyCount + block);
            for (int i = 0; i < block; i++) {
                readKey(keys[keyCount], keyCount);
                keyCount++;
            }
        }
    }

    /** @param keysBefore keys of the dictionary that may be its parent */
    private void readKey(CanonicalKey into, int keysBefore) throws MalformedBatchException {
        into.etherType = readOptional();
        into.vlanCount = 0;
        into.vlanIds = 0;
        for (int block = blockCount(); block != 0; block = blockCount()) {
            for (int i = 0; i < block; i++) {
                int id = readInt() & 0xfff;
                if (into.vlanCount < 4) {
                    into.vlanIds |= (long) id << (12 * into.vlanCount++);
                }
            }
        }
        into.protocolIdentifier = readOptional();
        int octetsA = length();
        into.ipVersion = octetsA == 4 ? 4 : octetsA == 16 ? 6 : 0;
        into.addressAHigh = octetsA == 16 ? readBigEndian(8) : 0;
        into.addressALow = octetsA == 0 ? 0 : readBigEndian(octetsA == 16 ? 8 : octetsA);
        int octetsB = length();
        if (octetsB != octetsA || (octetsA != 0 && octetsA != 4 && octetsA != 16)) {
            throw new MalformedBatchException("addresses of " + octetsA + " and " + octetsB + " bytes in key "
                    + keysBefore + "; both must have 0, 4 or 16");
        }
        into.addressBHigh = octetsB == 16 ? readBigEndian(8) : 0;
        into.addressBLow = octetsB == 0 ? 0 : readBigEndian(octetsB == 16 ? 8 : octetsB);
        into.portA = readOptional();
        into.portB = readOptional();
        into.macA = readMac();
        into.macB = readMac();
        into.laterFragment = readBoolean();
        into.layers = 0;
        int layer = 0;
        for (int block = blockCount(); block != 0; block = blockCount()) {
            for (int i = 0; i < block; i++) {
                long ordinal = readOrdinal(LAYERS);
                if (layer < 8) {
                    into.layers |= ordinal << (8 * layer++);
                }
            }
        }
        into.problem = readOrdinal(PROBLEMS);
        readEnclosure(into, keysBefore);
    }

    private void readEnclosure(CanonicalKey into, int keysBefore) throws MalformedBatchException {
        int parent = readOptional();
        if (parent >= keysBefore || parent < CanonicalKey.ABSENT) {
            throw new MalformedBatchException(
                    "key " + keysBefore + " names key " + parent + " as its parent; it must be one before it");
        }
        into.parent = parent == CanonicalKey.ABSENT ? null : keys[parent];
        into.tunnel = readLong();
        if (into.parent != null ? into.tunnel == 0 : into.tunnel != 0) {
            throw new MalformedBatchException("key " + keysBefore + " has parent " + parent + " and tunnel "
                    + into.tunnel + "; an enclosed flow has both, a root flow neither");
        }
        into.tunnelIdentifier = readBranch() ? readLong() : CanonicalKey.NO_TUNNEL_IDENTIFIER;
        into.encloses = readBoolean();
    }

    private void readColumns() throws MalformedBatchException {
        packetCount = readIntColumn(-1, 0);
        ensurePackets(packetCount);
        System.arraycopy(column, 0, key, 0, packetCount);
        for (int i = 0; i < packetCount; i++) {
            int index = key[i] >= 0 ? key[i] : -1 - key[i];
            if (index >= keyCount) {
                throw new MalformedBatchException("packet " + i + " names key " + index + " of " + keyCount);
            }
        }
        readTimes();
        readIntColumn(packetCount, 1);
        readIntColumn(packetCount, 2);
        readIntColumn(packetCount, 3);
        int counts = readIntColumn(-1, 4);
        if (counts == 0) {
            Arrays.fill(packets, 0, packetCount, 1);
        } else if (counts != packetCount) {
            throw new MalformedBatchException(
                    "column packets has " + counts + " entries for " + packetCount + " summaries");
        }
    }

    private void readFacts() throws MalformedBatchException {
        factCount = 0;
        int packet = 0;
        for (int block = blockCount(); block != 0; block = blockCount()) {
            checkCount(block, FactCodec.MIN_OCTETS, "facts");
            ensureFacts(factCount + block);
            for (int i = 0; i < block; i++) {
                PayloadFact fact = facts[factCount++];
                readFact(fact);
                if (fact.packet < packet || fact.packet >= packetCount) {
                    throw new MalformedBatchException("fact " + (factCount - 1) + " names packet " + fact.packet
                            + " of " + packetCount + " behind one of packet " + packet);
                }
                packet = fact.packet;
            }
        }
    }

    private void readTcpNotes() throws MalformedBatchException {
        noteCount = 0;
        notesTcp = readBranch();
        if (!notesTcp) {
            return;
        }
        int packet = 0;
        for (int block = blockCount(); block != 0; block = blockCount()) {
            checkCount(block, 3, "TCP notes");
            ensureNotes(noteCount + block);
            for (int i = 0; i < block; i++) {
                packet = readPacketIndex("TCP note", noteCount, packet);
                notePackets[noteCount] = packet;
                noteMarks[noteCount] = readInt();
                noteRoundTrips[noteCount] = readInt();
                noteCount++;
            }
        }
    }

    private void readDigests() throws MalformedBatchException {
        digestCount = 0;
        int packet = 0;
        for (int block = blockCount(); block != 0; block = blockCount()) {
            checkCount(block, 3, "digests");
            ensureDigests(digestCount + block);
            for (int i = 0; i < block; i++) {
                packet = readPacketIndex("digest", digestCount, packet);
                digestPackets[digestCount] = packet;
                digests[digestCount] = readInt();
                digestTimesToLive[digestCount] = readInt();
                digestCount++;
            }
        }
    }

    /** Index of the packet that the item is about; items are in the order of their packets. */
    private int readPacketIndex(String what, int item, int before) throws MalformedBatchException {
        int packet = readInt();
        if (packet < before || packet >= packetCount) {
            throw new MalformedBatchException(what + " " + item + " names packet " + packet + " of " + packetCount
                    + " behind one of packet " + before);
        }
        return packet;
    }

    private void readIcmpErrors() throws MalformedBatchException {
        errorCount = 0;
        int packets = 0;
        for (int block = blockCount(); block != 0; block = blockCount()) {
            checkCount(block, MIN_ERROR_OCTETS, "ICMP errors");
            ensureErrors(errorCount + block);
            for (int i = 0; i < block; i++) {
                IcmpError error = errors[errorCount];
                readIcmpError(error);
                if (error.packetsBefore < packets || error.packetsBefore > packetCount) {
                    throw new MalformedBatchException("ICMP error " + errorCount + " stands behind "
                            + error.packetsBefore + " of " + packetCount + " packets and behind one that stands behind "
                            + packets);
                }
                packets = error.packetsBefore;
                errorCount++;
            }
        }
    }

    private void readIcmpError(IcmpError into) throws MalformedBatchException {
        into.packetsBefore = readInt();
        into.timeNanoseconds = readLong();
        readKey(into.quoted, keyCount);
        into.sentByA = readBoolean();
        into.type = readInt();
        into.code = readInt();
        int senderOctets = length();
        int expected = into.quoted.ipVersion == 4 ? 4 : into.quoted.ipVersion == 6 ? 16 : 0;
        if (expected == 0 || senderOctets != expected) {
            throw new MalformedBatchException("ICMP error " + errorCount + " has a sender of " + senderOctets
                    + " bytes and quotes a packet of IP version " + into.quoted.ipVersion);
        }
        into.senderHigh = expected == 16 ? readBigEndian(8) : 0;
        into.senderLow = readBigEndian(expected == 16 ? 8 : 4);
    }

    private void readForwarding() throws MalformedBatchException {
        forwardingCount = 0;
        forwardingNoteCount = 0;
        if (!readBranch()) {
            return;
        }
        for (int block = blockCount(); block != 0; block = blockCount()) {
            checkCount(block, ReportedForwarding.MIN_OCTETS, "facts about the way of packets");
            if (forwardingCount + block > packetCount) {
                throw new MalformedBatchException(
                        "more facts about the way of packets than the " + packetCount + " packets, at offset " + at);
            }
            ensureForwardings(forwardingCount + block);
            for (int i = 0; i < block; i++) {
                readForwarding(forwardings[forwardingCount]);
                forwardingCount++;
            }
        }
        int packet = 0;
        for (int block = blockCount(); block != 0; block = blockCount()) {
            checkCount(block, 2, "notes about the way of packets");
            ensureForwardingNotes(forwardingNoteCount + block);
            for (int i = 0; i < block; i++) {
                packet = readPacketIndex("note about the way", forwardingNoteCount, packet);
                int fact = readInt();
                if (fact < -1 || fact >= forwardingCount) {
                    throw new MalformedBatchException("note about the way " + forwardingNoteCount + " names fact "
                            + fact + " of " + forwardingCount);
                }
                forwardingPackets[forwardingNoteCount] = packet;
                forwardingIndexes[forwardingNoteCount] = fact;
                forwardingNoteCount++;
            }
        }
    }

    /** Fields in the order of the schema, as {@link ReportedForwarding} writes them. */
    private void readForwarding(ReportedForwarding into) throws MalformedBatchException {
        into.clear();
        for (ForwardingNumber number : FORWARDING_NUMBERS) {
            if (readBranch()) {
                long value = readLong();
                if (value < 0 || value > number.max) {
                    throw new MalformedBatchException(number + " before offset " + at + " is " + value
                            + "; it must be between 0 and " + number.max);
                }
                into.set(number, value);
            }
        }
        for (ForwardingAddress address : FORWARDING_ADDRESSES) {
            if (readBranch()) {
                int octetCount = length();
                if (octetCount != 4 && octetCount != 16) {
                    throw new MalformedBatchException(
                            "an address of " + octetCount + " bytes at offset " + at + "; it must have 4 or 16");
                }
                long high = octetCount == 16 ? readBigEndian(8) : 0;
                into.set(address, octetCount == 16 ? 6 : 4, high, readBigEndian(octetCount == 16 ? 8 : 4));
            }
        }
        for (int block = blockCount(); block != 0; block = blockCount()) {
            for (int i = 0; i < block; i++) {
                int label = readInt();
                if (label < 0 || label > ReportedForwarding.MAX_LABEL) {
                    throw new MalformedBatchException("label " + label + " before offset " + at
                            + "; it must be between 0 and " + ReportedForwarding.MAX_LABEL);
                }
                if (into.labelCount() == ReportedForwarding.MAX_LABELS) {
                    throw new MalformedBatchException(
                            "more than " + ReportedForwarding.MAX_LABELS + " labels before offset " + at);
                }
                into.addLabel(label);
            }
        }
        if (into.isEmpty()) {
            throw new MalformedBatchException("a fact about the way before offset " + at + " says nothing");
        }
    }

    private void ensureForwardings(int needed) {
        if (forwardings.length < needed) {
            int old = forwardings.length;
            // Few exporters say many different things in a batch.
            forwardings = Arrays.copyOf(forwardings, Math.max(needed, old * 2));
            for (int i = old; i < forwardings.length; i++) {
                forwardings[i] = new ReportedForwarding();
            }
        }
    }

    private void ensureForwardingNotes(int needed) {
        if (forwardingPackets.length < needed) {
            int size = grown(forwardingPackets.length, needed);
            forwardingPackets = Arrays.copyOf(forwardingPackets, size);
            forwardingIndexes = Arrays.copyOf(forwardingIndexes, size);
        }
    }

    private void ensureErrors(int needed) {
        if (errors.length < needed) {
            int old = errors.length;
            // Few batches have any, and few of them many.
            errors = Arrays.copyOf(errors, Math.max(needed, old * 2));
            for (int i = old; i < errors.length; i++) {
                errors[i] = new IcmpError();
            }
        }
    }

    private void ensureDigests(int needed) {
        if (digestPackets.length < needed) {
            int size = grown(digestPackets.length, needed);
            digestPackets = Arrays.copyOf(digestPackets, size);
            digests = Arrays.copyOf(digests, size);
            digestTimesToLive = Arrays.copyOf(digestTimesToLive, size);
        }
    }

    private void ensureNotes(int needed) {
        if (notePackets.length < needed) {
            int size = grown(notePackets.length, needed);
            notePackets = Arrays.copyOf(notePackets, size);
            noteMarks = Arrays.copyOf(noteMarks, size);
            noteRoundTrips = Arrays.copyOf(noteRoundTrips, size);
        }
    }

    /** Fields in the order of the schema, as {@link FactCodec} writes them. */
    private void readFact(PayloadFact into) throws MalformedBatchException {
        into.clear();
        into.packet = readInt();
        into.protocol = readOrdinal(PROTOCOLS);
        into.hasDns = readBranch();
        if (into.hasDns) {
            into.dnsResponse = readBoolean();
            into.dnsTransactionId = readInt();
            readText(into.dnsName);
            into.dnsQueryType = readOptional();
            into.dnsResponseCode = readOptional();
        }
        into.hasTls = readBranch();
        if (into.hasTls) {
            into.tlsServer = readBoolean();
            into.tlsVersion = readOptional();
            readText(into.tlsServerName);
            readText(into.tlsAlpn);
            readText(into.tlsFingerprint);
        }
        into.hasHttp = readBranch();
        if (into.hasHttp) {
            readOctets(into.httpMethod);
            readText(into.httpHost);
        }
        into.hasDhcp = readBranch();
        if (into.hasDhcp) {
            into.dhcpMessageType = readInt();
            readText(into.dhcpHostName);
            readText(into.dhcpAddress);
        }
        if (readBranch()) {
            into.quicVersion = readLong();
        }
        readText(into.arpAddress);
    }

    private void readText(FactText into) throws MalformedBatchException {
        if (readBranch()) {
            readOctets(into);
        }
    }

    private void readOctets(FactText into) throws MalformedBatchException {
        int length = length();
        into.view(bytes, at, length);
        at += length;
    }

    private boolean readBranch() throws MalformedBatchException {
        int branch = readInt();
        if (branch < 0 || branch > 1) {
            throw new MalformedBatchException("union branch " + branch + " at offset " + at + "; there are two");
        }
        return branch == 1;
    }

    private void ensureFacts(int needed) {
        if (facts.length < needed) {
            int old = facts.length;
            facts = Arrays.copyOf(facts, grown(old, needed));
            for (int i = old; i < facts.length; i++) {
                facts[i] = PayloadFact.ofViews();
            }
        }
    }

    /** Reads one int column into its array; {@code expected} -1 = any length. */
    private int readIntColumn(int expected, int which) throws MalformedBatchException {
        int count = 0;
        for (int block = blockCount(); block != 0; block = blockCount()) {
            checkCount(block, 1, "column");
            int total = count + block;
            if (expected >= 0 && total > expected) {
                throw new MalformedBatchException("a column has " + total + " entries for " + expected + " packets");
            }
            int[] target = target(which, total);
            byte[] source = bytes;
            int position = at;
            for (int i = count; i < total; i++) {
                int raw = source[position++];
                if (raw < 0) {
                    int next = raw;
                    raw &= 0x7f;
                    for (int shift = 7; next < 0 && shift < 35; shift += 7) {
                        next = source[position++];
                        raw |= (next & 0x7f) << shift;
                    }
                }
                target[i] = (raw >>> 1) ^ -(raw & 1);
            }
            at = position;
            count = total;
        }
        if (expected >= 0 && count != expected) {
            throw new MalformedBatchException("a column has " + count + " entries for " + expected + " packets");
        }
        return count;
    }

    private int[] target(int which, int needed) {
        switch (which) {
            case 0:
                if (column.length < needed) {
                    column = Arrays.copyOf(column, grown(column.length, needed));
                }
                return column;
            case 1:
                return layer2Octets;
            case 2:
                return octets;
            case 3:
                return tcpControlBits;
            default:
                if (packets.length < needed) {
                    packets = Arrays.copyOf(packets, grown(packets.length, needed));
                }
                return packets;
        }
    }

    private void readTimes() throws MalformedBatchException {
        int count = 0;
        long time = baseTime;
        for (int block = blockCount(); block != 0; block = blockCount()) {
            int total = count + block;
            if (total > packetCount) {
                throw new MalformedBatchException(
                        "column timeDelta has " + total + " entries for " + packetCount + " packets");
            }
            byte[] source = bytes;
            int position = at;
            long[] target = timeNanoseconds;
            long tick = tickNanoseconds;
            for (int i = count; i < total; i++) {
                int next = source[position++];
                long raw = next & 0x7f;
                for (int shift = 7; next < 0 && shift < 70; shift += 7) {
                    next = source[position++];
                    raw |= (long) (next & 0x7f) << shift;
                }
                time += ((raw >>> 1) ^ -(raw & 1)) * tick;
                target[i] = time;
            }
            at = position;
            count = total;
        }
        if (count != packetCount) {
            throw new MalformedBatchException(
                    "column timeDelta has " + count + " entries for " + packetCount + " packets");
        }
    }

    private void ensureKeys(int needed) {
        if (keys.length < needed) {
            int old = keys.length;
            keys = Arrays.copyOf(keys, grown(old, needed));
            for (int i = old; i < keys.length; i++) {
                keys[i] = new CanonicalKey();
            }
        }
    }

    private void ensurePackets(int needed) {
        if (key.length < needed) {
            int size = grown(key.length, needed);
            key = new int[size];
            timeNanoseconds = new long[size];
            layer2Octets = new int[size];
            octets = new int[size];
            tcpControlBits = new int[size];
        }
        if (packets.length < needed) {
            packets = new int[grown(packets.length, needed)];
        }
    }

    private static int grown(int size, int needed) {
        return Math.max(needed, Math.max(256, size * 2));
    }

    /** Count of the next block of an array, 0 at its end; a negative count is followed by the block's size in bytes (Avro). */
    private int blockCount() throws MalformedBatchException {
        if (bytes[at] == 0) {
            at++;
            return 0;
        }
        long count = readLong();
        if (count < 0) {
            readLong();
            count = -count;
        }
        if (count < 0 || count > end - at) {
            throw new MalformedBatchException("an array block of " + count + " items at offset " + at + ", but only "
                    + (end - at) + " bytes are left");
        }
        return (int) count;
    }

    private void checkCount(int count, int octetsEach, String what) throws MalformedBatchException {
        if ((long) count * octetsEach > end - at) {
            throw new MalformedBatchException(
                    count + " " + what + " at offset " + at + ", but only " + (end - at) + " bytes are left");
        }
    }

    private int length() throws MalformedBatchException {
        long length = bytes[at] < 0 ? readLong() : readInt();
        if (length < 0 || length > end - at) {
            throw new MalformedBatchException(
                    "a length of " + length + " at offset " + at + ", but only " + (end - at) + " bytes are left");
        }
        return (int) length;
    }

    private void skip(int count) {
        at += count;
    }

    private String readString() throws MalformedBatchException {
        int length = length();
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    private boolean same(byte[] known, int from, int to) {
        return known.length > 0 && Arrays.equals(known, 0, known.length, bytes, from, to);
    }

    private int readOptional() throws MalformedBatchException {
        return readBranch() ? readInt() : CanonicalKey.ABSENT;
    }

    private long readMac() throws MalformedBatchException {
        int length = length();
        if (length == 0) {
            return CanonicalKey.NO_MAC;
        }
        if (length != 6) {
            throw new MalformedBatchException("a MAC address of " + length + " bytes at offset " + at);
        }
        return readBigEndian(6);
    }

    private long readBigEndian(int octetCount) throws MalformedBatchException {
        if (octetCount > 8) {
            throw new MalformedBatchException("an address of " + octetCount + " bytes at offset " + at);
        }
        byte[] source = bytes;
        int position = at;
        int stop = position + octetCount;
        long value = 0;
        while (position < stop) {
            value = value << 8 | (source[position++] & 0xff);
        }
        at = stop;
        return value;
    }

    /** Position of a symbol in its enum, which has so many. */
    private int readOrdinal(int symbols) throws MalformedBatchException {
        int ordinal = readInt();
        if (ordinal < 0 || ordinal >= symbols) {
            throw new MalformedBatchException("enum symbol " + ordinal + " of " + symbols + " at offset " + at);
        }
        return ordinal;
    }

    private boolean readBoolean() {
        return bytes[at++] != 0;
    }

    private int readInt() {
        int first = bytes[at];
        if (first < 0) {
            return (int) readLong();
        }
        at++;
        return (first >>> 1) ^ -(first & 1);
    }

    private long readLong() {
        byte[] source = bytes;
        int position = at;
        int shift = 0;
        long raw = 0;
        int next;
        do {
            next = source[position++];
            raw |= (long) (next & 0x7f) << shift;
            shift += 7;
        } while (next < 0 && shift < 70);
        at = position;
        return (raw >>> 1) ^ -(raw & 1);
    }
}
