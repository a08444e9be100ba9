package io.weir.exporters.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.exporters.store.ObjectStore;
import io.weir.exporters.store.ObjectStoreContract;
import io.weir.exporters.store.PutResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreTest extends ObjectStoreContract {

    @TempDir
    Path directory;

    @Override
    protected ObjectStore store() {
        return new DirectoryStore(directory.resolve("export"));
    }

    @Override
    protected byte[] stored(String key) throws IOException {
        return Files.readAllBytes(directory.resolve("export").resolve(key));
    }

    @Test
    void shouldLeaveNoHalfFilesAndRemoveThoseOfWritersThatDied() throws IOException {
        Path hour = directory.resolve("export").resolve(KEY).getParent();
        Files.createDirectories(hour);
        Files.writeString(hour.resolve(".t-0-17-19.ndjson.gz.dead.tmp"), "hal");
        Files.writeString(hour.resolve(".t-0-20-21.ndjson.gz.busy.tmp"), "hal");

        store().put(object(KEY, "whole"));

        try (Stream<Path> files = Files.list(hour)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            List.of("t-0-17-19.ndjson.gz", ".t-0-20-21.ndjson.gz.busy.tmp"));
        }
    }

    @Test
    void shouldTellWhatIsWrongWithItsPlace() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThat(new DirectoryStore(file).defect())
                .hasValueSatisfying(text -> assertThat(text).contains(file.toString(), "sink.uri"));
        assertThat(new DirectoryStore(file.resolve("below")).defect()).isPresent();
        assertThat(new DirectoryStore(file.resolve("below")).put(object(KEY, "x")))
                .isInstanceOf(PutResult.RetryLater.class);
    }
}
