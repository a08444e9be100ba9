package io.weir.app;

import io.weir.app.cli.CommandContext;
import io.weir.app.cli.CommandLines;
import io.weir.app.config.Environment;
import io.weir.app.pipeline.DefaultPipelines;
import io.weir.app.terminal.Console;

/** The {@code weir} command; the only place that ends the process. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        Console console = Console.ofProcess();
        CommandContext context = new CommandContext(Environment.ofProcess(), console, DefaultPipelines::new);
        int exitCode = CommandLines.execute(context, args);
        console.out().flush();
        console.err().flush();
        System.exit(exitCode);
    }
}
