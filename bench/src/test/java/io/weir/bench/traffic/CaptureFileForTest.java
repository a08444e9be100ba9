package io.weir.bench.traffic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A generated capture, read back with nothing of the generator's own. */
record CaptureFileForTest(int snapLength, List<Packet> packets) {

    static final class Packet {

        private final long epochMicros;
        private final int frameLength;
        private final byte[] octets;

        private Packet(long epochMicros, int frameLength, byte[] octets) {
            this.epochMicros = epochMicros;
            this.frameLength = frameLength;
            this.octets = octets;
        }

        long epochMicros() {
            return epochMicros;
        }

        int frameLength() {
            return frameLength;
        }

        int capturedLength() {
            return octets.length;
        }

        /** VLAN, addresses, protocol and ports, the two ends in one fixed order. */
        String conversation() {
            boolean tagged = u16(12) == 0x8100;
            int vlan = tagged ? u16(14) & 0xfff : 0;
            int ip = tagged ? 18 : 14;
            boolean ipv6 = u16(ip - 2) == 0x86dd;
            int protocol = octets[ip + (ipv6 ? 6 : 9)] & 0xff;
            int addressLength = ipv6 ? 16 : 4;
            int source = ip + (ipv6 ? 8 : 12);
            int transport = ip + (ipv6 ? 40 : 20);
            boolean hasPorts = protocol == 6 || protocol == 17;
            String one = hex(source, addressLength) + (hasPorts ? ":" + u16(transport) : "");
            String other = hex(source + addressLength, addressLength) + (hasPorts ? ":" + u16(transport + 2) : "");
            String ends = one.compareTo(other) < 0 ? one + "-" + other : other + "-" + one;
            return vlan + "/" + protocol + "/" + ends;
        }

        /** RFC 1071 over the transport message and, but for ICMP over IPv4, the pseudo header; 0 when it is right. */
        int transportChecksum() {
            int ip = u16(12) == 0x8100 ? 18 : 14;
            boolean ipv6 = u16(ip - 2) == 0x86dd;
            int protocol = octets[ip + (ipv6 ? 6 : 9)] & 0xff;
            int transport = ip + (ipv6 ? 40 : 20);
            int length = ipv6 ? u16(ip + 4) : u16(ip + 2) - 20;
            long sum = words(transport, length);
            if (protocol != 1) {
                sum += words(ip + (ipv6 ? 8 : 12), ipv6 ? 32 : 8) + protocol + length;
            }
            return fold(sum);
        }

        /** 0 when it is right, and for IPv6, which has none. */
        int networkChecksum() {
            int ip = u16(12) == 0x8100 ? 18 : 14;
            return u16(ip - 2) == 0x86dd ? 0 : fold(words(ip, 20));
        }

        private static int fold(long sum) {
            long folded = sum;
            while (folded >>> 16 != 0) {
                folded = (folded & 0xffff) + (folded >>> 16);
            }
            return (int) (~folded & 0xffff);
        }

        private long words(int offset, int length) {
            long sum = 0;
            for (int i = 0; i < length; i++) {
                int octet = octets[offset + i] & 0xff;
                sum += i % 2 == 0 ? octet << 8 : octet;
            }
            return sum;
        }

        private int u16(int offset) {
            return ((octets[offset] & 0xff) << 8) | (octets[offset + 1] & 0xff);
        }

        private String hex(int offset, int length) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < length; i++) {
                text.append(String.format("%02x", octets[offset + i]));
            }
            return text.toString();
        }
    }

    static CaptureFileForTest read(Path path) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        if (file.getInt() != 0xa1b2c3d4) {
            throw new IOException("not a classic pcap file with microseconds");
        }
        int snapLength = file.getInt(16);
        file.position(24);
        List<Packet> packets = new ArrayList<>();
        while (file.hasRemaining()) {
            long micros = file.getInt() * 1_000_000L + file.getInt();
            byte[] octets = new byte[file.getInt()];
            int frameLength = file.getInt();
            file.get(octets);
            packets.add(new Packet(micros, frameLength, octets));
        }
        return new CaptureFileForTest(snapLength, packets);
    }
}
