package io.weir.topology.sflow;

import io.weir.testing.CapturedDatagrams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Frames of a pcap file of Ethernet, and UDP payloads by number of their frame from 1; no more than the captures of this package need. */
final class UdpPayloads {
    private static final int MAGIC = 0xa1b2c3d4;
    private static final int FILE_HEADER = 24;
    private static final int LINK_TYPE = 20;
    private static final int LINKTYPE_ETHERNET = 1;
    private static final int RECORD_HEADER = 16;
    private static final int CAPTURED = 8;
    private static final int ORIGINAL = 12;

    private UdpPayloads() {}

    /** A frame as it was captured, and its length on the wire. */
    record Frame(ByteBuffer octets, int layer2Octets) {}

    static Map<Integer, byte[]> of(Path pcap) {
        Map<Integer, byte[]> payloads = new TreeMap<>();
        for (CapturedDatagrams.Datagram datagram : CapturedDatagrams.of(pcap)) {
            byte[] payload = new byte[datagram.payload().remaining()];
            datagram.payload().get(0, payload);
            payloads.put(datagram.frame(), payload);
        }
        return payloads;
    }

    static List<Frame> frames(Path pcap) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(pcap));
        if (file.getInt(0) != MAGIC) {
            file.order(ByteOrder.LITTLE_ENDIAN);
        }
        if (file.getInt(0) != MAGIC || file.getInt(LINK_TYPE) != LINKTYPE_ETHERNET) {
            throw new IOException(pcap + " is not a pcap of Ethernet with microseconds");
        }
        List<Frame> frames = new ArrayList<>();
        for (int at = FILE_HEADER; at + RECORD_HEADER <= file.limit(); ) {
            byte[] octets = new byte[file.getInt(at + CAPTURED)];
            file.get(at + RECORD_HEADER, octets);
            frames.add(new Frame(ByteBuffer.wrap(octets), file.getInt(at + ORIGINAL)));
            at += RECORD_HEADER + octets.length;
        }
        return frames;
    }
}
