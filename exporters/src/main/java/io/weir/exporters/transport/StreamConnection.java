package io.weir.exporters.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Messages one behind the other over TCP, with or without TLS. Receivers send nothing; a thread reads all the same, so
 * that the end of the connection is known before the next message is written, and not after the kernel has taken it.
 */
final class StreamConnection implements Connection {

    private static final int CONNECT_TIMEOUT_MS = 10_000;
    private static final int HANDSHAKE_TIMEOUT_MS = 10_000;
    private static final int READ_OCTETS = 1024;

    /** Beneath TLS: closing it never waits for a write. */
    private final Socket transport;

    private final Socket socket;
    private final OutputStream out;
    private final Thread reader;
    private volatile boolean ended;

    private StreamConnection(Socket transport, Socket socket) throws IOException {
        this.transport = transport;
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.reader = new Thread(this::read, "weir-connection-reader");
        reader.setDaemon(true);
        reader.start();
    }

    /** @param tls null for plain TCP */
    static StreamConnection open(URI to, SSLContext tls) throws IOException {
        Socket transport = new Socket();
        try {
            transport.connect(
                    new InetSocketAddress(InetAddress.getByName(to.getHost()), to.getPort()), CONNECT_TIMEOUT_MS);
            transport.setKeepAlive(true);
            transport.setTcpNoDelay(true);
            return new StreamConnection(transport, tls == null ? transport : shakeHands(transport, to, tls));
        } catch (IOException | RuntimeException e) {
            closeQuietly(transport);
            throw e;
        }
    }

    private static SSLSocket shakeHands(Socket transport, URI to, SSLContext tls) throws IOException {
        String host = to.getHost();
        boolean bracketed = host.startsWith("[");
        SSLSocket socket = (SSLSocket) tls.getSocketFactory()
                .createSocket(transport, bracketed ? host.substring(1, host.length() - 1) : host, to.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        // That the certificate is the host's, by the rules of RFC 2818.
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        transport.setSoTimeout(HANDSHAKE_TIMEOUT_MS);
        socket.startHandshake();
        transport.setSoTimeout(0);
        return socket;
    }

    private void read() {
        byte[] unused = new byte[READ_OCTETS];
        try {
            InputStream in = socket.getInputStream();
            // A receiver has nothing to say.
            int octets;
            do {
                octets = in.read(unused);
            } while (octets >= 0);
        } catch (IOException e) {
            // The connection has ended, which is what is waited for.
        }
        ended = true;
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        if (ended) {
            throw new IOException("the receiver has ended the connection");
        }
        out.write(octets, offset, length);
    }

    @Override
    public void finish(Duration patience) {
        try {
            socket.shutdownOutput();
            reader.join(Math.max(1, patience.toMillis()));
        } catch (IOException e) {
            // It has ended already.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    @Override
    public void close() {
        closeQuietly(transport);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing is written to it any more.
        }
    }
}
