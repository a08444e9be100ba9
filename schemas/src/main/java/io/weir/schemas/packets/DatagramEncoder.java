package io.weir.schemas.packets;

import io.weir.schemas.serde.WireFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes {@link io.weir.schemas.Datagram} records of one session. Not thread-safe. */
public final class DatagramEncoder {

    /** All fields but the session's names, the address and the payload, and the lengths of both. */
    private static final int MAX_FIELDS_OCTETS =
            2 * AvroBuffer.MAX_VARINT_OCTETS + 3 * AvroBuffer.MAX_VARINT32_OCTETS + 1;

    private static final int MAX_ADDRESS_OCTETS = 16;

    private final byte[] start;
    private final AvroBuffer out = new AvroBuffer(256);

    /**
     * @param schemaId id of the schema of {@link io.weir.schemas.Datagram}
     * @param host see the schema, as the others
     */
    public DatagramEncoder(int schemaId, String host, String listener, String sessionId) {
        AvroBuffer names = new AvroBuffer(128);
        names.length = WireFormat.HEADER_OCTETS;
        WireFormat.writeHeader(names.bytes, schemaId);
        for (String name : new String[] {host, listener, sessionId}) {
            byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
            names.writeInt(utf8.length);
            names.writeBytes(utf8, utf8.length);
        }
        start = names.toArray().clone();
    }

    /**
     * A datagram in Confluent's wire format.
     *
     * @param ipVersion 4 or 6
     * @param addressHigh upper half of an IPv6 address, 0 for IPv4
     * @param addressLow lower half of an IPv6 address, or IPv4 address
     * @param payload read from {@code offset}, its position is left alone
     */
    public byte[] encode(
            long sequenceNumber,
            long receiveNanos,
            int ipVersion,
            long addressHigh,
            long addressLow,
            int port,
            ByteBuffer payload,
            int offset,
            int length) {
        begin(sequenceNumber, false, receiveNanos);
        byte[] bytes = out.bytes;
        int at = out.length;
        at = AvroBuffer.putInt(bytes, at, ipVersion == 4 ? 4 : 16);
        if (ipVersion == 6) {
            at = AvroBuffer.putBigEndian(bytes, at, addressHigh, 8);
        }
        at = AvroBuffer.putBigEndian(bytes, at, addressLow, ipVersion == 4 ? 4 : 8);
        at = AvroBuffer.putInt(bytes, at, port);
        at = AvroBuffer.putInt(bytes, at, length);
        // Straight into what the producer keeps: the payload is the last field and most of the record.
        byte[] record = Arrays.copyOf(bytes, at + length);
        payload.get(offset, record, at, length);
        return record;
    }

    /** A sign of life. */
    public byte[] encodeLife(long sequenceNumber, boolean endOfInput, long receiveNanos) {
        begin(sequenceNumber, endOfInput, receiveNanos);
        out.writeInt(0);
        out.writeInt(0);
        out.writeInt(0);
        // The producer keeps what it is given.
        return Arrays.copyOf(out.bytes, out.length);
    }

    private void begin(long sequenceNumber, boolean endOfInput, long receiveNanos) {
        out.length = 0;
        out.ensure(start.length + MAX_FIELDS_OCTETS + MAX_ADDRESS_OCTETS);
        out.writeBytes(start, start.length);
        out.writeLongUnchecked(sequenceNumber);
        out.writeByte(endOfInput ? 1 : 0);
        out.writeLongUnchecked(receiveNanos);
    }
}
