package io.weir.app;

import io.weir.app.cli.CommandContext;
import io.weir.app.cli.CommandLines;
import io.weir.app.config.Environment;
import io.weir.app.logging.Messages;
import io.weir.app.pipeline.DefaultPipelines;
import io.weir.app.terminal.Console;
import io.weir.testing.KafkaExtension;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One command line, run in this process with the real pipelines.
 *
 * @param out standard output
 * @param err standard error, messages of the log among it
 */
public record WeirRun(int exitCode, String out, String err) {

    /** Two runs at a time have one port less to quarrel over. */
    static final Map<String, String> QUIET = Map.of("WEIR_OPERATIONS_LISTEN", "none");

    /** @param home where the user's directories would be */
    public static WeirRun of(Path home, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
        Console console =
                new Console(new PrintStream(out, true, StandardCharsets.UTF_8), errStream, false, false, 0, 24);
        CommandContext context = new CommandContext(new Environment(QUIET, home), console, DefaultPipelines::new);
        try (Messages.Redirection redirection = Messages.redirect(errStream::println)) {
            int exitCode = CommandLines.execute(context, args);
            return new WeirRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        }
    }

    /** A command line with what lets it join a cluster behind it. */
    public static String[] joining(KafkaExtension kafka, String topicsPrefix, String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--kafka", kafka.bootstrapServers(), "--registry", kafka.schemaRegistryUrl()));
        all.addAll(List.of("-s", "topics.prefix=" + topicsPrefix));
        return all.toArray(String[]::new);
    }
}
