package io.weir.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Runs a module's fuzz targets over their seeds and the kept inputs, without the fuzzer: what was once wrong stays right. */
public abstract class FuzzCorpusContract {

    /** The module's targets. */
    protected abstract List<FuzzTarget> targets() throws Exception;

    /** Name of the module: inputs are kept in its {@code src/test/fuzz}, a directory for each target. */
    protected abstract String module();

    private Path corpus() {
        return Path.of(System.getProperty("weir.root"), module(), "src", "test", "fuzz");
    }

    @TestFactory
    final Stream<DynamicTest> shouldHoldForEveryKeptInput() throws Exception {
        return targets().stream()
                .map(target -> DynamicTest.dynamicTest(target.name(), () -> {
                    List<Path> inputs = list(corpus().resolve(target.name()));
                    Assertions.assertFalse(inputs.isEmpty(), "inputs are kept");
                    for (Path input : inputs) {
                        target.run(Files.readAllBytes(input), input);
                    }
                }));
    }

    @TestFactory
    final Stream<DynamicTest> shouldHoldForEverySeed() throws Exception {
        return targets().stream()
                .map(target -> DynamicTest.dynamicTest(target.name(), () -> {
                    Assertions.assertFalse(target.seeds().isEmpty(), "there are seeds");
                    for (int i = 0; i < target.seeds().size(); i++) {
                        target.run(target.seeds().get(i), "seed " + i);
                    }
                }));
    }

    @Test
    final void shouldKeepInputsOfTargetsOnly() throws Exception {
        Assertions.assertEquals(
                targets().stream().map(FuzzTarget::name).sorted().toList(),
                list(corpus()).stream()
                        .map(path -> path.getFileName().toString())
                        .sorted()
                        .toList());
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.sorted().toList();
        }
    }
}
