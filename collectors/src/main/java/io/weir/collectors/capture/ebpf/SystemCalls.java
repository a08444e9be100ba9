package io.weir.collectors.capture.ebpf;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * System calls, for 64-bit Linux. All answer -1 on failure and leave the reason in {@link Native#getLastError()}. Loading this class fails
 * with a {@link LinkageError} where JNA or the functions are missing.
 */
final class SystemCalls {

    static final int AF_UNIX = 1;
    static final int AF_NETLINK = 16;
    static final int AF_PACKET = 17;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int NETLINK_ROUTE = 0;

    static final int SOL_SOCKET = 1;
    static final int SO_ERROR = 4;
    static final int SOL_PACKET = 263;
    static final int PACKET_ADD_MEMBERSHIP = 1;
    static final int PACKET_MR_PROMISC = 1;

    static final int PROT_READ = 1;
    static final int PROT_READ_WRITE = 3;
    static final int MAP_SHARED = 1;

    static final short POLLIN = 1;

    static final int CLOCK_REALTIME = 0;
    static final int CLOCK_MONOTONIC = 1;

    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int ENXIO = 6;
    static final int EACCES = 13;
    static final int EEXIST = 17;
    static final int ENODEV = 19;
    static final int EADDRINUSE = 98;
    static final int ENETDOWN = 100;

    static {
        Native.register(SystemCalls.class, NativeLibrary.getProcess());
    }

    private SystemCalls() {}

    static native int socket(int domain, int type, int protocol);

    static native int bind(int fd, Pointer address, int length);

    static native int getsockname(int fd, Pointer address, Pointer length);

    static native int setsockopt(int fd, int level, int name, Pointer value, int length);

    static native int getsockopt(int fd, int level, int name, Pointer value, Pointer length);

    static native long send(int fd, Pointer octets, long length, int flags);

    static native long recv(int fd, Pointer octets, long length, int flags);

    static native int poll(Pointer descriptors, long count, int timeoutMs);

    static native Pointer mmap(Pointer address, long length, int protection, int flags, int fd, long offset);

    static native int munmap(Pointer address, long length);

    static native int ioctl(int fd, long request, Pointer argument);

    static native int close(int fd);

    static native int clock_gettime(int clock, Pointer time);

    static native int getpagesize();

    /** Number of an interface, 0 when there is none of that name. */
    static native int if_nametoindex(String name);

    static native String strerror(int error);
}
