package io.weir.exporters.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class CompressionTest {

    private static final byte[] TEXT = "{\"a\":1}\n".repeat(1000).getBytes(StandardCharsets.UTF_8);

    @Test
    void shouldGiveTheSameBytesForTheSameText() throws IOException {
        byte[] gzip = compress(Compression.GZIP);

        assertThat(compress(Compression.GZIP)).isEqualTo(gzip);
        assertThat(gzip).hasSizeLessThan(TEXT.length / 10);
        // RFC 1952 section 2.3: no flags, so no name; no time.
        assertThat(gzip).startsWith(0x1f, 0x8b, 8, 0, 0, 0, 0, 0);
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            assertThat(in.readAllBytes()).isEqualTo(TEXT);
        }
    }

    @Test
    void shouldLeavePlainTextAlone() throws IOException {
        assertThat(compress(Compression.NONE)).isEqualTo(TEXT);
    }

    private static byte[] compress(Compression compression) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = compression.wrap(bytes)) {
            out.write(TEXT);
        }
        return bytes.toByteArray();
    }
}
