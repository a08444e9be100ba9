package io.weir.exporters.finding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** UUIDs of version 5, name-based with SHA-1 (RFC 9562 section 5.5). */
final class Uuid5 {

    private static final int UUID_OCTETS = 16;
    private static final long VERSION_MASK = 0xf000L;
    private static final long VERSION_5 = 0x5000L;
    private static final long VARIANT_MASK = 0xc000_0000_0000_0000L;
    private static final long VARIANT_RFC_9562 = 0x8000_0000_0000_0000L;

    private Uuid5() {}

    static UUID of(UUID namespace, String name) {
        MessageDigest sha1;
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            // Every Java has it.
            throw new IllegalStateException(e);
        }
        sha1.update(ByteBuffer.allocate(UUID_OCTETS)
                .putLong(namespace.getMostSignificantBits())
                .putLong(namespace.getLeastSignificantBits())
                .flip());
        ByteBuffer digest = ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
        return new UUID(
                (digest.getLong() & ~VERSION_MASK) | VERSION_5, (digest.getLong() & ~VARIANT_MASK) | VARIANT_RFC_9562);
    }
}
