package io.weir.topology.netflow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The UDP datagrams of a pcap file: as much of pcap, Ethernet, SLL and IP as the captures of exporters have. */
final class ExportCapture {
    /** A datagram; frames are numbered from 1. */
    static final class Datagram {
        private final int frame;
        private final Exporter exporter;
        private final byte[] payload;

        Datagram(int frame, Exporter exporter, byte[] payload) {
            this.frame = frame;
            this.exporter = exporter;
            this.payload = payload;
        }

        int frame() {
            return frame;
        }

        Exporter exporter() {
            return exporter;
        }

        byte[] payload() {
            return payload;
        }
    }

    private static final int FILE_HEADER_OCTETS = 24;
    private static final int RECORD_HEADER_OCTETS = 16;
    private static final int MAGIC_MICROSECONDS = 0xa1b2c3d4;
    private static final int MAGIC_NANOSECONDS = 0xa1b23c4d;
    private static final int LINKTYPE_LINUX_SLL = 113;
    private static final int ETHERNET_OCTETS = 14;
    private static final int SLL_OCTETS = 16;
    private static final int VLAN = 0x8100;
    private static final int IPV4 = 0x0800;
    private static final int UDP = 17;
    private static final int IPV6_OCTETS = 40;
    private static final int UDP_OCTETS = 8;

    private ExportCapture() {}

    static List<Datagram> read(Path path) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path));
        int magic = file.getInt(0);
        if (magic != MAGIC_MICROSECONDS && magic != MAGIC_NANOSECONDS) {
            file.order(ByteOrder.LITTLE_ENDIAN);
        }
        int linkType = file.getInt(20);
        List<Datagram> datagrams = new ArrayList<>();
        int frame = 0;
        int at = FILE_HEADER_OCTETS;
        while (at < file.limit()) {
            int captured = file.getInt(at + 8);
            frame++;
            at += RECORD_HEADER_OCTETS;
            ByteBuffer content = file.slice(at, captured).order(ByteOrder.BIG_ENDIAN);
            int link = linkType == LINKTYPE_LINUX_SLL ? SLL_OCTETS : ETHERNET_OCTETS;
            Datagram datagram = datagram(frame, content, link);
            if (datagram != null) {
                datagrams.add(datagram);
            }
            at += captured;
        }
        return datagrams;
    }

    private static Datagram datagram(int frame, ByteBuffer content, int link) {
        int ip = link;
        int type = content.getShort(link - 2) & 0xffff;
        if (type == VLAN) {
            type = content.getShort(link + 2) & 0xffff;
            ip += 4;
        }
        boolean isIpv4 = type == IPV4;
        int protocol = content.get(ip + (isIpv4 ? 9 : 6)) & 0xff;
        if (protocol != UDP) {
            return null;
        }
        int udp = ip + (isIpv4 ? (content.get(ip) & 0xf) * 4 : IPV6_OCTETS);
        byte[] address = new byte[isIpv4 ? 4 : 16];
        content.get(ip + (isIpv4 ? 12 : 8), address);
        int length = (content.getShort(udp + 4) & 0xffff) - UDP_OCTETS;
        byte[] payload = new byte[Math.min(length, content.limit() - udp - UDP_OCTETS)];
        content.get(udp + UDP_OCTETS, payload);
        return new Datagram(frame, Exporter.of(address, content.getShort(udp) & 0xffff), payload);
    }
}
