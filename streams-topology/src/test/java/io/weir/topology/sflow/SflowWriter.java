package io.weir.topology.sflow;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Writes datagrams of sFlow version 5, right ones and wrong ones: samples 1 to 5, and records of any structure of the table. */
public final class SflowWriter {
    public static final long AGENT = 0xc000_0201L;
    public static final long SUB_AGENT = 7;
    public static final long SEQUENCE = 100;
    public static final long UPTIME_MS = 60_000;

    private static final int MAX_OCTETS = 1 << 20;
    private static final int MAX_ELEMENTS = 3;
    private static final int MAX_TEXT = 20;
    private static final int UNKNOWN_ONE_IN = 8;

    /** What is written into a datagram, a sample or a record. */
    public interface Part {
        void write(SflowWriter out);
    }

    private final ByteBuffer out = ByteBuffer.allocate(MAX_OCTETS);

    public byte[] bytes() {
        return Arrays.copyOf(out.array(), out.position());
    }

    public static byte[] bytes(Part... parts) {
        return new SflowWriter().parts(parts).bytes();
    }

    /** A datagram that announces as many samples as there are. */
    public static byte[] datagram(Part... samples) {
        return bytes(head(samples.length), all(samples));
    }

    public static Part head(long samples) {
        return head(SEQUENCE, UPTIME_MS, samples);
    }

    public static Part head(long sequence, long uptimeMs, long samples) {
        return w -> w.u32(5)
                .address(4, 0, AGENT)
                .u32(SUB_AGENT)
                .u32(sequence)
                .u32(uptimeMs)
                .u32(samples);
    }

    public static Part all(Part... parts) {
        return w -> w.parts(parts);
    }

    /** Sequence 1, interface 3, rate 100, pool 1000, drops 2, from interface 3 to 4. */
    public static Part flowSample(Part... records) {
        return compactFlowSample(3, 4, records);
    }

    /** Interfaces as they are on the wire, format bits and all. */
    public static Part compactFlowSample(long input, long output, Part... records) {
        return block(0, 1, w -> w.u32(1)
                .u32(3)
                .u32(100)
                .u32(1000)
                .u32(2)
                .u32(input)
                .u32(output)
                .counted(records));
    }

    /** Sequence 1, source 0 of index 0x1600_0064, rate 100, pool 1000, drops 2. */
    public static Part expandedFlowSample(long inFormat, long in, long outFormat, long out, Part... records) {
        return block(0, 3, w -> w.u32(1)
                .u32(0)
                .u32(0x1600_0064L)
                .u32(100)
                .u32(1000)
                .u32(2)
                .u32(inFormat)
                .u32(in)
                .u32(outFormat)
                .u32(out)
                .counted(records));
    }

    /** Sequence 11, interface 3. */
    static Part counterSample(Part... records) {
        return block(0, 2, w -> w.u32(11).u32(3).counted(records));
    }

    /** Sequence 11, source 2 of index 0x1600_0064. */
    static Part expandedCounterSample(Part... records) {
        return block(0, 4, w -> w.u32(11).u32(2).u32(0x1600_0064L).counted(records));
    }

    /** Sequence 21, source 0 of index 3, drops 5, from interface 3 to 4. */
    public static Part discardedPacket(long reason, Part... records) {
        return discardedPacket(21, 5, 3, 4, reason, records);
    }

    /** Source 0 of index 3. */
    public static Part discardedPacket(
            long sequence, long drops, long input, long output, long reason, Part... records) {
        return discardedPacketOf(3, sequence, drops, input, output, reason, records);
    }

    /** Source 0 of any index. */
    public static Part discardedPacketOf(
            long source, long sequence, long drops, long input, long output, long reason, Part... records) {
        return block(0, 5, w -> w.u32(sequence)
                .u32(0)
                .u32(source)
                .u32(drops)
                .u32(input)
                .u32(output)
                .u32(reason)
                .counted(records));
    }

    /** A sample or record: format, length, body, padding. */
    public static Part block(int enterprise, int format, Part body) {
        return w -> {
            w.u32(enterprise << SflowStructures.FORMAT_BITS | format);
            int lengthAt = w.out.position();
            w.u32(0);
            body.write(w);
            w.out.putInt(lengthAt, w.out.position() - lengthAt - Integer.BYTES);
            w.pad();
        };
    }

    /** A block that claims to be of another length than it is. */
    static Part lyingBlock(int format, long claimed, Part body) {
        return w -> {
            w.u32(format).u32(claimed);
            body.write(w);
            w.pad();
        };
    }

