package io.weir.collectors.capture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;

/** The captures with ground truth beside the repository. */
final class CaptureCorpus {

    private CaptureCorpus() {}

    /** All pcap, pcapng and snoop files; skips the test when they are not there. */
    static List<Path> files() throws IOException {
        Path root = Path.of(System.getProperty("weir.root", "..")).resolve("../shared/data/captures");
        Assumptions.assumeTrue(Files.isDirectory(root), () -> "no captures with ground truth at " + root.normalize());
        try (Stream<Path> found = Files.list(root)) {
            return found.filter(file -> file.toString().matches(".*\\.(pcap|pcapng|snoop)"))
                    .sorted()
                    .toList();
        }
    }

    static Path file(String name) throws IOException {
        List<Path> files = files();
        return files.get(0).resolveSibling(name);
    }

    static JsonNode truth(Path capture) throws IOException {
        String name = capture.getFileName().toString().replaceAll("\\.[a-z]+$", "");
        Path plain = capture.resolveSibling(name + ".truth.json");
        if (Files.exists(plain)) {
            return new ObjectMapper().readTree(Files.readAllBytes(plain));
        }
        Path packed = capture.resolveSibling(name + ".truth.json.gz");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
            return new ObjectMapper().readTree(in);
        }
    }
}
