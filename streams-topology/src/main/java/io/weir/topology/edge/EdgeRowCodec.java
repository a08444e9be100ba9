package io.weir.topology.edge;

import io.weir.schemas.Edge;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.serde.AvroBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Rows of the edge table as bytes of its changelog. Keys are text, parts separated by a zero character: {@code point}, the point's
 * names and, for an edge, the length of its longer window, its window's end and its record key. An edge's value is that length, what had
 * been cut off when it came, and the edge as {@link EdgeInputSerde} writes it; a point's value is one progress per partition, each behind
 * its length.
 */
final class EdgeRowCodec {

    private static final char SEPARATOR = '\0';

    /** Formats 1 and 3 had neither roll-ups nor cuts, 4 had round trips in numbers of fixed width. */
    private static final byte EDGE = 5;

    private static final byte[] EDGE_PREFIX = {EDGE};
    private static final EdgeInputSerde SERDE = new EdgeInputSerde();

    private EdgeRowCodec() {}

    static byte[] key(ObservationPoint point) {
        return names(point).getBytes(StandardCharsets.UTF_8);
    }

    static byte[] key(EdgeRow row) {
        Edge edge = row.sum.edge;
        return (names(edge.getObservationPoint())
                        + SEPARATOR
                        + row.rollUpMs
                        + SEPARATOR
                        + edge.getWindowEnd()
                        + SEPARATOR
                        + row.key)
                .getBytes(StandardCharsets.UTF_8);
    }

    static byte[] value(EdgeRow row) {
        return AvroBytes.encode(EDGE_PREFIX, out -> {
            out.writeLong(row.rollUpMs);
            out.writeLong(row.cutOctets);
            SERDE.write(row.sum, out);
        });
    }

    static byte[] value(EdgePoint point) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        int partitions = point.completeUntilMs.length;
        for (int i = 0; i < partitions; i++) {
            byte[] one = SERDE.serialize(new EdgeInput.Progress(point.point, i, partitions, point.completeUntilMs[i]));
            out.write(one.length >>> 8);
            out.write(one.length);
            out.write(one, 0, one.length);
        }
        return out.toByteArray();
    }

    /** An edge row, or null when the value is a point's. */
    static EdgeRow edge(byte[] key, byte[] value) {
        if (!isEdge(key)) {
            return null;
        }
        if (value[0] != EDGE) {
            throw new SerializationException("an edge row of format " + value[0] + "; known is " + EDGE);
        }
        BinaryDecoder in = AvroBytes.decoder(value, 1);
        try {
            long rollUpMs = in.readLong();
            long cutOctets = in.readLong();
            EdgeSum sum = SERDE.read(in);
            return new EdgeRow(sum.recordKey(), rollUpMs, sum, cutOctets);
        } catch (IOException | AvroRuntimeException e) {
            throw new SerializationException("an edge row that this version cannot read: " + e, e);
        }
    }

    /** The progress of each partition in a point's value. */
    static EdgeInput.Progress[] progress(byte[] value) {
        List<EdgeInput.Progress> all = new ArrayList<>();
        for (int at = 0; at < value.length; ) {
            int length = (value[at] & 0xff) << 8 | (value[at + 1] & 0xff);
            byte[] one = Arrays.copyOfRange(value, at + 2, at + 2 + length);
            all.add((EdgeInput.Progress) SERDE.deserialize(one));
            at += 2 + length;
        }
        return all.toArray(EdgeInput.Progress[]::new);
    }

    private static boolean isEdge(byte[] key) {
        int separators = 0;
        for (byte octet : key) {
            separators += octet == 0 ? 1 : 0;
        }
        return separators > 4;
    }

    private static String names(ObservationPoint point) {
        return "point"
                + SEPARATOR
                + point.getHost()
                + SEPARATOR
                + point.getInterface$()
                + SEPARATOR
                + point.getCapture()
                + SEPARATOR
                + point.getSamplingRate();
    }
}
