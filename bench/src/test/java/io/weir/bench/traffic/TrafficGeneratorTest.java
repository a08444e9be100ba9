package io.weir.bench.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrafficGeneratorTest {

    @TempDir
    Path directory;

    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void catchOutput() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void giveOutputBack() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    @Test
    void shouldWriteTheCaptureAndPrintItsTruth() {
        Path path = directory.resolve("x.pcap");

        int exit = TrafficGenerator.run(List.of("--packets", "5000", "--flows", "50", "--out", path.toString()));

        assertThat(exit).isZero();
        assertThat(path).isRegularFile();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("{\"packets\":5000,")
                .contains("\"flows\":50,");
    }

    @ParameterizedTest
    @CsvSource({
        "--colour,blue,unknown option --colour",
        "--packets,many,--packets must be a number",
        "--packets,9,--packets must be at least 10",
        "--flows,0,--flows must be 1 to",
        "--seconds,0,--seconds must be 1 to",
        "--snaplen,10,--snaplen must be 64 to",
        "--life,10,--life must be 0 to 1000 and shorter than --seconds",
        "--seed,,--seed needs a value"
    })
    void shouldNameTheWrongOption(String option, String value, String message) {
        String out = directory.resolve("x.pcap").toString();
        List<String> args = value == null ? List.of("--out", out, option) : List.of("--out", out, option, value);

        assertThat(TrafficGenerator.run(args)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(message);
    }

    @Test
    void shouldAskForTheFile() {
        assertThat(TrafficGenerator.run(List.of())).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--out is missing");
    }

    @Test
    void shouldFailWhenTheFileCannotBeWritten() {
        String path = directory.resolve("absent/x.pcap").toString();

        assertThat(TrafficGenerator.run(List.of("--packets", "100", "--out", path)))
                .isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("cannot write the capture");
    }
}
