package io.weir.schemas.packets;

import java.nio.charset.StandardCharsets;

/** A text of a fact as octets, so that nothing is allocated for it: collected octet by octet, or a view of a batch. Mutable and reused. */
public final class FactText {

    private static final byte[] NOTHING = {};

    private final int capacity;
    private byte[] octets;
    private int offset;
    private int length = -1;

    /** @param capacity octets that can be collected */
    public FactText(int capacity) {
        this.capacity = capacity;
        octets = capacity == 0 ? NOTHING : new byte[capacity];
    }

    /** Whether there is no text; the empty text is one. */
    public boolean isAbsent() {
        return length < 0;
    }

    /** Octets of the text, -1 if absent. */
    public int length() {
        return length;
    }

    /** One octet; {@code index} is below {@link #length()}. */
    public byte octet(int index) {
        return octets[offset + index];
    }

    /** Makes it absent. */
    public void clear() {
        length = -1;
    }

    /** Makes it the empty text, to be collected. */
    public void begin() {
        offset = 0;
        length = 0;
    }

    /** Adds an octet of ASCII behind {@link #begin}; returns false, and adds nothing, when it is full. */
    public boolean append(int octet) {
        if (length >= capacity) {
            return false;
        }
        octets[length++] = (byte) octet;
        return true;
    }

    /** Takes off what is behind this length. */
    public void cut(int newLength) {
        length = Math.min(length, newLength);
    }

    /** Begins anew with these characters of ASCII, as many as have room. */
    public void set(CharSequence ascii) {
        begin();
        for (int i = 0; i < ascii.length() && append(ascii.charAt(i)); i++) {}
    }

    /** The text, or null if absent. */
    public String text() {
        return length < 0 ? null : new String(octets, offset, length, StandardCharsets.UTF_8);
    }

    /** The first four octets as a number, -1 if there are fewer. */
    public long ipv4() {
        if (length < 4) {
            return -1;
        }
        return (octet(0) & 0xffL) << 24 | (octet(1) & 0xff) << 16 | (octet(2) & 0xff) << 8 | (octet(3) & 0xff);
    }

    void view(byte[] source, int from, int count) {
        octets = source;
        offset = from;
        length = count;
    }

    /** Writes the text where there is room for it; returns the index behind it. */
    int copyTo(byte[] target, int at) {
        System.arraycopy(octets, offset, target, at, length);
        return at + length;
    }

    @Override
    public String toString() {
        return String.valueOf(text());
    }
}
