package io.weir.state;

import org.apache.kafka.common.utils.ByteUtils;

/** Turns pages into bytes, one after the other. */
final class PageWriter {

    private final RowOutput out = new RowOutput();
    private final RowOutput value = new RowOutput();

    byte[] write(Page page) {
        out.clear();
        out.room(1).put(Page.FORMAT);
        for (TableStore.Row row : page.rows()) {
            if (row != null) {
                write(row);
            }
        }
        return out.toArray();
    }

    private void write(TableStore.Row row) {
        byte[] key = row.changelogKey();
        value.clear();
        row.writeValue(value);
        writeLength(key.length);
        writeLength(value.length());
        out.put(key);
        out.put(value);
    }

    private void writeLength(int length) {
        ByteUtils.writeUnsignedVarint(length, out.room(Page.MAX_LENGTH_OCTETS));
    }
}
