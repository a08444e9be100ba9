package io.weir.collectors.capture.afpacket;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * The system calls of a packet socket, for 64-bit Linux. All answer -1 on failure and leave the reason in {@link
 * Native#getLastError()}. Loading this class fails with a {@link LinkageError} where JNA or the functions are missing.
 */
final class LibC {

    static final int AF_PACKET = 17;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;
    static final int SOCK_CLOEXEC = 0x80000;

    static final int SOL_SOCKET = 1;
    static final int SO_ERROR = 4;
    static final int SO_ATTACH_FILTER = 26;

    static final int SOL_PACKET = 263;
    static final int PACKET_ADD_MEMBERSHIP = 1;
    static final int PACKET_RX_RING = 5;
    static final int PACKET_STATISTICS = 6;
    static final int PACKET_VERSION = 10;
    static final int PACKET_RESERVE = 12;
    static final int PACKET_FANOUT = 18;
    static final int PACKET_IGNORE_OUTGOING = 23;
    static final int PACKET_MR_PROMISC = 1;
    static final int TPACKET_V3 = 2;

    /** Types and flags of a fan-out: the upper half of its option, of which the lower is the group. */
    static final int PACKET_FANOUT_HASH = 0;

    static final int PACKET_FANOUT_FLAG_UNIQUEID = 0x2000;
    static final int PACKET_FANOUT_FLAG_IGNORE_OUTGOING = 0x4000;

    static final int PROT_READ_WRITE = 3;
    static final int MAP_SHARED = 1;

    static final short POLLIN = 1;

    static final int EPERM = 1;
    static final int EINTR = 4;
    static final int ENXIO = 6;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int ENODEV = 19;
    static final int EINVAL = 22;
    static final int ENOPROTOOPT = 92;
    static final int ESOCKTNOSUPPORT = 94;
    static final int EAFNOSUPPORT = 97;
    static final int ENETDOWN = 100;

    static {
        Native.register(LibC.class, NativeLibrary.getProcess());
    }

    private LibC() {}

    static native int socket(int domain, int type, int protocol);

    static native int setsockopt(int fd, int level, int name, Pointer value, int length);

    static native int getsockopt(int fd, int level, int name, Pointer value, Pointer length);

    static native int bind(int fd, Pointer address, int length);

    static native int getsockname(int fd, Pointer address, Pointer length);

    /** Number of an interface, 0 when there is none of that name. */
    static native int if_nametoindex(String name);

    /** The interfaces there are: an array of pairs (number, pointer to the name), ended by a number 0. */
    static native Pointer if_nameindex();

    static native void if_freenameindex(Pointer interfaces);

    static native Pointer mmap(Pointer address, long length, int protection, int flags, int fd, long offset);

    static native int munmap(Pointer address, long length);

    static native int poll(Pointer descriptors, long count, int timeoutMs);

    static native int close(int fd);

    static native String strerror(int error);
}
