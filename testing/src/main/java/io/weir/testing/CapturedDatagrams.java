package io.weir.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * UDP datagrams of a classic pcap file of Ethernet or Linux cooked frames, without fragments: a reader for tests of what reads datagrams, simple
 * enough to be seen to be right, and none of the product's code.
 */
public final class CapturedDatagrams {

    private static final int FILE_HEADER_OCTETS = 24;
    private static final int RECORD_HEADER_OCTETS = 16;
    private static final int MAGIC_MICROSECONDS = 0xa1b2c3d4;
    private static final int MAGIC_NANOSECONDS = 0xa1b23c4d;
    private static final int LINKTYPE_ETHERNET = 1;
    private static final int LINKTYPE_LINUX_SLL = 113;
    private static final int UDP = 17;

    /**
     * One datagram.
     *
     * @param frame number of its frame, from 1
     * @param timeNanos epoch nanoseconds
     * @param address that it was sent from, 4 or 16 octets, in network byte order
     * @param payload what is behind its UDP header, big endian
     */
    public record Datagram(
            int frame, long timeNanos, ByteBuffer address, int sourcePort, int destinationPort, ByteBuffer payload) {}

    private CapturedDatagrams() {}

    /** All of them, in the order of the file. */
    public static List<Datagram> of(Path capture) {
        ByteBuffer file;
        try {
            file = ByteBuffer.wrap(Files.readAllBytes(capture));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int magic = file.getInt(0);
        if (magic != MAGIC_MICROSECONDS && magic != MAGIC_NANOSECONDS) {
            file.order(ByteOrder.LITTLE_ENDIAN);
            magic = file.getInt(0);
        }
        long fractionNanos = magic == MAGIC_NANOSECONDS ? 1 : 1000;
        int linkType = file.getInt(20);
        List<Datagram> datagrams = new ArrayList<>();
        int at = FILE_HEADER_OCTETS;
        for (int frame = 1; at < file.limit(); frame++) {
            long timeNanos = (file.getInt(at) & 0xffff_ffffL) * 1_000_000_000L + file.getInt(at + 4) * fractionNanos;
            int octets = file.getInt(at + 8);
            at += RECORD_HEADER_OCTETS;
            Datagram datagram = read(Arrays.copyOfRange(file.array(), at, at + octets), linkType, frame, timeNanos);
            if (datagram != null) {
                datagrams.add(datagram);
            }
            at += octets;
        }
        return datagrams;
    }

    private static Datagram read(byte[] octets, int linkType, int number, long timeNanos) {
        ByteBuffer frame = ByteBuffer.wrap(octets);
        int ip =
                switch (linkType) {
                    case LINKTYPE_ETHERNET -> frame.getShort(12) == (short) 0x8100 ? 18 : 14;
                    case LINKTYPE_LINUX_SLL -> 16;
                    default -> throw new IllegalArgumentException("link type " + linkType);
                };
        boolean v4 = frame.get(ip) >>> 4 == 4;
        if (frame.get(ip + (v4 ? 9 : 6)) != UDP) {
            return null;
        }
        int udp = v4 ? ip + 4 * (frame.get(ip) & 0xf) : ip + 40;
        ByteBuffer address = v4 ? part(octets, ip + 12, ip + 16) : part(octets, ip + 8, ip + 24);
        // By the length of the IP packet, as that of UDP is wrong in a damaged one.
        int packet = v4 ? frame.getShort(ip + 2) & 0xffff : 40 + (frame.getShort(ip + 4) & 0xffff);
        int end = Math.min(octets.length, ip + packet);
        return new Datagram(
                number,
                timeNanos,
                address,
                frame.getShort(udp) & 0xffff,
                frame.getShort(udp + 2) & 0xffff,
                part(octets, udp + 8, end));
    }

    private static ByteBuffer part(byte[] octets, int from, int to) {
        return ByteBuffer.wrap(Arrays.copyOfRange(octets, from, to)).asReadOnlyBuffer();
    }
}
