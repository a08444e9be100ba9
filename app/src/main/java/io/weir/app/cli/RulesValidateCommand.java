package io.weir.app.cli;

import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.rules.file.RuleFile;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "validate",
        header = "Check a file of rules and report every mistake with its line and column; starts nothing.",
        sortOptions = false,
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n")
final class RulesValidateCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "Rules in YAML, see docs/rules.md.")
    private Path file;

    @Mixin
    private LogOptions log;

    private final CommandContext context;

    RulesValidateCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        log.apply();
        RuleFile read = read(file);
        PrintStream out = context.console().out();
        read.problems().forEach(out::println);
        int rules = read.rules().size();
        if (read.problems().isEmpty()) {
            out.println("The rules are valid (" + rules + ").");
        }
        out.flush();
        return read.problems().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** @throws Failure when there is no such file, or it is no text */
    static RuleFile read(Path file) {
        try {
            return RuleFile.read(file);
        } catch (IllegalArgumentException e) {
            throw Failure.failed(e.getMessage(), "give an existing file of rules, see docs/rules.md");
        }
    }
}
