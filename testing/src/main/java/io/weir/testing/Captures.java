package io.weir.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Sample captures that lie beside the repository; a test that needs one is skipped with a reason where they are absent. */
public final class Captures {
    private static final Path FOLDER = Path.of("shared", "data", "captures");
    private static final String ROOT_PROPERTY = "weir.root";

    private Captures() {}

    /** A capture, or another file beside the captures, by its file name. */
    public static Optional<Path> path(String name) {
        return folder().map(folder -> folder.resolve(name)).filter(Files::isRegularFile);
    }

    /** A capture by its file name; the test is skipped when it is absent. */
    public static Path require(String name) {
        Optional<Path> path = path(name);
        assumeTrue(path.isPresent(), () -> "capture " + name + " is not in ../" + FOLDER + " of the repository");
        return path.orElseThrow();
    }

    /**
     * Captures in order of name.
     *
     * @param prefixes what the file name begins with, any of them; all captures when none is given
     * @return empty where the captures are absent
     */
    public static List<Path> all(String... prefixes) {
        return folder().map(folder -> list(folder, prefixes)).orElse(List.of());
    }

    /** File names of all captures; where they are absent one that is not there, so that {@link #require} shows as a skipped test. */
    public static Stream<String> names() {
        List<Path> captures = all();
        return captures.isEmpty()
                ? Stream.of("none")
                : captures.stream().map(capture -> capture.getFileName().toString());
    }

    /**
     * What independent tools say of a capture, as JSON.
     *
     * @param stem name of the capture without its suffix
     */
    public static InputStream truth(String stem) throws IOException {
        Optional<Path> plain = path(stem + ".truth.json");
        return plain.isPresent()
                ? Files.newInputStream(plain.get())
                : new GZIPInputStream(Files.newInputStream(require(stem + ".truth.json.gz")));
    }

    private static List<Path> list(Path folder, String... prefixes) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> isCapture(file.getFileName().toString(), prefixes))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    private static boolean isCapture(String name, String... prefixes) {
        return (name.endsWith(".pcap") || name.endsWith(".pcapng") || name.endsWith(".snoop"))
                && (prefixes.length == 0 || Arrays.stream(prefixes).anyMatch(name::startsWith));
    }

    /** Beside the repository's root: as the build names it, or found upwards from the working directory. */
    private static Optional<Path> folder() {
        String root = System.getProperty(ROOT_PROPERTY);
        Path start = Path.of(root == null || root.isEmpty() ? "" : root)
                .toAbsolutePath()
                .normalize();
        for (Path dir = start; dir != null; dir = dir.getParent()) {
            Path folder = dir.resolve(FOLDER);
            if (Files.isDirectory(folder)) {
                return Optional.of(folder);
            }
        }
        return Optional.empty();
    }
}
