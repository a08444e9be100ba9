package io.weir.schemas.packets;

import io.weir.schemas.ObservationPoint;
import io.weir.schemas.serde.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Collects packet summaries and writes them as one {@link io.weir.schemas.PacketBatch} in Avro. Columns are encoded as packets
 * arrive; adding a packet allocates nothing once the buffers have grown to the size of a batch. Not thread-safe.
 */
public final class PacketBatchEncoder {

    /** Words kept together: what tells keys apart with IPv4, so that a look at one takes half a line of the processor's cache. */
    private static final int WORDS = 4;

    /** Words kept elsewhere: the high halves of IPv6 addresses. */
    private static final int HIGH_WORDS = 2;

    /**
     * Octets that the record of a key takes at most: five numbers of at most 5 octets and the branches of four, up to 4 VLAN ids and
     * 8 layers of at most 5 with their counts, two addresses of 17, two MAC addresses of 7, two booleans, the ends of two arrays; index of
     * the parent, tunnel and its identifier with at most 27.
     */
    private static final int MAX_KEY_OCTETS = 224;

    /** Octets that an ICMP error's record takes at most behind its key: a boolean, two numbers of at most 5, an address of 17. */
    private static final int MAX_ERROR_END_OCTETS = 28;

    /** In the fourth word of a dictionary's key: it is enclosed, so that what encloses it has to be compared, too. */
    private static final long ENCLOSED = 1L << 52;

    /** Bits of a slot that hold the index of the key plus one; those above hold some of its hash. */
    private static final int INDEX_BITS = 20;

    private static final int INDEX_MASK = (1 << INDEX_BITS) - 1;
    private static final int INITIAL_KEYS = 64;
    private static final int INITIAL_COLUMN_OCTETS = 512;
    private static final int MIN_ROOM = 64;

    private final AvroBuffer keyRecords = new AvroBuffer(INITIAL_COLUMN_OCTETS);
    private final AvroBuffer keyColumn = new AvroBuffer(INITIAL_COLUMN_OCTETS);
    private final AvroBuffer timeColumn = new AvroBuffer(INITIAL_COLUMN_OCTETS);
    private final AvroBuffer layer2Column = new AvroBuffer(INITIAL_COLUMN_OCTETS);
    private final AvroBuffer octetsColumn = new AvroBuffer(INITIAL_COLUMN_OCTETS);
    private final AvroBuffer flagsColumn = new AvroBuffer(INITIAL_COLUMN_OCTETS);
    /** Empty as long as every summary stands for one packet. */
    private final AvroBuffer packetsColumn = new AvroBuffer(INITIAL_COLUMN_OCTETS);

    private final AvroBuffer factRecords = new AvroBuffer(INITIAL_COLUMN_OCTETS);
    private final AvroBuffer noteRecords = new AvroBuffer(INITIAL_COLUMN_OCTETS);
    private final AvroBuffer digestRecords = new AvroBuffer(INITIAL_COLUMN_OCTETS);
    private final AvroBuffer errorRecords = new AvroBuffer(0);

    /** Made when something is said: captures have none. */
    private ForwardingSection forwarding;

    /** Identity words 1, 3, 4 and 5 of the dictionary's keys. */
    private long[] words = new long[INITIAL_KEYS * WORDS];

    /** Identity words 0 and 2, which are 0 but for IPv6. */
    private long[] highWords = new long[INITIAL_KEYS * HIGH_WORDS];

    /** What encloses the dictionary's keys, see {@link #enclosure}; 0 for root flows. */
    private long[] enclosures = new long[INITIAL_KEYS];

    /** Open addressing: index of the key plus one and bits of its hash, 0 = free. */
    private int[] slots = new int[INITIAL_KEYS * 2];

    private final int tickNanoseconds;

    /** Whether TCP is looked at. */
    private final boolean notesTcp;

    /** Packets for which the columns have room. */
    private int room;

    private int keys;
    private int summaries;
    private int rootSummaries;
    private long rootPackets;

    /** Whether the column of packets is written. */
    private boolean counted;

    private int facts;
    private int notes;
    private int digests;
    private int errors;
    private long layer2Octets;
    private long baseTicks;
    private long lastTicks;
    private long maxTicks;
    private long minTicks;

    /**
     * @param tickNanoseconds unit of the time columns: 1000 for sources of microsecond resolution, else 1
     * @param notesTcp whether TCP is looked at, so that a packet without a note is one without anything to note
     */
    public PacketBatchEncoder(int tickNanoseconds, boolean notesTcp) {
        this.tickNanoseconds = tickNanoseconds;
        this.notesTcp = notesTcp;
    }

