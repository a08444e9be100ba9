package io.weir.exporters.finding;

import io.weir.schemas.Finding;
import io.weir.schemas.json.AvroJson;
import io.weir.schemas.json.JsonBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;

/** Forms of a finding as one JSON object each, without line ends; names as in settings. The same record always gives the same text. */
public enum FindingFormat {

    /** Field names as in the schema. */
    json("application/json") {
        @Override
        public String render(Finding finding) {
            return asInTheSchema(finding);
        }
    },

    /** Open Cybersecurity Schema Framework: Detection Finding. */
    ocsf("application/json") {
        @Override
        public String render(Finding finding) {
            return OcsfFinding.of(finding).toString();
        }
    },

    /** Elastic Common Schema: an alert. */
    ecs("application/json") {
        @Override
        public String render(Finding finding) {
            return EcsFinding.of(finding).toString();
        }
    },

    /** STIX 2.1: a bundle. */
    stix("application/stix+json;version=2.1") {
        @Override
        public String render(Finding finding) {
            return StixFinding.of(finding).toString();
        }
    };

    private static final AvroJson SCHEMA = AvroJson.of(Finding.getClassSchema());

    private final String mediaType;

    FindingFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /** What HTTP calls it. */
    public String mediaType() {
        return mediaType;
    }

    /** The finding in this form. */
    public abstract String render(Finding finding);

    private static String asInTheSchema(Finding finding) {
        ByteArrayOutputStream avro = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(avro, null);
        try {
            new SpecificDatumWriter<>(Finding.class).write(finding, encoder);
            encoder.flush();
        } catch (IOException e) {
            // Memory takes everything.
            throw new UncheckedIOException(e);
        }
        JsonBuffer text = new JsonBuffer();
        SCHEMA.write(avro.toByteArray(), 0, avro.size(), text);
        return text.toString();
    }
}
