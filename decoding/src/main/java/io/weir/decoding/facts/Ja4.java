package io.weir.decoding.facts;

import io.weir.schemas.packets.FactText;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The JA4 fingerprint of a ClientHello, made from its public description (FoxIO, "JA4: TLS Client Fingerprinting"). Three parts, joined by
 * underscores:
 *
 * <ol>
 *   <li>transport; highest version; {@code d} with a server name, {@code i} without; number of cipher suites and of extensions, two
 *       digits each, 99 at most; first and last character of the first ALPN name, {@code 00} without;
 *   <li>the first 12 hex digits of the SHA-256 of the cipher suites, sorted, as four hex digits each with commas between;
 *   <li>the same of the extensions, sorted, without server name and ALPN, an underscore, and the signature algorithms in their order.
 * </ol>
 *
 * <p>Values that clients make up to keep servers tolerant (GREASE, RFC 8701) count nowhere. A part without values is twelve zeros. A hello
 * with more values than {@value #MAX_VALUES} of a kind has no fingerprint. Not thread-safe.
 */
final class Ja4 {

    private static final int MAX_VALUES = 256;
    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;
    private static final int MAX_COUNT = 99;
    private static final int HASH_DIGITS = 12;
    private static final String HEX = "0123456789abcdef";

    private final int[] suites = new int[MAX_VALUES];
    private final int[] extensions = new int[MAX_VALUES];
    private final int[] algorithms = new int[MAX_VALUES];
    private final byte[] text = new byte[(2 * MAX_VALUES + 1) * 5];
    private final byte[] hash = new byte[32];
    private final MessageDigest sha256;

    private int suiteCount;
    private int extensionCount;
    private int algorithmCount;
    private int allExtensions;
    private boolean named;
    private boolean tooMany;
    private int alpnFirst;
    private int alpnLast;

    Ja4() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Whether clients make such a value up (RFC 8701). */
    static boolean isGrease(int value) {
        return (value & 0x0f0f) == 0x0a0a && value >>> 8 == (value & 0xff);
    }

    void begin() {
        suiteCount = 0;
        extensionCount = 0;
        algorithmCount = 0;
        allExtensions = 0;
        named = false;
        tooMany = false;
        alpnFirst = -1;
        alpnLast = -1;
    }

    void cipherSuite(int value) {
        suiteCount = add(suites, suiteCount, value);
    }

    void extension(int type) {
        if (isGrease(type)) {
            return;
        }
        allExtensions++;
        named |= type == SERVER_NAME;
        if (type != SERVER_NAME && type != ALPN) {
            extensionCount = add(extensions, extensionCount, type);
        }
    }

    void signatureAlgorithm(int value) {
        algorithmCount = add(algorithms, algorithmCount, value);
    }

    /** First and last octet of the first name. */
    void firstAlpn(int first, int last) {
        alpnFirst = first;
        alpnLast = last;
    }

    private int add(int[] values, int count, int value) {
        if (isGrease(value)) {
            return count;
        }
        if (count == MAX_VALUES) {
            tooMany = true;
            return count;
        }
        values[count] = value;
        return count + 1;
    }

    void write(char transport, int version, FactText out) {
        if (tooMany) {
            return;
        }
        out.begin();
        out.append(transport);
        String digits = version(version);
        out.append(digits.charAt(0));
        out.append(digits.charAt(1));
        out.append(named ? 'd' : 'i');
        count(suiteCount, out);
        count(allExtensions, out);
        alpn(out);
        out.append('_');
        Arrays.sort(suites, 0, suiteCount);
        hash(list(suites, suiteCount, 0), out);
        out.append('_');
        Arrays.sort(extensions, 0, extensionCount);
        int length = list(extensions, extensionCount, 0);
        if (length > 0 && algorithmCount > 0) {
            text[length] = '_';
            length = list(algorithms, algorithmCount, length + 1);
        }
        hash(length, out);
    }

    private static String version(int version) {
        return switch (version) {
            case 0x0304 -> "13";
            case 0x0303 -> "12";
            case 0x0302 -> "11";
            case 0x0301 -> "10";
            case 0x0300 -> "s3";
            default -> "00";
        };
    }

    private static void count(int count, FactText out) {
        int shown = Math.min(count, MAX_COUNT);
        out.append('0' + shown / 10);
        out.append('0' + shown % 10);
    }

    /** Where one of the two is no letter or digit, the first and the last hex digit of both stand for them. */
    private void alpn(FactText out) {
        if (alpnFirst < 0) {
            out.append('0');
            out.append('0');
        } else if (isAlphanumeric(alpnFirst) && isAlphanumeric(alpnLast)) {
            out.append(alpnFirst);
            out.append(alpnLast);
        } else {
            out.append(HEX.charAt(alpnFirst >>> 4));
            out.append(HEX.charAt(alpnLast & 0xf));
        }
    }

    private static boolean isAlphanumeric(int octet) {
        return (octet >= '0' && octet <= '9') || (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z');
    }

    /** Writes values behind {@code from}; returns the length of the text. */
    private int list(int[] values, int count, int from) {
        int at = from;
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                text[at++] = ',';
            }
            for (int shift = 12; shift >= 0; shift -= 4) {
                text[at++] = (byte) HEX.charAt(values[i] >>> shift & 0xf);
            }
        }
        return at;
    }

    private void hash(int length, FactText out) {
        if (length == 0) {
            for (int i = 0; i < HASH_DIGITS; i++) {
                out.append('0');
            }
            return;
        }
        sha256.update(text, 0, length);
        try {
            sha256.digest(hash, 0, hash.length);
        } catch (DigestException e) {
            throw new IllegalStateException("the array holds a SHA-256", e);
        }
        for (int i = 0; i < HASH_DIGITS / 2; i++) {
            out.append(HEX.charAt(hash[i] >>> 4 & 0xf));
            out.append(HEX.charAt(hash[i] & 0xf));
        }
    }
}