    /** Record 1 around an Ethernet frame sent whole but for its FCS. */
    public static Part header(byte[] octets) {
        return header(1, octets.length + 4L, 4, octets);
    }

    public static Part header(long protocol, long frameLength, long stripped, byte[] octets) {
        return block(0, 1, w -> w.u32(protocol).u32(frameLength).u32(stripped).opaque(octets));
    }

    /** A record of numbers of 32 bits. */
    public static Part words(int format, long... words) {
        return block(0, format, w -> Arrays.stream(words).forEach(w::u32));
    }

    /** A record of a structure with values by chance. */
    static Part record(Structure structure, Random random) {
        return block(structure.enterprise(), structure.format(), w -> w.structure(structure, random, 0));
    }

    SflowWriter parts(Part... parts) {
        for (Part part : parts) {
            part.write(this);
        }
        return this;
    }

    private SflowWriter counted(Part... records) {
        return u32(records.length).parts(records);
    }

    public SflowWriter u32(long value) {
        out.putInt((int) value);
        return this;
    }

    public SflowWriter u64(long value) {
        out.putLong(value);
        return this;
    }

    public SflowWriter mac(long value) {
        out.putLong(value << Short.SIZE);
        return this;
    }

    public SflowWriter ip(int version, long high, long low) {
        return version == 4 ? u32(low) : u64(high).u64(low);
    }

    /** The union: of version 0 without octets. */
    SflowWriter address(int version, long high, long low) {
        return switch (version) {
            case 4 -> u32(1).ip(4, high, low);
            case 6 -> u32(2).ip(6, high, low);
            default -> u32(0);
        };
    }

    public SflowWriter string(String text) {
        return opaque(text.getBytes(StandardCharsets.UTF_8));
    }

    SflowWriter opaque(byte[] octets) {
        u32(octets.length);
        out.put(octets);
        return pad();
    }

    SflowWriter raw(byte... octets) {
        out.put(octets);
        return this;
    }

    private SflowWriter pad() {
        while (out.position() % Integer.BYTES != 0) {
            out.put((byte) 0);
        }
        return this;
    }

    /** Values by chance, now and then unknown ones; flow records within each other up to the depth that is read. */
    void structure(Structure structure, Random random, int depth) {
        structure.fields().forEach(field -> field(field, random, depth));
    }

    private void field(Field field, Random random, int depth) {
        boolean unknown = random.nextInt(UNKNOWN_ONE_IN) == 0;
        switch (field.type()) {
            case U32, I32, PERCENTAGE -> u32(number(field, unknown, random));
            case U64 -> u64(number(field, unknown, random));
            case U8 -> out.put((byte) random.nextInt());
            case MAC -> mac(random.nextLong());
            case F32 -> out.putFloat(random.nextFloat());
            case IPV4 -> u32(random.nextInt());
            case IPV6, UUID -> u64(random.nextLong()).u64(random.nextLong());
            case ADDRESS -> address(new int[] {0, 4, 6}[random.nextInt(3)], random.nextLong(), random.nextLong());
            case OPAQUE, STRING -> {
                byte[] octets = new byte[random.nextInt(1 + (field.bound() > 0 ? field.bound() : MAX_TEXT))];
                random.nextBytes(octets);
                opaque(octets);
            }
            case ARRAY -> {
                int count = random.nextInt(MAX_ELEMENTS + 1);
                u32(count);
                for (int i = 0; i < count; i++) {
                    field.elements().forEach(element -> field(element, random, depth));
                }
            }
            case RECORDS -> {
                int count = random.nextInt(MAX_ELEMENTS + 1);
                u32(count);
                for (int i = 0; i < count; i++) {
                    nested(random, depth + 1);
                }
            }
        }
    }

    private static long number(Field field, boolean unknown, Random random) {
        if (field.name().equals("segmentType")) {
            return 1L + random.nextInt(2);
        }
        if (!unknown) {
            return random.nextLong();
        }
        return field.unknown() == UnknownValue.ZERO ? 0 : -1;
    }

    private void nested(Random random, int depth) {
        int[] formats = depth < StructureReader.MAX_DEPTH ? new int[] {1, 1001, 1016} : new int[] {1, 1001};
        Structure structure = SflowStructures.flow(0, formats[random.nextInt(formats.length)]);
        block(0, structure.format(), w -> w.structure(structure, random, depth)).write(this);
    }
}
