package io.weir.collectors.datagram;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureOpenException.Reason;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A UDP socket that hands out what came, up to {@value #BATCH} datagrams for one system call (recvmmsg(2)), each with the time at which the
 * kernel had it and the address that it was sent from. Several may share an address: the kernel spreads senders over them. Used by one
 * thread, but for {@link #drops} and {@link #close}, which must come after its last call.
 *
 * <p>After {@link #receive} the datagrams of that call are in {@link #memory()} until the next.
 */
final class UdpSocket implements AutoCloseable {

    /** Whose kernels number calls and options in the same way; all have 64 bits. */
    private static final List<String> ARCHITECTURES = List.of("amd64", "aarch64", "riscv64", "s390x");

    /** Datagrams taken at once. */
    static final int BATCH = 64;

    /** The longest datagram there is (RFC 768), so that none is cut. */
    static final int MAX_OCTETS = 65_535;

    /** From one datagram's place to the next. A power of two would put the beginnings of all into the same few lines of the processor's caches. */
    private static final int PLACE_OCTETS = MAX_OCTETS + 1 + 1536 + 64;

    /** What {@link #receive} waits at most. */
    private static final int WAIT_MICROS = 100_000;

    /** struct mmsghdr: a struct msghdr and the length received. */
    private static final int MESSAGE_OCTETS = 64;

    private static final int NAME = 0;
    private static final int NAME_OCTETS = 8;
    private static final int VECTOR = 16;
    private static final int VECTOR_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_OCTETS = 40;
    private static final int FLAGS = 48;
    private static final int RECEIVED_OCTETS = 56;

    private static final int IO_VECTOR_OCTETS = 16;

    /** struct sockaddr_in6; struct sockaddr_in is shorter. */
    private static final int ADDRESS_OCTETS = 28;

    private static final int ADDRESS_ROOM = 32;
    private static final int ADDRESS_PORT = 2;
    private static final int ADDRESS_IPV4 = 4;
    private static final int ADDRESS_IPV6 = 8;

    /** One struct cmsghdr with a struct timespec. */
    private static final int CONTROL_ROOM = 64;

    private static final int CONTROL_LEVEL = 8;
    private static final int CONTROL_TYPE = 12;
    private static final int CONTROL_SECONDS = 16;
    private static final int CONTROL_NANOS = 24;
    private static final int TIMED_CONTROL_OCTETS = 32;

    /** struct { time_t, suseconds_t }. */
    private static final int TIME_VALUE_OCTETS = 16;

    private static final int MEMORY_INFO_OCTETS = 36;
    private static final int MEMORY_INFO_DROPS = 32;

    private static final long MAPPED_IPV4 = 0xffffL;

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final String name;
    private final int fd;
    private final boolean ipv6;
    private final int port;

    /** What the kernel granted, octets. */
    private final int bufferOctets;

    private final Memory headers;
    private final Memory payloads;

    /** Of {@link #headers}: messages, vectors, addresses and controls one after the other. */
    private final ByteBuffer fields;

    private final ByteBuffer memory;

    /** Datagrams of the last call. */
    private int received = BATCH;

    private UdpSocket(String name, int fd, boolean ipv6, int port, int bufferOctets) {
        this.name = name;
        this.fd = fd;
        this.ipv6 = ipv6;
        this.port = port;
        this.bufferOctets = bufferOctets;
        headers = new Memory((long) BATCH * (MESSAGE_OCTETS + IO_VECTOR_OCTETS + ADDRESS_ROOM + CONTROL_ROOM));
        payloads = new Memory((long) BATCH * PLACE_OCTETS);
        fields = headers.getByteBuffer(0, headers.size()).order(ByteOrder.nativeOrder());
        memory = payloads.getByteBuffer(0, payloads.size()).order(ByteOrder.BIG_ENDIAN);
        layOut();
    }

    private void layOut() {
        headers.clear();
        long base = Pointer.nativeValue(headers);
        long payload = Pointer.nativeValue(payloads);
        for (int i = 0; i < BATCH; i++) {
            fields.putLong(vector(i), payload + offset(i));
            fields.putLong(vector(i) + Long.BYTES, MAX_OCTETS);
            fields.putLong(message(i) + NAME, base + address(i));
            fields.putLong(message(i) + VECTOR, base + vector(i));
            fields.putLong(message(i) + VECTOR_COUNT, 1);
            fields.putLong(message(i) + CONTROL, base + control(i));
        }
    }

    private static int message(int index) {
        return index * MESSAGE_OCTETS;
    }

    private static int vector(int index) {
        return BATCH * MESSAGE_OCTETS + index * IO_VECTOR_OCTETS;
    }

    private static int address(int index) {
        return BATCH * (MESSAGE_OCTETS + IO_VECTOR_OCTETS) + index * ADDRESS_ROOM;
    }

    private static int control(int index) {
        return BATCH * (MESSAGE_OCTETS + IO_VECTOR_OCTETS + ADDRESS_ROOM) + index * CONTROL_ROOM;
    }

    /**
     * Opens a socket.
     *
     * @param name of the listener, for messages
     * @param local address, and port or 0 for any
     * @param bufferOctets what is asked of the kernel
     * @param shares others of this process listen there, too
     * @throws CaptureOpenException when it cannot be listened there; says why and what to do
     */
    static UdpSocket open(String name, InetSocketAddress local, int bufferOctets, boolean shares)
            throws CaptureOpenException {
        try {
            return openOrRefuse(name, local, bufferOctets, shares);
        } catch (LinkageError e) {
            throw new CaptureOpenException(
                    Reason.NOT_SUPPORTED,
                    name,
                    name + ": datagrams can be received on 64-bit Linux only, " + e.getMessage(),
                    e);
        }
    }

    private static UdpSocket openOrRefuse(String name, InetSocketAddress local, int bufferOctets, boolean shares)
            throws CaptureOpenException {
        String architecture = System.getProperty("os.arch");
        if (!ARCHITECTURES.contains(architecture)) {
            throw new CaptureOpenException(
                    Reason.NOT_SUPPORTED,
                    name,
                    name + ": datagrams can be received on Linux on " + ARCHITECTURES + " only, this is "
                            + architecture);
        }
        boolean ipv6 = !(local.getAddress() instanceof Inet4Address);
        int fd = SocketCalls.socket(
                ipv6 ? SocketCalls.AF_INET6 : SocketCalls.AF_INET,
                SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_CLOEXEC,
                0);
        if (fd < 0) {
            throw failed(name, "no UDP socket");
        }
        boolean opened = false;
        try {
            if (shares) {
                // Not for one alone: a second program would take half of its exporters without a word.
                require(name, "SO_REUSEPORT", setInt(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_REUSEPORT, 1));
            }
            require(name, "SO_TIMESTAMPNS", setInt(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_TIMESTAMPNS, 1));
            if (ipv6) {
                require(name, "IPV6_V6ONLY", setInt(fd, SocketCalls.IPPROTO_IPV6, SocketCalls.IPV6_V6ONLY, 0));
            }
            setWait(name, fd);
            int granted = askForBuffer(fd, bufferOctets);
            int port = bind(name, fd, local, ipv6);
            UdpSocket socket = new UdpSocket(name, fd, ipv6, port, granted);
            opened = true;
            return socket;
        } finally {
            if (!opened) {
                SocketCalls.close(fd);
            }
        }
    }

    /** @return what is there now; the kernel counts its own overhead in, so it doubles what it is asked for and halves nothing */
    private static int askForBuffer(int fd, int octets) {
        // Beyond net.core.rmem_max the first is for CAP_NET_ADMIN only; the other takes the most that is allowed.
        if (setInt(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_RCVBUFFORCE, octets) != 0) {
            setInt(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_RCVBUF, octets);
        }
        try (Memory value = new Memory(Integer.BYTES);
                Memory length = new Memory(Integer.BYTES)) {
            length.setInt(0, Integer.BYTES);
            int answer = SocketCalls.getsockopt(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_RCVBUF, value, length);
            return answer == 0 ? value.getInt(0) / 2 : 0;
        }
    }

    private static int bind(String name, int fd, InetSocketAddress local, boolean ipv6) throws CaptureOpenException {
        try (Memory address = new Memory(ADDRESS_ROOM);
                Memory length = new Memory(Integer.BYTES)) {
            address.clear();
            address.setShort(0, (short) (ipv6 ? SocketCalls.AF_INET6 : SocketCalls.AF_INET));
            ByteBuffer network = address.getByteBuffer(0, ADDRESS_ROOM).order(ByteOrder.BIG_ENDIAN);
            network.putShort(ADDRESS_PORT, (short) local.getPort());
            byte[] octets = local.getAddress().getAddress();
            network.put(ipv6 ? ADDRESS_IPV6 : ADDRESS_IPV4, octets);
            if (SocketCalls.bind(fd, address, ipv6 ? ADDRESS_OCTETS : ADDRESS_IPV4 + 12) != 0) {
                throw failed(name, "cannot be listened on; choose another port or address");
            }
            length.setInt(0, ADDRESS_ROOM);
            if (SocketCalls.getsockname(fd, address, length) != 0) {
                throw failed(name, "getsockname");
            }
            return network.getShort(ADDRESS_PORT) & 0xffff;
        }
    }

    private static void setWait(String name, int fd) throws CaptureOpenException {
        try (Memory time = new Memory(TIME_VALUE_OCTETS)) {
            time.setLong(0, 0);
            time.setLong(Long.BYTES, WAIT_MICROS);
            require(
                    name,
                    "SO_RCVTIMEO",
                    SocketCalls.setsockopt(
                            fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_RCVTIMEO, time, TIME_VALUE_OCTETS));
        }
    }

    private static int setInt(int fd, int level, int option, int value) {
        try (Memory memory = new Memory(Integer.BYTES)) {
            memory.setInt(0, value);
            return SocketCalls.setsockopt(fd, level, option, memory, Integer.BYTES);
        }
    }

    private static void require(String name, String what, int answer) throws CaptureOpenException {
        if (answer != 0) {
            throw failed(name, "this kernel does not know " + what);
        }
    }

    private static CaptureOpenException failed(String name, String what) {
        String why = SocketCalls.strerror(Native.getLastError());
        return new CaptureOpenException(Reason.FAILED, name, name + ": " + what + " (" + why + ")");
    }

    /** Port that it listens at. */
    int port() {
        return port;
    }

    /** Octets that the kernel keeps for this process at most, its own overhead left out. */
    int bufferOctets() {
        return bufferOctets;
    }

    /**
     * Takes what is there; waits a tenth of a second at most for the first.
     *
     * @return how many datagrams; 0 when none came
     */
    int receive() throws IOException {
        // The kernel has written there what it received.
        for (int i = 0; i < received; i++) {
            fields.putInt(message(i) + NAME_OCTETS, ADDRESS_ROOM);
            fields.putLong(message(i) + CONTROL_OCTETS, CONTROL_ROOM);
        }
        received = 0;
        int count = SocketCalls.recvmmsg(fd, headers, BATCH, SocketCalls.MSG_WAITFORONE, null);
        if (count >= 0) {
            received = count;
            return count;
        }
        int error = Native.getLastError();
        if (error == SocketCalls.EAGAIN || error == SocketCalls.EINTR) {
            return 0;
        }
        throw new IOException(name + ": no more datagrams can be received: " + SocketCalls.strerror(error));
    }

    /** Payloads of the last {@link #receive}, big endian. */
    ByteBuffer memory() {
        return memory;
    }

    /** Index in {@link #memory()} of the first octet of a datagram. */
    int offset(int index) {
        return index * PLACE_OCTETS;
    }

    /** Octets of a datagram. */
    int length(int index) {
        return fields.getInt(message(index) + RECEIVED_OCTETS);
    }

    /** Whether a datagram was longer than there is room for: no datagram can be. */
    boolean isCut(int index) {
        return (fields.getInt(message(index) + FLAGS) & SocketCalls.MSG_TRUNC) != 0;
    }

    /**
     * When the kernel had a datagram, epoch nanoseconds.
     *
     * @param otherwise for a kernel that did not say
     */
    long timeNanos(int index, long otherwise) {
        int at = control(index);
        boolean told = fields.getLong(message(index) + CONTROL_OCTETS) >= TIMED_CONTROL_OCTETS
                && fields.getInt(at + CONTROL_LEVEL) == SocketCalls.SOL_SOCKET
                && fields.getInt(at + CONTROL_TYPE) == SocketCalls.SO_TIMESTAMPNS;
        return told
                ? fields.getLong(at + CONTROL_SECONDS) * SECOND_NANOS + fields.getLong(at + CONTROL_NANOS)
                : otherwise;
    }

    /** 4, also for an address that is mapped into IPv6 (RFC 4291 section 2.5.5.2), or 6. */
    int ipVersion(int index) {
        return ipv6 && !isMapped(index) ? 6 : 4;
    }

    private boolean isMapped(int index) {
        return addressLong(index, ADDRESS_IPV6) == 0 && addressLong(index, ADDRESS_IPV6 + 8) >>> 32 == MAPPED_IPV4;
    }

    /** Upper half of an IPv6 address, 0 for IPv4. */
    long addressHigh(int index) {
        return ipv6 ? addressLong(index, ADDRESS_IPV6) : 0;
    }

    /** Lower half of an IPv6 address, or IPv4 address. */
    long addressLow(int index) {
        if (!ipv6) {
            return bigEndian(fields.getInt(address(index) + ADDRESS_IPV4)) & 0xffff_ffffL;
        }
        long low = addressLong(index, ADDRESS_IPV6 + 8);
        return isMapped(index) ? low & 0xffff_ffffL : low;
    }

    /** Port that a datagram was sent from. */
    int senderPort(int index) {
        short order = fields.getShort(address(index) + ADDRESS_PORT);
        return (fields.order() == ByteOrder.BIG_ENDIAN ? order : Short.reverseBytes(order)) & 0xffff;
    }

    private long addressLong(int index, int position) {
        long value = fields.getLong(address(index) + position);
        return fields.order() == ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value);
    }

    private int bigEndian(int value) {
        return fields.order() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
    }

    /** Datagrams since it was opened that found no room in the buffer, modulo 2^32; -1 where the kernel does not say. */
    long drops() {
        try (Memory value = new Memory(MEMORY_INFO_OCTETS);
                Memory length = new Memory(Integer.BYTES)) {
            length.setInt(0, MEMORY_INFO_OCTETS);
            int answer = SocketCalls.getsockopt(fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_MEMINFO, value, length);
            return answer == 0 && length.getInt(0) == MEMORY_INFO_OCTETS
                    ? value.getInt(MEMORY_INFO_DROPS) & 0xffff_ffffL
                    : -1;
        }
    }

    @Override
    public void close() {
        SocketCalls.close(fd);
        headers.close();
        payloads.close();
    }
}
