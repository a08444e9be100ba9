package io.weir.app.cli;

import io.weir.app.failure.Failure;
import io.weir.app.logging.LogSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Flags of every command: help and log lines. */
final class LogOptions {

    enum LogLevel {
        error,
        warn,
        info,
        debug,
        trace
    }

    @SuppressWarnings("UnusedVariable") // picocli reads it.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = 100,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            order = 101,
            description = "Lowest level of log lines: ${COMPLETION-CANDIDATES}; without it warn.")
    private LogLevel level;

    @Option(
            names = "--log-file",
            paramLabel = "FILE",
            order = 102,
            description = "Append log lines, from level info on, to this file too.")
    private Path file;

    @Option(
            names = "--debug",
            order = 103,
            description = "Show log lines from level info on, those of libraries too, and stack traces.")
    private boolean debug;

    void apply() {
        LogLevel effective = level != null ? level : debug ? LogLevel.info : LogLevel.warn;
        if (file != null) {
            Path directory = file.toAbsolutePath().getParent();
            if (Files.isDirectory(file) || !Files.isDirectory(directory)) {
                throw Failure.usage(
                        "--log-file " + file
                                + (Files.isDirectory(file)
                                        ? " is a directory"
                                        : ": there is no directory " + directory),
                        "give the name of a file in a directory that exists");
            }
            if (!Files.isWritable(Files.exists(file) ? file : directory)) {
                throw Failure.failed("--log-file " + file + " cannot be written: permission denied", "");
            }
        }
        LogSetup.apply(effective.name().toUpperCase(Locale.ROOT), debug, file);
    }
}
