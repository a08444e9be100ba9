package io.weir.collectors.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the fuzzer's targets over their seeds and the kept inputs: what was once wrong stays right. */
class FuzzCorpusTest {

    private static final Path CORPUS = Path.of(System.getProperty("weir.root"), "collectors", "src", "test", "fuzz");

    @ParameterizedTest
    @MethodSource("io.weir.collectors.fuzz.FuzzTarget#all")
    void shouldHoldForEveryKeptInput(FuzzTarget target) throws IOException {
        List<Path> inputs = inputs(target);
        assertThat(inputs).isNotEmpty();
        for (Path input : inputs) {
            run(target, Files.readAllBytes(input), input);
        }
    }

    @ParameterizedTest
    @MethodSource("io.weir.collectors.fuzz.FuzzTarget#all")
    void shouldHoldForEverySeed(FuzzTarget target) {
        for (int i = 0; i < target.seeds().size(); i++) {
            run(target, target.seeds().get(i), "seed " + i);
        }
    }

    @Test
    void shouldKeepInputsOfTargetsOnly() throws IOException, GeneralSecurityException {
        try (Stream<Path> directories = Files.list(CORPUS)) {
            assertThat(directories.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            FuzzTarget.all().stream().map(FuzzTarget::name).toList());
        }
    }

    private static List<Path> inputs(FuzzTarget target) throws IOException {
        try (Stream<Path> files = Files.list(CORPUS.resolve(target.name()))) {
            return files.sorted().toList();
        }
    }

    private static void run(FuzzTarget target, byte[] input, Object what) {
        try {
            target.body().run(input);
        } catch (Exception | Error e) {
            throw new AssertionError(target + ", " + what, e);
        }
    }
}
