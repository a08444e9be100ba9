package io.weir.collectors.datagram;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * The system calls of a UDP socket, for 64-bit Linux. All answer -1 on failure and leave the reason in {@link Native#getLastError()}. Loading
 * this class fails with a {@link LinkageError} where JNA or the functions are missing.
 */
final class SocketCalls {

    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_CLOEXEC = 0x80000;

    static final int SOL_SOCKET = 1;
    static final int SO_RCVBUF = 8;
    static final int SO_REUSEPORT = 15;
    static final int SO_RCVTIMEO = 20;
    static final int SO_RCVBUFFORCE = 33;
    static final int SO_TIMESTAMPNS = 35;

    /** Linux 4.12: counters of the socket's memory, the ninth of which counts what found no room. */
    static final int SO_MEMINFO = 55;

    static final int IPPROTO_IPV6 = 41;
    static final int IPV6_V6ONLY = 26;

    static final int MSG_TRUNC = 0x20;

    /** Waits for the first datagram only. */
    static final int MSG_WAITFORONE = 0x10000;

    static final int EINTR = 4;
    static final int EAGAIN = 11;

    static {
        Native.register(SocketCalls.class, NativeLibrary.getProcess());
    }

    private SocketCalls() {}

    static native int socket(int domain, int type, int protocol);

    static native int setsockopt(int fd, int level, int name, Pointer value, int length);

    static native int getsockopt(int fd, int level, int name, Pointer value, Pointer length);

    static native int bind(int fd, Pointer address, int length);

    static native int getsockname(int fd, Pointer address, Pointer length);

    static native int recvmmsg(int fd, Pointer messages, int count, int flags, Pointer timeout);

    static native int close(int fd);

    static native String strerror(int error);
}
