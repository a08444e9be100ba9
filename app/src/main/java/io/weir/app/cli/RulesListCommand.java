package io.weir.app.cli;

import static io.weir.app.terminal.Table.left;

import io.weir.app.config.Catalogue;
import io.weir.app.config.Settings;
import io.weir.app.failure.ExitCode;
import io.weir.app.read.ClusterAddress;
import io.weir.app.read.RuleList;
import io.weir.app.read.RuleList.Entry;
import io.weir.app.terminal.Console;
import io.weir.app.terminal.Table;
import io.weir.rules.file.Rule;
import io.weir.schemas.topic.Topics;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        header = "List the rules of the topic.",
        description = {"", "Exit code 1 when one of them cannot be used; what is wrong with it is told."},
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  weir rules list", "  weir rules list --yaml > rules.yaml"})
final class RulesListCommand implements Callable<Integer> {

    @Option(names = "--yaml", order = 1, description = "Print them as a file of rules.")
    private boolean yaml;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private LogOptions log;

    private final CommandContext context;

    RulesListCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        log.apply();
        Settings settings = options.loader(context.environment()).load();
        Console console = context.console();
        RuleList list = RuleList.read(
                ClusterAddress.clientProperties(settings),
                new Topics(settings.get(Catalogue.TOPICS_PREFIX)).rules(),
                console);
        if (list.ids().isEmpty()) {
            console.err().println("weir: there are no rules");
        } else if (yaml) {
            list.entries().stream().filter(Entry::holds).forEach(entry -> console.out()
                    .println(entry.yaml().strip()));
        } else {
            print(list, console);
        }
        console.out().flush();
        boolean isWhole = true;
        for (Entry entry : list.entries()) {
            isWhole &= entry.holds();
            entry.read().problems().forEach(console.err()::println);
        }
        return isWhole ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static void print(RuleList list, Console console) {
        Table table = new Table(left("rule"), left("over"), left("severity"), left("title"));
        for (Entry entry : list.entries()) {
            if (entry.holds()) {
                Rule rule = entry.read().rules().get(0);
                table.add(rule.id(), rule.over().name(), rule.severity().name(), rule.title());
            } else {
                table.add(entry.id(), null, null, "cannot be used");
            }
        }
        table.lines(console.columns()).forEach(console.out()::println);
    }
}
