package io.weir.collectors.datagram;

import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.publish.BatchSender;
import io.weir.schemas.packets.AddressText;
import io.weir.schemas.topic.Topics;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A UDP port for datagrams of sFlow, NetFlow and IPFIX, told apart by their first octets. They go to Kafka as they are; nothing is decoded
 * here, so that a burst becomes a backlog and not a loss.
 *
 * <p>Each of its threads has a socket of its own on the same address, between which the kernel spreads the exporters.
 */
public final class DatagramListener implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DatagramListener.class);

    private static final String SCHEME = "udp";
    private static final int MAX_PORT = 65_535;

    private final String name;
    private final DatagramConfig config;
    private final List<UdpSocket> sockets;
    private final DatagramCounts counts = new DatagramCounts();
    private final List<DatagramReceiver> receivers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private DatagramListener(String name, DatagramConfig config, List<UdpSocket> sockets) {
        this.name = name;
        this.config = config;
        this.sockets = sockets;
    }

    /**
     * Listens; datagrams wait in the kernel's buffer until {@link #start}.
     *
     * @param address {@code udp://HOST:PORT}, port 0 for any; HOST {@code 0.0.0.0} takes IPv4, {@code [::]} IPv4 and IPv6 on all addresses
     * @throws CaptureOpenException when it cannot be listened there; says which and what to do
     */
    public static DatagramListener open(URI address, DatagramConfig config) throws CaptureOpenException {
        InetSocketAddress local = local(address);
        List<UdpSocket> sockets = new ArrayList<>();
        try {
            while (sockets.size() < config.threads()) {
                sockets.add(UdpSocket.open(address.toString(), local, config.bufferOctets(), config.threads() > 1));
                local = new InetSocketAddress(local.getAddress(), sockets.get(0).port());
            }
        } catch (CaptureOpenException e) {
            sockets.forEach(UdpSocket::close);
            throw e;
        }
        DatagramListener listener = new DatagramListener(text(local), config, sockets);
        listener.checkBuffer();
        return listener;
    }

    private static InetSocketAddress local(URI address) throws CaptureOpenException {
        String name = address.toString();
        if (!SCHEME.equals(address.getScheme())
                || address.getHost() == null
                || address.getPort() < 0
                || address.getPort() > MAX_PORT) {
            throw new CaptureOpenException(
                    CaptureOpenException.Reason.FAILED,
                    name,
                    name + ": has no host and port; an example is udp://0.0.0.0:6343");
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(address.getHost()), address.getPort());
        } catch (UnknownHostException e) {
            throw new CaptureOpenException(
                    CaptureOpenException.Reason.FAILED,
                    name,
                    name + ": names a host that is not known: " + e.getMessage(),
                    e);
        }
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private void checkBuffer() {
        int granted = sockets.get(0).bufferOctets();
        if (granted < config.bufferOctets()) {
            LOG.warn(
                    "{}: the kernel grants a receive buffer of {} bytes instead of {}; to avoid losses in bursts: sysctl -w net.core.rmem_max={}",
                    name,
                    granted,
                    config.bufferOctets(),
                    config.bufferOctets());
        }
    }

    /** Who sent a datagram. */
    static String sender(UdpSocket socket, int index) {
        String host = AddressText.ip(socket.ipVersion(index), socket.addressHigh(index), socket.addressLow(index));
        return (socket.ipVersion(index) == 6 ? "[" + host + "]" : host) + ":" + socket.senderPort(index);
    }

    /** Where it listens, with the port that was given for port 0: {@code 0.0.0.0:6343}. */
    public String name() {
        return name;
    }

    /** Octets of the receive buffer that the kernel grants to each socket. */
    public int bufferOctets() {
        return sockets.get(0).bufferOctets();
    }

    /** What it has done. */
    public DatagramCounts counts() {
        return counts;
    }

    /**
     * Begins to send datagrams on.
     *
     * @throws org.apache.kafka.common.KafkaException when topics or registry cannot be used
     */
    public void start(Topics topics, BatchSender sender, InstantSource clock) {
        DatagramTopic sflow = DatagramTopic.of(topics.sflow(), sender);
        DatagramTopic netflow = DatagramTopic.of(topics.netflow(), sender);
        DatagramLosses losses = new DatagramLosses(config.host(), name);
        for (UdpSocket socket : sockets) {
            DatagramReceiver receiver =
                    new DatagramReceiver(socket, config, sender, sflow, netflow, counts, losses, clock);
            Thread thread = new Thread(receiver, "weir-datagrams");
            thread.setDaemon(true);
            receivers.add(receiver);
            threads.add(thread);
            thread.start();
        }
    }

    /** Throws what ended a thread early. */
    public void check() throws IOException {
        for (DatagramReceiver receiver : receivers) {
            if (receiver.failure() != null) {
                throw new IOException(receiver.failure().getMessage(), receiver.failure());
            }
        }
    }

    /** Sends what has come, and ends. */
    public void stop(long waitMs) throws InterruptedException {
        receivers.forEach(DatagramReceiver::stop);
        for (Thread thread : threads) {
            thread.join(waitMs);
        }
    }

    /** For a listener that was never started; the threads of others close their sockets. */
    @Override
    public void close() {
        if (threads.isEmpty()) {
            sockets.forEach(UdpSocket::close);
        }
    }
}
