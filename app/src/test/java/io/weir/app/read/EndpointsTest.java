package io.weir.app.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointsTest {

    @TempDir
    private Path directory;

    @Test
    void shouldBeFoundWhileTheProcessLives() {
        Endpoints endpoints = Endpoints.ofThisProcess("127.0.0.1:9092", "http://127.0.0.1:8081");
        endpoints.write(directory.resolve("data"));
        assertThat(Endpoints.ofRunning(directory.resolve("data"))).contains(endpoints);

        endpoints.remove(directory.resolve("data"));
        assertThat(Endpoints.ofRunning(directory.resolve("data"))).isEmpty();
    }

    @Test
    void shouldNotBelieveWhatADeadProcessLeftBehind() {
        new Endpoints("127.0.0.1:9092", "http://127.0.0.1:8081", Long.MAX_VALUE).write(directory);

        assertThat(Endpoints.ofRunning(directory)).isEmpty();
    }

    @Test
    void shouldNotRemoveAnotherOnes() {
        Endpoints other = new Endpoints(
                "127.0.0.1:1", "http://127.0.0.1:2", ProcessHandle.current().pid());
        other.write(directory);

        Endpoints.ofThisProcess("127.0.0.1:9092", "http://127.0.0.1:8081").remove(directory);

        assertThat(Endpoints.ofRunning(directory)).contains(other);
    }

    @Test
    void shouldIgnoreAFileThatIsNone() throws IOException {
        Files.writeString(
                directory.resolve("endpoints.properties"), "pid=x\nbootstrap.servers=a\nschema.registry.url=b\n");

        assertThat(Endpoints.ofRunning(directory)).isEmpty();
    }
}
