package io.weir.testing;

import java.util.Arrays;
import java.util.HexFormat;

/** Every way to cut a sample short, and every field of it at its extremes: lengths above all. */
public final class Sweep {
    /** Least and greatest of the fields of 4 to 8 bits that headers have. */
    private static final int[] OCTETS = {
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x08, 0x0f, 0x10, 0x1f, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xf0, 0xfe, 0xff
    };

    /** Those of fields of 16 and 32 bits, in either byte order, as far as they are more than one octet at an extreme. */
    private static final long[] WORDS = {
        0x0000_0000L, 0x7fff_ffffL, 0xffff_ff7fL, 0x8000_0000L, 0x0000_0080L, 0xffff_ffffL
    };

    /** What is done with each variant. */
    public interface Check {
        /** Throws if something does not hold; the variant is to be left as it is. */
        void accept(byte[] variant) throws Exception;
    }

    private Sweep() {}

    /** The first 0, 1, 2, … octets, and all of them. */
    public static void cuts(byte[] sample, Check check) {
        for (int length = 0; length <= sample.length; length++) {
            run(check, Arrays.copyOf(sample, length), "cut at", length);
        }
    }

    /** Each octet, and each 16 and 32 bits that follow one another, at their extremes. */
    public static void extremes(byte[] sample, Check check) {
        byte[] variant = sample.clone();
        for (int at = 0; at < sample.length; at++) {
            for (int octet : OCTETS) {
                variant[at] = (byte) octet;
                run(check, variant, "octet changed at", at);
            }
            variant[at] = sample[at];
            for (int width = Short.BYTES; width <= Integer.BYTES && at + width <= sample.length; width *= 2) {
                for (long word : WORDS) {
                    for (int i = 0; i < width; i++) {
                        variant[at + i] = (byte) (word >>> (Byte.SIZE * (width - 1 - i)));
                    }
                    run(check, variant, "octets changed at", at);
                }
                System.arraycopy(sample, at, variant, at, width);
            }
        }
    }

    private static void run(Check check, byte[] variant, String what, int at) {
        try {
            check.accept(variant);
        } catch (Exception | Error e) {
            throw new AssertionError(what + " " + at + ": " + HexFormat.of().formatHex(variant), e);
        }
    }
}
