package io.weir.topology.edge;

import io.weir.schemas.Edge;
import io.weir.schemas.ObservationPoint;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of the edge table as bytes of its changelog. Keys are text, parts separated by a zero character: {@code point}, the point's
 * names and, for an edge, its window's end and record key. Values are those of {@link EdgeInputSerde}; a point's value is one progress
 * per partition, each behind its length.
 */
final class EdgeRowCodec {

    private static final char SEPARATOR = '\0';
    private static final EdgeInputSerde SERDE = new EdgeInputSerde();

    private EdgeRowCodec() {}

    static byte[] key(ObservationPoint point) {
        return names(point).getBytes(StandardCharsets.UTF_8);
    }

    static byte[] key(EdgeRow row) {
        Edge edge = row.edge;
        return (names(edge.getObservationPoint()) + SEPARATOR + edge.getWindowEnd() + SEPARATOR + row.key)
                .getBytes(StandardCharsets.UTF_8);
    }

    static byte[] value(Edge edge) {
        return SERDE.serialize(new EdgeInput.Part(edge));
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
    static Edge edge(byte[] key, byte[] value) {
        return isEdge(key) && SERDE.deserialize(value) instanceof EdgeInput.Part part ? part.edge() : null;
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
