package io.weir.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.weir.embedded.EmbeddedStartException.Reason;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
    @TempDir
    Path dir;

    /** Takes the directory, says so, and holds it until its input ends. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws IOException {
            try (DirectoryLock lock = DirectoryLock.acquire(Path.of(args[0]))) {
                System.out.println("held " + (lock != null));
                System.in.read();
            }
        }
    }

    @Test
    void shouldNameThisProcessWhenItHoldsTheDirectoryItself() {
        try (DirectoryLock lock = DirectoryLock.acquire(dir)) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> DirectoryLock.acquire(dir))
                    .hasMessageContaining(dir.toString())
                    .hasMessageContaining("this process")
                    .asInstanceOf(type(EmbeddedStartException.class))
                    .returns(Reason.DIRECTORY_IN_USE, EmbeddedStartException::reason);
        }
    }

    @Test
    void shouldNameTheOtherProcessAndFreeTheDirectoryWhenItIsKilled() throws Exception {
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Holder.class.getName(),
                        dir.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).isEqualTo("held true");
            assertThatThrownBy(() -> DirectoryLock.acquire(dir))
                    .hasMessageContaining("process " + holder.pid())
                    .asInstanceOf(type(EmbeddedStartException.class))
                    .returns(Reason.DIRECTORY_IN_USE, EmbeddedStartException::reason);
        } finally {
            holder.destroyForcibly().waitFor();
        }

        DirectoryLock.acquire(dir).close();
    }

    @Test
    void shouldBeTakenAgainAfterClose() {
        DirectoryLock.acquire(dir).close();
        DirectoryLock.acquire(dir).close();
    }

    @Test
    void shouldRefuseAFileInPlaceOfTheDirectory() throws IOException {
        Path file = Files.createFile(dir.resolve("taken"));

        assertThatThrownBy(() -> DirectoryLock.acquire(file))
                .hasMessageContaining(file.toString())
                .hasMessageContaining("choose another data directory")
                .asInstanceOf(type(EmbeddedStartException.class))
                .returns(Reason.DIRECTORY_NOT_WRITABLE, EmbeddedStartException::reason);
    }

    @Test
    void shouldRefuseADirectoryThatCannotBeMade() {
        Path unreachable = new File("/proc/nowhere").toPath();

        assertThatThrownBy(() -> DirectoryLock.acquire(unreachable))
                .asInstanceOf(type(EmbeddedStartException.class))
                .returns(Reason.DIRECTORY_NOT_WRITABLE, EmbeddedStartException::reason);
    }
}
