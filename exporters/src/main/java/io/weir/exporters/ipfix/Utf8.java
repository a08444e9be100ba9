package io.weir.exporters.ipfix;

/** Text in UTF-8 that has to fit. */
final class Utf8 {

    private static final int CONTINUATION_MASK = 0xc0;
    private static final int CONTINUATION = 0x80;

    private Utf8() {}

    /** Octets of the longest part from the start of a text that has no more than {@code max} and ends between two letters. */
    static int fitting(byte[] text, int at, int octets, int max) {
        if (octets <= max) {
            return octets;
        }
        int end = max;
        while (end > 0 && (text[at + end] & CONTINUATION_MASK) == CONTINUATION) {
            end--;
        }
        return end;
    }
}