    /**
     * Adds one packet.
     *
     * @param key its canonical key; copied
     * @param hash {@link CanonicalKey#hash()} of that key
     * @param sentByA which side sent it
     * @param ticks time since the epoch in units of this encoder's tick
     * @param layer2 frame length on the wire, octets; of an enclosed packet its length from its first header on
     * @param octets IP total length, or -1
     * @param tcpControlBits TCP flags, or -1
     */
    public void add(
            CanonicalKey key, long hash, boolean sentByA, long ticks, int layer2, int octets, int tcpControlBits) {
        add(key, hash, sentByA, ticks, 1, layer2, octets, tcpControlBits);
    }

    /**
     * Adds one summary of several packets of a key that one side sent.
     *
     * @param packets how many, at least 1
     * @param layer2 octets of all together, as is {@code octets}
     * @param tcpControlBits of all together
     * @return index of the key in the batch's dictionary
     */
    public int add(
            CanonicalKey key,
            long hash,
            boolean sentByA,
            long ticks,
            int packets,
            int layer2,
            int octets,
            int tcpControlBits) {
        int index = indexOf(key, hash);
        if (summaries == room) {
            makeRoom();
        }
        if (summaries == 0) {
            baseTicks = ticks;
            lastTicks = ticks;
            maxTicks = ticks;
            minTicks = ticks;
        }
        keyColumn.writeIntUnchecked(sentByA ? index : -1 - index);
        timeColumn.writeLongUnchecked(ticks - lastTicks);
        layer2Column.writeIntUnchecked(layer2);
        octetsColumn.writeIntUnchecked(octets);
        flagsColumn.writeIntUnchecked(tcpControlBits);
        if (packets != 1 && !counted) {
            beginToCount();
        }
        if (counted) {
            packetsColumn.writeIntUnchecked(packets);
        }
        lastTicks = ticks;
        summaries++;
        if (key.parent == null) {
            rootSummaries++;
            rootPackets += packets;
            layer2Octets += layer2;
        }
        if (ticks > maxTicks) {
            maxTicks = ticks;
        } else if (ticks < minTicks) {
            minTicks = ticks;
        }
        return index;
    }

    /**
     * Notes what the payload of the packet shows that was added last.
     *
     * @param fact copied; its {@link PayloadFact#packet} is not looked at
     * @throws IllegalStateException without a packet
     */
    public void addFact(PayloadFact fact) {
        if (summaries == 0) {
            throw new IllegalStateException("a fact of no packet");
        }
        FactCodec.write(factRecords, summaries - 1, fact);
        facts++;
    }

    /**
     * Notes what the TCP segment tells that was added last.
     *
     * @param marks sum of {@link TcpMarks}
     * @param roundTripMicroseconds -1 for none
     * @throws IllegalStateException without a packet, or where TCP is not looked at
     */
    public void addTcpNote(int marks, int roundTripMicroseconds) {
        if (summaries == 0 || !notesTcp) {
            throw new IllegalStateException("a TCP note of no packet, or where TCP is not looked at");
        }
        noteRecords.ensure(3 * AvroBuffer.MAX_VARINT32_OCTETS);
        noteRecords.writeIntUnchecked(summaries - 1);
        noteRecords.writeIntUnchecked(marks);
        noteRecords.writeIntUnchecked(roundTripMicroseconds);
        notes++;
    }

    /**
     * Notes the digest of the packet that was added last.
     *
     * @param timeToLive 0 to 255
     * @throws IllegalStateException without a packet
     */
    public void addDigest(int digest, int timeToLive) {
        if (summaries == 0) {
            throw new IllegalStateException("a digest of no packet");
        }
        digestRecords.ensure(3 * AvroBuffer.MAX_VARINT32_OCTETS);
        digestRecords.writeIntUnchecked(summaries - 1);
        digestRecords.writeIntUnchecked(digest);
        digestRecords.writeIntUnchecked(timeToLive);
        digests++;
    }

    /**
     * Notes an ICMP error behind the packets added so far, of which there may be none.
     *
     * @param error copied; its {@link IcmpError#packetsBefore} is not looked at
     */
    public void addIcmpError(IcmpError error) {
        CanonicalKey parent = error.quoted.parent;
        int parentIndex = parent == null ? CanonicalKey.ABSENT : indexOf(parent, parent.hash());
        errorRecords.writeInt(summaries);
        errorRecords.writeLong(error.timeNanoseconds);
        writeKey(errorRecords, error.quoted, parentIndex);
        errorRecords.ensure(MAX_ERROR_END_OCTETS);
        errorRecords.writeByte(error.sentByA ? 1 : 0);
        errorRecords.writeIntUnchecked(error.type);
        errorRecords.writeIntUnchecked(error.code);
        errorRecords.length = putAddress(
                errorRecords.bytes, errorRecords.length, error.quoted.ipVersion, error.senderHigh, error.senderLow);
        errors++;
    }

