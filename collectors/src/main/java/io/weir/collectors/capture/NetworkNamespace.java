package io.weir.collectors.capture;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.weir.collectors.capture.CaptureOpenException.Reason;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Network namespaces of Linux: network_namespaces(7). One is known by the name that {@code ip netns} shows or by the path of its file,
 * such as {@code /proc/4711/ns/net}; null stands for this process's own.
 *
 * <p>To enter another one, a process needs the capability CAP_SYS_ADMIN.
 */
public final class NetworkNamespace {

    private static final Path NAMED = Path.of("/run/netns");
    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final int O_RDONLY_CLOEXEC = 0x80000;
    private static final int IFF_UP = 1;

    /** Of struct ifaddrs on systems of 64 bits: pointers to the next one and to the name, then the flags. */
    private static final int IFADDRS_NAME = 8;

    private static final int IFADDRS_FLAGS = 16;

    private NetworkNamespace() {}

    /** What is done within a namespace. */
    @FunctionalInterface
    public interface Call<T> {
        T call() throws CaptureOpenException;
    }

    /** System calls. Loading this class fails with a {@link LinkageError} where JNA or the functions are missing. */
    private static final class Calls {
        static {
            Native.register(Calls.class, NativeLibrary.getProcess());
        }

        static native int open(String path, int flags);

        static native int setns(int fd, int kind);

        static native int close(int fd);

        static native int getifaddrs(Pointer first);

        static native void freeifaddrs(Pointer first);

        static native String strerror(int error);
    }

    /**
     * Makes a call within a namespace; sockets that it opens stay there.
     *
     * @throws CaptureOpenException when there is no such namespace, this process may not enter it, or the call throws one
     */
    public static <T> T inside(String namespace, Call<T> call) throws CaptureOpenException {
        if (namespace == null) {
            return call.call();
        }
        // A thread of its own that ends: one that could not go back would capture in the wrong place for ever after.
        FutureTask<T> task = new FutureTask<>(() -> {
            enter(namespace);
            return call.call();
        });
        Thread thread = new Thread(task, "weir-netns");
        thread.setDaemon(true);
        thread.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    // Short; what it opens must not get lost.
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CaptureOpenException refused) {
                throw refused;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void enter(String namespace) throws CaptureOpenException {
        Path file = file(namespace);
        if (!Files.exists(file)) {
            throw new CaptureOpenException(
                    Reason.INTERFACE_NOT_FOUND,
                    namespace,
                    namespace + ": no such network namespace; there are: " + String.join(", ", named()));
        }
        int fd = -1;
        try {
            fd = Calls.open(file.toString(), O_RDONLY_CLOEXEC);
            if (fd < 0 || Calls.setns(fd, CLONE_NEWNET) != 0) {
                throw new CaptureOpenException(
                        Reason.NOT_PERMITTED,
                        namespace,
                        namespace + ": the network namespace cannot be entered: "
                                + Calls.strerror(Native.getLastError())
                                + "; run as root or with the capability CAP_SYS_ADMIN");
            }
        } catch (LinkageError e) {
            throw new CaptureOpenException(
                    Reason.NOT_SUPPORTED, namespace, namespace + ": this system has no network namespaces", e);
        } finally {
            if (fd >= 0) {
                Calls.close(fd);
            }
        }
    }

    private static Path file(String namespace) {
        return namespace.contains(File.separator) ? Path.of(namespace) : NAMED.resolve(namespace);
    }

    /** The namespaces that have names, in the order of these. */
    public static List<String> named() {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(NAMED)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        } catch (IOException e) {
            // None has ever been made here.
            return List.of();
        }
        Collections.sort(names);
        return names;
    }

    /**
     * The interfaces of a namespace that are up.
     *
     * @throws CaptureOpenException when there is no such namespace, this process may not enter it, or this is not Linux
     */
    public static List<String> interfacesUp(String namespace) throws CaptureOpenException {
        return inside(namespace, () -> {
            try {
                return interfacesUp();
            } catch (LinkageError e) {
                throw new CaptureOpenException(
                        Reason.NOT_SUPPORTED,
                        "interfaces",
                        "this system does not tell its interfaces; name each of them instead of a pattern",
                        e);
            }
        });
    }

    private static List<String> interfacesUp() throws CaptureOpenException {
        Pointer first;
        try (Memory answer = new Memory(Native.POINTER_SIZE)) {
            if (Calls.getifaddrs(answer) != 0) {
                throw new CaptureOpenException(
                        Reason.FAILED,
                        "interfaces",
                        "the interfaces cannot be listed: " + Calls.strerror(Native.getLastError()));
            }
            first = answer.getPointer(0);
        }
        List<String> names = new ArrayList<>();
        for (Pointer at = first; at != null; at = at.getPointer(0)) {
            String name = at.getPointer(IFADDRS_NAME).getString(0);
            // One entry for each address; labels of addresses, such as eth0:1, are no interfaces.
            if ((at.getInt(IFADDRS_FLAGS) & IFF_UP) != 0 && !name.contains(":") && !names.contains(name)) {
                names.add(name);
            }
        }
        Calls.freeifaddrs(first);
        return names;
    }
}
