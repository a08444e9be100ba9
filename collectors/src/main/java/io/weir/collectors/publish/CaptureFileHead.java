package io.weir.collectors.publish;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The start of a file, by which it is known again although it may have grown.
 *
 * @param octets how many
 * @param digest SHA-256 of them, 32 octets
 */
record CaptureFileHead(int octets, ByteBuffer digest) {

    /** Octets that are looked at where there are as many. */
    static final int MAX_OCTETS = 64 * 1024;

    /** The first octets of a file, at most {@code octets}. */
    static CaptureFileHead of(Path file, int octets) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(octets);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(head);
            return new CaptureFileHead(head.length, ByteBuffer.wrap(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
