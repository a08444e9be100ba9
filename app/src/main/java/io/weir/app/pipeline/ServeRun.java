package io.weir.app.pipeline;

import io.weir.advisor.AdvisorApp;
import io.weir.app.audit.AuditMetrics;
import io.weir.app.audit.ContinuousAudit;
import io.weir.app.config.Catalogue;
import io.weir.app.config.Settings;
import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.app.logging.Messages;
import io.weir.app.operations.Operations;
import io.weir.app.operations.Readiness;
import io.weir.app.read.Endpoints;
import io.weir.app.read.StartPosition;
import io.weir.app.read.SummaryFeed;
import io.weir.app.terminal.Console;
import io.weir.app.terminal.LiveDisplay;
import io.weir.app.terminal.SummaryModel;
import io.weir.collectors.datagram.DatagramMetrics;
import io.weir.collectors.publish.BatchSender;
import io.weir.collectors.publish.CaptureReporter;
import io.weir.collectors.publish.CollectorConfig;
import io.weir.collectors.publish.CollectorMetrics;
import io.weir.exporters.SinkApp;
import io.weir.exporters.alert.AlertsApp;
import io.weir.exporters.ipfix.IpfixApp;
import io.weir.rules.RulesApp;
import io.weir.rules.RulesConfig;
import io.weir.schemas.topic.Topics;
import io.weir.topology.DecoderApp;
import io.weir.topology.MeterApp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code weir up}: every part in this process, until stopped. */
final class ServeRun {

    private static final long LOOK_MS = 500;

    private final Settings settings;
    private final Console console;
    private final Path dataDir;
    private final Topics topics;

    ServeRun(Settings settings, Console console, Path dataDir) {
        this.settings = settings;
        this.console = console;
        this.dataDir = dataDir;
        this.topics = ModuleConfigs.topics(settings);
    }

    int run() {
        if (ModuleConfigs.hasAlerts(settings)) {
            ModuleConfigs.checkAlerts(settings);
        }
        RulesConfig rules = ModuleConfigs.hasRules(settings) ? ModuleConfigs.rules(settings) : null;
        List<CaptureInput.Opener> inputs = CaptureInput.ofSettings(settings);
        LiveInterfaces interfaces = LiveInterfaces.of(settings.captures());
        CollectorConfig config = ModuleConfigs.collector(settings);
        try (StopSignal stop = new StopSignal();
                StreamInputs streams = StreamInputs.open(ModuleConfigs.streamSockets(settings), config);
                DatagramInputs datagrams = DatagramInputs.open(
                        ModuleConfigs.datagramPorts(settings), ModuleConfigs.datagrams(settings), topics);
                Operations operations = Operations.open(settings, components(), stop::problem, stop::isAsked);
                Cluster cluster = Cluster.open(settings, dataDir, false, Map.of(), stop::brokerStopped)) {
            cluster.prepare(
                    ModuleConfigs.topicsOf(
                            topics,
                            ModuleConfigs.collector(settings),
                            settings.get(Catalogue.COLLECTOR_RESUME),
                            !ModuleConfigs.datagramPorts(settings).isEmpty(),
                            ModuleConfigs.edgeRollUps(settings)),
                    settings.get(Catalogue.TOPICS_PARTITIONS));
            Endpoints endpoints = Endpoints.ofThisProcess(cluster.bootstrapServers(), cluster.registryUrl());
            endpoints.write(dataDir);
            try {
                datagrams.listeners().forEach(listener -> DatagramMetrics.register(listener, operations.registry()));
                serve(cluster, rules, inputs, List.of(streams, datagrams, interfaces), operations, stop);
            } finally {
                endpoints.remove(dataDir);
            }
            stop.rethrow();
            return ExitCode.DONE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.FAILED;
        }
    }

    private List<String> components() {
        List<String> components = new ArrayList<>(List.of("collector", "meter", "advisor"));
        if (!ModuleConfigs.datagramPorts(settings).isEmpty()) {
            components.add("decoder");
        }
        if (settings.find(Catalogue.SINK_URI).isPresent()) {
            components.add("exporter");
        }
        if (settings.find(Catalogue.IPFIX_TO).isPresent()) {
            components.add("ipfix");
        }
        if (ModuleConfigs.hasRules(settings)) {
            components.add("rules");
        }
        if (ModuleConfigs.hasAlerts(settings)) {
            components.add("alerts");
        }
        if (settings.get(Catalogue.AUDIT_CONTINUOUS)) {
            components.add("auditor");
        }
        return components;
    }