    /**
     * Notes what a device says of the way of the packet that was added last. It is written where it differs from what was said of the packet of its
     * key and side before.
     *
     * @param keyIndex what {@link #add(CanonicalKey, long, boolean, long, int, int, int, int)} gave
     * @param said copied; empty where nothing is said
     * @throws IllegalStateException without a packet
     */
    public void addForwarding(int keyIndex, boolean sentByA, ReportedForwarding said) {
        if (summaries == 0) {
            throw new IllegalStateException("the way of no packet");
        }
        if (forwarding == null) {
            forwarding = new ForwardingSection();
        }
        forwarding.add(summaries - 1, keyIndex, sentByA, said);
    }

    /** ICMP errors added since the last batch. */
    public int icmpErrors() {
        return errors;
    }

    /** Whether nothing was added since the last batch. */
    public boolean isEmpty() {
        return summaries == 0 && errors == 0;
    }

    /** Octets of the facts added since the last batch, those of the packets' way included. */
    public int factOctets() {
        return factRecords.length + forwardingOctets();
    }

    private int forwardingOctets() {
        return forwarding == null ? 0 : forwarding.octets();
    }

    private void makeRoom() {
        room = Math.max(MIN_ROOM, room * 2);
        keyColumn.ensureCapacity(room * AvroBuffer.MAX_VARINT32_OCTETS);
        timeColumn.ensureCapacity(room * AvroBuffer.MAX_VARINT_OCTETS);
        layer2Column.ensureCapacity(room * AvroBuffer.MAX_VARINT32_OCTETS);
        octetsColumn.ensureCapacity(room * AvroBuffer.MAX_VARINT32_OCTETS);
        flagsColumn.ensureCapacity(room * AvroBuffer.MAX_VARINT32_OCTETS);
        if (counted) {
            packetsColumn.ensureCapacity(room * AvroBuffer.MAX_VARINT32_OCTETS);
        }
    }

    /** The summaries before this one stand for a packet each. */
    private void beginToCount() {
        counted = true;
        packetsColumn.ensureCapacity(room * AvroBuffer.MAX_VARINT32_OCTETS);
        for (int i = 0; i < summaries; i++) {
            packetsColumn.writeIntUnchecked(1);
        }
    }

    /** Summaries added since the last batch. */
    public int summaries() {
        return summaries;
    }

    /** Those of root flows among them. */
    public int rootSummaries() {
        return rootSummaries;
    }

    /** Packets of the wire that the summaries of root flows stand for. */
    public long rootPackets() {
        return rootPackets;
    }

    /** Layer-2 octets of the packets of root flows. */
    public long layer2Octets() {
        return layer2Octets;
    }

    /** Latest time of those packets, epoch nanoseconds; 0 without packets. */
    public long maxTimeNanoseconds() {
        return summaries == 0 ? 0 : maxTicks * tickNanoseconds;
    }

    /** Earliest time of those packets, epoch nanoseconds; 0 without packets. */
    public long minTimeNanoseconds() {
        return summaries == 0 ? 0 : minTicks * tickNanoseconds;
    }

    /** Octets that the batch has grown to so far, without its header. */
    public int encodedOctets() {
        return keyRecords.length
                + keyColumn.length
                + timeColumn.length
                + layer2Column.length
                + octetsColumn.length
                + flagsColumn.length
                + packetsColumn.length
                + factRecords.length
                + noteRecords.length
                + digestRecords.length
                + errorRecords.length
                + forwardingOctets();
    }

