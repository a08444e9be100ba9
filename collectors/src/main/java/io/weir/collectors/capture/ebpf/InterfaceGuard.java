package io.weir.collectors.capture.ebpf;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureOpenException.Reason;
import io.weir.collectors.capture.LiveConfig;
import io.weir.collectors.capture.NetworkNamespace;
import java.nio.charset.StandardCharsets;

/**
 * Holds an interface: says when it goes down or away, makes it promiscuous, and keeps other processes from counting its packets with the
 * same filters. The kernel ends all of that with the process. Used by one thread.
 */
final class InterfaceGuard implements AutoCloseable {

    private static final String ALL_INTERFACES = "any";
    private static final int ARPHRD_ETHER = 1;
    private static final int ARPHRD_LOOPBACK = 772;

    /** A protocol that is nobody's (IEEE 802 local experimental 2), so that the socket hears of its interface and gets no packets. */
    private static final int PROTOCOL = 0x88b6;

    private static final int PACKET_ADDRESS_OCTETS = 20;
    private static final int PACKET_ADDRESS_HARDWARE_TYPE = 8;
    private static final int MEMBERSHIP_OCTETS = 16;

    private final String interfaceName;
    private final int index;
    private final int lock;
    private final int socket;
    private boolean loopback;
    private final Memory scratch = new Memory(16);

    private InterfaceGuard(String interfaceName, int index, int lock, int socket) {
        this.interfaceName = interfaceName;
        this.index = index;
        this.lock = lock;
        this.socket = socket;
    }

    /** To be called within the namespace of the interface. */
    static InterfaceGuard open(LiveConfig config) throws CaptureOpenException {
        String name = config.name();
        if (config.interfaceName().equals(ALL_INTERFACES)) {
            throw Refusals.of(
                    Reason.NOT_SUPPORTED,
                    name,
                    "each interface is counted by a program of its own; name it, or use a pattern");
        }
        int index = SystemCalls.if_nametoindex(config.interfaceName());
        if (index == 0) {
            throw new CaptureOpenException(
                    Reason.INTERFACE_NOT_FOUND,
                    name,
                    name + ": no such interface; up are: " + String.join(", ", NetworkNamespace.interfacesUp(null)));
        }
        int lock = takeLock(name, index);
        int socket = SystemCalls.socket(SystemCalls.AF_PACKET, SystemCalls.SOCK_DGRAM | SystemCalls.SOCK_CLOEXEC, 0);
        if (socket < 0) {
            int error = Native.getLastError();
            SystemCalls.close(lock);
            throw Refusals.ofError(name, "no packet socket", error);
        }
        InterfaceGuard guard = new InterfaceGuard(config.interfaceName(), index, lock, socket);
        try {
            guard.bind(config);
            return guard;
        } catch (CaptureOpenException e) {
            guard.close();
            throw e;
        }
    }

    /** An abstract address of unix(7) belongs to the network namespace, as the number of the interface does. */
    private static int takeLock(String name, int index) throws CaptureOpenException {
        int fd = SystemCalls.socket(SystemCalls.AF_UNIX, SystemCalls.SOCK_DGRAM | SystemCalls.SOCK_CLOEXEC, 0);
        byte[] address = ("weir-ebpf-" + index).getBytes(StandardCharsets.US_ASCII);
        int octets = 2 + 1 + address.length;
        try (Memory memory = new Memory(octets)) {
            memory.clear();
            memory.setShort(0, (short) SystemCalls.AF_UNIX);
            memory.write(3, address, 0, address.length);
            if (fd >= 0 && SystemCalls.bind(fd, memory, octets) == 0) {
                return fd;
            }
        }
        int error = Native.getLastError();
        if (fd >= 0) {
            SystemCalls.close(fd);
        }
        if (error == SystemCalls.EADDRINUSE) {
            throw Refusals.of(
                    Reason.FAILED,
                    name,
                    "another capture, perhaps of another process, counts its packets with ebpf already; end that one or use"
                            + " --capture afpacket");
        }
        throw Refusals.ofError(name, "no lock on the interface", error);
    }

    private void bind(LiveConfig config) throws CaptureOpenException {
        String name = config.name();
        try (Memory address = new Memory(PACKET_ADDRESS_OCTETS)) {
            address.clear();
            address.setShort(0, (short) SystemCalls.AF_PACKET);
            address.setByte(2, (byte) (PROTOCOL >>> 8));
            address.setByte(3, (byte) PROTOCOL);
            address.setInt(4, index);
            scratch.setInt(0, PACKET_ADDRESS_OCTETS);
            if (SystemCalls.bind(socket, address, PACKET_ADDRESS_OCTETS) != 0
                    || SystemCalls.getsockname(socket, address, scratch) != 0) {
                throw bindFailed(name, Native.getLastError());
            }
            int hardwareType = address.getShort(PACKET_ADDRESS_HARDWARE_TYPE) & 0xffff;
            loopback = hardwareType == ARPHRD_LOOPBACK;
            if (!loopback && hardwareType != ARPHRD_ETHER) {
                throw Refusals.of(
                        Reason.NOT_SUPPORTED, name, "it is no Ethernet interface (hardware type " + hardwareType + ")");
            }
        }
        int error = takeError();
        if (error != 0) {
            throw bindFailed(name, error);
        }
        if (config.promiscuous()) {
            joinPromiscuously(name);
        }
    }

    private static CaptureOpenException bindFailed(String name, int error) {
        if (error == SystemCalls.ENETDOWN) {
            return new CaptureOpenException(
                    Reason.INTERFACE_DOWN,
                    name,
                    name + ": the interface is down; bring it up with: ip link set " + name + " up");
        }
        return Refusals.ofError(name, "the interface cannot be bound to", error);
    }

    private void joinPromiscuously(String name) throws CaptureOpenException {
        try (Memory membership = new Memory(MEMBERSHIP_OCTETS)) {
            membership.clear();
            membership.setInt(0, index);
            membership.setShort(4, (short) SystemCalls.PACKET_MR_PROMISC);
            if (SystemCalls.setsockopt(
                            socket,
                            SystemCalls.SOL_PACKET,
                            SystemCalls.PACKET_ADD_MEMBERSHIP,
                            membership,
                            MEMBERSHIP_OCTETS)
                    != 0) {
                throw Refusals.ofError(name, "promiscuous mode is refused", Native.getLastError());
            }
        }
    }

    /** The operating system's number of the interface. */
    int index() {
        return index;
    }

    /** Whether each of its packets passes twice, going out and coming in. */
    boolean isLoopback() {
        return loopback;
    }

    /** To be watched for errors. */
    int descriptor() {
        return socket;
    }

    /** What is split before it goes out of the interface; as long as this is open. */
    Segmentation segmentation() {
        return new Segmentation(socket, interfaceName);
    }

    /** What happened to the interface, which is thereby forgotten; 0 for nothing. */
    int takeError() {
        Pointer length = scratch.share(8);
        scratch.setInt(0, 0);
        length.setInt(0, 4);
        int failed = SystemCalls.getsockopt(socket, SystemCalls.SOL_SOCKET, SystemCalls.SO_ERROR, scratch, length);
        return failed != 0 ? Native.getLastError() : scratch.getInt(0);
    }

    @Override
    public void close() {
        SystemCalls.close(socket);
        SystemCalls.close(lock);
        scratch.close();
    }
}
