package io.weir.schemas.json;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** JSON text in UTF-8 that grows in memory and is used again after {@link #reset()}. Not thread-safe. */
public final class JsonBuffer {

    private static final int INITIAL_OCTETS = 4096;

    /** {@link Long#MIN_VALUE} with its sign. */
    private static final int MAX_LONG_DIGITS = 20;

    /** A control character: {@code \u001F}. */
    private static final int MAX_ESCAPED_OCTETS = 6;

    private static final byte[] LEAST_LONG = String.valueOf(Long.MIN_VALUE).getBytes(StandardCharsets.US_ASCII);

    private static final int BILLION = 1_000_000_000;
    private static final int BILLION_ZEROS = 9;

    /** 2 to the power of 37, divided by a hundred and rounded up: exact for numbers of 31 bits. */
    private static final long HUNDREDTH_OF_2_TO_37 = 0x51EB_851FL;

    /** The two digits of each number below a hundred, one pair behind the other. */
    private static final byte[] PAIRS = new byte[200];

    static {
        for (int number = 0; number < 100; number++) {
            PAIRS[2 * number] = (byte) ('0' + number / 10);
            PAIRS[2 * number + 1] = (byte) ('0' + number % 10);
        }
    }

    /** By octet: stands for itself in a string. */
    private static final boolean[] PLAIN = new boolean[256];

    static {
        for (int octet = ' '; octet < 0x80; octet++) {
            PLAIN[octet] = octet != '"' && octet != '\\';
        }
    }

    private static final byte[] HEX_DIGITS = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = new byte[INITIAL_OCTETS];
    private int size;

    /** Octets written since the last {@link #reset()}. */
    public int size() {
        return size;
    }

    /** The octets; valid are the first {@link #size()}, until the next write. */
    public byte[] array() {
        return bytes;
    }

    /** Forgets what was written and keeps the memory. */
    public void reset() {
        size = 0;
    }

    /** Forgets what was written after {@code size}. */
    public void truncate(int newSize) {
        if (newSize < 0 || newSize > size) {
            throw new IllegalArgumentException("cannot truncate " + size + " octets to " + newSize);
        }
        size = newSize;
    }

    /** Ends a line, as newline-delimited JSON wants it after each value. */
    public void newLine() {
        write('\n');
    }

    /** Copies the text to a stream. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
    }

    /** The text. */
    @Override
    public String toString() {
        return new String(bytes, 0, size, StandardCharsets.UTF_8);
    }

    /** Appends one value; when it fails nothing is appended. */
    void append(AvroNode node, AvroCursor in) {
        int before = size;
        boolean whole = false;
        try {
            node.write(in, this);
            whole = true;
        } finally {
            if (!whole) {
                size = before;
            }
        }
    }

    /** One character of ASCII. */
    void write(char ascii) {
        ensure(1);
        bytes[size++] = (byte) ascii;
    }

    /** JSON text in UTF-8, as it is. */
    public void write(byte[] text) {
        ensure(text.length);
        System.arraycopy(text, 0, bytes, size, text.length);
        size += text.length;
    }

    /** A number. */
    void writeLong(long value) {
        ensure(MAX_LONG_DIGITS);
        if (value >= 0) {
            writePositive(value);
        } else if (value == Long.MIN_VALUE) {
            // Has no positive counterpart.
            write(LEAST_LONG);
        } else {
            bytes[size++] = '-';
            writePositive(-value);
        }
    }

    private void writePositive(long value) {
        if (value < BILLION) {
            int narrow = (int) value;
            int digits = 1;
            for (int bound = 10; digits < BILLION_ZEROS && narrow >= bound; bound *= 10) {
                digits++;
            }
            writeDigits(narrow, digits);
        } else {
            long high = value / BILLION;
            writePositive(high);
            writeDigits((int) (value - high * BILLION), BILLION_ZEROS);
        }
    }

    /** The last {@code digits} digits of a number below a billion, two at a time. */
    private void writeDigits(int value, int digits) {
        byte[] target = bytes;
        int rest = value;
        int at = size + digits;
        while (at - size >= 2) {
            // Divides by a hundred: several times cheaper than the instruction where the compiler does not do the same.
            int quotient = (int) ((rest * HUNDREDTH_OF_2_TO_37) >>> 37);
            int pair = 2 * (rest - quotient * 100);
            target[--at] = PAIRS[pair + 1];
            target[--at] = PAIRS[pair];
            rest = quotient;
        }
        if (at > size) {
            target[--at] = (byte) ('0' + rest);
        }
        size += digits;
    }

    /**
     * A string in quotation marks, where nothing in it is to be escaped and all is ASCII.
     *
     * @return false when it is not so; nothing was written then
     */
    boolean writePlainString(byte[] ascii, int offset, int length) {
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            if (!PLAIN[ascii[i] & 0xff]) {
                return false;
            }
        }
        ensure(length + 2L);
        byte[] target = bytes;
        int at = size;
        target[at++] = '"';
        System.arraycopy(ascii, offset, target, at, length);
        at += length;
        target[at++] = '"';
        size = at;
        return true;
    }

    /** A string in quotation marks, escaped as RFC 8259 section 7 asks. */
    void writeString(byte[] utf8, int offset, int length) {
        // Room for the worst case, so that no octet need be asked for.
        ensure((long) length * MAX_ESCAPED_OCTETS + 2);
        byte[] target = bytes;
        int at = size;
        target[at++] = '"';
        for (int i = offset; i < offset + length; i++) {
            byte octet = utf8[i];
            if ((octet >= 0 && octet < ' ') || octet == '"' || octet == '\\') {
                at = escape(octet, target, at);
            } else {
                target[at++] = octet;
            }
        }
        target[at++] = '"';
        size = at;
    }

    private static int escape(byte octet, byte[] target, int from) {
        int at = from;
        target[at++] = '\\';
        switch (octet) {
            case '"', '\\' -> target[at++] = octet;
            case '\b' -> target[at++] = 'b';
            case '\f' -> target[at++] = 'f';
            case '\n' -> target[at++] = 'n';
            case '\r' -> target[at++] = 'r';
            case '\t' -> target[at++] = 't';
            default -> {
                target[at++] = 'u';
                target[at++] = '0';
                target[at++] = '0';
                target[at++] = HEX_DIGITS[octet >> 4];
                target[at++] = HEX_DIGITS[octet & 0xf];
            }
        }
        return at;
    }

    private void ensure(long more) {
        long needed = size + more;
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(2L * bytes.length, needed)));
        }
    }
}
