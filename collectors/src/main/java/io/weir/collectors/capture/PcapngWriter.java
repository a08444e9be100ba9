package io.weir.collectors.capture;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes a capture in the pcapng format (draft-ietf-opsawg-pcapng): one section, little endian, times in nanoseconds. Not thread-safe.
 */
public final class PcapngWriter implements Closeable {

    private static final int SECTION_HEADER = 0x0a0d0d0a;
    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int ENHANCED_PACKET = 6;

    private static final int OPTION_END = 0;
    private static final int SECTION_APPLICATION = 4;
    private static final int INTERFACE_NAME = 2;
    private static final int INTERFACE_TEXT = 3;
    private static final int INTERFACE_TIME_RESOLUTION = 9;

    /** Powers of ten of a second. */
    private static final byte[] NANOSECONDS = {9};

    /** Octets of a block beside its body: type and twice the length. */
    private static final int BLOCK_OCTETS = 12;

    private static final int PACKET_HEADER_OCTETS = 20;

    /** For link types without a number of their own: reserved for private use. */
    private static final int LINKTYPE_USER0 = 147;

    private static final int MAX_LINKTYPE = 0xffff;

    /** Longest text of an option; the format would take more. */
    private static final int MAX_TEXT_OCTETS = 1024;

    private final OutputStream out;
    private ByteBuffer block = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    private int interfaces;

    /**
     * Begins the section.
     *
     * @param out buffered; closed with this
     * @param application name of the program that writes
     */
    public PcapngWriter(OutputStream out, String application) throws IOException {
        this.out = out;
        begin(SECTION_HEADER, 16 + optionOctets(application));
        block.putInt(BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1);
        option(SECTION_APPLICATION, text(application));
        option(OPTION_END, new byte[0]);
        end();
    }

    /**
     * Describes an interface, before its first packet.
     *
     * @param linkType LINKTYPE_ number of tcpdump.org; others are written as one for private use
     * @return its index
     */
    public int addInterface(String name, String description, int linkType) throws IOException {
        begin(INTERFACE_DESCRIPTION, 8 + optionOctets(name) + optionOctets(description) + 8);
        boolean known = linkType >= 0 && linkType <= MAX_LINKTYPE;
        block.putShort((short) (known ? linkType : LINKTYPE_USER0)).putShort((short) 0);
        // Frames may be of any length.
        block.putInt(0);
        option(INTERFACE_NAME, text(name));
        option(INTERFACE_TEXT, text(description));
        option(INTERFACE_TIME_RESOLUTION, NANOSECONDS);
        option(OPTION_END, new byte[0]);
        end();
        return interfaces++;
    }

    /**
     * Writes one packet.
     *
     * @param interfaceIndex as {@link #addInterface} gave it
     * @param timeNanos when it was seen, epoch nanoseconds
     * @param layer2Octets its length on the wire
     * @param frame what there is of it; its position is left alone
     */
    public void write(int interfaceIndex, long timeNanos, int layer2Octets, ByteBuffer frame) throws IOException {
        int captured = frame.remaining();
        begin(ENHANCED_PACKET, PACKET_HEADER_OCTETS + padded(captured));
        block.putInt(interfaceIndex)
                .putInt((int) (timeNanos >>> 32))
                .putInt((int) timeNanos)
                .putInt(captured)
                .putInt(Math.max(captured, layer2Octets))
                .put(frame.duplicate());
        end();
    }

    private void begin(int type, int bodyOctets) {
        // Options are counted generously.
        int needed = BLOCK_OCTETS + bodyOctets + Integer.BYTES;
        if (block.capacity() < needed) {
            block = ByteBuffer.allocate(Math.max(needed, 2 * block.capacity())).order(ByteOrder.LITTLE_ENDIAN);
        }
        block.clear();
        block.putInt(type).putInt(0);
    }

    private void end() throws IOException {
        pad();
        int octets = block.position() + Integer.BYTES;
        block.putInt(octets).putInt(Integer.BYTES, octets);
        out.write(block.array(), 0, octets);
    }

    private void option(int code, byte[] value) {
        block.putShort((short) code).putShort((short) value.length).put(value);
        pad();
    }

    private void pad() {
        while (block.position() % Integer.BYTES != 0) {
            block.put((byte) 0);
        }
    }

    private static byte[] text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return utf8.length <= MAX_TEXT_OCTETS ? utf8 : Arrays.copyOf(utf8, MAX_TEXT_OCTETS);
    }

    /** With the end of the options behind it. */
    private static int optionOctets(String text) {
        return 2 * Integer.BYTES + padded(text(text).length);
    }

    private static int padded(int octets) {
        return (octets + 3) & ~3;
    }

    /** Hands over what is buffered. */
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
