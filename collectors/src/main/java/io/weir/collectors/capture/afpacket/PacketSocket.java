package io.weir.collectors.capture.afpacket;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureOpenException.Reason;
import io.weir.collectors.capture.LiveConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A packet socket with its ring mapped into this process: packet(7). Used by one thread.
 *
 * <p>{@link #memory()} must not be touched after {@link #close()}: the pages are gone then, and reading them ends the process.
 */
final class PacketSocket implements AutoCloseable {

    /** As tcpdump and libpcap name all interfaces together. */
    static final String ALL_INTERFACES = "any";

    private static final int ETH_P_ALL = 3;

    private static final int SOCKADDR_OCTETS = 20;
    private static final int SOCKADDR_PROTOCOL = 2;
    private static final int SOCKADDR_INTERFACE = 4;
    private static final int SOCKADDR_HARDWARE_TYPE = 8;

    /** Block size, number of blocks, frame size, number of frames, time-out in ms, private area, features. */
    private static final int RING_REQUEST_OCTETS = 28;

    /** Of no consequence in a ring with blocks, but it must divide the block. */
    private static final int NOMINAL_FRAME_OCTETS = 2048;

    private static final int MEMBERSHIP_OCTETS = 16;
    private static final int STATISTICS_OCTETS = 12;
    private static final int POLL_OCTETS = 8;
    private static final int POLL_EVENTS = 4;
    private static final int POLL_RESULT = 6;
    private static final long MAP_FAILED = -1;

    /** Of a socket that shares its packets with no other. */
    private static final int ALONE = -1;

    /** Of the first socket of a group, whose number the kernel chooses. */
    private static final int NEW_GROUP = -2;

    private final LiveConfig config;
    private final int fd;
    private FilterProgram filter;
    private LinkKind kind;
    private int systemIndex;
    private int loopbackIndex;
    private RingGeometry geometry;
    private Pointer map;
    private ByteBuffer memory;

    /** Type, flags and number of the fan-out as the kernel tells them. */
    private int group;

    /** For calls made over and over: poll, errors, statistics and the length of an answer behind each. */
    private final Memory scratch = new Memory(64);

    private long packets;
    private long drops;
    private long freezes;

    private PacketSocket(LiveConfig config, int fd) {
        this.config = config;
        this.fd = fd;
    }

    /**
     * Opens a socket, with everything in place before the first packet can reach it: a packet is in the ring or among its drops only if
     * the filter wanted it.
     */
    static PacketSocket open(LiveConfig config) throws CaptureOpenException {
        return open(config, ALONE);
    }

    /**
     * Opens sockets among which the kernel spreads the packets of an interface, by a hash of their conversations. None takes any before
     * {@link #admit}, so that none takes those of others before it has joined them.
     */
    static List<PacketSocket> openGroup(LiveConfig config, int members) throws CaptureOpenException {
        List<PacketSocket> sockets = new ArrayList<>();
        try {
            while (sockets.size() < members) {
                sockets.add(open(config, sockets.isEmpty() ? NEW_GROUP : sockets.get(0).group));
            }
            return sockets;
        } catch (CaptureOpenException e) {
            sockets.forEach(PacketSocket::close);
            throw e;
        }
    }

    private static PacketSocket open(LiveConfig config, int group) throws CaptureOpenException {
        try {
            return openOrRefuse(config, group);
        } catch (LinkageError e) {
            throw notSupported(config, e.getMessage(), e);
        }
    }

    private static PacketSocket openOrRefuse(LiveConfig config, int group) throws CaptureOpenException {
        if (Native.POINTER_SIZE != 8) {
            throw notSupported(config, "this Java has not 64 bits", null);
        }
        boolean all = config.interfaceName().equals(ALL_INTERFACES);
        int index = all ? 0 : indexOf(config);
        LinkKind kind = all ? LinkKind.COOKED : null;
        int loopback = LibC.if_nametoindex("lo");
        if (!all) {
            int hardwareType = hardwareType(config, index);
            kind = LinkKind.ofHardware(hardwareType);
            loopback = hardwareType == LinkKind.ARPHRD_LOOPBACK ? index : 0;
        }
        int type = kind.layout().hasLinkHeader() ? LibC.SOCK_RAW : LibC.SOCK_DGRAM;
        PacketSocket socket = new PacketSocket(config, openSocket(config, type));
        boolean opened = false;
        try {
            socket.kind = kind;
            socket.systemIndex = index;
            socket.loopbackIndex = loopback;
            socket.group = group;
            socket.setUp();
            opened = true;
            return socket;
        } finally {
            if (!opened) {
                socket.close();
            }
        }
    }

    private static int indexOf(LiveConfig config) throws CaptureOpenException {
        int index = LibC.if_nametoindex(config.interfaceName());
        if (index == 0) {
            throw notFound(config);
        }
        return index;
    }

    /** Without a protocol: nothing is received until it is bound with one. */
    private static int openSocket(LiveConfig config, int type) throws CaptureOpenException {
        int fd = LibC.socket(LibC.AF_PACKET, type | LibC.SOCK_CLOEXEC, 0);
        if (fd < 0) {
            int error = Native.getLastError();
            if (error == LibC.EPERM || error == LibC.EACCES) {
                throw new CaptureOpenException(
                        Reason.NOT_PERMITTED,
                        config.name(),
                        config.name()
                                + ": this process may not capture; run it as root or give it the capability"
                                + " CAP_NET_RAW (in a container: --cap-add NET_RAW)");
            }
            if (error == LibC.EAFNOSUPPORT || error == LibC.ESOCKTNOSUPPORT || error == LibC.EINVAL) {
                throw notSupported(config, "this kernel has no packet sockets: " + LibC.strerror(error), null);
            }
            throw failed(config, "no packet socket", error);
        }
        return fd;
    }

    private static int hardwareType(LiveConfig config, int index) throws CaptureOpenException {
        int fd = openSocket(config, LibC.SOCK_DGRAM);
        try (Memory address = address(index, 0);
                Memory length = new Memory(4)) {
            length.setInt(0, SOCKADDR_OCTETS);
            if (LibC.bind(fd, address, SOCKADDR_OCTETS) != 0 || LibC.getsockname(fd, address, length) != 0) {
                throw bindFailed(config, Native.getLastError());
            }
            return address.getShort(SOCKADDR_HARDWARE_TYPE) & 0xffff;
        } finally {
            LibC.close(fd);
        }
    }

    private void setUp() throws CaptureOpenException {
        if (setInt(LibC.PACKET_VERSION, LibC.TPACKET_V3) != 0) {
            throw notSupported(config, "this kernel has no rings of version 3: " + lastError(), null);
        }
        if (setInt(LibC.PACKET_RESERVE, BlockReader.HEADROOM_OCTETS) != 0) {
            throw notSupported(config, "this kernel reserves no room before frames: " + lastError(), null);
        }
        if (loopbackIndex != 0 && systemIndex != 0) {
            // Each packet passes twice. A kernel before 4.20 refuses, and the copy is left out when it is read.
            setInt(LibC.PACKET_IGNORE_OUTGOING, 1);
        }
        mapRing();
        filter = FilterProgram.of(config, kind);
        if (!filter.attach(fd)) {
            int error = Native.getLastError();
            throw config.filter() == null
                    ? failed(config, "no snap length can be set", error)
                    : FilterProgram.notForTheKernel(config, LibC.strerror(error));
        }
        if (group != ALONE) {
            refuseAll();
        }
        if (config.promiscuous() && systemIndex != 0) {
            joinPromiscuously();
        }
        try (Memory address = address(systemIndex, ETH_P_ALL)) {
            if (LibC.bind(fd, address, SOCKADDR_OCTETS) != 0) {
                throw bindFailed(config, Native.getLastError());
            }
        }
        int error = takeError();
        if (error != 0) {
            throw bindFailed(config, error);
        }
        if (group != ALONE) {
            joinGroup();
        }
    }

    /**
     * The hash is the same for both directions of a conversation and leaves ports out of every fragment, so that neither comes to
     * another socket. Kernels that know the flag for unique numbers (4.12) all do so.
     */
    private void joinGroup() throws CaptureOpenException {
        if (group == NEW_GROUP) {
            int type = LibC.PACKET_FANOUT_HASH | LibC.PACKET_FANOUT_FLAG_UNIQUEID;
            if (loopbackIndex != 0 && systemIndex != 0) {
                // The option of that name is the socket's, and it is the group that receives.
                type |= LibC.PACKET_FANOUT_FLAG_IGNORE_OUTGOING;
            }
            group = type << 16;
        }
        if (setInt(LibC.PACKET_FANOUT, group) != 0) {
            throw notSupported(
                    config, "this kernel does not spread packets over threads, use a single one: " + lastError(), null);
        }
        scratch.setInt(POLL_OCTETS, 4);
        if (LibC.getsockopt(fd, LibC.SOL_PACKET, LibC.PACKET_FANOUT, scratch, scratch.share(POLL_OCTETS)) != 0) {
            throw failed(config, "the kernel does not tell its fan-out", Native.getLastError());
        }
        group = scratch.getInt(0);
    }

    private int setInt(int option, int value) {
        scratch.setInt(0, value);
        return LibC.setsockopt(fd, LibC.SOL_PACKET, option, scratch, 4);
    }

    private void mapRing() throws CaptureOpenException {
        geometry = RingGeometry.of(config.snapOctets(), config.bufferOctets());
        try (Memory request = new Memory(RING_REQUEST_OCTETS)) {
            request.clear();
            request.setInt(0, geometry.blockOctets());
            request.setInt(4, geometry.blocks());
            request.setInt(8, NOMINAL_FRAME_OCTETS);
            request.setInt(12, geometry.blockOctets() / NOMINAL_FRAME_OCTETS * geometry.blocks());
            request.setInt(16, config.timeoutMs());
            if (LibC.setsockopt(fd, LibC.SOL_PACKET, LibC.PACKET_RX_RING, request, RING_REQUEST_OCTETS) != 0) {
                int error = Native.getLastError();
                if (error == LibC.ENOMEM) {
                    throw failed(
                            config,
                            "the kernel has no " + geometry.octets() + " octets for the ring; use a smaller buffer",
                            error);
                }
                throw notSupported(config, "this kernel gives no ring: " + LibC.strerror(error), null);
            }
        }
        Pointer mapped = LibC.mmap(Pointer.NULL, geometry.octets(), LibC.PROT_READ_WRITE, LibC.MAP_SHARED, fd, 0);
        if (mapped == null || Pointer.nativeValue(mapped) == MAP_FAILED) {
            throw notSupported(config, "the ring cannot be mapped: " + lastError(), null);
        }
        map = mapped;
        memory = map.getByteBuffer(0, geometry.octets()).order(ByteOrder.nativeOrder());
    }

    /** The kernel leaves when the socket is closed. */
    private void joinPromiscuously() throws CaptureOpenException {
        try (Memory membership = new Memory(MEMBERSHIP_OCTETS)) {
            membership.clear();
            membership.setInt(0, systemIndex);
            membership.setShort(4, (short) LibC.PACKET_MR_PROMISC);
            if (LibC.setsockopt(fd, LibC.SOL_PACKET, LibC.PACKET_ADD_MEMBERSHIP, membership, MEMBERSHIP_OCTETS) != 0) {
                throw failed(config, "promiscuous mode is refused", Native.getLastError());
            }
        }
    }

    private static Memory address(int index, int protocol) {
        Memory address = new Memory(SOCKADDR_OCTETS);
        address.clear();
        address.setShort(0, (short) LibC.AF_PACKET);
        address.setByte(SOCKADDR_PROTOCOL, (byte) (protocol >>> 8));
        address.setByte(SOCKADDR_PROTOCOL + 1, (byte) protocol);
        address.setInt(SOCKADDR_INTERFACE, index);
        return address;
    }

    LinkKind kind() {
        return kind;
    }

    /** The operating system's number of the interface, 0 for all. */
    int systemIndex() {
        return systemIndex;
    }

    RingGeometry geometry() {
        return geometry;
    }

    ByteBuffer memory() {
        return memory;
    }

    BlockReader reader() {
        return new BlockReader(memory, geometry.blockOctets(), kind, config.snapOctets(), loopbackIndex);
    }

    /** Waits until the kernel may have handed over a block, something happened to the interface, or the time is over. */
    boolean await(int timeoutMs) {
        scratch.setInt(0, fd);
        scratch.setShort(POLL_EVENTS, LibC.POLLIN);
        scratch.setShort(POLL_RESULT, (short) 0);
        return LibC.poll(scratch, 1, timeoutMs) > 0;
    }

    /** True when the last {@link #await} was woken by something else than packets. */
    boolean isTroubled() {
        return (scratch.getShort(POLL_RESULT) & ~LibC.POLLIN) != 0;
    }

    /** The error that is pending at the socket, which is thereby forgotten; 0 for none. */
    int takeError() {
        scratch.setInt(0, 0);
        scratch.setInt(POLL_OCTETS, 4);
        int failed = LibC.getsockopt(fd, LibC.SOL_SOCKET, LibC.SO_ERROR, scratch, scratch.share(POLL_OCTETS));
        return failed != 0 ? Native.getLastError() : scratch.getInt(0);
    }

    /** What the filter wants is taken from now on. */
    void admit() {
        if (!filter.attach(fd)) {
            throw new IllegalStateException(
                    config.interfaceName() + ": the kernel takes the capture filter no longer: " + lastError());
        }
    }

    /** Nothing that arrives from now on is taken or counted. */
    void refuseAll() {
        FilterProgram.NOTHING.attach(fd);
    }

    /** Adds to the sums what the kernel has counted since the last call. False when it does not say. */
    boolean readStatistics() {
        scratch.setInt(32, STATISTICS_OCTETS);
        if (LibC.getsockopt(fd, LibC.SOL_PACKET, LibC.PACKET_STATISTICS, scratch, scratch.share(32)) != 0) {
            return false;
        }
        long seen = scratch.getInt(0) & 0xffff_ffffL;
        long dropped = scratch.getInt(4) & 0xffff_ffffL;
        packets += seen - dropped;
        drops += dropped;
        freezes += scratch.getInt(8) & 0xffff_ffffL;
        return true;
    }

    /** Packets that the kernel has put into the ring, up to the last {@link #readStatistics}. */
    long packets() {
        return packets;
    }

    /** Packets for which the ring had no room, up to the last {@link #readStatistics}. */
    long drops() {
        return drops;
    }

    /** How often the ring was found full, up to the last {@link #readStatistics}. */
    long freezes() {
        return freezes;
    }

    @Override
    public void close() {
        if (map != null) {
            LibC.munmap(map, geometry.octets());
            map = null;
            memory = null;
        }
        LibC.close(fd);
        scratch.close();
    }

    static String textOf(int error) {
        return LibC.strerror(error);
    }

    private static String lastError() {
        return LibC.strerror(Native.getLastError());
    }

    private static CaptureOpenException bindFailed(LiveConfig config, int error) {
        String name = config.name();
        if (error == LibC.ENETDOWN) {
            return new CaptureOpenException(
                    Reason.INTERFACE_DOWN,
                    name,
                    name + ": the interface is down; bring it up with: ip link set " + name + " up");
        }
        return error == LibC.ENODEV || error == LibC.ENXIO
                ? notFound(config)
                : failed(config, "the interface cannot be bound to", error);
    }

    private static CaptureOpenException notFound(LiveConfig config) {
        return new CaptureOpenException(
                Reason.INTERFACE_NOT_FOUND,
                config.name(),
                config.name() + ": no such interface; there are: " + knownInterfaces());
    }

    /** Java's own list leaves out interfaces without addresses. */
    private static String knownInterfaces() {
        List<String> names = new ArrayList<>();
        Pointer interfaces = LibC.if_nameindex();
        if (interfaces != null) {
            for (long at = 0; interfaces.getInt(at) != 0; at += 2L * Native.POINTER_SIZE) {
                names.add(interfaces.getPointer(at + Native.POINTER_SIZE).getString(0));
            }
            LibC.if_freenameindex(interfaces);
        }
        names.add(ALL_INTERFACES);
        return String.join(", ", names);
    }

    static CaptureOpenException notSupported(LiveConfig config, String why, Throwable cause) {
        return new CaptureOpenException(
                Reason.NOT_SUPPORTED,
                config.name(),
                config.name() + ": cannot be captured from with afpacket: " + why,
                cause);
    }

    private static CaptureOpenException failed(LiveConfig config, String what, int error) {
        return new CaptureOpenException(
                Reason.FAILED,
                config.name(),
                config.name() + ": cannot be captured from: " + what + ": " + LibC.strerror(error));
    }
}
