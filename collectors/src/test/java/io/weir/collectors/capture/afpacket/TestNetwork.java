package io.weir.collectors.capture.afpacket;

import static io.weir.testing.Commands.output;
import static io.weir.testing.Commands.run;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/**
 * A network namespace of its own with a pair of Ethernet interfaces, {@link #NEAR} and {@link #FAR}, on which nothing speaks by itself.
 * The test that asks for one where none can be made is skipped.
 */
public final class TestNetwork implements AutoCloseable {

    public static final String NEAR = "near0";
    public static final String FAR = "far0";

    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name = "weir-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();

    /** System calls that only tests need. */
    private static final class Calls {
        static {
            Native.register(Calls.class, NativeLibrary.getProcess());
        }

        static native int open(String path, int flags);

        static native int setns(int fd, int kind);

        static native int close(int fd);

        static native int ioctl(int fd, long request, Pointer argument);

        static native long write(int fd, byte[] packet, long length);

        static native long send(int fd, byte[] frame, long length, int flags);
    }

    public TestNetwork() throws InterruptedException {
        Assumptions.assumeTrue(RingSource.isMadeForThisSystem(), "no Linux");
        Assumptions.assumeTrue(run("ip", "netns", "add", name), "no network namespace can be made");
        Assumptions.assumeTrue(
                ip("link", "add", NEAR, "type", "veth", "peer", "name", FAR), "no pair of interfaces can be made");
        quiet(NEAR);
        quiet(FAR);
        ip("link", "set", "lo", "up");
    }

    /** As {@code ip netns} shows it. */
    public String name() {
        return name;
    }

    /** Brings an interface up that sends nothing by itself. */
    public void quiet(String device) throws InterruptedException {
        ip("link", "set", device, "addrgenmode", "none");
        ip("link", "set", device, "arp", "off");
        ip("link", "set", device, "up");
    }

    public boolean ip(String... arguments) throws InterruptedException {
        var command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    /** What {@code tc} says. */
    public String tc(String... arguments) throws InterruptedException {
        var command = new ArrayList<>(List.of("tc", "-n", name));
        command.addAll(List.of(arguments));
        return output(command.toArray(String[]::new));
    }

    /** What the kernel has counted at an interface, for example {@code rx_packets}. */
    public long counter(String device, String counter) throws InterruptedException {
        return Long.parseLong(
                output("ip", "netns", "exec", name, "cat", "/sys/class/net/" + device + "/statistics/" + counter));
    }

    /** Runs a test on a thread that lives in this network, as sockets made there do for good. */
    public <T> T inside(Callable<T> test) throws Exception {
        var task = new FutureTask<>(() -> {
            int fd = Calls.open(Path.of("/run/netns", name).toString(), 0);
            Assumptions.assumeTrue(fd >= 0 && Calls.setns(fd, CLONE_NEWNET) == 0, "no thread may enter the namespace");
            Calls.close(fd);
            return test.call();
        });
        var thread = new Thread(task, "in " + name);
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        } finally {
            thread.interrupt();
        }
    }

    /** Sends frames as they are out of an interface; to be used inside. */
    public static final class Wire implements AutoCloseable {
        private final int fd;

        public Wire(String device) {
            fd = LibC.socket(LibC.AF_PACKET, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, 0);
            try (Memory address = new Memory(20)) {
                address.clear();
                address.setShort(0, (short) LibC.AF_PACKET);
                address.setInt(4, LibC.if_nametoindex(device));
                if (LibC.bind(fd, (Pointer) address, 20) != 0) {
                    throw new IllegalStateException(device + ": " + LibC.strerror(Native.getLastError()));
                }
            }
        }

        public void send(byte[] frame) {
            if (Calls.send(fd, frame, frame.length, 0) != frame.length) {
                throw new IllegalStateException(LibC.strerror(Native.getLastError()));
            }
        }

        @Override
        public void close() {
            LibC.close(fd);
        }
    }

    /** An interface without link layer (tun) whose other end is this object; to be made inside. */
    static final class Tunnel implements AutoCloseable {
        private static final int O_RDWR = 2;
        private static final long TUNSETIFF = 0x400454caL;
        private static final short IFF_TUN_IFF_NO_PI = 0x1001;

        private final int fd;

        Tunnel(String device) {
            fd = Calls.open("/dev/net/tun", O_RDWR);
            try (Memory request = new Memory(40)) {
                request.clear();
                request.setString(0, device);
                request.setShort(16, IFF_TUN_IFF_NO_PI);
                boolean made = fd >= 0 && Calls.ioctl(fd, TUNSETIFF, request) == 0;
                Assumptions.assumeTrue(made, "no tunnel can be made");
            }
        }

        /** Lets a packet come in at the interface. */
        void receive(byte[] packet) {
            if (Calls.write(fd, packet, packet.length) != packet.length) {
                throw new IllegalStateException(LibC.strerror(Native.getLastError()));
            }
        }

        @Override
        public void close() {
            LibC.close(fd);
        }
    }

    @Override
    public void close() throws InterruptedException {
        run("ip", "netns", "del", name);
    }
}
