package io.weir.exporters.store.file;

import io.weir.exporters.object.SealedObject;
import io.weir.exporters.store.ObjectStore;
import io.weir.exporters.store.PutResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * Objects as files. A file is written beside its place, forced to the disk and then renamed, so that readers see whole objects only.
 */
public final class DirectoryStore implements ObjectStore {

    private static final int COMPARE_OCTETS = 64 * 1024;

    private final Path root;
    private final String writer = UUID.randomUUID().toString();

    public DirectoryStore(Path root) {
        this.root = root;
    }

    @Override
    public Optional<String> defect() {
        try {
            Files.createDirectories(root);
        } catch (FileAlreadyExistsException e) {
            return Optional.of(root + " is not a directory: name another one in sink.uri");
        } catch (IOException e) {
            return Optional.of("Directory " + root + " cannot be made (" + e
                    + "): name another one in sink.uri, or make it by hand");
        }
        return Files.isWritable(root)
                ? Optional.empty()
                : Optional.of("Directory " + root
                        + " cannot be written to: give this user the right to, or name another one in sink.uri");
    }

    @Override
    public PutResult put(SealedObject object) {
        Path target = root.resolve(object.key());
        String name = target.getFileName().toString();
        Path temporary = target.resolveSibling("." + name + "." + writer + ".tmp");
        try {
            if (Files.exists(target)) {
                return compare(target, object);
            }
            Files.createDirectories(target.getParent());
            try {
                write(temporary, object);
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
            forceDirectory(target.getParent());
            deleteLeftovers(target.getParent(), name);
            return new PutResult.Stored(false);
        } catch (IOException e) {
            return new PutResult.RetryLater("File " + target + " cannot be written (" + e
                    + "): is the disk full, and may this user write there?");
        }
    }

    private static void write(Path file, SealedObject object) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            OutputStream out = Channels.newOutputStream(channel);
            object.content().writeTo(out);
            channel.force(true);
        }
    }

    private static PutResult compare(Path file, SealedObject object) throws IOException {
        if (Files.size(file) == object.content().size()) {
            try (InputStream there = Files.newInputStream(file);
                    InputStream ours = object.content().newInputStream()) {
                byte[] expected = ours.readNBytes(COMPARE_OCTETS);
                while (expected.length > 0 && Arrays.equals(expected, there.readNBytes(COMPARE_OCTETS))) {
                    expected = ours.readNBytes(COMPARE_OCTETS);
                }
                if (expected.length == 0) {
                    return new PutResult.Stored(true);
                }
            }
        }
        return new PutResult.Refused(
                "File " + file + " exists with another content: the topic was made anew, or another cluster's "
                        + "sink writes there. Name an empty directory in sink.uri, or move the file away");
    }

    private static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Removes what writers that died left of this object. */
    private static void deleteLeftovers(Path directory, String name) throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory, file -> isLeftover(file, name))) {
            for (Path leftover : leftovers) {
                Files.deleteIfExists(leftover);
            }
        }
    }

    private static boolean isLeftover(Path file, String name) {
        String other = file.getFileName().toString();
        return other.startsWith("." + name + ".") && other.endsWith(".tmp");
    }

    @Override
    public void close() {
        // Keeps nothing open.
    }

    @Override
    public String toString() {
        return "directory " + root;
    }
}
