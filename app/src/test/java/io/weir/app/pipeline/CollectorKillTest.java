package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.CaptureFiles;
import io.weir.app.WeirProcess;
import io.weir.app.WeirRun;
import io.weir.app.failure.ExitCode;
import io.weir.schemas.topic.Topics;
import io.weir.testing.Await;
import io.weir.testing.KafkaExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Law 1 when a collector dies in the middle of a file: the next one goes on where it was, and no packet is in Kafka twice. */
class CollectorKillTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private static final int PACKETS = 200_000;
    private static final int OTHER_PACKETS = 150_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private Topics topics;
    private String capture;
    private String other;

    @BeforeEach
    void makeCapture() throws IOException {
        topics = new Topics(KAFKA.uniqueName("resume") + ".");
        capture = CaptureFiles.udp(directory.resolve("big.pcap"), PACKETS, 5_000, 10_000)
                .toString();
        other = CaptureFiles.udp(directory.resolve("other.pcap"), OTHER_PACKETS, 5_000, 10_000)
                .toString();
    }

    @Test
    void shouldSendEachPacketOnceWhenTheCollectorOfTwoFilesIsKilled() throws Exception {
        long before = 0;
        // 20 s of traffic: the ends of both partitions move as long as a collector sends.
        for (int kill = 0; kill < 2; kill++) {
            try (WeirProcess collector = WeirProcess.start(directory, resuming("--speed", "2x"))) {
                long sent = before;
                Await.until(PATIENCE, "something was committed", () -> committed() > sent + 20 || !collector.isAlive());
                assertThat(collector.isAlive()).as(collector.err()).isTrue();
                collector.kill();
            }
            before = committed();
        }
        WeirRun rest = WeirRun.of(directory, resuming());
        assertThat(rest.exitCode()).as(rest.err()).isEqualTo(ExitCode.DONE);
        assertThat(rest.err()).doesNotContain("weir: 350,000 packets collected");

        WeirRun again = WeirRun.of(directory, resuming());
        assertThat(again.exitCode()).as(again.err()).isEqualTo(ExitCode.DONE);
        assertThat(again.err()).contains("weir: 0 packets collected, 0 in Kafka, 0 lost");

        try (WeirProcess meter = WeirProcess.start(directory, args("run", "meter"))) {
            WeirRun audit = WeirRun.of(directory, args("audit", "--json", "--wait", PATIENCE.toSeconds() + "s"));
            assertThat(audit.exitCode()).as(audit.out() + meter.err()).isEqualTo(ExitCode.DONE);
            assertThat(audit.out())
                    .contains("\"packets\":" + PACKETS)
                    .contains("\"packets\":" + OTHER_PACKETS)
                    .contains("\"flowPackets\":" + PACKETS)
                    .contains("\"flowPackets\":" + OTHER_PACKETS)
                    .contains("\"repeatedBatches\":0")
                    .contains("\"missingBatches\":0");
        }
    }

    @Test
    void shouldSayThatAnotherCollectorHasTakenTheFileOver() throws Exception {
        try (WeirProcess first = WeirProcess.start(directory, resuming("--speed", "1x"))) {
            Await.until(PATIENCE, "something was committed", () -> committed() > 20 || !first.isAlive());
            WeirRun second = WeirRun.of(directory, resuming());
            assertThat(second.exitCode()).as(second.err()).isEqualTo(ExitCode.DONE);
            assertThat(first.awaitExit(PATIENCE)).isEqualTo(ExitCode.FAILED);
            assertThat(first.err())
                    .contains("another collector has taken over " + directory)
                    .contains("start it again with --resume unless another one reads it");
        }
    }

    @Test
    void shouldRefuseToResumeTheStandardInput() {
        WeirRun run = WeirRun.of(directory, args("run", "collector", "--resume", "--pcap", "-"));
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("the standard input cannot be read again");
    }

    @Test
    void shouldRefuseToResumeCopiesOfPackets() {
        WeirRun run = WeirRun.of(directory, resuming("-s", "collector.raw-packets=5"));
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("collector.raw-packets");
    }

    private String[] resuming(String... more) {
        List<String> all = new ArrayList<>(List.of("run", "collector", "--resume", "--pcap", capture, "--pcap", other));
        all.addAll(List.of(more));
        return args(all.toArray(String[]::new));
    }

    private String[] args(String... args) {
        return WeirRun.joining(KAFKA, topics.prefix(), args);
    }

    /** Offsets of the packets topic up to which everything is committed or aborted. */
    private long committed() throws InterruptedException {
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        try {
            KAFKA.admin()
                    .describeTopics(List.of(topics.packets().name()))
                    .allTopicNames()
                    .get()
                    .get(topics.packets().name())
                    .partitions()
                    .forEach(info -> partitions.put(
                            new TopicPartition(topics.packets().name(), info.partition()), OffsetSpec.latest()));
            return KAFKA
                    .admin()
                    .listOffsets(partitions, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .all()
                    .get()
                    .values()
                    .stream()
                    .mapToLong(ListOffsetsResultInfo::offset)
                    .sum();
        } catch (ExecutionException e) {
            // No collector has made the topic yet.
            return 0;
        }
    }
}
