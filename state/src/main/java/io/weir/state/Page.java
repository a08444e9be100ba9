package io.weir.state;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.ByteUtils;
import org.apache.kafka.streams.errors.ProcessorStateException;

/**
 * Rows that are written to the changelog together. Key: number, 4 octets. Value: format, 1 octet; then of each row the lengths of
 * its key and of its value as unsigned varints, seven bits an octet with the lowest first, key and value.
 */
final class Page {

    /** Format 1 had lengths of 4 octets. */
    static final byte FORMAT = 2;

    static final int MAX_LENGTH_OCTETS = 5;
    private static final int KEY_OCTETS = 4;

    final int number;

    /** Changed since the last commit. */
    boolean changed;

    /** The changelog holds a version of this page, so that its end needs a tombstone. */
    boolean logged;

    private final TableStore.Row[] rows;
    private int used;

    Page(int number, int size) {
        this.number = number;
        this.rows = new TableStore.Row[size];
    }

    /** Returns the slot. */
    int put(TableStore.Row row) {
        int slot = 0;
        while (rows[slot] != null) {
            slot++;
        }
        rows[slot] = row;
        used++;
        return slot;
    }

    void remove(int slot) {
        rows[slot] = null;
        used--;
    }

    boolean isEmpty() {
        return used == 0;
    }

    int used() {
        return used;
    }

    boolean hasRoom() {
        return used < rows.length;
    }

    /** Slots, of which some are null. */
    TableStore.Row[] rows() {
        return rows;
    }

    byte[] key() {
        return ByteBuffer.allocate(KEY_OCTETS).putInt(number).array();
    }

    /** @throws ProcessorStateException when it is no key of a page */
    static int number(String store, byte[] key) {
        if (key.length != KEY_OCTETS) {
            throw foreign(store, "a key of " + key.length + " octets", null);
        }
        return ByteBuffer.wrap(key).getInt();
    }

    /**
     * Hands over key and value of each row.
     *
     * @throws ProcessorStateException when it is no page of this format
     */
    static void read(String store, byte[] value, BiConsumer<byte[], byte[]> rows) {
        ByteBuffer in = ByteBuffer.wrap(value);
        byte format = in.get();
        if (format != FORMAT) {
            throw foreign(store, "pages of format " + format, null);
        }
        while (in.hasRemaining()) {
            byte[] key;
            byte[] row;
            try {
                key = new byte[length(in)];
                row = new byte[length(in)];
                in.get(key).get(row);
            } catch (BufferUnderflowException | IllegalArgumentException e) {
                throw foreign(store, "a page that breaks off at octet " + in.position(), e);
            }
            rows.accept(key, row);
        }
    }

    private static int length(ByteBuffer in) {
        int length = ByteUtils.readUnsignedVarint(in);
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        return length;
    }

    private static ProcessorStateException foreign(String store, String found, Exception cause) {
        return new ProcessorStateException(
                "The changelog of " + store + " holds " + found + ", this version of Weir reads pages of format "
                        + FORMAT
                        + ". Let the version that wrote it finish its input, or reset the application to start anew",
                cause);
    }
}
