package io.weir.app.pipeline;

import static io.weir.testing.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.WeirProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Interfaces and namespaces that come and go while the program runs. Skipped where namespaces cannot be made. */
class LiveInterfacesTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private final String prefix = "weirl-" + ProcessHandle.current().pid();
    private final String first = prefix + "-a";
    private final String later = prefix + "-b";

    @BeforeEach
    void makeNamespace() throws Exception {
        Assumptions.assumeTrue(run("ip", "netns", "add", first), "no network namespace can be made");
    }

    @AfterEach
    void removeNamespaces() throws Exception {
        run("ip", "netns", "del", first);
        run("ip", "netns", "del", later);
    }

    @Test
    void shouldFollowInterfacesAndNamespacesThatFit() throws Exception {
        try (WeirProcess up = WeirProcess.start(
                directory,
                "up",
                "-i",
                prefix + "-*:pod*",
                "-i",
                "!*:pod9",
                "--data-dir",
                directory.resolve("data").toString(),
                "-s",
                "embedded.kafka.port=0",
                "-s",
                "embedded.registry.port=0")) {
            up.awaitMessage(PATIENCE, "no interface fits " + prefix + "-*:pod*, !*:pod9 yet");

            addPair(first, "pod9", "pod1");
            up.awaitMessage(PATIENCE, "captures from " + first + ":pod1");
            run("ip", "netns", "add", later);
            addPair(later, "pod2", "other");
            up.awaitMessage(PATIENCE, "captures from " + later + ":pod2");
            run("ip", "-n", first, "link", "del", "pod1");
            up.awaitMessage(PATIENCE, "no longer captures from " + first + ":pod1");

            assertThat(up.terminate()).isIn(0, 143);
            assertThat(up.err()).doesNotContain(":pod9\n").doesNotContain(":other");
        }
    }

    private static void addPair(String namespace, String one, String other) throws Exception {
        run("ip", "-n", namespace, "link", "add", one, "type", "veth", "peer", "name", other);
        run("ip", "-n", namespace, "link", "set", other, "up");
        run("ip", "-n", namespace, "link", "set", one, "up");
    }
}
