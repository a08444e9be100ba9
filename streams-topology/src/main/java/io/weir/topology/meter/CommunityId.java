package io.weir.topology.meter;

import io.weir.schemas.packets.CanonicalKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * Community ID v1, seed 0. The canonical key is already in the order that the specification asks for, ICMP types in the place of
 * ports included. Not thread-safe.
 */
public final class CommunityId {

    private static final int SCTP = 132;
    private static final int TCP = 6;
    private static final int UDP = 17;

    private final MessageDigest sha1;
    private final ByteBuffer input = ByteBuffer.allocate(2 + 2 * 16 + 2 + 4);
    private final byte[] digest = new byte[20];
    private final byte[] text = new byte[30];

    /** A new calculator. */
    public CommunityId() {
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
        text[0] = '1';
        text[1] = ':';
    }

    /**
     * The id of a conversation.
     *
     * @param ipVersion 4 or 6
     * @param portA {@link CanonicalKey#ABSENT} where the packets carry none
     * @return {@code 1:} and 28 characters of Base64
     */
    public String of(
            int ipVersion,
            int protocolIdentifier,
            long addressAHigh,
            long addressALow,
            long addressBHigh,
            long addressBLow,
            int portA,
            int portB) {
        input.clear();
        input.putShort((short) 0);
        putAddress(ipVersion, addressAHigh, addressALow);
        putAddress(ipVersion, addressBHigh, addressBLow);
        input.put((byte) protocolIdentifier).put((byte) 0);
        if (portA != CanonicalKey.ABSENT && hasPorts(protocolIdentifier)) {
            input.putShort((short) portA).putShort((short) portB);
        }
        sha1.update(input.array(), 0, input.position());
        try {
            sha1.digest(digest, 0, digest.length);
        } catch (java.security.DigestException e) {
            throw new IllegalStateException("SHA-1 gives 20 bytes", e);
        }
        byte[] base64 = Base64.getEncoder().encode(digest);
        System.arraycopy(base64, 0, text, 2, base64.length);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private void putAddress(int ipVersion, long high, long low) {
        if (ipVersion == 4) {
            input.putInt((int) low);
        } else {
            input.putLong(high).putLong(low);
        }
    }

    private static boolean hasPorts(int protocolIdentifier) {
        return protocolIdentifier == TCP
                || protocolIdentifier == UDP
                || protocolIdentifier == SCTP
                || protocolIdentifier == CanonicalKey.ICMP
                || protocolIdentifier == CanonicalKey.ICMPV6;
    }
}
