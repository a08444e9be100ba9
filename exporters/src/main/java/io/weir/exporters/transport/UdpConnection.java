package io.weir.exporters.transport;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;

/** A message is a datagram. A receiver's host that says that nobody listens there is heard with a later write. */
final class UdpConnection implements Connection {

    private final DatagramSocket socket;
    private final DatagramPacket packet = new DatagramPacket(new byte[0], 0);

    private UdpConnection(DatagramSocket socket) {
        this.socket = socket;
    }

    static UdpConnection open(URI to) throws IOException {
        DatagramSocket socket = new DatagramSocket();
        try {
            socket.connect(new InetSocketAddress(InetAddress.getByName(to.getHost()), to.getPort()));
            return new UdpConnection(socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        packet.setData(octets, offset, length);
        socket.send(packet);
    }

    @Override
    public void finish(Duration patience) {
        close();
    }

    @Override
    public void close() {
        socket.close();
    }
}
