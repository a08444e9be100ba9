package io.weir.exporters.ipfix;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** A collector over TCP or TLS, at a free port of the loopback address. Splits the stream into messages by their lengths. */
final class StreamCollector implements AutoCloseable {

    /** Messages of a connection that came whole. */
    static final class Session {
        final List<byte[]> messages = new CopyOnWriteArrayList<>();
        volatile boolean ended;
        volatile boolean endedInOrder;
        private final Socket socket;

        Session(Socket socket) {
            this.socket = socket;
        }

        /** Ends the connection as a crash would. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    final List<Session> sessions = new CopyOnWriteArrayList<>();
    private final ServerSocket listening;
    private final Thread thread;

    /** @param tls null for TCP */
    StreamCollector(SSLContext tls, boolean asksForCertificate, int port) throws IOException {
        listening =
                tls == null ? new ServerSocket() : tls.getServerSocketFactory().createServerSocket();
        if (listening instanceof SSLServerSocket secure) {
            secure.setNeedClientAuth(asksForCertificate);
        }
        listening.setReuseAddress(true);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        thread = new Thread(this::accept, "stream-collector");
        thread.start();
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            Socket socket;
            try {
                socket = listening.accept();
            } catch (IOException e) {
                return;
            }
            Session session = new Session(socket);
            sessions.add(session);
            Thread reader = new Thread(() -> read(session), "stream-collector-session");
            reader.setDaemon(true);
            reader.start();
        }
    }

    private static void read(Session session) {
        try (Socket socket = session.socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (true) {
                byte[] head = new byte[IpfixMessage.HEAD_OCTETS];
                int first = in.read();
                if (first < 0) {
                    session.endedInOrder = true;
                    return;
                }
                head[0] = (byte) first;
                in.readFully(head, 1, head.length - 1);
                int length = ByteBuffer.wrap(head).getShort(IpfixMessage.LENGTH) & 0xffff;
                byte[] message = Arrays.copyOf(head, length);
                in.readFully(message, head.length, length - head.length);
                session.messages.add(message);
            }
        } catch (EOFException e) {
            // Amid a message: it does not count.
        } catch (IOException e) {
            // Reset, or no common TLS.
        } finally {
            session.ended = true;
        }
    }

    /** Flow records of all sessions, each session read as one. */
    TestCollector decode() {
        TestCollector collector = new TestCollector();
        for (Session session : new ArrayList<>(sessions)) {
            collector.newSession();
            session.messages.forEach(collector::take);
        }
        return collector;
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Session session : sessions) {
            session.socket.close();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
