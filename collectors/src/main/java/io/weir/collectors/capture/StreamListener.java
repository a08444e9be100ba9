package io.weir.collectors.capture;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TCP or Unix socket that takes captures: whoever connects writes one, as {@code tcpdump -U -w -} does, and closes the connection at
 * its end.
 *
 * <p>Bounded: of more than {@value #MAX_CONNECTIONS} connections at a time the later ones are closed at once, with a word in the log. TCP
 * knows no authentication: who reaches the port can write.
 */
public final class StreamListener implements AutoCloseable {

    /** Each has a thread and buffers of its own. */
    public static final int MAX_CONNECTIONS = 64;

    private static final String TCP = "tcp";
    private static final String UNIX = "unix";

    private static final Logger LOG = LoggerFactory.getLogger(StreamListener.class);

    /** What is done with connections; called by the thread of {@link #run}. */
    public interface Handler {

        /**
         * Takes a connection over.
         *
         * @param peer who connected: {@code tcp:} and an address, or {@code unix}
         * @param channel in blocking mode
         * @param done to be called once when the connection is over, by any thread
         */
        void accept(String peer, SocketChannel channel, Runnable done);
    }

    private final String name;
    private final ServerSocketChannel server;
    private final Path socketFile;
    private final Semaphore free = new Semaphore(MAX_CONNECTIONS);

    private StreamListener(String name, ServerSocketChannel server, Path socketFile) {
        this.name = name;
        this.server = server;
        this.socketFile = socketFile;
    }

    /**
     * Listens.
     *
     * @param address {@code tcp://HOST:PORT}, port 0 for any, or {@code unix:///PATH}
     * @throws CaptureOpenException when the address is taken, is none of this machine, or the path cannot be used; says which and what to
     *     do
     */
    public static StreamListener open(URI address) throws CaptureOpenException {
        return TCP.equals(address.getScheme()) ? openTcp(address) : openUnix(address);
    }

    private static StreamListener openTcp(URI address) throws CaptureOpenException {
        String name = address.toString();
        if (address.getHost() == null || address.getPort() < 0) {
            throw refused(name, "has no host and port; an example is tcp://127.0.0.1:57012", null);
        }
        try {
            SocketAddress local = new InetSocketAddress(InetAddress.getByName(address.getHost()), address.getPort());
            ServerSocketChannel server = ServerSocketChannel.open();
            try {
                server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                server.bind(local, MAX_CONNECTIONS);
            } catch (IOException e) {
                server.close();
                throw e;
            }
            return new StreamListener(name, server, null);
        } catch (UnknownHostException e) {
            throw refused(name, "names a host that is not known: " + e.getMessage(), e);
        } catch (BindException e) {
            throw refused(name, "cannot be listened on: " + e.getMessage() + "; choose another port or host", e);
        } catch (IOException e) {
            throw refused(name, "cannot be listened on: " + e.getMessage(), e);
        }
    }

    private static StreamListener openUnix(URI address) throws CaptureOpenException {
        String name = address.toString();
        if (!UNIX.equals(address.getScheme())
                || address.getPath() == null
                || address.getPath().isEmpty()) {
            throw refused(name, "has no path; an example is unix:///run/weir.sock", null);
        }
        Path path = Path.of(address.getPath());
        try {
            UnixDomainSocketAddress local = UnixDomainSocketAddress.of(path);
            removeLeftOver(name, local);
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                server.bind(local, MAX_CONNECTIONS);
            } catch (IOException e) {
                server.close();
                throw e;
            }
            return new StreamListener(name, server, path);
        } catch (IOException | IllegalArgumentException e) {
            throw refused(name, "cannot be listened on: " + e.getMessage(), e);
        }
    }

    /** A socket that nobody listens on is what a process left that was killed. */
    private static void removeLeftOver(String name, UnixDomainSocketAddress local) throws IOException {
        Path path = local.getPath();
        if (!Files.exists(path)) {
            return;
        }
        if (!Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
            throw new CaptureOpenException(
                    CaptureOpenException.Reason.NOT_READABLE,
                    name,
                    name + ": there is a file of that name that is no socket; name another path");
        }
        try (SocketChannel probe = SocketChannel.open(local)) {
            throw new CaptureOpenException(
                    CaptureOpenException.Reason.NOT_READABLE,
                    name,
                    name + ": another process listens there; stop it or name another path");
        } catch (CaptureOpenException e) {
            throw e;
        } catch (IOException e) {
            Files.deleteIfExists(path);
        }
    }

    private static CaptureOpenException refused(String name, String why, Exception cause) {
        return cause instanceof CaptureOpenException known
                ? known
                : new CaptureOpenException(CaptureOpenException.Reason.NOT_READABLE, name, name + ": " + why, cause);
    }

    /** Where it listens, with the port that was given for port 0. */
    public String name() {
        try {
            return server.getLocalAddress() instanceof InetSocketAddress tcp
                    ? "tcp://" + tcp.getAddress().getHostAddress() + ":" + tcp.getPort()
                    : name;
        } catch (IOException e) {
            return name;
        }
    }

    /** Accepts connections until {@link #close}. */
    public void run(Handler handler) {
        while (server.isOpen()) {
            try {
                accept(server.accept(), handler);
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                // No descriptor was left, or the peer has gone already.
                LOG.warn("{}: a connection could not be accepted: {}", name, e.getMessage());
                pause();
            }
        }
    }

    private void accept(SocketChannel channel, Handler handler) throws IOException {
        String peer = peer(channel);
        if (!free.tryAcquire()) {
            LOG.warn("{}: refused {}: {} captures are read already", name, peer, MAX_CONNECTIONS);
            channel.close();
            return;
        }
        handler.accept(peer, channel, free::release);
    }

    private static String peer(SocketChannel channel) throws IOException {
        return channel.getRemoteAddress() instanceof InetSocketAddress tcp
                ? TCP + ":" + tcp.getAddress().getHostAddress()
                : UNIX;
    }

    /** Keeps a process without descriptors from turning in circles. */
    private static void pause() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }

    /** Stops listening; connections go on. */
    @Override
    public void close() throws IOException {
        server.close();
        if (socketFile != null) {
            Files.deleteIfExists(socketFile);
        }
    }
}
