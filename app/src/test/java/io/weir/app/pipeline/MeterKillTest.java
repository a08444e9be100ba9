package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.CaptureFiles;
import io.weir.app.WeirProcess;
import io.weir.app.WeirRun;
import io.weir.app.failure.ExitCode;
import io.weir.schemas.topic.Topics;
import io.weir.testing.Await;
import io.weir.testing.KafkaExtension;
import io.weir.topology.MeterApp;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Law 1 when meters die, come back and share: every packet in exactly one flow and one edge. */
class MeterKillTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    private static final int PACKETS = 1_000_000;
    private static final int FLOWS = 5_000;
    private static final Pattern MISSING = Pattern.compile("\"missingPackets\":(-?\\d+)");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private Topics topics;
    private Path capture;

    @BeforeEach
    void makeCapture() throws IOException {
        topics = new Topics(KAFKA.uniqueName("kill") + ".");
        capture = CaptureFiles.udp(directory.resolve("big.pcap"), PACKETS, FLOWS, 10_000);
    }

    @Test
    void shouldCountEveryPacketOnceWhenTheMeterIsKilledThreeTimes() throws Exception {
        WeirRun collected = WeirRun.of(
                directory, args("run", "collector", "--pcap", capture.toString(), "-s", "collector.batch.packets=50"));
        assertThat(collected.exitCode()).as(collected.err()).isEqualTo(ExitCode.DONE);
        long end = packetRecords();
        for (double share : new double[] {0.15, 0.4, 0.65}) {
            try (WeirProcess meter = meter()) {
                awaitCommitted((long) (share * (double) end), meter);
                meter.kill();
            }
            assertThat(committed()).as("the kill fell into the middle").isLessThan(end);
        }
        try (WeirProcess meter = meter()) {
            assertAuditHolds();
            assertThat(meter.terminate()).isIn(0, 143);
            assertThat(meter.err()).doesNotContain("error");
        }
    }

    /** The replay goes through a pipe, so that it is in the middle while the meters change. */
    @Test
    void shouldCountEveryPacketOnceWhenMetersComeAndGo() throws Exception {
        byte[] packets = Files.readAllBytes(capture);
        int third = packets.length / 3;
        try (WeirProcess collector = WeirProcess.start(directory, args("run", "collector", "--pcap", "-"));
                WeirProcess first = meter()) {
            OutputStream in = collector.in();
            in.write(packets, 0, third);
            in.flush();
            awaitCommitted(1, first);
            try (WeirProcess second = meter()) {
                Await.until(PATIENCE, "both meters have work", () -> workingMembers() == 2);
                in.write(packets, third, third);
                in.flush();
                assertThat(first.terminate()).isIn(0, 143);
                assertThat(collector.isAlive()).as("the replay was not over").isTrue();
                in.write(packets, 2 * third, packets.length - 2 * third);
                in.close();
                assertThat(collector.awaitExit(PATIENCE)).as(collector.err()).isZero();
                assertAuditHolds();
                assertThat(second.isAlive()).isTrue();
            }
        }
    }

    @Test
    void shouldGoOnWithTheStandbyOfAMeterThatWasKilled() throws Exception {
        byte[] packets = Files.readAllBytes(capture);
        int half = packets.length / 2;
        String[] standby = {"-s", "meter.standby-replicas=1"};
        try (WeirProcess collector = WeirProcess.start(directory, args("run", "collector", "--pcap", "-"));
                WeirProcess first = meter(standby);
                WeirProcess second = meter(standby)) {
            Await.until(PATIENCE, "both meters have work", () -> workingMembers() == 2);
            OutputStream in = collector.in();
            in.write(packets, 0, half);
            in.flush();
            awaitCommitted(1, first);
            first.kill();
            in.write(packets, half, packets.length - half);
            in.close();
            assertThat(collector.awaitExit(PATIENCE)).as(collector.err()).isZero();
            assertAuditHolds();
            assertThat(second.isAlive()).isTrue();
        }
    }

    /** What is then lost of law 1: packets may be counted again, none is missing. */
    @Test
    void shouldMissNoPacketAtLeastOnce() throws Exception {
        WeirRun collected = WeirRun.of(
                directory, args("run", "collector", "--pcap", capture.toString(), "-s", "collector.batch.packets=50"));
        assertThat(collected.exitCode()).as(collected.err()).isEqualTo(ExitCode.DONE);
        long end = packetRecords();
        String[] atLeastOnce = {"-s", "meter.processing-guarantee=at_least_once"};
        try (WeirProcess meter = meter(atLeastOnce)) {
            awaitCommitted((long) (0.4 * (double) end), meter);
            meter.kill();
        }
        assertThat(committed()).as("the kill fell into the middle").isLessThan(end);
        try (WeirProcess meter = meter(atLeastOnce)) {
            Await.until(PATIENCE, "no packet is missing", () -> {
                assertThat(meter.isAlive()).as(meter.err()).isTrue();
                return missingPackets() <= 0;
            });
        }
    }

    private long missingPackets() {
        WeirRun audit = WeirRun.of(directory, args("audit", "--json"));
        Matcher missing = MISSING.matcher(audit.out());
        assertThat(missing.find()).as(audit.out() + audit.err()).isTrue();
        return Long.parseLong(missing.group(1));
    }

    private WeirProcess meter(String... more) {
        List<String> all = new ArrayList<>(List.of(
                "run",
                "meter",
                "-s",
                "meter.commit-interval=100ms",
                "-s",
                "kafka.session.timeout.ms=6000",
                "-s",
                "kafka.heartbeat.interval.ms=1000"));
        all.addAll(List.of(more));
        return WeirProcess.start(directory, args(all.toArray(String[]::new)));
    }

    private String[] args(String... args) {
        return WeirRun.joining(KAFKA, topics.prefix(), args);
    }

    private void assertAuditHolds() {
        WeirRun audit = WeirRun.of(directory, args("audit", "--json", "--wait", PATIENCE.toSeconds() + "s"));
        assertThat(audit.exitCode()).as(audit.out() + audit.err()).isEqualTo(ExitCode.DONE);
        assertThat(audit.out())
                .contains(":" + PACKETS)
                .contains("\"window\":\"1h\",\"flowPackets\":" + PACKETS + ",\"edgePackets\":" + PACKETS);
    }

    private void awaitCommitted(long records, WeirProcess meter) {
        Await.until(
                PATIENCE,
                "the meter has done " + records + " records",
                () -> committed() >= records || !meter.isAlive());
        assertThat(meter.isAlive()).as(meter.err()).isTrue();
    }

    private long committed() throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> offsets = KAFKA.admin()
                .listConsumerGroupOffsets(MeterApp.applicationId(topics))
                .partitionsToOffsetAndMetadata()
                .get();
        return offsets.entrySet().stream()
                .filter(entry -> entry.getKey().topic().equals(topics.packets().name()))
                .mapToLong(entry -> entry.getValue().offset())
                .sum();
    }

    private long workingMembers() throws ExecutionException, InterruptedException {
        return KAFKA
                .admin()
                .describeConsumerGroups(List.of(MeterApp.applicationId(topics)))
                .all()
                .get()
                .get(MeterApp.applicationId(topics))
                .members()
                .stream()
                .filter(member -> member.assignment().topicPartitions().stream()
                        .anyMatch(partition ->
                                partition.topic().equals(topics.packets().name())))
                .count();
    }

    private long packetRecords() throws ExecutionException, InterruptedException {
        String topic = topics.packets().name();
        int partitions = KAFKA.admin()
                .describeTopics(List.of(topic))
                .topicNameValues()
                .get(topic)
                .get()
                .partitions()
                .size();
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        for (int i = 0; i < partitions; i++) {
            wanted.put(new TopicPartition(topic, i), OffsetSpec.latest());
        }
        return KAFKA.admin().listOffsets(wanted).all().get().values().stream()
                .mapToLong(ListOffsetsResultInfo::offset)
                .sum();
    }
}
