package io.weir.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares text with a committed file; {@code -Dweir.golden.update=true} writes the file instead (scripts/update-goldens.sh). */
public final class Golden {

    private Golden() {}

    /** @param path from the repository's root */
    public static void assertFile(String path, String actual) {
        String root = System.getProperty("weir.root");
        assertThat(root).as("system property weir.root").isNotNull();
        Path file = Path.of(root, path);
        try {
            if (Boolean.getBoolean("weir.golden.update")) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, actual);
            }
            assertThat(Files.exists(file))
                    .as("%s exists; scripts/update-goldens.sh writes it", path)
                    .isTrue();
            assertThat(actual)
                    .as("%s; scripts/update-goldens.sh writes it anew", path)
                    .isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
