package io.weir.exporters.object;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Bytes of an object, read without copying them. Written by one thread, then read only. */
public final class ObjectBytes extends ByteArrayOutputStream {

    /** Memory held, octets. */
    public synchronized int capacity() {
        return buf.length;
    }

    /** A stream over the bytes; any number may be open. */
    public synchronized InputStream newInputStream() {
        return new ByteArrayInputStream(buf, 0, count);
    }

    /** Digest of the bytes by an algorithm that every Java platform has, such as {@code SHA-256}. */
    public synchronized byte[] digest(String algorithm) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            digest.update(buf, 0, count);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
