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

    /** JSON text as it is. */
    void write(byte[] text) {
        ensure(text.length);
        System.arraycopy(text, 0, bytes, size, text.length);
        size += text.length;
    }

    /** A number. */
    void writeLong(long value) {
        ensure(MAX_LONG_DIGITS);
        // Of negative numbers, as the least long has no positive counterpart.
        long rest = value < 0 ? value : -value;
        int digits = 1;
        for (long bound = -10; digits < MAX_LONG_DIGITS - 1 && rest <= bound; bound *= 10) {
            digits++;
        }
        if (value < 0) {
            bytes[size++] = '-';
        }
        int end = size + digits;
        byte[] target = bytes;
        int at = end;
        while (rest <= Integer.MIN_VALUE) {
            target[--at] = (byte) ('0' - rest % 10);
            rest /= 10;
        }
        // Half the price of a division of longs.
        int narrow = (int) rest;
        while (at > size) {
            int quotient = narrow / 10;
            target[--at] = (byte) ('0' + quotient * 10 - narrow);
            narrow = quotient;
        }
        size = end;
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
