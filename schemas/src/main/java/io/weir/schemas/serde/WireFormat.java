package io.weir.schemas.serde;

import java.nio.ByteBuffer;

/** Frame of five bytes before each Avro value: magic byte 0, schema id big-endian (Confluent wire format). */
public final class WireFormat {

    /** Octets before the Avro bytes. */
    public static final int HEADER_OCTETS = 5;

    private WireFormat() {}

    /** Writes the frame at the start of {@code target}. */
    public static void writeHeader(byte[] target, int schemaId) {
        ByteBuffer.wrap(target).put((byte) 0).putInt(schemaId);
    }

    /**
     * The schema id of a framed value.
     *
     * @return the id, or -1 when the value is not framed so
     */
    public static int schemaId(byte[] value) {
        if (value == null || value.length < HEADER_OCTETS || value[0] != 0) {
            return -1;
        }
        return ByteBuffer.wrap(value).getInt(1);
    }
}
