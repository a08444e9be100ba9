package io.weir.topology.edge;

import io.weir.schemas.Edge;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.serde.Avro;
import io.weir.schemas.serde.AvroBytes;
import io.weir.topology.sketch.RoundTripSketch;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Encoder;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Edge inputs on the internal topic between meter and edges: a byte that says kind and format, then Avro of the current schema. The
 * topic lives only as long as one version of the application, so no registry is asked.
 */
final class EdgeInputSerde implements Serde<EdgeInput> {

    /**
     * Kinds 1 and 3 were parts before edges said whether they are enclosed, and before they had round trips; in 4 these were numbers of
     * fixed width.
     */
    private static final byte PART = 5;

    private static final byte PROGRESS = 2;

    private static final byte[] PART_PREFIX = {PART};
    private static final byte[] PROGRESS_PREFIX = {PROGRESS};

    private final SpecificDatumWriter<Edge> edgeWriter = Avro.writer(Edge.getClassSchema());
    private final SpecificDatumReader<Edge> edgeReader = Avro.reader(Edge.getClassSchema(), Edge.getClassSchema());
    private final SpecificDatumWriter<ObservationPoint> pointWriter = Avro.writer(ObservationPoint.getClassSchema());
    private final SpecificDatumReader<ObservationPoint> pointReader =
            Avro.reader(ObservationPoint.getClassSchema(), ObservationPoint.getClassSchema());

    @Override
    public Serializer<EdgeInput> serializer() {
        return (topic, input) -> serialize(input);
    }

    @Override
    public Deserializer<EdgeInput> deserializer() {
        return (topic, bytes) -> deserialize(bytes);
    }

    byte[] serialize(EdgeInput input) {
        if (input instanceof EdgeInput.Part part) {
            return AvroBytes.encode(PART_PREFIX, out -> write(part.sum(), out));
        }
        EdgeInput.Progress progress = (EdgeInput.Progress) input;
        return AvroBytes.encode(PROGRESS_PREFIX, out -> {
            pointWriter.write(progress.observationPoint(), out);
            out.writeInt(progress.partition());
            out.writeInt(progress.partitions());
            out.writeLong(progress.completeUntilMs());
        });
    }

    EdgeInput deserialize(byte[] bytes) {
        BinaryDecoder decoder = AvroBytes.decoder(bytes, 1);
        try {
            switch (bytes[0]) {
                case PART:
                    return new EdgeInput.Part(read(decoder));
                case PROGRESS:
                    return new EdgeInput.Progress(
                            pointReader.read(null, decoder), decoder.readInt(), decoder.readInt(), decoder.readLong());
                default:
                    throw new SerializationException(
                            "an edge input of kind " + bytes[0] + "; known are " + PROGRESS + " and " + PART);
            }
        } catch (IOException | AvroRuntimeException e) {
            throw new SerializationException("an edge input that this version cannot read: " + e, e);
        }
    }

    /** The edge, and behind it the round trips of its initiator and of its responder, each with its length before it; 0 for none. */
    void write(EdgeSum sum, Encoder out) throws IOException {
        edgeWriter.write(sum.edge, out);
        write(sum.initiatorRoundTrips, out);
        write(sum.responderRoundTrips, out);
    }

    EdgeSum read(BinaryDecoder in) throws IOException {
        return new EdgeSum(edgeReader.read(null, in), readRoundTrips(in), readRoundTrips(in));
    }

    private static void write(RoundTripSketch sketch, Encoder out) throws IOException {
        ByteBuffer octets = ByteBuffer.allocate(sketch == null ? 0 : sketch.octets());
        if (sketch != null) {
            sketch.put(octets);
        }
        out.writeBytes(octets.flip());
    }

    private static RoundTripSketch readRoundTrips(BinaryDecoder in) throws IOException {
        ByteBuffer octets = in.readBytes(null);
        return octets.hasRemaining() ? RoundTripSketch.get(octets) : null;
    }
}
