package io.weir.app.pipeline;

import io.weir.advisor.AdvisorApp;
import io.weir.app.audit.AuditMetrics;
import io.weir.app.audit.ContinuousAudit;
import io.weir.app.config.Catalogue;
import io.weir.app.config.Settings;
import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.app.operations.Operations;
import io.weir.app.operations.Readiness;
import io.weir.app.terminal.Console;
import io.weir.app.terminal.Units;
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
import java.util.List;

/** {@code weir run PART}: one part against a Kafka cluster, until stopped; a collector of files ends with them. */
final class PartRun {

    private static final long LOOK_MS = 200;

    private final RunRequest request;
    private final Settings settings;
    private final Console console;
    private final Topics topics;

    PartRun(RunRequest request) {
        this.request = request;
        this.settings = request.settings();
        this.console = request.console();
        this.topics = ModuleConfigs.topics(settings);
    }

    int run() {
        if (request.part() == RunRequest.Part.alerts) {
            ModuleConfigs.checkAlerts(settings);
        }
        RulesConfig rules = request.part() == RunRequest.Part.rules ? ModuleConfigs.rules(settings) : null;
        String part = request.part().name();
        try (StopSignal stop = new StopSignal();
                Operations operations = Operations.open(settings, List.of(part), stop::problem, stop::isAsked);
                Cluster cluster = Cluster.join(settings)) {
            cluster.prepare(
                    ModuleConfigs.topicsOf(
                            topics,
                            ModuleConfigs.collector(settings),
                            settings.get(Catalogue.COLLECTOR_RESUME),
                            request.part() == RunRequest.Part.decoder
                                    || !ModuleConfigs.datagramPorts(settings).isEmpty(),
                            ModuleConfigs.edgeRollUps(settings)),
                    settings.get(Catalogue.TOPICS_PARTITIONS));
            switch (request.part()) {
                case collector -> collect(cluster, operations, stop);
                case decoder -> decode(cluster, operations, stop);
                case meter -> meter(cluster, operations, stop);
                case advisor -> advise(cluster, operations, stop);
                case rules -> applyRules(rules, cluster, operations, stop);
                case exporter -> export(cluster, operations, stop);
                case ipfix -> exportIpfix(cluster, operations, stop);
                case alerts -> alert(cluster, operations, stop);
                case auditor -> audit(cluster, operations, stop);
            }
            stop.rethrow();
            return ExitCode.DONE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.FAILED;
        }
    }

    private void collect(Cluster cluster, Operations operations, StopSignal stop) throws InterruptedException {
        List<CaptureInput.Opener> inputs = CaptureInput.ofSettings(settings);
        CollectorConfig config = ModuleConfigs.collector(settings);
        LiveInterfaces interfaces = LiveInterfaces.of(settings.captures());
        boolean repeatable = settings.get(Catalogue.COLLECTOR_LISTEN).isEmpty()
                && settings.captures().isEmpty()
                && !settings.get(Catalogue.COLLECTOR_FILES).contains(AnalyzeRequest.STANDARD_INPUT.toString());
        try (StreamInputs streams = StreamInputs.open(ModuleConfigs.streamSockets(settings), config);
                DatagramInputs datagrams = DatagramInputs.open(
                        ModuleConfigs.datagramPorts(settings), ModuleConfigs.datagrams(settings), topics);
                BatchSender sender = new BatchSender(config, topics, cluster.clientProperties());
                CaptureReporter captures = ModuleConfigs.captureReporter(settings, sender, cluster.clientProperties());
                Collectors collectors = new Collectors(
                        inputs,
                        List.of(streams, datagrams, interfaces),
                        config,
                        sender,
                        captures,
                        new CollectorMetrics(operations.registry(), sender))) {
            datagrams.listeners().forEach(listener -> DatagramMetrics.register(listener, operations.registry()));
            collectors.start();
            operations.watch("collector", collectors::readiness);
            operations.measure(sender::kafkaMetrics);
            started("collector", cluster);
            // What comes only once is taken when Kafka is away, too, and what is lost is counted; a file can be read
            // again.
            while (collectors.isRunning() && !stop.await(LOOK_MS) && !(repeatable && sender.firstError() != null)) {
                collectors.check();
            }
            collectors.stop();
            console.err()
                    .println("weir: " + Units.count(collectors.packets()) + " packets collected, "
                            + Units.count(sender.sentPackets()) + " in Kafka, "
                            + Units.count(sender.lostPackets()) + " lost");
            if (config.rawPackets().isOn()) {
                console.err()
                        .println("weir: " + Units.count(sender.sentRawPackets()) + " raw packets in Kafka, "
                                + Units.count(sender.droppedRawPackets()) + " dropped");
            }
            if (sender.firstError() != null) {
                throw Failure.failed(
                        sender.firstError(),
                        "topic " + topics.losses().name()
                                + " holds what was lost; kafka.delivery.timeout.ms says how long Kafka"
                                + " may be away");
            }
        }
    }

