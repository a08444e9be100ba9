package io.weir.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a directory that holds a finished program, with a Java that prints what it is given. */
class LauncherTest {

    @TempDir
    private Path directory;

    private Path launcher;
    private String output;

    @BeforeEach
    void install() throws IOException {
        assumeThat(Path.of("/bin/bash")).as("the launcher is a bash script").isExecutable();
        Path home = Files.createDirectories(directory.resolve("program"));
        Files.createDirectories(home.resolve("lib"));
        launcher = Files.copy(Path.of(System.getProperty("weir.root"), "weir"), home.resolve("weir"));
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void shouldStartJavaWithTheProgramOfItsRealPlace() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("weir-link"), launcher);

        int exitCode = run(link, java("21.0.1"), Map.of("WEIR_JAVA_OPTS", "-Xmx1g -Da=b"), "flows", "--filter", "a b");

        assertThat(exitCode).isZero();
        assertThat(output.lines())
                .contains(
                        "-Xmx1g",
                        "-Da=b",
                        "-cp",
                        real(launcher.getParent()) + "/lib/*",
                        "io.weir.app.Main",
                        "flows",
                        "a b")
                .noneMatch(line -> line.contains("weir.terminal"));
    }

    @Test
    void shouldAddPlugins() throws Exception {
        Path plugins = Files.createDirectories(directory.resolve("plug ins"));

        run(launcher, java("17.0.1"), Map.of("WEIR_PLUGINS", plugins.toString()), "demo");
        assertThat(output.lines()).contains(real(launcher.getParent()) + "/lib/*:" + plugins + "/*");

        assertThat(run(launcher, java("17.0.1"), Map.of("WEIR_PLUGINS", "/no/such"), "demo"))
                .isEqualTo(1);
        assertThat(output).contains("weir: WEIR_PLUGINS names /no/such, which is no directory");
    }

    @Test
    void shouldRefuseAnOldJava() throws Exception {
        Path java = java("11.0.2");

        assertThat(run(launcher, java, Map.of(), "demo")).isEqualTo(1);

        assertThat(output).contains("weir: " + java + "/bin/java is Java 11.0.2, but Weir needs 17 or newer");
    }

    @Test
    void shouldSayThatJavaIsMissing() throws Exception {
        assertThat(run(launcher, directory.resolve("none"), Map.of(), "demo")).isEqualTo(1);

        assertThat(output).contains("weir: there is no " + directory.resolve("none") + "/bin/java");
    }

    private static String real(Path path) throws IOException {
        return path.toRealPath().toString();
    }

    /** A Java home whose program prints its arguments, one a line. */
    private Path java(String version) throws IOException {
        Path home = directory.resolve("java-" + version);
        Path program = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(program, "#!/bin/bash\nprintf '%s\\n' \"$@\"\n");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return home;
    }

    private int run(Path command, Path javaHome, Map<String, String> environment, String... args) throws Exception {
        List<String> line = new ArrayList<>(List.of(command.toString()));
        line.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("WEIR_") || name.startsWith("JAVA_"));
        builder.environment().put("JAVA_HOME", javaHome.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