    /**
     * Writes the batch in Confluent's wire format and starts the next one.
     *
     * @param schemaId id of the schema of {@link io.weir.schemas.PacketBatch}
     */
    public byte[] encode(int schemaId, BatchHeader header) {
        AvroBuffer out = new AvroBuffer(encodedOctets() + 256);
        out.length = WireFormat.HEADER_OCTETS;
        WireFormat.writeHeader(out.bytes, schemaId);
        writePoint(out, header.observationPoint());
        writeString(out, header.sessionId());
        out.writeLong(header.sequenceNumber());
        out.writeLong(summaries == 0 ? 0 : baseTicks * tickNanoseconds);
        out.writeInt(tickNanoseconds);
        out.writeLong(header.watermarkNanoseconds());
        out.writeByte(header.endOfInput() ? 1 : 0);
        out.writeArray(keys, keyRecords);
        out.writeArray(summaries, keyColumn);
        out.writeArray(summaries, timeColumn);
        out.writeArray(summaries, layer2Column);
        out.writeArray(summaries, octetsColumn);
        out.writeArray(summaries, flagsColumn);
        out.writeArray(counted ? summaries : 0, packetsColumn);
        out.writeArray(facts, factRecords);
        out.writeInt(notesTcp ? 1 : 0);
        if (notesTcp) {
            out.writeArray(notes, noteRecords);
        }
        out.writeArray(digests, digestRecords);
        out.writeArray(errors, errorRecords);
        if (forwarding == null) {
            out.writeByte(0);
        } else {
            forwarding.write(out);
        }
        reset();
        return out.toArray();
    }

    /** Forgets what was added. */
    public void reset() {
        keyRecords.length = 0;
        keyColumn.length = 0;
        timeColumn.length = 0;
        layer2Column.length = 0;
        octetsColumn.length = 0;
        flagsColumn.length = 0;
        packetsColumn.length = 0;
        factRecords.length = 0;
        noteRecords.length = 0;
        digestRecords.length = 0;
        errorRecords.length = 0;
        if (keys > 0) {
            Arrays.fill(slots, 0);
        }
        keys = 0;
        summaries = 0;
        counted = false;
        facts = 0;
        notes = 0;
        digests = 0;
        errors = 0;
        rootSummaries = 0;
        rootPackets = 0;
        layer2Octets = 0;
        if (forwarding != null) {
            forwarding.clear();
        }
    }

    private int indexOf(CanonicalKey key, long hash) {
        boolean enclosed = key.parent != null;
        long enclosure = enclosed ? enclosure(key) : 0;
        long word1 = key.word1();
        long word3 = key.word3();
        long word4 = key.word4();
        long word5 = key.word5() | (long) key.problem << 56 | (enclosed ? ENCLOSED : 0);
        int mask = slots.length - 1;
        int slot = (int) (hash ^ word5) & mask;
        int tag = tag(hash);
        for (int found = slots[slot]; found != 0; found = slots[slot]) {
            if ((found & ~INDEX_MASK) == tag) {
                int index = (found & INDEX_MASK) - 1;
                int at = index * WORDS;
                if (words[at] == word1
                        && words[at + 1] == word3
                        && words[at + 2] == word4
                        && words[at + 3] == word5
                        && (key.ipVersion != 6 || hasHighWords(index, key))
                        && (!enclosed || enclosures[index] == enclosure)) {
                    return index;
                }
            }
            slot = (slot + 1) & mask;
        }
        return add(key, hash, word5, enclosure);
    }

    private int add(CanonicalKey key, long hash, long word5, long enclosure) {
        // The parent's index must be the lower one.
        int parent = key.parent == null ? CanonicalKey.ABSENT : indexOf(key.parent, key.parent.hash());
        if ((keys + 1) * 2 > slots.length) {
            grow();
        }
        int at = keys * WORDS;
        words[at] = key.word1();
        words[at + 1] = key.word3();
        words[at + 2] = key.word4();
        words[at + 3] = word5;
        highWords[keys * HIGH_WORDS] = key.word0();
        highWords[keys * HIGH_WORDS + 1] = key.word2();
        enclosures[keys] = enclosure;
        keys++;
        slots[freeSlot(hash, word5)] = tag(hash) | keys;
        writeKey(keyRecords, key, parent);
        return keys - 1;
    }

