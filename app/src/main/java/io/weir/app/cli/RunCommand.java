package io.weir.app.cli;

import io.weir.app.config.Catalogue;
import io.weir.app.config.Settings;
import io.weir.app.config.SettingsLoader;
import io.weir.app.failure.Failure;
import io.weir.app.pipeline.ModuleConfigs;
import io.weir.app.pipeline.RunRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "run",
        header = "Run one part against a Kafka cluster.",
        description = {
            "",
            "Parts: collector (captures into packets, datagrams into Kafka), decoder (datagrams into packets), meter (packets into flows and edges), advisor (flows into findings), rules (flows and edges into findings of rules of your own),"
                    + " exporter (topics into an object store or a directory), ipfix (flows to an IPFIX collector), alerts (findings to a webhook, an Alertmanager, a chat, syslog), auditor (proves that no packet is lost, as metrics). More"
                    + " instances of a part share its work, but for auditors: one is enough."
        },
        sortOptions = false,
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir run collector --interface eth0 --kafka kafka:9092 --registry http://registry:8081",
            "  weir run collector --listen udp://0.0.0.0:6343 --kafka kafka:9092 --registry http://registry:8081",
            "  weir run meter --kafka kafka:9092 --registry http://registry:8081 -s meter.threads=4",
            "  weir run ipfix --to udp://collector:4739 --kafka kafka:9092 --registry http://registry:8081",
            "  weir run alerts --config weir.properties -s alerts.alertmanager.url=http://alertmanager:9093",
            "  weir run exporter --config weir.properties -s sink.uri=s3://bucket/weir"
        })
final class RunCommand implements Callable<Integer> {

    @Parameters(paramLabel = "PART", description = "One of ${COMPLETION-CANDIDATES}.")
    private RunRequest.Part part;

    @Option(
            names = "--to",
            paramLabel = "COLLECTOR",
            order = 5,
            description =
                    "Where ipfix sends flows: udp://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT (setting ipfix.to).")
    private String to;

    @Mixin
    private TrafficOptions traffic;

    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private LogOptions log;

    private final CommandContext context;

    RunCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        log.apply();
        SettingsLoader loader = options.loader(context.environment());
        if (to != null) {
            loader.assign(Catalogue.IPFIX_TO, to, "--to");
        }
        traffic.assign(loader);
        cluster.assign(loader);
        Settings settings = loader.load();
        if (!settings.joinsCluster()) {
            throw Failure.usage(
                    "a part alone needs a Kafka cluster",
                    "give --kafka HOST:PORT and --registry URL; `weir up` runs everything with a broker of its own");
        }
        if (part == RunRequest.Part.collector) {
            TrafficOptions.requireAny(settings, "");
        }
        if (part == RunRequest.Part.exporter
                && settings.find(Catalogue.SINK_URI).isEmpty()) {
            throw Failure.usage(
                    "nowhere to export to",
                    "give -s sink.uri=file:///some/directory or -s sink.uri=s3://bucket/prefix");
        }
        if (part == RunRequest.Part.ipfix && settings.find(Catalogue.IPFIX_TO).isEmpty()) {
            throw Failure.usage("nowhere to send flows to", "give --to udp://HOST:4739, or tcp:// or tls://");
        }
        if (part == RunRequest.Part.alerts && !ModuleConfigs.hasAlerts(settings)) {
            throw Failure.usage(
                    "nobody to tell of findings",
                    "give -s alerts.webhook.url=URL, -s alerts.alertmanager.url=URL, -s alerts.slack.url=URL or -s alerts.syslog.to=udp://HOST:514");
        }
        return context.pipelines().get().run(new RunRequest(settings, part, context.console()));
    }
}
