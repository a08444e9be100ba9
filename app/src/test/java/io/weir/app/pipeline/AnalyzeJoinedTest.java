package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.CaptureFiles;
import io.weir.app.WeirRun;
import io.weir.app.failure.ExitCode;
import io.weir.testing.KafkaExtension;
import java.nio.file.Path;
import org.apache.kafka.clients.admin.GroupListing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir analyze} as a guest in a Kafka cluster. */
class AnalyzeJoinedTest {

    @RegisterExtension
    static final KafkaExtension KAFKA = new KafkaExtension();

    @TempDir
    private Path directory;

    @Test
    void shouldLeaveNoTopicsAndGroupsBehind() throws Exception {
        String prefix = KAFKA.uniqueName("guest") + ".";
        Path capture = CaptureFiles.udp(directory.resolve("udp.pcap"), 1000, 10, 100);

        WeirRun run = WeirRun.of(
                directory,
                WeirRun.joining(
                        KAFKA,
                        prefix,
                        "analyze",
                        capture.toString(),
                        "--json",
                        "--out",
                        directory.resolve("out").toString()));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(run.out()).startsWith("{\"packets\":1000,").contains("\"conserved\":true");
        assertThat(run.err()).doesNotContain("left over");
        assertThat(KAFKA.admin().listTopics().names().get()).noneMatch(name -> name.startsWith(prefix));
        assertThat(KAFKA.admin().listGroups().all().get())
                .extracting(GroupListing::groupId)
                .noneMatch(name -> name.startsWith(prefix));
    }
}
