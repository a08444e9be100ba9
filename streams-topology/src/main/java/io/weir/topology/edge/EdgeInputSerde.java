package io.weir.topology.edge;

import io.weir.schemas.Edge;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.serde.Avro;
import io.weir.schemas.serde.AvroBytes;
import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
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

    /** Kind 1 was a part before edges said whether they are enclosed. */
    private static final byte PART = 3;

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
            return AvroBytes.encode(PART_PREFIX, out -> edgeWriter.write(part.edge(), out));
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
                    return new EdgeInput.Part(edgeReader.read(null, decoder));
                case PROGRESS:
                    return new EdgeInput.Progress(
                            pointReader.read(null, decoder), decoder.readInt(), decoder.readInt(), decoder.readLong());
                default:
                    throw new SerializationException("an edge input of kind " + bytes[0] + "; known are 2 and 3");
            }
        } catch (IOException | AvroRuntimeException e) {
            throw new SerializationException("an edge input that this version cannot read: " + e, e);
        }
    }
}
