package io.weir.app.cli;

import io.weir.app.pipeline.DemoRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        header = "See it work on the bundled sample; needs no privilege.",
        description = {
            "",
            "Sends a small capture of a web shop, its database and an outsider who scans it through the whole pipeline, prints who"
                    + " talked to whom and who came from outside, and keeps serving the topics until stopped."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  weir demo", "  weir demo --once"})
final class DemoCommand implements Callable<Integer> {

    @Option(names = "--once", order = 1, description = "End after the tables instead of serving on.")
    private boolean once;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private LogOptions log;

    private final CommandContext context;

    DemoCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        log.apply();
        DemoRequest request =
                new DemoRequest(options.loader(context.environment()).load(), once, context.console());
        return context.pipelines().get().demo(request);
    }
}
