package io.weir.exporters.ipfix;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Host, interface and capture of an observation point, as octets: a probe that is moved over records and looks points up without making
 * objects, or what was kept of one.
 */
final class PointKey {

    /** Between the parts; it is in no name. */
    private static final byte SEPARATOR = 0;

    private static final int HASH_FACTOR = 31;

    private byte[] text;
    private int length;
    private int hash;

    PointKey() {
        text = new byte[64];
    }

    /** Moves the probe. */
    void set(ExportedFlow flow) {
        int octets = flow.hostOctets + flow.interfaceOctets + flow.captureOctets + 2;
        if (text.length < octets) {
            text = new byte[octets];
        }
        length = 0;
        append(flow.value, flow.hostAt, flow.hostOctets);
        text[length++] = SEPARATOR;
        append(flow.value, flow.interfaceAt, flow.interfaceOctets);
        text[length++] = SEPARATOR;
        append(flow.value, flow.captureAt, flow.captureOctets);
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum = HASH_FACTOR * sum + text[i];
        }
        hash = sum;
    }

    private void append(byte[] from, int at, int octets) {
        System.arraycopy(from, at, text, length, octets);
        length += octets;
    }

    /** One that stays. */
    PointKey copy() {
        PointKey copy = new PointKey();
        copy.text = Arrays.copyOf(text, length);
        copy.length = length;
        copy.hash = hash;
        return copy;
    }

    int octets() {
        return length;
    }

    byte octet(int index) {
        return text[index];
    }

    String interfaceName() {
        return part(1);
    }

    /** How packets were taken there, see {@link io.weir.schemas.packets.CaptureNames}. */
    String capture() {
        return part(2);
    }

    private String part(int index) {
        return new String(text, 0, length, StandardCharsets.UTF_8).split("\0", -1)[index];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PointKey key
                && hash == key.hash
                && Arrays.equals(text, 0, length, key.text, 0, key.length);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return new String(text, 0, length, StandardCharsets.UTF_8).replace('\0', '/');
    }
}
