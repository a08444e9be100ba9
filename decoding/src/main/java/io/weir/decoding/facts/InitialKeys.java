package io.weir.decoding.facts;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The client's keys of QUIC's Initial packets: they follow from the version and the destination id that the client made up, so that
 * whoever sees the packet can make them (RFC 9001 section 5.2, RFC 9369 section 3.3). Not thread-safe.
 */
final class InitialKeys {
    static final int TAG_LENGTH = 16;

    private static final int VERSION_1 = 1;
    private static final int VERSION_2 = 0x6b3343cf;
    /** Drafts are numbered 0xff000000 and their own number. */
    private static final int DRAFT = 0xff000000;

    private static final int FIRST_DRAFT = 23;
    private static final int FIRST_DRAFT_OF_SECOND_SALT = 29;
    private static final int FIRST_DRAFT_OF_LAST_SALT = 33;
    private static final int LAST_DRAFT = 34;

    private static final byte[] SALT_1 = HexFormat.of().parseHex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a");
    private static final byte[] SALT_2 = HexFormat.of().parseHex("0dede3def700a6db819381be6e269dcbf9bd2ed9");
    private static final byte[] SALT_DRAFT_23 = HexFormat.of().parseHex("c3eef712c72ebb5a11a7d2432bb46365bef9f502");
    private static final byte[] SALT_DRAFT_29 = HexFormat.of().parseHex("afbfec289993d24c9e9786f19c6111e04390a899");

    private static final int KEY_LENGTH = 16;
    private static final int IV_LENGTH = 12;
    private static final int SECRET_LENGTH = 32;
    private static final int SAMPLE_OFFSET = 4;
    private static final int SAMPLE_LENGTH = 16;

    private final Mac mac;
    private final Cipher block;
    private final Cipher gcm;

    private byte[] key = {};
    private byte[] iv = {};
    private byte[] headerKey = {};

    InitialKeys() {
        try {
            mac = Mac.getInstance("HmacSHA256");
            block = Cipher.getInstance("AES/ECB/NoPadding");
            gcm = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES and HMAC", e);
        }
    }

    static boolean knows(int version) {
        return version == VERSION_1 || version == VERSION_2 || isDraft(version);
    }

    /** Bits of the packet type (RFC 9369 section 3.2). */
    static int typeOfInitial(int version) {
        return version == VERSION_2 ? 1 : 0;
    }

    private static boolean isDraft(int version) {
        int draft = version - DRAFT;
        return draft >= FIRST_DRAFT && draft <= LAST_DRAFT;
    }

    private static byte[] salt(int version) {
        if (version == VERSION_2) {
            return SALT_2;
        }
        int draft = version - DRAFT;
        if (version == VERSION_1 || draft >= FIRST_DRAFT_OF_LAST_SALT) {
            return SALT_1;
        }
        return draft >= FIRST_DRAFT_OF_SECOND_SALT ? SALT_DRAFT_29 : SALT_DRAFT_23;
    }

    /** Makes the keys of a connection; of {@code destinationId} the first octets count. */
    void derive(int version, byte[] destinationId, int length) {
        try {
            mac.init(new SecretKeySpec(salt(version), mac.getAlgorithm()));
            mac.update(destinationId, 0, length);
            byte[] client = expand(mac.doFinal(), "client in", SECRET_LENGTH);
            String prefix = version == VERSION_2 ? "quicv2 " : "quic ";
            key = expand(client, prefix + "key", KEY_LENGTH);
            iv = expand(client, prefix + "iv", IV_LENGTH);
            headerKey = expand(client, prefix + "hp", KEY_LENGTH);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("keys of this length are allowed", e);
        }
    }

    /** HKDF-Expand-Label without context (RFC 8446 section 7.1) of at most one hash's length. */
    private byte[] expand(byte[] secret, String label, int length) throws GeneralSecurityException {
        byte[] name = ("tls13 " + label).getBytes(StandardCharsets.US_ASCII);
        mac.init(new SecretKeySpec(secret, mac.getAlgorithm()));
        mac.update((byte) 0);
        mac.update((byte) length);
        mac.update((byte) name.length);
        mac.update(name);
        mac.update((byte) 0);
        mac.update((byte) 1);
        byte[] whole = mac.doFinal();
        byte[] part = new byte[length];
        System.arraycopy(whole, 0, part, 0, length);
        return part;
    }

    /**
     * Takes off header protection (RFC 9001 section 5.4) and opens the packet.
     *
     * @param header first octets of the packet up to the longest packet number; changed
     * @param numberAt index of the packet number in it
     * @param packet what follows from the packet number on, with at least 36 octets; replaced by the frames
     * @return octets of the frames; -1 if the keys do not fit
     */
    int open(byte[] header, int numberAt, byte[] packet, int length) {
        try {
            block.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(headerKey, "AES"));
            byte[] mask = block.doFinal(packet, SAMPLE_OFFSET, SAMPLE_LENGTH);
            header[0] ^= (byte) (mask[0] & 0x0f);
            int numberLength = (header[0] & 3) + 1;
            byte[] nonce = iv.clone();
            for (int i = 0; i < numberLength; i++) {
                header[numberAt + i] ^= mask[1 + i];
                nonce[IV_LENGTH - numberLength + i] ^= header[numberAt + i];
            }
            gcm.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(key, "AES"),
                    new GCMParameterSpec(TAG_LENGTH * Byte.SIZE, nonce));
            gcm.updateAAD(header, 0, numberAt + numberLength);
            byte[] frames = gcm.doFinal(packet, numberLength, length - numberLength);
            System.arraycopy(frames, 0, packet, 0, frames.length);
            return frames.length;
        } catch (GeneralSecurityException e) {
            // Not a client's Initial, or damaged.
            return -1;
        }
    }

    byte[] key() {
        return key.clone();
    }

    byte[] iv() {
        return iv.clone();
    }

    byte[] headerKey() {
        return headerKey.clone();
    }
}