    private int freeSlot(long hash, long word5) {
        int mask = slots.length - 1;
        int slot = (int) (hash ^ word5) & mask;
        while (slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** 64 bits over the enclosing flow and the number that its header gives; the tunnel follows from both. */
    private static long enclosure(CanonicalKey key) {
        CanonicalKey parent = key.parent;
        return CanonicalKey.mix(CanonicalKey.mix(parent.hash() ^ parent.word5() * 0x9E3779B97F4A7C15L ^ key.tunnel)
                + key.tunnelIdentifier);
    }

    private boolean hasHighWords(int index, CanonicalKey key) {
        return highWords[index * HIGH_WORDS] == key.word0() && highWords[index * HIGH_WORDS + 1] == key.word2();
    }

    /** Bits 32 to 43 of the hash: the lower ones choose the slot, the uppermost the partition. */
    private static int tag(long hash) {
        return (int) (hash >>> (32 - INDEX_BITS)) & ~INDEX_MASK;
    }

    private void grow() {
        if (keys >= INDEX_MASK / 2) {
            throw new IllegalStateException("a batch of more than " + INDEX_MASK / 2 + " keys");
        }
        words = Arrays.copyOf(words, words.length * 2);
        highWords = Arrays.copyOf(highWords, highWords.length * 2);
        enclosures = Arrays.copyOf(enclosures, enclosures.length * 2);
        slots = new int[slots.length * 2];
        CanonicalKey key = new CanonicalKey();
        for (int index = 0; index < keys; index++) {
            int at = index * WORDS;
            key.setWords(
                    highWords[index * HIGH_WORDS],
                    words[at],
                    highWords[index * HIGH_WORDS + 1],
                    words[at + 1],
                    words[at + 2],
                    words[at + 3],
                    0);
            long hash = key.hash();
            slots[freeSlot(hash, words[at + 3])] = tag(hash) | (index + 1);
        }
    }

    /**
     * Writes a {@link io.weir.schemas.FlowKey}.
     *
     * @param parent index of the key that encloses it, or {@link CanonicalKey#ABSENT}
     */
    static void writeKey(AvroBuffer out, CanonicalKey key, int parent) {
        out.ensure(MAX_KEY_OCTETS);
        byte[] target = out.bytes;
        int at = putOptional(target, out.length, key.etherType);
        if (key.vlanCount > 0) {
            at = AvroBuffer.putInt(target, at, key.vlanCount);
            for (int i = 0; i < key.vlanCount; i++) {
                at = AvroBuffer.putInt(target, at, (int) (key.vlanIds >>> (12 * i)) & 0xfff);
            }
        }
        target[at++] = 0;
        at = putOptional(target, at, key.protocolIdentifier);
        at = putAddress(target, at, key.ipVersion, key.addressAHigh, key.addressALow);
        at = putAddress(target, at, key.ipVersion, key.addressBHigh, key.addressBLow);
        at = putOptional(target, at, key.portA);
        at = putOptional(target, at, key.portB);
        at = putMac(target, at, key.macA);
        at = putMac(target, at, key.macB);
        target[at++] = (byte) (key.laterFragment ? 1 : 0);
        int count = 0;
        for (long rest = key.layers; rest != 0; rest >>>= 8) {
            count++;
        }
        if (count > 0) {
            at = AvroBuffer.putInt(target, at, count);
            for (long rest = key.layers; rest != 0; rest >>>= 8) {
                at = AvroBuffer.putInt(target, at, (int) rest & 0xff);
            }
        }
        target[at++] = 0;
        at = AvroBuffer.putInt(target, at, key.problem);
        at = putOptional(target, at, parent);
        at = AvroBuffer.putLong(target, at, key.tunnel);
        if (key.tunnelIdentifier == CanonicalKey.NO_TUNNEL_IDENTIFIER) {
            target[at++] = 0;
        } else {
            target[at++] = 2;
            at = AvroBuffer.putLong(target, at, key.tunnelIdentifier);
        }
        target[at++] = (byte) (key.encloses ? 1 : 0);
        out.length = at;
    }

    private static int putOptional(byte[] target, int from, int value) {
        int at = from;
        if (value == CanonicalKey.ABSENT) {
            target[at++] = 0;
            return at;
        }
        target[at++] = 2;
        return AvroBuffer.putInt(target, at, value);
    }

    static int putAddress(byte[] target, int from, int ipVersion, long high, long low) {
        int at = from;
        if (ipVersion == 4) {
            at = AvroBuffer.putInt(target, at, 4);
            return AvroBuffer.putBigEndian(target, at, low, 4);
        }
        if (ipVersion == 6) {
            at = AvroBuffer.putInt(target, at, 16);
            at = AvroBuffer.putBigEndian(target, at, high, 8);
            return AvroBuffer.putBigEndian(target, at, low, 8);
        }
        target[at++] = 0;
        return at;
    }

    private static int putMac(byte[] target, int from, long mac) {
        int at = from;
        if (mac == CanonicalKey.NO_MAC) {
            target[at++] = 0;
            return at;
        }
        at = AvroBuffer.putInt(target, at, 6);
        return AvroBuffer.putBigEndian(target, at, mac, 6);
    }

    static void writePoint(AvroBuffer out, ObservationPoint point) {
        writeString(out, point.getHost());
        writeString(out, point.getInterface$());
        writeString(out, point.getCapture());
        out.writeInt(point.getSamplingRate());
    }

    private static void writeString(AvroBuffer out, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.writeBytes(utf8, utf8.length);
    }
}
