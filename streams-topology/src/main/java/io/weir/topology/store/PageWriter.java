package io.weir.topology.store;

import java.util.Arrays;

/** Turns pages into bytes, one after the other. */
final class PageWriter {

    private static final int FIRST_OCTETS = 4096;

    private byte[] out = new byte[FIRST_OCTETS];
    private int end;

    byte[] write(Page page) {
        end = 0;
        reserve(1);
        out[end++] = Page.FORMAT;
        for (TableStore.Row row : page.rows()) {
            if (row != null) {
                write(row.changelogKey(), row.changelogValue());
            }
        }
        return Arrays.copyOf(out, end);
    }

    private void write(byte[] key, byte[] value) {
        reserve(Page.ROW_HEADER_OCTETS + key.length + value.length);
        writeLength(key.length);
        writeLength(value.length);
        writeOctets(key);
        writeOctets(value);
    }

    private void writeLength(int length) {
        out[end++] = (byte) (length >>> 24);
        out[end++] = (byte) (length >>> 16);
        out[end++] = (byte) (length >>> 8);
        out[end++] = (byte) length;
    }

    private void writeOctets(byte[] octets) {
        System.arraycopy(octets, 0, out, end, octets.length);
        end += octets.length;
    }

    private void reserve(int octets) {
        if (out.length - end < octets) {
            out = Arrays.copyOf(out, Math.max(2 * out.length, end + octets));
        }
    }
}