    private void decode(Cluster cluster, Operations operations, StopSignal stop) throws InterruptedException {
        try (DecoderApp decoder = new DecoderApp(
                ModuleConfigs.decoder(settings),
                topics,
                cluster.clientProperties(),
                settings.get(Catalogue.DATA_DIR).resolve("streams").toString(),
                operations.registry(),
                stop::fail)) {
            decoder.start();
            operations.watch("decoder", () -> Readiness.of(decoder.state()));
            operations.measure(decoder::kafkaMetrics);
            started("decoder", cluster);
            stop.await();
        }
    }

    private void meter(Cluster cluster, Operations operations, StopSignal stop) throws InterruptedException {
        try (MeterApp meter = new MeterApp(
                ModuleConfigs.meter(settings),
                topics,
                cluster.clientProperties(),
                settings.get(Catalogue.DATA_DIR).resolve("streams").toString(),
                operations.registry(),
                stop::fail)) {
            meter.start();
            operations.watch("meter", () -> Readiness.of(meter.state()));
            operations.measure(meter::kafkaMetrics);
            started("meter", cluster);
            stop.await();
        }
    }

    private void advise(Cluster cluster, Operations operations, StopSignal stop) throws InterruptedException {
        try (AdvisorApp advisor = new AdvisorApp(
                ModuleConfigs.advisor(settings),
                topics,
                ModuleConfigs.advisorClients(settings, cluster, settings.get(Catalogue.DATA_DIR)),
                operations.registry(),
                stop::fail)) {
            advisor.start();
            operations.watch("advisor", () -> Readiness.of(advisor.state()));
            operations.measure(advisor::kafkaMetrics);
            started("advisor", cluster);
            stop.await();
        }
    }

    private void applyRules(RulesConfig config, Cluster cluster, Operations operations, StopSignal stop)
            throws InterruptedException {
        Path dataDir = settings.get(Catalogue.DATA_DIR);
        try (RulesApp rules =
                ModuleConfigs.rulesApp(config, settings, topics, cluster, dataDir, operations.registry(), stop)) {
            rules.start();
            operations.watch("rules", () -> Readiness.of(rules.state()));
            operations.measure(rules::kafkaMetrics);
            started("rules", cluster);
            stop.await();
        }
    }

    private void export(Cluster cluster, Operations operations, StopSignal stop) throws InterruptedException {
        try (SinkApp sink = new SinkApp(
                ModuleConfigs.sink(settings), topics, cluster.clientProperties(), operations.registry(), stop::fail)) {
            sink.start();
            operations.watch("exporter", () -> Readiness.ofAssigned(sink.isAssigned()));
            operations.measure(sink::kafkaMetrics);
            started("exporter", cluster);
            stop.await();
        }
    }

    private void exportIpfix(Cluster cluster, Operations operations, StopSignal stop) throws InterruptedException {
        try (IpfixApp ipfix = ModuleConfigs.ipfixApp(settings, cluster, operations, stop)) {
            ipfix.start();
            operations.watch("ipfix", () -> Readiness.ofAssigned(ipfix.isAssigned()));
            operations.measure(ipfix::kafkaMetrics);
            started("ipfix", cluster);
            stop.await();
        }
    }

    private void alert(Cluster cluster, Operations operations, StopSignal stop) throws InterruptedException {
        try (AlertsApp alerts = ModuleConfigs.alertsApp(settings, cluster, operations, stop)) {
            alerts.start();
            operations.watch("alerts", () -> Readiness.ofAssigned(alerts.isAssigned()));
            alerts.senders().forEach(sender -> operations.measure(sender::kafkaMetrics));
            started("alerts", cluster);
            stop.await();
        }
    }

    private void audit(Cluster cluster, Operations operations, StopSignal stop) throws InterruptedException {
        try (ContinuousAudit audit = new ContinuousAudit(
                cluster.clientProperties(),
                topics,
                ModuleConfigs.audit(settings),
                new AuditMetrics(operations.registry()),
                stop::fail)) {
            audit.start();
            operations.watch("auditor", audit::readiness);
            started("auditor", cluster);
            stop.await();
        }
    }

    private void started(String part, Cluster cluster) {
        console.err().println("weir: " + part + " runs against " + cluster.bootstrapServers() + "; stop with Ctrl-C");
    }
}
