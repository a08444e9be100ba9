package io.weir.collectors.capture.ebpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed object is what the committed source compiles to. Skipped where there is no clang 14. */
class ObjectTest {

    @Test
    void shouldBeWhatItsSourceCompilesTo(@TempDir Path directory) throws Exception {
        for (String program : new String[] {"clang-14", "llvm-strip-14"}) {
            Assumptions.assumeTrue(!run("sh", "-c", "command -v " + program).isBlank(), "no program " + program);
        }
        Path object = directory.resolve("flow-account.bpf.o");

        String output = run("../scripts/build-ebpf.sh", object.toString());

        assertThat(object).as(output).exists();
        assertThat(Files.readAllBytes(object))
                .as("run scripts/build-ebpf.sh and commit the object")
                .isEqualTo(FlowProgram.objectBytes());
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
