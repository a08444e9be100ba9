package io.weir.app.cli;

import io.weir.app.config.Settings;
import io.weir.app.config.SettingsLoader;
import io.weir.app.pipeline.UpRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "up",
        header = "Run the whole pipeline until stopped.",
        description = {
            "",
            "Captures, meters and watches in one process, with a live summary in the terminal. Without --kafka it starts a Kafka"
                    + " broker and a Schema Registry of its own on the loopback address; with it, the same parts join that cluster.",
            "Capturing on an interface needs the capability CAP_NET_RAW or root."
        },
        sortOptions = false,
        usageHelpAutoWidth = false,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sudo weir up --interface eth0 --cluster 10.0.0.0/8",
            "  ssh gateway tcpdump -U -w - | weir up --pcap - --cluster 192.168.0.0/16",
            "  weir up --interface eth0 --kafka kafka:9092 --registry http://registry:8081"
        })
final class UpCommand implements Callable<Integer> {

    @Mixin
    private TrafficOptions traffic;

    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private LogOptions log;

    private final CommandContext context;

    UpCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        log.apply();
        SettingsLoader loader = options.loader(context.environment());
        traffic.assign(loader);
        cluster.assign(loader);
        Settings settings = loader.load();
        TrafficOptions.requireAny(settings, "; `weir demo` shows a sample, `weir run` starts a part alone");
        return context.pipelines().get().up(new UpRequest(settings, context.console()));
    }
}
