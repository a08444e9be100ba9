package io.weir.collectors.truth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.collectors.capture.CaptureFileReader;
import io.weir.collectors.capture.CaptureInterface;
import io.weir.collectors.capture.CaptureProblem;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.Frame;
import io.weir.collectors.capture.FrameSink;
import io.weir.testing.Captures;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every packet of real captures against what independent dissectors read in them. */
class CaptureTruthTest {
    static Stream<String> captures() {
        return Captures.names();
    }

    @ParameterizedTest
    @MethodSource("captures")
    void shouldAgreeWithTheTruth(String name) throws IOException {
        TruthComparison comparison = new TruthComparison();
        try (CaptureSource source = CaptureFileReader.open(Captures.require(name))) {
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
        try (InputStream in = Captures.truth(name)) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static String withoutSuffix(String fileName) {
        return fileName.substring(0, fileName.lastIndexOf('.'));
    }
}
