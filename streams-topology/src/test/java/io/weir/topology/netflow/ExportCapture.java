package io.weir.topology.netflow;

import io.weir.testing.CapturedDatagrams;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** The datagrams of a capture, each with its exporter. */
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

    private ExportCapture() {}

    static List<Datagram> read(Path path) {
        return CapturedDatagrams.of(path).stream()
                .map(datagram -> new Datagram(
                        datagram.frame(),
                        Exporter.of(octets(datagram.address()), datagram.sourcePort()),
                        octets(datagram.payload())))
                .toList();
    }

    private static byte[] octets(ByteBuffer from) {
        byte[] octets = new byte[from.remaining()];
        from.get(from.position(), octets);
        return octets;
    }
}
