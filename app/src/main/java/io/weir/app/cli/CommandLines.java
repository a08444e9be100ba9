package io.weir.app.cli;

import io.weir.app.config.ConfigException;
import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.app.read.ReadableTopic;
import io.weir.schemas.text.NearestName;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Puts the commands together, runs one, and turns whatever goes wrong into a line, a hint and an exit code. */
public final class CommandLines {

    private static final int DEFAULT_HELP_COLUMNS = 100;

    private CommandLines() {}

    /** Runs one command line. Never throws, never exits. */
    public static int execute(CommandContext context, String... args) {
        CommandLine commandLine = create(context);
        if (args.length == 0) {
            commandLine.usage(commandLine.getErr());
            return ExitCode.USAGE;
        }
        return commandLine.execute(args);
    }

    static CommandLine create(CommandContext context) {
        CommandLine root = new CommandLine(new WeirCommand());
        root.addSubcommand(new UpCommand(context));
        root.addSubcommand(new DemoCommand(context));
        root.addSubcommand(new AnalyzeCommand(context));
        root.addSubcommand(new RunCommand(context));
        for (ReadableTopic topic : ReadableTopic.values()) {
            root.addSubcommand(topic.name(), ReadCommand.specFor(topic, context));
        }
        root.addSubcommand(new PcapCommand(context));
        root.addSubcommand(new CapturesCommand(context));
        root.addSubcommand(new ExportersCommand(context));
        root.addSubcommand(new RisksCommand(context));
        root.addSubcommand(new AuditCommand(context));
        root.addSubcommand(new AdviseCommand(context));
        CommandLine rules = new CommandLine(new RulesCommand());
        rules.addSubcommand(new RulesValidateCommand(context));
        rules.addSubcommand(new RulesTestCommand(context));
        rules.addSubcommand(new RulesDiffCommand(context));
        rules.addSubcommand(new RulesPutCommand(context));
        rules.addSubcommand(new RulesListCommand(context));
        rules.addSubcommand(new RulesRemoveCommand(context));
        root.addSubcommand("rules", rules);
        CommandLine config = new CommandLine(new ConfigCommand());
        config.addSubcommand(new ConfigPrintCommand(context));
        config.addSubcommand(new ConfigValidateCommand(context));
        config.addSubcommand(new ConfigDocCommand(context));
        root.addSubcommand("config", config);
        root.addSubcommand(new CommandLine.HelpCommand());

        PrintWriter out = new PrintWriter(context.console().out(), true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(context.console().err(), true, StandardCharsets.UTF_8);
        root.setOut(out)
                .setErr(err)
                .setColorScheme(
                        CommandLine.Help.defaultColorScheme(context.console().outIsTerminal() ? Ansi.AUTO : Ansi.OFF))
                .setUsageHelpWidth(helpColumns(context))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, args) -> usageMistake(e))
                .setExecutionExceptionHandler((e, commandLine, result) -> failure(e, commandLine));
        return root;
    }

    private static int helpColumns(CommandContext context) {
        int columns = context.console().columns();
        return columns == 0 ? DEFAULT_HELP_COLUMNS : Math.max(60, Math.min(columns, DEFAULT_HELP_COLUMNS));
    }

    private static int usageMistake(ParameterException e) {
        CommandLine commandLine = e.getCommandLine();
        String name = commandLine.getCommandSpec().qualifiedName();
        String message = e.getMessage();
        String hint = "see " + name + " --help";
        if (e instanceof UnmatchedArgumentException unmatched) {
            String argument = unmatched.getUnmatched().get(0);
            boolean option = argument.startsWith("-") && argument.length() > 1;
            boolean wantsCommand = !option && !commandLine.getSubcommands().isEmpty();
            message = (option ? "unknown option " : wantsCommand ? "unknown command " : "unexpected argument ")
                    + argument
                    + (commandLine.getParent() == null ? "" : " of " + name);
            hint = nearest(commandLine, argument, option, wantsCommand)
                            .map(found -> "did you mean " + found + "? ")
                            .orElse("")
                    + hint;
        } else if (message != null && !message.isEmpty()) {
            message = Character.toLowerCase(message.charAt(0)) + message.substring(1);
        }
        print(commandLine, message, hint);
        return ExitCode.USAGE;
    }

    private static Optional<String> nearest(
            CommandLine commandLine, String argument, boolean option, boolean wantsCommand) {
        if (wantsCommand) {
            return NearestName.of(argument, commandLine.getSubcommands().keySet());
        }
        if (!option) {
            return Optional.empty();
        }
        int equals = argument.indexOf('=');
        List<String> names = new ArrayList<>();
        commandLine.getCommandSpec().options().forEach(known -> names.addAll(Arrays.asList(known.names())));
        names.removeIf(known -> !known.startsWith("--"));
        return NearestName.of(equals < 0 ? argument : argument.substring(0, equals), names);
    }

    private static int failure(Exception e, CommandLine commandLine) {
        int exitCode = ExitCode.FAILED;
        if (e instanceof Failure failure) {
            exitCode = failure.exitCode();
            print(commandLine, failure.getMessage(), failure.hint());
        } else if (e instanceof ConfigException mistakes) {
            exitCode = ExitCode.USAGE;
            int count = mistakes.problems().size();
            StringBuilder message =
                    new StringBuilder(count == 1 ? "a setting is wrong" : count + " settings are wrong");
            mistakes.problems().forEach(problem -> message.append("\n  ").append(problem));
            print(commandLine, message.toString(), "docs/configuration.md lists every setting");
        } else {
            String message = e.getMessage();
            print(
                    commandLine,
                    "unexpected " + e.getClass().getSimpleName() + (message == null ? "" : ": " + message),
                    wantsDebug(commandLine) ? "" : "run it again with --debug to see where");
        }
        if (wantsDebug(commandLine)) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            commandLine.getErr().print(trace);
            commandLine.getErr().flush();
        }
        return exitCode;
    }

    private static boolean wantsDebug(CommandLine commandLine) {
        var option = commandLine.getCommandSpec().findOption("--debug");
        return option != null && Boolean.TRUE.equals(option.getValue());
    }

    private static void print(CommandLine commandLine, String message, String hint) {
        PrintWriter err = commandLine.getErr();
        err.println("weir: " + message);
        if (!hint.isEmpty()) {
            err.println("  " + hint.replace("\n", "\n  "));
        }
        err.flush();
    }
}
