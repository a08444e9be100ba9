package io.weir.advisor;

import static io.weir.advisor.TestFlow.T0;
import static io.weir.advisor.TestFlow.aFlow;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.schemas.Finding;
import io.weir.schemas.FindingEndReason;
import io.weir.schemas.FindingStatus;
import io.weir.schemas.Flow;
import io.weir.schemas.serde.AvroSerdes;
import io.weir.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The topology of a replay: flows up to the end of its range, findings on its own topic, an end in place of silence. */
class ReplayTest {

    private static final Topics TOPICS = Topics.ofDefaultPrefix();
    private static final AdvisorConfig CONFIG = AdvisorProcess.config(List.of("10.0.0.0/8"));
    private static final String FINDINGS = "weir.findings.replay.test";

    /** Longer than a point may be silent: six minutes. */
    private static final int SILENT_FLUSHES = 2_000;

    @TempDir
    Path directory;

    private final AdvisorMetrics metrics = new AdvisorMetrics(new SimpleMeterRegistry());
    private final TopicPartition partition = new TopicPartition(TOPICS.flows().name(), 0);
    private final Replay replay = new Replay(
            "weir.advise.test", TOPICS.replayedFindings(FINDINGS), Map.of(partition, 0L), Map.of(partition, 4L));
    private TopologyTestDriver driver;
    private Serializer<Flow> flowSerializer;
    private TestInputTopic<String, byte[]> flows;
    private TestOutputTopic<String, Finding> findings;

    @BeforeEach
    void start() {
        Map<String, Object> props = new HashMap<>();
        props.put("bootstrap.servers", "unused:9092");
        props.put("schema.registry.url", "mock://replay");
        props.put("state.dir", directory.toString());
        Properties settings = new Properties();
        settings.putAll(AdvisorSettings.of(replay.applicationId(), props));
        driver = new TopologyTestDriver(
                AdvisorTopology.build(CONFIG, TOPICS, props, metrics, replay, () -> 0),
                settings,
                Instant.ofEpochSecond(T0));
        flowSerializer = AvroSerdes.serializer(Flow.class, props);
        flows = driver.createInputTopic(TOPICS.flows().name(), new StringSerializer(), new ByteArraySerializer());
        findings = driver.createOutputTopic(
                FINDINGS, new StringDeserializer(), AvroSerdes.deserializer(Finding.class, props));
    }

    @AfterEach
    void nothingElsewhere() {
        assertThat(findings.isEmpty()).as("no more findings").isTrue();
        assertThat(driver.producedTopicNames())
                .as("neither losses nor rejected records nor the live findings")
                .allMatch(topic -> topic.equals(FINDINGS) || topic.startsWith(replay.applicationId() + "-"));
        driver.close();
    }

    @Test
    void shouldLeaveOutWhatLiesBehindTheRangeAndCountWhatItCannotRead() {
        see(aFlow().id("f1").at(0));
        flows.pipeInput("bad", "no flow at all".getBytes(StandardCharsets.UTF_8));
        see(aFlow().id("f3").at(20));
        see(aFlow().id("f4").at(30));
        see(aFlow().id("f5").at(40));
        see(aFlow().id("f6").from("192.0.2.1").at(50));
        flush(10);

        assertThat(replay.end().isBegun()).isTrue();
        assertThat(findings.readValue().getFlows()).isEqualTo(3);
        AdvisorCounts counts = metrics.counts();
        assertThat(counts.flowRecords()).isEqualTo(4);
        assertThat(counts.refusedRecords()).isEqualTo(1);
        assertThat(counts.earliestMilliseconds()).isEqualTo(T0 * 1000);
        assertThat(counts.latestMilliseconds()).isEqualTo((T0 + 30) * 1000);
    }

    @Test
    void shouldCloseAtTheEndWhatEventTimeSaysToBeOver() {
        see(aFlow().id("f1").at(0));
        see(aFlow().id("f2").from("192.0.2.1").at(600));
        flush(2);
        assertThat(findings.readValuesToList())
                .extracting(Finding::getStatus)
                .containsExactly(FindingStatus.opened, FindingStatus.opened);

        replay.end().reach();
        flush(2);

        Finding closed = findings.readValue();
        assertThat(closed.getStatus()).isEqualTo(FindingStatus.closed);
        assertThat(closed.getEndReason()).isEqualTo(FindingEndReason.idle);
        assertThat(closed.getFirstSeenMicroseconds()).isEqualTo(T0 * 1_000_000);
    }

    @Test
    void shouldLeaveOpenWhatIsOpenHoweverLongItTakes() {
        see(aFlow().id("f1").at(0));
        flush(SILENT_FLUSHES);
        replay.end().reach();
        flush(2);

        assertThat(findings.readValue().getStatus()).isEqualTo(FindingStatus.opened);
    }

    /** What is told at a pause depends on when it comes. */
    @Test
    void shouldNotTakeAPauseForTheEnd() {
        see(aFlow().id("f1").at(0));
        flush(2);
        see(aFlow().id("f2").at(1));
        flush(50);
        assertThat(findings.readValuesToList()).extracting(Finding::getStatus).containsExactly(FindingStatus.opened);

        replay.end().reach();
        flush(10);

        assertThat(findings.readValue().getFlows()).isEqualTo(2);
    }

    private void see(TestFlow flow) {
        Flow built = flow.build();
        flows.pipeInput(
                built.getFlowId(), flowSerializer.serialize(TOPICS.flows().name(), built));
    }

    private void flush(int times) {
        for (int i = 0; i < times; i++) {
            driver.advanceWallClockTime(CONFIG.flushInterval());
        }
    }
}
