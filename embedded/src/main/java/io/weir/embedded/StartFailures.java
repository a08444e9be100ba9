package io.weir.embedded;

import io.weir.embedded.EmbeddedStartException.Reason;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Turns what went wrong below into a message with a way out. */
final class StartFailures {
    private static final int MAX_CAUSES = 16;

    private StartFailures() {}

    static EmbeddedStartException ofDirectory(Path dir, IOException cause) {
        if (isDiskFull(cause)) {
            return diskFull(dir, cause);
        }
        return new EmbeddedStartException(
                Reason.DIRECTORY_NOT_WRITABLE,
                "Data directory " + dir + " cannot be written (" + reasonOf(cause)
                        + "). Give this user write access, or choose another data directory.",
                cause);
    }

    static EmbeddedStartException diskFull(Path dir, Throwable cause) {
        return new EmbeddedStartException(
                Reason.DISK_FULL,
                "No room for data directory " + dir + " (" + usableMiB(dir)
                        + " MiB left on its disk). Free some space, or choose another data directory.",
                cause);
    }

    static EmbeddedStartException portInUse(String what, String host, int port, Throwable cause) {
        return new EmbeddedStartException(
                Reason.PORT_IN_USE,
                what + " port " + port + " on " + host
                        + " is in use by another program. Stop that program, or choose another port (0 picks a free one).",
                cause);
    }

    static EmbeddedStartException ofBind(String what, String host, int port, IOException cause) {
        String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (cause instanceof BindException && message.contains("in use")) {
            return portInUse(what, host, port, cause);
        }
        return new EmbeddedStartException(
                Reason.ADDRESS_NOT_AVAILABLE,
                what + " cannot listen on " + host + ":" + port + " (" + cause.getMessage()
                        + "). Choose an address of this machine and a port that this user may open.",
                cause);
    }

    static EmbeddedStartException incompatible(Path dir, String reason, Throwable cause) {
        return new EmbeddedStartException(
                Reason.INCOMPATIBLE_DATA,
                "Data directory " + dir + " holds data that this broker cannot open (" + reason
                        + "). Choose another data directory, or move this one away.",
                cause);
    }

    static boolean isDiskFull(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof IOException
                    && String.valueOf(cause.getMessage()).contains("No space left")) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    static boolean isPortTaken(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof BindException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** Space left for this directory in MiB; 0 when the file system does not say. */
    static long usableMiB(Path dir) {
        try {
            return Files.getFileStore(dir).getUsableSpace() >> 20;
        } catch (IOException e) {
            return 0;
        }
    }

    private static String reasonOf(IOException cause) {
        if (cause instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
}
