package io.weir.collectors.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.collectors.capture.CaptureFileReader;
import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.CaptureProblem;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.FrameSink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every packet of real captures against what independent dissectors read in them. */
class CaptureTruthTest {
    private static final Path CAPTURES =
            Path.of(System.getProperty("weir.root", "."), "..", "shared", "data", "captures");

    /** The names of the captures, or one that is not there, so that a missing directory shows as a skipped test. */
    static Stream<String> captures() throws IOException {
        if (!Files.isDirectory(CAPTURES)) {
            return Stream.of("none");
        }
        try (Stream<Path> files = Files.list(CAPTURES)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".pcap") || name.endsWith(".pcapng") || name.endsWith(".snoop"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("captures")
    void shouldAgreeWithTheTruth(String name) throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(CAPTURES), "no captures beside the repository");
        TruthComparison comparison = new TruthComparison();
        try (CaptureSource source = CaptureFileReader.open(CAPTURES.resolve(name))) {
            FrameSink sink = new FrameSink() {
                @Override
                public void onFrame(Frame frame) {
                    comparison.add(
                            frame.buffer(),
                            frame.offset(),
                            frame.capturedOctets(),
                            frame.layer2Octets(),
                            frame.linkType());
                }

                @Override
                public void onInterface(int interfaceIndex, CaptureInterface description) {}

                @Override
                public void onProblem(CaptureProblem problem) {}
            };
            while (source.poll(sink, 1000) != CaptureSource.END) {}
        }
        List<String> differences = comparison.differences(truth(withoutSuffix(name)));
        switch (withoutSuffix(name)) {
            // The truth counts a jumbogram by its header's payload length of 0; RFC 2675 puts the length into the
            // option.
            case "ipv6-jumbogram" ->
                assertThat(differences).singleElement().asString().contains("octets=65576", "octets=40 ");
            // Its reader stops at the UDP length of 0 that BIG TCP leaves.
            case "tun-bigtcp-vxlan" ->
                assertThat(differences)
                        .singleElement()
                        .asString()
                        .startsWith("inner")
                        .endsWith("truth null");
            default -> assertThat(differences).isEmpty();
        }
    }

    private static JsonNode truth(String name) throws IOException {
        Path plain = CAPTURES.resolve(name + ".truth.json");
        Path compressed = CAPTURES.resolve(name + ".truth.json.gz");
        try (InputStream in = Files.exists(plain)
                ? Files.newInputStream(plain)
                : new GZIPInputStream(Files.newInputStream(compressed))) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static String withoutSuffix(String fileName) {
        return fileName.substring(0, fileName.lastIndexOf('.'));
    }
}
