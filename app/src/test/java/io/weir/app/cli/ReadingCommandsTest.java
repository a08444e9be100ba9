package io.weir.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.CaptureFiles;
import io.weir.app.TestRecords;
import io.weir.app.WeirRun;
import io.weir.app.config.Environment;
import io.weir.app.failure.ExitCode;
import io.weir.app.read.CaptureList;
import io.weir.app.read.Endpoints;
import io.weir.app.read.StartPosition;
import io.weir.app.read.SummaryFeed;
import io.weir.app.terminal.Console;
import io.weir.app.terminal.Summary;
import io.weir.app.terminal.SummaryModel;
import io.weir.exporters.finding.FindingFormat;
import io.weir.schemas.Capture;
import io.weir.schemas.CaptureState;
import io.weir.schemas.CounterDeviation;
import io.weir.schemas.DropReport;
import io.weir.schemas.DroppedPackets;
import io.weir.schemas.Edge;
import io.weir.schemas.EntityKind;
import io.weir.schemas.EntityPlace;
import io.weir.schemas.ExportProtocol;
import io.weir.schemas.ExporterStatus;
import io.weir.schemas.Flow;
import io.weir.schemas.FlowKey;
import io.weir.schemas.LossReason;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.PacketBatch;
import io.weir.schemas.Risk;
import io.weir.schemas.RiskContributor;
import io.weir.schemas.RiskRole;
import io.weir.schemas.SamplingStatus;
import io.weir.schemas.Severity;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.TopicCreator;
import io.weir.schemas.topic.TopicSpec;
import io.weir.schemas.topic.Topics;
import io.weir.testing.KafkaExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The commands that read topics, against a real broker and registry. */
@Timeout(120)
class ReadingCommandsTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private static final long T0 = TestRecords.WINDOW_MS;

    private static final int CAPTURE_INTERVAL_MS = 60_000;

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String prefix;
    private Topics topics;
    private Map<String, Object> client;

    @BeforeEach
    void createTopics() {
        prefix = KAFKA.uniqueName("read") + ".";
        topics = new Topics(prefix);
        client = KAFKA.clientProps();
        client.put("schema.registry.url", KAFKA.cluster().schemaRegistryUrl());
        TopicCreator.createMissing(KAFKA.admin(), topics.all(), 2);
    }

    @Test
    void shouldPrintATable() {
        send(
                topics.flows(),
                TestRecords.flow("10.0.0.1", 40_000, "192.0.2.7", 443, 12, 3),
                TestRecords.flow("2001:db8::1", 40_000, "2001:db8::2", 22, 1_200, 0));

        assertThat(run("flows")).isEqualTo(ExitCode.DONE);

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("""
                        WINDOW               INITIATOR            RESPONDER         SERVICE  PACKETS →  ← PACKETS    OCTETS  STATE        BY         SEEN AT
                        2023-11-14 22:13:20  10.0.0.1:40000       192.0.2.7:443     tcp/443         12          3  1.67 KiB  established  handshake  lab eth0
                        2023-11-14 22:13:20  [2001:db8::1]:40000  [2001:db8::2]:22  tcp/22       1,200          0   134 KiB  established  handshake  lab eth0
                        """);
    }

    /** Of a packet, of what a flow record counts since the device began, and of one of which nothing is known. */
    @Test
    void shouldPrintWhatDevicesDropped() {
        DroppedPackets counted = TestRecords.drop("2001:db8::1", "2001:db8::2", 22, "unknown");
        counted.setObservationPoint(new ObservationPoint("router-1", "1:7", "netflow", 512));
        counted.setReport(DropReport.flow_record);
        counted.setPackets(4_000L);
        counted.setIsCumulative(true);
        counted.setLayer2Octets(null);
        counted.setOctets(400_000L);
        counted.setAclName(null);
        counted.setQueue(6L);
        counted.setSuppressedNotifications(null);
        DroppedPackets bare = TestRecords.drop("", "", 0, "372");
        bare.setFlow(null);
        bare.setLayer2Octets(null);
        bare.setOctets(null);
        bare.setInputInterface(null);
        bare.setOutputInterface("local");
        bare.setAclName(null);
        bare.setSuppressedNotifications(0L);
        send(topics.drops(), TestRecords.drop("10.0.0.1", "192.0.2.7", 443, "acl"), counted, bare);

        assertThat(run("drops")).isEqualTo(ExitCode.DONE);

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("""
                        TIME                 REASON   SOURCE               DESTINATION       SERVICE       PACKETS   OCTETS  IN  OUT    TOLD BY                DETAIL                            DROPPED AT
                        2023-11-14 22:13:20  acl      10.0.0.1:40000       192.0.2.7:443     tcp/443             1    114 B  3   -      notification           edge-in; 1,200 more not notified  switch-1 3
                        2023-11-14 22:13:20  unknown  [2001:db8::1]:40000  [2001:db8::2]:22  tcp/22   4,000 in all  391 KiB  3   -      flow record, 1 in 512  queue 6                           router-1 1:7
                        2023-11-14 22:13:20  372      -                    -                 -                   1        -  -   local  notification           -                                 switch-1 3
                        """);

        out.reset();
        assertThat(run("drops", "--json", "--filter", "reason == 'acl' && flow.destination.port == 443"))
                .isEqualTo(ExitCode.DONE);
        assertThat(lines()).singleElement().asString().contains("\"reason\":\"acl\",\"reasonNumber\":258");
    }

    @Test
    void shouldPrintFindingsInTheFormsOfOthers() {
        send(topics.findings(), TestRecords.finding("f1", "somebody came in"));
        send(topics.findings(), TestRecords.finding("f2", "somebody else"));

        for (FindingFormat format : List.of(FindingFormat.ocsf, FindingFormat.ecs, FindingFormat.stix)) {
            out.reset();
            assertThat(run("findings", "--format", format.name(), "--filter", "findingId == 'f1'"))
                    .isEqualTo(ExitCode.DONE);
            assertThat(lines()).containsExactly(format.render(TestRecords.finding("f1", "somebody came in")));
        }
        out.reset();
        assertThat(run("findings", "--format", "json")).isEqualTo(ExitCode.DONE);
        String asJson = out.toString(StandardCharsets.UTF_8);
        out.reset();
        assertThat(run("findings", "--json")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(asJson).hasLineCount(2);
    }

    @Test
    void shouldPrintJsonWithTheFieldsOfTheSchema() {
        send(topics.findings(), TestRecords.finding("f1", "somebody came in"));
        send(topics.losses(), TestRecords.loss("collector", LossReason.kernel_drop, null, 17L, null));

        assertThat(run("findings", "--json")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("{\"findingId\":\"f1\",\"status\":\"opened\"")
                .contains(
                        "\"responder\":{\"address\":\"10.0.0.5\",\"port\":22,\"macAddress\":null,\"entity\":\"10.0.0.5\"}")
                .endsWith("}\n");

        out.reset();
        assertThat(run("losses")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("kernel_drop", "17");
    }

    @Test
    void shouldFilterAndLimit() {
        List<Flow> flows = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            flows.add(TestRecords.flow("10.0.0.1", 40_000 + i, "192.0.2.7", i % 2 == 0 ? 443 : 80, i, 0));
        }
        send(topics.flows(), flows.toArray(new Flow[0]));

        assertThat(run("flows", "--json", "--filter", "responder.port == 443 && delta.initiatorPackets >= 400"))
                .isEqualTo(ExitCode.DONE);
        assertThat(lines()).hasSize(50);

        out.reset();
        assertThat(run("flows", "--json", "--limit", "7")).isEqualTo(ExitCode.DONE);
        assertThat(lines()).hasSize(7);

        out.reset();
        assertThat(run("flows", "--from", "end")).isEqualTo(ExitCode.DONE);
        assertThat(lines()).isEmpty();

        out.reset();
        assertThat(run("flows", "--json", "--from", "10m")).isEqualTo(ExitCode.DONE);
        assertThat(lines()).hasSize(500);
    }

    @Test
    void shouldLeaveOutWhatIsNoRecord() {
        send(topics.flows(), TestRecords.arp());
        send(List.of(new ProducerRecord<>(topics.flows().name(), 0, null, "no avro".getBytes(StandardCharsets.UTF_8))));

        assertThat(run("flows", "--json")).isEqualTo(ExitCode.DONE);

        assertThat(lines()).hasSize(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("weir: warning: " + topics.flows().name() + " partition ", "1 records could not be read");
    }

    @Test
    void shouldFindARunningWeir() {
        send(topics.edges(), TestRecords.edge("10.0.0.1", "10.0.0.2", 443, T0, 5));
        Endpoints.ofThisProcess(KAFKA.bootstrapServers(), KAFKA.cluster().schemaRegistryUrl())
                .write(directory);

        int exitCode = execute("edges", "--data-dir", directory.toString(), "-s", "topics.prefix=" + prefix);

        assertThat(exitCode).isEqualTo(ExitCode.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("10.0.0.1", "tcp/443", "350 µs");
    }

    @Test
    void shouldReadEdgesOfLongerWindows() {
        send(topics.edges(), TestRecords.edge("10.0.0.1", "10.0.0.2", 443, T0, 5));
        send(topics.edges(Duration.ofMinutes(1)), TestRecords.edge("10.0.0.1", "10.0.0.2", 443, T0, 6));

        assertThat(run("edges", "--json", "--window", "1m")).isEqualTo(ExitCode.DONE);
        assertThat(lines()).singleElement().asString().contains("\"initiatorPackets\":6");

        out.reset();
        assertThat(run("edges", "--json", "--window", "10s")).isEqualTo(ExitCode.DONE);
        assertThat(lines()).singleElement().asString().contains("\"initiatorPackets\":5");

        assertThat(run("edges", "--window", "5m")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains(
                        "there is no topic "
                                + topics.edges(Duration.ofMinutes(5)).name(),
                        "meter.edge-rollups");
        assertThat(run("edges", "--window", "hour")).isEqualTo(ExitCode.USAGE);
        assertThat(run("flows", "--window", "1m")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void shouldListCaptures() {
        sendCaptures(
                capture("a", "eth0", CaptureState.running, 1, 100),
                capture("b", "eth1", CaptureState.failed, 1, 5),
                capture("c", "eth1", CaptureState.running, 2, 6),
                capture("d", "old.pcap", CaptureState.ended, 1, 1000),
                capture("e", "eth2", CaptureState.failed, 1, 0),
                capture("a", "eth0", CaptureState.running, 1, 1200));

        assertThat(run("captures")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("""
                        HOST  INTERFACE  CAPTURE   STATE    SINCE                RECEIVED  LEFT OUT  DROPPED  LOST  PACKETS/S         RATE
                        lab   eth0       afpacket  running  1970-01-01 00:00:01     1,200         7        9     8      2.50k  16.0 kbit/s
                        lab   eth1       afpacket  running  1970-01-01 00:00:02         6         7        9     8      2.50k  16.0 kbit/s
                        lab   eth2       afpacket  failed   1970-01-01 00:00:01         0         7        9     8          -            -
                        """);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("weir: eth2 at lab: the cable was cut\n");

        out.reset();
        assertThat(run("captures", "--all", "--json")).isEqualTo(ExitCode.DONE);
        assertThat(lines())
                .hasSize(5)
                .first()
                .asString()
                .isEqualTo("{\"captureId\":\"a\",\"observationPoint\":"
                        + "{\"host\":\"lab\",\"interface\":\"eth0\",\"capture\":\"afpacket\",\"samplingRate\":1},"
                        + "\"state\":\"running\",\"threads\":1,\"startMilliseconds\":1000,\"heardMilliseconds\":"
                        + heardMs("a")
                        + ",\"receivedPackets\":1200,\"packets\":1193,\"layer2Octets\":99,\"ownPackets\":3,"
                        + "\"unsampledPackets\":4,\"droppedPackets\":9,\"lostPackets\":8,\"packetsPerSecond\":2500,"
                        + "\"layer2OctetsPerSecond\":2000}");
    }

    @Test
    void shouldListExporters() {
        assertThat(run("exporters")).isEqualTo(ExitCode.DONE);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("weir: no exporter has been heard\n");
        assertThat(out.size()).isZero();
        err.reset();
        long nowMs = System.currentTimeMillis();
        send(List.of(new ProducerRecord<>(
                topics.exporters().name(),
                "x".getBytes(StandardCharsets.UTF_8),
                "no avro".getBytes(StandardCharsets.UTF_8))));
        sendExporters(
                exporter("192.0.2.1", null, 0L, nowMs).setMissingDatagrams(2_000L),
                exporter("192.0.2.2", 4L, null, nowMs)
                        .setMissingDatagrams(500L)
                        .setSampling(sampling(1))
                        .setDeviation(deviation()),
                exporter("192.0.2.3", 0L, null, 1_700_000_000_000L),
                exporter("192.0.2.4", 0L, null, nowMs),
                exporter("192.0.2.9", 0L, null, nowMs));
        forgetExporter("192.0.2.9");

        assertThat(run("exporters")).isEqualTo(ExitCode.DONE);
        assertThat(lines().get(0).split(" {2,}"))
                .containsExactly(
                        "EXPORTER",
                        "PROTOCOL",
                        "DOMAIN",
                        "HEARD",
                        "DATAGRAMS",
                        "/S",
                        "RECORDS",
                        "MISSING",
                        "TEMPLATES",
                        "SAMPLING",
                        "DEVIATION",
                        "CLOCK");
        assertThat(lines()).hasSize(5);
        assertThat(cells(1)).startsWith("192.0.2.3", "sflow 5", "0").contains("0");
        assertThat(cells(1)[3]).startsWith("silent ");
        assertThat(cells(2))
                .startsWith("192.0.2.1", "netflow 9", "0")
                .endsWith("1,000", "2.5", "7,000", "2,000 (66.67%)", "3+1, 5 sets wait", "-", "-", "-250 ms");
        assertThat(cells(3))
                .startsWith("192.0.2.2", "sflow 5", "4")
                .endsWith(
                        "1,000",
                        "2.5",
                        "7,000",
                        "500 (33.33%)",
                        "-",
                        "1:100 to 1:1,000 (1:550)",
                        "-10.0% ± 2.0%",
                        "+12 ms");
        assertThat(cells(4)).startsWith("192.0.2.4");
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .hasSize(5)
                .anyMatch(line -> line.contains("cannot be read"))
                .contains(
                        "weir: 192.0.2.3, sflow 5, sub-agent 0: nothing heard since 2023-11-14 22:13:20",
                        "weir: 192.0.2.2, sflow 5, sub-agent 4: 1 of 3 sources do not sample as they say; source 17 says 1:100 and takes one in 250.5",
                        "weir: 192.0.2.2, sflow 5, sub-agent 4: packets estimated for interface 17 deviate by -30.0% from its counters, 6.0 standard errors");

        out.reset();
        assertThat(run("exporters", "--sort", "loss", "--silent-after", "36500d"))
                .isEqualTo(ExitCode.DONE);
        assertThat(lines().stream().skip(1).map(line -> line.substring(0, 9)))
                .containsExactly("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4");
        assertThat(cells(3)[3]).doesNotContain("silent");

        out.reset();
        assertThat(run("exporters", "--sort", "exporter", "--json")).isEqualTo(ExitCode.DONE);
        assertThat(lines()).hasSize(4);
        assertThat(lines().get(1))
                .startsWith("{\"exporterAddress\":\"192.0.2.2\",\"exporterTransportPort\":null,\"protocol\":\"sflow\"")
                .contains("\"deviation\":{\"interfaces\":2,\"estimatedPackets\":900,\"countedPackets\":1000,");
        assertThat(ExporterStatus.getClassSchema().getFields())
                .allSatisfy(field -> assertThat(lines().get(1)).contains('"' + field.name() + "\":"));

        assertThat(run("exporters", "--silent-after", "soon")).isEqualTo(ExitCode.USAGE);
        assertThat(run("exporters", "--sort", "size")).isEqualTo(ExitCode.USAGE);

        // Another writer than a decoder may leave out what one of both says.
        sendExporters(exporter("192.0.2.8", null, null, nowMs)
                .setMissingDatagrams(null)
                .setMissingFlowRecords(null)
                .setFlowRecords(null)
                .setOptionsRecords(null));
        out.reset();
        assertThat(run("exporters", "--sort", "loss")).isEqualTo(ExitCode.DONE);
        assertThat(lines()).hasSize(6).anyMatch(line -> line.startsWith("192.0.2.8"));
    }

    @Test
    void shouldListRisks() {
        assertThat(run("risks")).isEqualTo(ExitCode.DONE);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("weir: no finding makes anybody risky\n");
        err.reset();
        long micros = T0 * 1000;
        send(List.of(new ProducerRecord<>(
                topics.risks().name(),
                "x".getBytes(StandardCharsets.UTF_8),
                "no avro".getBytes(StandardCharsets.UTF_8))));
        sendRisks(
                risk("10.0.0.9", 8, micros),
                risk("10.0.0.1", 40, micros - 3_600_000_000L),
                risk("10.0.0.2", 160, micros),
                risk("10.0.0.8", 90, micros));
        send(List.of(new ProducerRecord<>(
                topics.risks().name(), "10.0.0.8".getBytes(StandardCharsets.UTF_8), (byte[]) null)));

        assertThat(run("risks", "--at", "latest")).isEqualTo(ExitCode.DONE);
        assertThat(lines().get(0).split(" {2,}"))
                .containsExactly("SCORE", "LEVEL", "ENTITY", "PLACE", "WAS", "LATEST FINDING", "FINDINGS", "BY");
        assertThat(lines()).hasSize(4);
        assertThat(lines().get(1).strip().split(" {2,}"))
                .containsExactly(
                        "100.0", "critical", "10.0.0.2", "inside", "100.0", "2023-11-14 22:13:20", "1", "beacon 160.0");
        assertThat(lines().get(2).strip().split(" {2,}"))
                .startsWith("20.0", "low", "10.0.0.1", "inside", "40.0", "2023-11-14 21:13:20");
        assertThat(lines().get(3).strip()).startsWith("8.0  informational");
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("cannot be read");

        out.reset();
        assertThat(run("risks", "--at", "2023-11-15T00:13:20Z", "--min", "10", "--json"))
                .isEqualTo(ExitCode.DONE);
        assertThat(lines())
                .singleElement()
                .asString()
                .isEqualTo("{\"entity\":\"10.0.0.2\",\"kind\":\"address\","
                        + "\"place\":\"inside\",\"score\":40.0,\"level\":\"medium\",\"sum\":40.0,\"halfLifeMilliseconds\":3600000,"
                        + "\"asOfMicroseconds\":1700007200000000,\"contributors\":[{\"findingId\":\"f\",\"rule\":\"beacon\","
                        + "\"severity\":\"medium\",\"role\":\"initiator\",\"weight\":160.0,\"lastSeenMicroseconds\":1700000000000000,"
                        + "\"contribution\":40.0}],\"observationPoint\":null}");

        out.reset();
        err.reset();
        assertThat(run("risks")).isEqualTo(ExitCode.DONE);
        assertThat(lines()).isEmpty();
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains(
                        "weir: no score is 1.0 or more; the latest finding is of 2023-11-14 22:13:20: --at latest lists the scores of then");
        assertThat(run("risks", "--at", "soon")).isEqualTo(ExitCode.USAGE);
        assertThat(run("risks", "--at", "beginning")).isEqualTo(ExitCode.USAGE);
    }

    private static Risk risk(String entity, double sum, long asOfMicros) {
        RiskContributor only =
                new RiskContributor("f", "beacon", Severity.medium, RiskRole.initiator, sum, asOfMicros, sum);
        return new Risk(
                entity,
                EntityKind.address,
                EntityPlace.inside,
                Math.min(100, sum),
                sum > 90 ? Severity.critical : sum >= 40 ? Severity.medium : Severity.informational,
                sum,
                3_600_000L,
                asOfMicros,
                List.of(only),
                null);
    }

    private void sendRisks(Risk... risks) {
        try (Serializer<Risk> serializer = AvroSerdes.serializer(Risk.class, client)) {
            send(Stream.of(risks)
                    .map(risk -> new ProducerRecord<>(
                            topics.risks().name(),
                            risk.getEntity().getBytes(StandardCharsets.UTF_8),
                            serializer.serialize(topics.risks().name(), risk)))
                    .toList());
        }
    }

    @Test
    void shouldSayHowToHearExportersWhereNoDecoderIs() {
        assertThat(execute(WeirRun.joining(KAFKA, "other.", "exporters"))).isEqualTo(ExitCode.FAILED);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("there is no topic other.exporters.v1", "weir up --listen udp://");
    }

    private String[] cells(int line) {
        return lines().get(line).split(" {2,}");
    }

    private static ExporterStatus.Builder exporter(String address, Long subAgent, Long domain, long heardMs) {
        boolean sflow = subAgent != null;
        return ExporterStatus.newBuilder()
                .setExporterAddress(address)
                .setExporterTransportPort(null)
                .setProtocol(sflow ? ExportProtocol.sflow : ExportProtocol.netflow)
                .setVersion(sflow ? 5 : 9)
                .setSubAgentId(subAgent)
                .setObservationDomainId(domain)
                .setFirstHeardMilliseconds(1)
                .setLastHeardMilliseconds(heardMs)
                .setWrittenMilliseconds(heardMs)
                .setDatagrams(1_000)
                .setDatagramsPerSecond(2.5)
                .setFlowSamples(sflow ? 7_000L : null)
                .setCounterSamples(sflow ? 10L : null)
                .setUncomparedCounterSamples(sflow ? 0L : null)
                .setFlowRecords(sflow ? null : 7_000L)
                .setOptionsRecords(sflow ? null : 0L)
                .setMissingDatagrams(0L)
                .setMissingFlowRecords(null)
                .setLateDatagrams(0)
                .setDuplicateDatagrams(0)
                .setSequenceRestarts(0)
                .setProblems(0)
                .setImplausibleFlowRecords(null)
                .setTemplates(sflow ? null : 3)
                .setOptionsTemplates(sflow ? null : 1)
                .setPendingSets(sflow ? null : 5)
                .setGivenUpSets(sflow ? null : 0L)
                .setClockOffsetMilliseconds(sflow ? null : -250L)
                .setLeastClockOffsetMilliseconds(sflow ? null : -900L)
                .setGreatestClockOffsetMilliseconds(sflow ? null : -100L)
                .setUptimeMilliseconds(sflow ? 5_000L : null)
                .setUptimeDriftMilliseconds(sflow ? 12L : null)
                .setSampling(null)
                .setDeviation(null);
    }

    private static SamplingStatus sampling(int differing) {
        return SamplingStatus.newBuilder()
                .setSources(3)
                .setLeastSamplingRate(100.0)
                .setGreatestSamplingRate(1_000.0)
                .setGeneratedSamples(9_000L)
                .setPoolPackets(4_950_000L)
                .setDroppedSamples(0L)
                .setEffectiveSamplingRate(550.0)
                .setNominalSamplingRate(400.0)
                .setEffectiveSamplingRateStandardError(5.0)
                .setDifferingSources(differing)
                .setMostDifferingSource("17")
                .setMostDifferingSourceSamplingRate(100.0)
                .setMostDifferingSourceEffectiveSamplingRate(250.5)
                .build();
    }

    private static CounterDeviation deviation() {
        return CounterDeviation.newBuilder()
                .setInterfaces(2)
                .setEstimatedPackets(900)
                .setCountedPackets(1_000)
                .setPacketsDeviation(-0.1)
                .setPacketsStandardError(0.02)
                .setPacketsDeviationStandardErrors(-5.0)
                .setEstimatedOctets(90_000)
                .setCountedOctets(100_000)
                .setOctetsDeviation(-0.1)
                .setOctetsStandardError(0.03)
                .setMostDeviatingInterface(17L)
                .setMostDeviatingInterfacePacketsDeviation(-0.3)
                .setMostDeviatingInterfaceStandardErrors(-6.0)
                .build();
    }

    private void sendExporters(ExporterStatus.Builder... exporters) {
        try (Serializer<ExporterStatus> serializer = AvroSerdes.serializer(ExporterStatus.class, client)) {
            send(Stream.of(exporters)
                    .map(exporter -> new ProducerRecord<>(
                            topics.exporters().name(),
                            exporter.getExporterAddress().getBytes(StandardCharsets.UTF_8),
                            serializer.serialize(topics.exporters().name(), exporter.build())))
                    .toList());
        }
    }

    private void forgetExporter(String key) {
        send(List.of(
                new ProducerRecord<>(topics.exporters().name(), key.getBytes(StandardCharsets.UTF_8), (byte[]) null)));
    }

    @Test
    void shouldTellWhenNothingIsHeardOfACapture() {
        sendCaptures(capture("a", "eth0", CaptureState.running, 1, 100));
        long later = heardMs("a") + 3 * CAPTURE_INTERVAL_MS;

        assertThat(captures(later).current())
                .extracting(CaptureList.Entry::standing)
                .containsExactly(CaptureList.Standing.running);
        assertThat(captures(later + 1).current())
                .extracting(CaptureList.Entry::standing)
                .containsExactly(CaptureList.Standing.silent);
        sendCaptures(capture("b", "eth0", CaptureState.running, 2, 1));
        assertThat(captures(later + 1).current())
                .extracting(entry -> entry.capture().getCaptureId())
                .containsExactly("b");
    }

    private long heardMs(String captureId) {
        return captures(0).all().stream()
                .filter(entry -> entry.capture().getCaptureId().equals(captureId))
                .findFirst()
                .orElseThrow()
                .heardMs();
    }

    private CaptureList captures(long nowMs) {
        Console console = new Console(System.out, System.err, false, false, 0, 24);
        return CaptureList.read(client, topics, console, nowMs);
    }

    private void sendCaptures(Capture... captures) {
        try (Serializer<Capture> serializer = AvroSerdes.serializer(Capture.class, client)) {
            send(Stream.of(captures)
                    .map(capture -> new ProducerRecord<>(
                            topics.captures().name(),
                            capture.getCaptureId().getBytes(StandardCharsets.UTF_8),
                            serializer.serialize(topics.captures().name(), capture)))
                    .toList());
        }
    }

    private static Capture capture(
            String id, String interfaceName, CaptureState state, int startSecond, long received) {
        return Capture.newBuilder()
                .setCaptureId(id)
                .setObservationPoint(new ObservationPoint("lab", interfaceName, "afpacket", 1))
                .setState(state)
                .setMessage(state == CaptureState.failed ? "the cable was cut" : null)
                .setThreads(1)
                .setStartMilliseconds(startSecond * 1000L)
                .setReportMilliseconds(5000)
                .setReportIntervalMilliseconds(CAPTURE_INTERVAL_MS)
                .setReceivedPackets(received)
                .setPackets(received - 7)
                .setLayer2Octets(99)
                .setOwnPackets(3)
                .setUnsampledPackets(4)
                .setDroppedPackets(9)
                .setLostPackets(8)
                .setPacketsPerSecond(2500)
                .setLayer2OctetsPerSecond(2000)
                .build();
    }

    @Test
    void shouldNameAMissingTopic() {
        assertThat(execute(WeirRun.joining(KAFKA, "other.", "flows"))).isEqualTo(ExitCode.FAILED);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("weir: there is no topic other.flows.v1 on Kafka at " + KAFKA.bootstrapServers());
    }

    @Test
    void shouldNameARegistryThatIsAway() {
        send(topics.flows(), TestRecords.arp());

        int exitCode = execute(
                "flows",
                "--kafka",
                KAFKA.bootstrapServers(),
                "--registry",
                "http://127.0.0.1:1",
                "-s",
                "topics.prefix=" + prefix);

        assertThat(exitCode).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("127.0.0.1:1", "check --registry");
    }

    @Test
    void shouldAuditTheTopics() {
        send(topics.packets(), batch(0, 9, false), batch(1, 6, true));
        send(topics.flows(), TestRecords.flow("10.0.0.1", 40_000, "10.0.0.2", 443, 12, 3));
        send(topics.edges(), TestRecords.edge("10.0.0.1", "10.0.0.2", 443, T0, 15));

        send(
                topics.edges(Duration.ofMinutes(1)),
                TestRecords.edge("10.0.0.1", "10.0.0.2", 443, T0 / 60_000 * 60_000, 15));

        assertThat(run("audit")).isEqualTo(ExitCode.DONE);
        assertThat(lines()).last().isEqualTo("Law 1 holds: every packet is in exactly one root flow or loss.");

        send(topics.packets(), batch(3, 2, true));
        out.reset();
        assertThat(run("audit", "--json")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("{\"verdict\":\"broken\",\"conserved\":false")
                .contains("\"missingPackets\":2", "\"firstMissing\":2,\"lastMissing\":2")
                .contains("\"firstDifference\":{\"windowStart\":" + T0 + ",\"batches\":[{\"topic\":\""
                        + topics.packets().name() + "\",\"partition\":0,\"firstOffset\":0,\"lastOffset\":2}]}");

        out.reset();
        assertThat(run("audit")).isEqualTo(ExitCode.FAILED);
        assertThat(lines())
                .anyMatch(line -> line.contains("2 packets (")
                        && line.endsWith(", whose batches are among "
                                + topics.packets().name() + " partition 0 offsets 0 to 2."));
    }

    @Test
    void shouldWriteThePacketsOfFlowsThatAFilterChooses() throws IOException {
        long start = T0 * 1_000_000;
        FlowKey https = TestRecords.flowKey();
        FlowKey ssh = FlowKey.newBuilder(https).setPortB(22).build();
        Flow flow = TestRecords.flow("10.0.0.1", 40_000, "10.0.0.2", 443, 2, 1);
        flow.setCommunityId("1:UWHKJ/x6OQ1YiVv4rIl0t3yhjg8=");
        send(topics.flows(), flow);
        send(
                topics.rawPackets(),
                TestRecords.rawPackets(https, start + 3_000, start + 1_000),
                TestRecords.rawPackets(ssh, start + 2_000),
                TestRecords.rawPackets(https, start - 1_000_000, start + 2_500));
        Path file = directory.resolve("out.pcapng");

        assertThat(run("pcap", "-o", file.toString())).isEqualTo(ExitCode.DONE);
        assertThat(times(Files.readAllBytes(file)))
                .containsExactly(start - 1_000_000, start + 1_000, start + 2_000, start + 2_500, start + 3_000);

        assertThat(run("pcap", "--filter", "responder.port == 443")).isEqualTo(ExitCode.DONE);
        assertThat(times(out.toByteArray()))
                .as(err.toString(StandardCharsets.UTF_8))
                .containsExactly(start + 1_000, start + 2_500, start + 3_000);

        out.reset();
        assertThat(run("pcap", "--filter", "responder.port == 443", "--limit", "2"))
                .isEqualTo(ExitCode.DONE);
        assertThat(times(out.toByteArray())).containsExactly(start + 1_000, start + 2_500);

        out.reset();
        assertThat(run("pcap", "--filter", "responder.port == 80")).isEqualTo(ExitCode.DONE);
        assertThat(times(out.toByteArray())).isEmpty();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("the filter chooses 0 flows");
    }

    @Test
    void shouldSayHowToSwitchRawPacketsOn() {
        assertThat(run("pcap")).isEqualTo(ExitCode.FAILED);
        assertThat(execute(WeirRun.joining(KAFKA, "other.", "pcap"))).isEqualTo(ExitCode.FAILED);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains(
                        "weir: topic " + topics.rawPackets().name() + " holds no packets",
                        "-s collector.raw-packets=10",
                        "weir: there is no topic other.raw-packets.v1");
        assertThat(out.size()).isZero();
    }

    @Test
    void shouldFeedTheSummary() throws InterruptedException {
        SummaryModel model = new SummaryModel();
        try (SummaryFeed feed = new SummaryFeed(client, topics, model, StartPosition.END)) {
            Edge edge = TestRecords.edge("10.0.0.1", "10.0.0.2", 443, T0, 5);
            send(topics.edges(), edge, edge);
            send(topics.findings(), TestRecords.finding("f1", "somebody came in"));
            send(topics.losses(), TestRecords.loss("collector", LossReason.kernel_drop, null, 17L, null));

            Summary summary = await(
                    model, seen -> seen.packets() == 10 && seen.ingressFindings() == 1 && seen.lostPackets() == 17);
            assertThat(summary.topEdges()).hasSize(1);
            assertThat(feed).isNotNull();
        }
    }

    private static Summary await(SummaryModel model, Predicate<Summary> condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        Object pause = new Object();
        while (true) {
            Summary summary = model.summary(0, 10, 10);
            if (condition.test(summary) || System.nanoTime() > deadline) {
                assertThat(summary).matches(condition);
                return summary;
            }
            synchronized (pause) {
                pause.wait(20);
            }
        }
    }

    private int run(String... args) {
        return execute(WeirRun.joining(KAFKA, prefix, args));
    }

    private int execute(String... args) {
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false,
                0,
                24);
        return CommandLines.execute(
                new CommandContext(new Environment(Map.of(), directory), console, () -> {
                    throw new AssertionError("no pipeline is needed to read");
                }),
                args);
    }

    private List<String> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** All into partition 0, so that their order is known. */
    @SafeVarargs
    @SuppressWarnings("varargs") // Only read from.
    private <T extends SpecificRecord> void send(TopicSpec<T> spec, T... records) {
        try (Serializer<T> serializer = AvroSerdes.serializer(spec.valueType(), client)) {
            send(Stream.of(records)
                    .map(record -> new ProducerRecord<byte[], byte[]>(
                            spec.name(), 0, null, serializer.serialize(spec.name(), record)))
                    .toList());
        }
    }

    private void send(List<ProducerRecord<byte[], byte[]>> records) {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<?>> sent = new ArrayList<>();
            records.forEach(record -> sent.add(producer.send(record)));
            producer.flush();
            assertThat(sent).allSatisfy(future -> assertThat(future).succeedsWithin(Duration.ZERO));
        }
    }

    private static List<Long> times(byte[] capture) throws IOException {
        List<CaptureFiles.Packet> packets = CaptureFiles.packets(capture);
        assertThat(packets).allSatisfy(packet -> {
            assertThat(packet.interfaceName()).isEqualTo("lab/eth0");
            assertThat(packet.layer2Octets()).isEqualTo(1500);
            assertThat(packet.capturedOctets()).isEqualTo(60);
        });
        return packets.stream().map(CaptureFiles.Packet::timeNanos).toList();
    }

    private static PacketBatch batch(long sequence, int packets, boolean last) {
        return PacketBatch.newBuilder()
                .setObservationPoint(TestRecords.POINT)
                .setSessionId("s")
                .setSequenceNumber(sequence)
                .setBaseTimeNanoseconds(T0 * 1_000_000)
                .setTickNanoseconds(1000)
                .setWatermarkNanoseconds(T0 * 1_000_000)
                .setEndOfInput(last)
                .setKeys(List.of(TestRecords.flowKey()))
                .setKey(Collections.nCopies(packets, 0))
                .setTimeDelta(Collections.nCopies(packets, 1L))
                .setLayer2Octets(Collections.nCopies(packets, 114))
                .setOctets(Collections.nCopies(packets, 100))
                .setTcpControlBits(Collections.nCopies(packets, 0x10))
                .build();
    }
}
