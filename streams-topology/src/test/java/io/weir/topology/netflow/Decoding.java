package io.weir.topology.netflow;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** Decodes datagrams of one exporter in tests. */
final class Decoding {
    static final Exporter EXPORTER = new Exporter(0, 0xc000_0201L, 4, 2055);
    static final long NOW = TimeUnit.SECONDS.toNanos(NetflowWriter.EXPORT_SECONDS);

    private Decoding() {}

    static NetflowDecoder decoder() {
        return new NetflowDecoder(NetflowLimits.defaults());
    }

    /** What a new decoder tells of datagrams. */
    static Recording decode(byte[]... datagrams) {
        NetflowDecoder decoder = decoder();
        Recording recording = new Recording().of(decoder);
        for (byte[] datagram : datagrams) {
            decode(decoder, recording, datagram);
        }
        return recording;
    }

    static void decode(NetflowDecoder decoder, NetflowListener listener, byte[] datagram) {
        decode(decoder, listener, datagram, EXPORTER, NOW);
    }

    static void decode(
            NetflowDecoder decoder, NetflowListener listener, byte[] datagram, Exporter exporter, long receiveNanos) {
        decoder.decode(ByteBuffer.wrap(datagram), 0, datagram.length, exporter, receiveNanos, listener);
    }
}
