package io.weir.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.weir.embedded.EmbeddedStartException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Holds a data directory for this process; the lock goes with the process, however it ends. */
final class DirectoryLock implements AutoCloseable {
    private static final String FILE_NAME = "weir.lock";
    /** Past any content, so that the owner's process id stays readable where locks are mandatory. */
    private static final long LOCK_POSITION = Long.MAX_VALUE - 1;

    private static final int MAX_PID_DIGITS = 20;

    private final FileChannel channel;
    private final FileLock lock;

    private DirectoryLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /** Creates the directory when absent and takes it, or says who has it. */
    static DirectoryLock acquire(Path dir) {
        FileChannel channel = null;
        try {
            Files.createDirectories(dir);
            channel = FileChannel.open(
                    dir.resolve(FILE_NAME),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock(LOCK_POSITION, 1, false);
            if (lock == null) {
                throw inUse(dir, ownerOf(channel));
            }
            writeOwner(channel);
            return new DirectoryLock(channel, lock);
        } catch (OverlappingFileLockException e) {
            closeQuietly(channel);
            throw inUse(dir, " (this process)");
        } catch (IOException e) {
            closeQuietly(channel);
            throw StartFailures.ofDirectory(dir, e);
        } catch (RuntimeException e) {
            closeQuietly(channel);
            throw e;
        }
    }

    private static EmbeddedStartException inUse(Path dir, String owner) {
        return new EmbeddedStartException(
                Reason.DIRECTORY_IN_USE,
                "Data directory " + dir + " is in use by another broker" + owner
                        + ". Stop it, or choose another data directory.");
    }

    private static String ownerOf(FileChannel channel) {
        ByteBuffer content = ByteBuffer.allocate(MAX_PID_DIGITS);
        try {
            channel.read(content, 0);
        } catch (IOException e) {
            return "";
        }
        String pid = US_ASCII.decode(content.flip()).toString().trim();
        return pid.isEmpty() ? "" : " (process " + pid + ")";
    }

    private static void writeOwner(FileChannel channel) throws IOException {
        byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(US_ASCII);
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(pid), 0);
    }

    @Override
    public void close() {
        try {
            channel.truncate(0);
            lock.release();
        } catch (IOException e) {
            // Closing the channel below frees the lock in any case.
        }
        closeQuietly(channel);
    }

    private static void closeQuietly(FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // Nothing was written that could be lost.
            }
        }
    }
}
