package io.weir.topology.edge;

import io.weir.schemas.Edge;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.serde.Avro;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
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

    private static final byte PART = 1;
    private static final byte PROGRESS = 2;

    /** Kafka Streams gives one serde to all its threads. */
    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

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
        Scratch own = SCRATCH.get();
        ByteArrayOutputStream out = own.bytes;
        out.reset();
        out.write(input instanceof EdgeInput.Part ? PART : PROGRESS);
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, own.encoder);
        own.encoder = encoder;
        try {
            if (input instanceof EdgeInput.Part part) {
                edgeWriter.write(part.edge(), encoder);
            } else if (input instanceof EdgeInput.Progress progress) {
                pointWriter.write(progress.observationPoint(), encoder);
                encoder.writeInt(progress.partition());
                encoder.writeInt(progress.partitions());
                encoder.writeLong(progress.completeUntilMs());
            }
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    EdgeInput deserialize(byte[] bytes) {
        Scratch own = SCRATCH.get();
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, 1, bytes.length - 1, own.decoder);
        own.decoder = decoder;
        try {
            switch (bytes[0]) {
                case PART:
                    return new EdgeInput.Part(edgeReader.read(null, decoder));
                case PROGRESS:
                    return new EdgeInput.Progress(
                            pointReader.read(null, decoder), decoder.readInt(), decoder.readInt(), decoder.readLong());
                default:
                    throw new SerializationException("an edge input of kind " + bytes[0] + "; known are 1 and 2");
            }
        } catch (IOException | AvroRuntimeException e) {
            throw new SerializationException("an edge input that this version cannot read: " + e, e);
        }
    }

    private static final class Scratch {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        private BinaryEncoder encoder;
        private BinaryDecoder decoder;
    }
}
