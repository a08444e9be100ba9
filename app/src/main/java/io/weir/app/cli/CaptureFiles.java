package io.weir.app.cli;

import io.weir.app.failure.Failure;
import io.weir.app.pipeline.AnalyzeRequest;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Looks at files before anything is started for them. */
final class CaptureFiles {

    private CaptureFiles() {}

    /** @throws Failure naming the first file that cannot be used */
    static void check(List<Path> files) {
        Set<Path> seen = new HashSet<>();
        for (Path file : files) {
            if (!seen.add(
                    file.equals(AnalyzeRequest.STANDARD_INPUT)
                            ? file
                            : file.toAbsolutePath().normalize())) {
                throw Failure.usage(file + " is given twice", "a capture is counted once; name it once");
            }
            if (file.equals(AnalyzeRequest.STANDARD_INPUT)) {
                continue;
            }
            if (!Files.exists(file)) {
                throw Failure.failed(
                        "there is no file " + file, "give an existing capture file, or - for the standard input");
            }
            if (Files.isDirectory(file)) {
                throw Failure.failed(
                        file + " is a directory", "give capture files, for example " + file.resolve("*.pcap"));
            }
            if (!Files.isReadable(file)) {
                throw Failure.failed(
                        file + " cannot be read: permission denied",
                        "change its mode or run as a user who may read it");
            }
        }
    }

    /** Creates the output directory. */
    static void createDirectory(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (FileAlreadyExistsException e) {
            throw Failure.failed(directory + " is a file", "give a directory to --out");
        } catch (AccessDeniedException e) {
            throw Failure.failed(
                    "directory " + directory + " cannot be created: permission denied in " + e.getFile(),
                    "give another one to --out");
        } catch (IOException e) {
            throw Failure.failed(
                    "directory " + directory + " cannot be created: " + e.getMessage(), "give another one to --out", e);
        }
        if (!Files.isWritable(directory)) {
            throw Failure.failed(
                    "directory " + directory + " cannot be written: permission denied", "give another one to --out");
        }
    }
}
