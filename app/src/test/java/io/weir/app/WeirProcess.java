package io.weir.app;

import io.weir.testing.Await;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program in a process of its own, so that it can be killed. Killed, too, when the test ends. */
public final class WeirProcess implements AutoCloseable {

    private static final Duration STOP = Duration.ofSeconds(90);

    private final String name;
    private final Process process;
    private final Path out;
    private final Path err;

    private WeirProcess(String name, Process process, Path out, Path err) {
        this.name = name;
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts; output goes to files of {@code directory}, and the user's directories are there, too. */
    public static WeirProcess start(Path directory, String... args) {
        return start(directory, List.of(), args);
    }

    /** The same with more options for Java. */
    public static WeirProcess start(Path directory, List<String> javaOptions, String... args) {
        try {
            String name = "weir " + String.join(" ", Arrays.copyOf(args, Math.min(2, args.length)));
            Path out = Files.createTempFile(directory, "out", ".txt");
            Path err = Files.createTempFile(directory, "err", ".txt");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx512m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Dsun.net.httpserver.nodelay=true",
                    "-Djava.io.tmpdir=" + directory));
            command.addAll(javaOptions);
            command.addAll(List.of("-cp", classPath(), "io.weir.app.Main"));
            command.addAll(List.of(args));
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().put("XDG_DATA_HOME", directory.toString());
            builder.environment().putAll(WeirRun.QUIET);
            return new WeirProcess(name, builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The tests' class path; the name by which Surefire keeps it when it passes a jar of its own to Java. */
    private static String classPath() {
        String known = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        // What configures the log in tests is not for the program.
        return Arrays.stream(known.split(File.pathSeparator))
                .filter(entry -> !entry.contains("weir-testing") && !entry.endsWith("testing/target/classes"))
                .reduce((a, b) -> a + File.pathSeparator + b)
                .orElseThrow();
    }

    /** Where to write what the program reads from its standard input. */
    public OutputStream in() {
        return process.getOutputStream();
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public String out() {
        return read(out);
    }

    public String err() {
        return read(err);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the standard error holds a text; fails when the process ends before. */
    public WeirProcess awaitMessage(Duration timeout, String text) {
        Await.until(timeout, name + " says \"" + text + "\"", () -> err().contains(text) || !isAlive());
        if (!err().contains(text)) {
            throw new AssertionError(name + " ended without saying \"" + text + "\": " + err());
        }
        return this;
    }

    /** Waits for the end; returns the exit code. */
    public int awaitExit(Duration timeout) throws InterruptedException {
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(name + " did not end within " + timeout + ": " + err());
        }
        return process.exitValue();
    }

    /** SIGTERM; returns the exit code. */
    public int terminate() throws InterruptedException {
        process.destroy();
        return awaitExit(STOP);
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