    private void serve(
            Cluster cluster,
            RulesConfig rulesConfig,
            List<CaptureInput.Opener> inputs,
            List<InputGroup> groups,
            Operations operations,
            StopSignal stop)
            throws InterruptedException {
        SummaryModel model = new SummaryModel();
        CollectorConfig collectorConfig = ModuleConfigs.collector(settings);
        try (SummaryFeed feed = new SummaryFeed(cluster.clientProperties(), topics, model, StartPosition.END);
                MeterApp meter = new MeterApp(
                        ModuleConfigs.meter(settings),
                        topics,
                        cluster.clientProperties(),
                        dataDir.resolve("streams").toString(),
                        operations.registry(),
                        stop::fail);
                AdvisorApp advisor = new AdvisorApp(
                        ModuleConfigs.advisor(settings),
                        topics,
                        ModuleConfigs.advisorClients(settings, cluster, dataDir),
                        operations.registry(),
                        stop::fail);
                AutoCloseable decoder = startDecoder(cluster, operations, stop);
                AutoCloseable sink = startSink(cluster, operations, stop);
                AutoCloseable ipfix = startIpfix(cluster, operations, stop);
                AutoCloseable rules = startRules(rulesConfig, cluster, operations, stop);
                AutoCloseable alerts = startAlerts(cluster, operations, stop);
                AutoCloseable audit = startAudit(cluster, operations, stop);
                BatchSender sender = new BatchSender(collectorConfig, topics, cluster.clientProperties());
                CaptureReporter captures = ModuleConfigs.captureReporter(settings, sender, cluster.clientProperties());
                LiveDisplay display =
                        new LiveDisplay(console, LiveDisplay.Content.of(model, "weir up", endpointLines(cluster)));
                Collectors collectors = new Collectors(
                        inputs,
                        groups,
                        collectorConfig,
                        sender,
                        captures,
                        new CollectorMetrics(operations.registry(), sender))) {
            meter.start();
            operations.watch("meter", () -> Readiness.of(meter.state()));
            operations.measure(meter::kafkaMetrics);
            advisor.start();
            operations.watch("advisor", () -> Readiness.of(advisor.state()));
            operations.measure(advisor::kafkaMetrics);
            collectors.start();
            operations.watch("collector", collectors::readiness);
            operations.measure(sender::kafkaMetrics);
            while (!stop.await(LOOK_MS)) {
                collectors.check();
            }
            if (stop.failure() != null) {
                Messages.print(
                        "weir: " + Failures.of("the pipeline", stop.failure()).getMessage() + "; stopping");
            }
            collectors.stop();
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw Failure.failed("closing failed: " + e.getMessage(), "", e);
        }
    }

    private AutoCloseable startDecoder(Cluster cluster, Operations operations, StopSignal stop) {
        if (ModuleConfigs.datagramPorts(settings).isEmpty()) {
            return () -> {};
        }
        DecoderApp decoder = new DecoderApp(
                ModuleConfigs.decoder(settings),
                topics,
                cluster.clientProperties(),
                dataDir.resolve("streams").toString(),
                operations.registry(),
                stop::fail);
        decoder.start();
        operations.watch("decoder", () -> Readiness.of(decoder.state()));
        operations.measure(decoder::kafkaMetrics);
        return decoder;
    }

    private AutoCloseable startSink(Cluster cluster, Operations operations, StopSignal stop) {
        if (settings.find(Catalogue.SINK_URI).isEmpty()) {
            return () -> {};
        }
        SinkApp sink = new SinkApp(
                ModuleConfigs.sink(settings), topics, cluster.clientProperties(), operations.registry(), stop::fail);
        sink.start();
        operations.watch("exporter", () -> Readiness.ofAssigned(sink.isAssigned()));
        operations.measure(sink::kafkaMetrics);
        return sink;
    }

    private AutoCloseable startIpfix(Cluster cluster, Operations operations, StopSignal stop) {
        if (settings.find(Catalogue.IPFIX_TO).isEmpty()) {
            return () -> {};
        }
        IpfixApp ipfix = ModuleConfigs.ipfixApp(settings, cluster, operations, stop);
        ipfix.start();
        operations.watch("ipfix", () -> Readiness.ofAssigned(ipfix.isAssigned()));
        operations.measure(ipfix::kafkaMetrics);
        return ipfix;
    }

    private AutoCloseable startRules(RulesConfig config, Cluster cluster, Operations operations, StopSignal stop) {
        if (config == null) {
            return () -> {};
        }
        RulesApp rules =
                ModuleConfigs.rulesApp(config, settings, topics, cluster, dataDir, operations.registry(), stop);
        rules.start();
        operations.watch("rules", () -> Readiness.of(rules.state()));
        operations.measure(rules::kafkaMetrics);
        return rules;
    }

    private AutoCloseable startAlerts(Cluster cluster, Operations operations, StopSignal stop) {
        if (!ModuleConfigs.hasAlerts(settings)) {
            return () -> {};
        }
        AlertsApp alerts = ModuleConfigs.alertsApp(settings, cluster, operations, stop);
        alerts.start();
        operations.watch("alerts", () -> Readiness.ofAssigned(alerts.isAssigned()));
        alerts.senders().forEach(sender -> operations.measure(sender::kafkaMetrics));
        return alerts;
    }

    private AutoCloseable startAudit(Cluster cluster, Operations operations, StopSignal stop) {
        if (!settings.get(Catalogue.AUDIT_CONTINUOUS)) {
            return () -> {};
        }
        ContinuousAudit audit = new ContinuousAudit(
                cluster.clientProperties(),
                topics,
                ModuleConfigs.audit(settings),
                new AuditMetrics(operations.registry()),
                stop::fail);
        audit.start();
        operations.watch("auditor", audit::readiness);
        return audit;
    }

    private static List<String> endpointLines(Cluster cluster) {
        return List.of(
                "kafka     " + cluster.bootstrapServers(),
                "registry  " + cluster.registryUrl(),
                "read with `weir flows`, `weir edges`, `weir findings`; stop with Ctrl-C");
    }
}
